"""The folders as they are, with what the line itself has made so far laid over them. Reads, never writes."""

from __future__ import annotations

import os
import stat

OWN = ("/proc/self/cwd", "/proc/self/root")
MAX_READ = 400_000
MAX_FILES = 5000


class VirtualFilesystem:
    """Paths, relative ones from `cwd`. `known` is False when the starting folder does not exist."""

    def __init__(self, cwd: str, home: str) -> None:
        self.cwd = cwd
        self.start = cwd
        self.home = home
        self.known = os.path.isdir(cwd)
        self.options: set[str] = set()
        self.made: dict[str, str] = {}
        self.gone: set[str] = set()
        self.moved: dict[str, str] = {}
        self.contents: dict[str, str | None] = {}
        self.links: list[tuple[str, str, bool]] = []
        self.budget = MAX_FILES

    def absolute(self, path: str) -> str:
        """Absolute and without `.`, `..`, `//`; `..` after a symbolic link goes where the link leads."""
        joined = path if path.startswith("/") else self.cwd + "/" + path
        if joined.startswith(OWN):
            joined = self._of_process(joined)
        if "/.." in joined:
            return self._physical(joined)
        return normal(joined)

    def _of_process(self, path: str) -> str:
        """`/proc/self/cwd/x` and `/proc/self/root/x`: places as the command that asks has them."""
        kind, _, rest = path.partition("/self/")[2].partition("/")
        return {"cwd": f"{self.cwd}/{rest}", "root": f"/{rest}"}.get(kind, path)

    def _physical(self, joined: str) -> str:
        at = ""
        for piece in joined.split("/"):
            if piece == "..":
                at = os.path.realpath(at) if at and os.path.islink(at) else at
                at = at.rpartition("/")[0]
            elif piece not in ("", "."):
                at += "/" + piece
        return at or "/"

    def disk(self, place: str) -> str:
        """Where the disk has what the line has moved or copied to `place`; "" when the line has removed it."""
        place = self._led(place)
        for target, source in self.moved.items():
            if place == target or place.startswith(target + "/"):
                return source + place[len(target) :]
        for removed in self.gone:
            if place == removed or place.startswith(removed + "/"):
                return ""
        return place

    def exists(self, path: str) -> bool:
        place = self.absolute(path)
        return place in self.made or os.path.lexists(self.disk(place))

    def is_folder(self, path: str) -> bool:
        place = self.absolute(path)
        kind = self.made.get(place)
        return kind == "d" if kind else os.path.isdir(self.disk(place))

    def is_only_folder(self, path: str) -> bool:
        """A folder in whose place the line has not written a file."""
        return self.is_folder(path) and self.absolute(path) not in self.contents

    def is_file(self, path: str) -> bool:
        place = self.absolute(path)
        kind = self.made.get(place)
        return kind == "f" if kind else os.path.isfile(self.disk(place))

    def names(self, folder: str) -> list[str]:
        place = self.absolute(folder)
        try:
            listed = os.listdir(self.disk(place) or "/dev/null")
        except (OSError, ValueError):
            listed = []
        if self.made:
            base = place.rstrip("/") + "/"
            known = set(listed)
            for path in self.made:
                if path.startswith(base):
                    name = path[len(base) :].split("/", 1)[0]
                    if name not in known:
                        known.add(name)
                        listed.append(name)
        return listed

    def make(self, place: str, kind: str) -> None:
        self.made[place] = kind

    def remove(self, place: str) -> None:
        """The line certainly removes `place`."""
        below = place + "/"
        for path in [path for path in self.made if path == place or path.startswith(below)]:
            del self.made[path]
        for path in [path for path in self.moved if path == place or path.startswith(below)]:
            del self.moved[path]
        self.gone.add(place)
        self.contents.pop(place, None)

    def transfer(self, source: str, target: str) -> None:
        """`target` now holds what `source` holds."""
        kind = "d" if self.is_folder(source) else "f"
        origin = self.disk(source)
        for path, what in list(self.made.items()):
            if path.startswith(source + "/"):
                self.made[target + path[len(source) :]] = what
        for path, text in list(self.contents.items()):
            if path == source or path.startswith(source + "/"):
                self.contents[target + path[len(source) :]] = text
        if origin and os.path.lexists(origin):
            self.moved[target] = origin
        self.made[target] = kind

    def read(self, path: str) -> str | None:
        """A file's text: as the line has written it, or from the disk; None when not known or too big."""
        place = self.absolute(path)
        if place in self.contents:
            return self.contents[place]
        if place == "/dev/null":
            return ""
        origin = self.disk(place)
        try:
            info = os.stat(origin)
            if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_READ:
                return None
            with open(origin, encoding="utf-8", errors="surrogateescape", newline="") as source:
                return source.read().replace("\0", "")
        except (OSError, ValueError):
            return None

    def files_below(self, top: str, hidden: bool = True) -> list[str] | None:
        """All files below `top`, named as `top/...`; None when there are too many to list cheaply."""
        paths: list[str] = []
        stack = [top]
        while stack:
            folder = stack.pop()
            for name in sorted(self.names(folder), reverse=True):
                if name == ".git" or (not hidden and name.startswith(".")):
                    continue
                self.budget -= 1
                if self.budget < 0:
                    return None
                path = name if folder == "" else folder.rstrip("/") + "/" + name
                if self.is_folder(path) and not os.path.islink(self.absolute(path)):
                    stack.append(path)
                else:
                    paths.append(path)
        return paths

    def sharing(self, path: str) -> list[str]:
        """Where bytes written to `path` land: what its links lead to, and names that the line has linked to it."""
        places = [self._follow(path)]
        for place in places:
            for name, target, hard in self.links:
                other = target if name == place else name if hard and target == place else place
                if other not in places:
                    places.append(other)
        return places

    def landing(self, path: str) -> str:
        """`path` with links in its folders followed, its last segment kept."""
        folder, _, name = path.rpartition("/")
        followed = self._follow(folder) if folder else folder
        return followed + "/" + name

    def _follow(self, path: str) -> str:
        """The real path, written below the start folder as the caller spells that."""
        path = self._led(path)
        if path == self.start or not self._has_link(path):
            return path
        real = os.path.realpath(path)
        base = os.path.realpath(self.start)
        if real == base or real.startswith(base + "/"):
            return self.start + real[len(base) :]
        return real if path.startswith(self.start + "/") else path

    def _led(self, path: str) -> str:
        """`path` as the symbolic links lead that the line has made itself."""
        for name, target, hard in reversed(self.links[:40]):
            if not hard and (path == name or path.startswith(name + "/")):
                return target + path[len(name) :]
        return path

    def is_link(self, path: str) -> bool:
        place = self.absolute(path)
        made = any(name == place and not hard for name, _, hard in self.links)
        return made or os.path.islink(self.disk(place) or "/")

    def _has_link(self, path: str) -> bool:
        base = self.start.rstrip("/") + "/"
        at, rest = (self.start.rstrip("/"), path[len(base) :]) if path.startswith(base) else ("", path[1:])
        try:
            for piece in rest.split("/"):
                at += "/" + piece
                if stat.S_ISLNK(os.lstat(at).st_mode):
                    return True
        except (OSError, ValueError):
            return False
        return False


def normal(path: str) -> str:
    if "//" in path or "/." in path or path.endswith("/"):
        return "/" + "/".join(piece for piece in path.split("/") if piece and piece != ".")
    return path
