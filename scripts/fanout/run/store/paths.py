"""The truth of a path: where a write really goes, named as the plan names it."""

from __future__ import annotations

import os

from fanout.run.store import state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.run.store.spelling import Spelling

MOST_FILES = 5000
PASSED_OVER = {".git", ".fanout", "node_modules", "__pycache__", ".venv"}  # made by tools, and made again


class Naming:
    """How paths of one project are named: relative to its root, `/` between segments, spelled as the folders list them.

    `fold`: its file system does not tell case apart. Then names are equal when their keys are; folding happens there alone.
    """

    __slots__ = ("_by_key", "_spelling", "fold", "root")

    def __init__(self, root: str, fold: bool = False) -> None:
        self.fold = fold
        self._spelling: Spelling | None = None
        self._by_key: Spelling | None = None
        self.root = ""
        self.root = self.spelled(os.path.realpath(root))

    def name(self, path: str, cwd: str) -> str:
        """The name of `path` (absolute, or relative to `cwd`), symlinks resolved; absolute when outside the project."""
        path = os.path.expanduser(path) if path.startswith("~") else path
        if os.sep != "/":
            from fanout.run.store import windows_paths

            cwd, path = windows_paths.plain(cwd), windows_paths.plain(path)
        return self._named(os.path.realpath(os.path.join(cwd, path)))

    def given(self, path: str, cwd: str) -> str:
        """`name` without asking how the folders spell it, where that may wait: nothing of a rule's own is in it."""
        if os.sep != "/":
            return self.name(path, cwd)
        full = os.path.realpath(os.path.join(cwd, path))
        above = self.root.rstrip(os.sep) + os.sep
        if not self.fold or path.startswith("~") or not full.startswith(above) or not full.isascii():
            return self.name(path, cwd)
        inside = full[len(above) :].replace(os.sep, "/")
        return self.name(path, cwd) if any(part in inside.lower() for part in state_dir.RULED) else inside

    def link(self, path: str) -> str:
        """The name of the link itself, with the folders above it resolved."""
        folder, last = os.path.split(os.path.join(self.root, path))
        return self._named(os.path.join(os.path.realpath(folder), last))

    def _named(self, full: str) -> str:
        full = self.spelled(full)
        if full == self.root:
            return "."
        inside = full.startswith(self.root.rstrip(os.sep) + os.sep)
        name = full[len(self.root.rstrip(os.sep)) + 1 :] if inside else full
        return name if os.sep == "/" else name.replace(os.sep, "/")

    def spelled(self, full: str) -> str:
        """An absolute path as the folders list it."""
        if not self.fold and full.isascii():
            return full
        if self._spelling is None:
            from fanout.run.store.spelling import Spelling

            self._spelling = Spelling(self.fold)
        return self._spelling.of(full, self.root)

    def listed(self, full: str) -> str:
        """The same; where nothing is there of that spelling, what has its key."""
        if not self.fold and full.isascii():
            return full
        if self._by_key is None:
            from fanout.run.store.spelling import Spelling

            self._by_key = Spelling(self.fold, by_key=True)
        return self._by_key.of(full, self.root)

    def key(self, name: str) -> str:
        """What names are compared by."""
        return key(name, self.fold) if self.fold or not name.isascii() else name

    def as_written(self, anchor: str, pattern: str) -> str:
        """The anchor of a pattern, which is a key, as the plan spells it."""
        written = "/".join(pattern.split("/")[: anchor.count("/") + 1])
        return written if self.key(written) == anchor else anchor

    def full(self, name: str) -> str:
        return name if os.path.isabs(name) else os.path.join(self.root, name)


def key(name: str, fold: bool) -> str:
    """`Naming.key` where there is no Naming."""
    if not fold and name.isascii():
        return name
    from fanout.run.store import spelling

    return spelling.key(name, fold)


def above(name: str) -> list[str]:
    """The name itself and every folder above it, down to "" for the root: where a claim that covers it can hang."""
    found = [name]
    while "/" in name:
        name = name.rsplit("/", 1)[0]
        if name:
            found.append(name)
    found.append("")
    return found


def is_outside(name: str) -> bool:
    """Whether a name is of a path outside the project."""
    return os.path.isabs(name) or (os.sep != "/" and name[1:2] == ":")


def files_below(naming: Naming, folder: str) -> list[str]:
    """The names of the files below a folder, at most MOST_FILES; what tools make is passed over."""
    found: list[str] = []
    for place, folders, files in os.walk(naming.full(folder)):
        folders[:] = [name for name in sorted(folders) if name not in PASSED_OVER]
        found += [naming.name(os.path.join(place, name), naming.root) for name in sorted(files)]
        if len(found) > MOST_FILES:
            break
    return found[:MOST_FILES]
