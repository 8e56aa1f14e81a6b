"""A local clone as the benchmark of real lists needs it: its commits, and the files of one of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fanout.errors import FanoutError
from fanout.plan.file_access import decode

LARGEST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Commit:
    """`files` are (status, path): A added, M modified, D deleted."""

    name: str
    parent: str
    subject: str
    files: list[tuple[str, str]]

    def paths(self) -> list[str]:
        return [path for _, path in self.files]


@dataclass
class Clone:
    """A git directory, bare or not. Objects come through one `git cat-file` process."""

    folder: Path
    _reader: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "--git-dir", str(self.folder), "-c", "core.quotePath=off", *words], capture_output=True, check=False
        )
        if done.returncode:
            raise FanoutError(f"{self.folder}: git {words[0]} fails: {done.stderr.decode(errors='replace')[:200]}", "")
        return done.stdout.decode("utf-8", "replace")

    def commits(self) -> Iterator[Commit]:
        """From the first to the last, without merges."""
        form = "%x01%H%x00%P%x00%s"
        text = self.git(
            "log", "--reverse", "--topo-order", "--no-merges", "--no-renames", "--name-status", f"--format={form}"
        )
        for record in text.split("\x01")[1:]:
            head, _, rest = record.partition("\n")
            name, parents, subject = head.split("\0")
            files = [(line[0], line.split("\t", 1)[1]) for line in rest.split("\n") if "\t" in line]
            yield Commit(name, parents.split(" ")[0], subject, files)

    def data(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file in a commit; None when it is not there, or not in the clone."""
        if "\n" in path:
            return None
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", "--git-dir", str(self.folder), "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        assert self._reader.stdin and self._reader.stdout
        self._reader.stdin.write(f"{commit}:{path}\n".encode())
        self._reader.stdin.flush()
        head = self._reader.stdout.readline().decode("utf-8", "replace").split()
        if len(head) < 3 or head[-1] == "missing":
            return None
        content = self._reader.stdout.read(int(head[-1]) + 1)[:-1]
        return content if head[-2] == "blob" else None

    def text(self, commit: str, path: str) -> str:
        return (self.data(commit, path) or b"").decode("utf-8", "replace")

    def added(self, commit: str, paths: Iterable[str]) -> dict[str, str]:
        """The lines that a commit adds, by file; a file whose content the clone lacks (it is very large) adds none."""
        wanted = sorted(paths)
        try:
            return self._added(commit, wanted)
        except FanoutError:
            found: dict[str, str] = {}
            for path in wanted:
                with suppress(FanoutError):
                    found |= self._added(commit, [path])
            return found

    def _added(self, commit: str, paths: list[str]) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        lines: list[str] = []
        plain = ("--format=", "--no-renames", "-U0", "--no-color", "--no-ext-diff")
        for line in self.git("--literal-pathspecs", "show", *plain, commit, "--", *paths).split("\n"):
            if line.startswith("+++ "):
                lines = found.setdefault(re.sub(r"\A(?:b/|/dev/null)", "", line[4:].strip().strip('"')), [])
            elif line.startswith("+"):
                lines.append(line[1:])
        return {path: "\n".join(kept) for path, kept in found.items() if path}

    def close(self) -> None:
        if self._reader is not None:
            self._reader.kill()
            self._reader.wait()


@lru_cache(maxsize=64)
def tree(clone: Path, commit: str) -> frozenset[str]:
    """Every file of a commit."""
    return frozenset(
        name for name in Clone(clone).git("ls-tree", "-r", "-z", "--name-only", commit).split("\0") if name
    )


@dataclass(frozen=True)
class CommitFiles:
    """What the readers may ask for (plan/file_access.py), of one commit: its files stand below `top`."""

    clone: Clone
    commit: str
    top: str

    def _inside(self, path: str) -> str:
        return path.removeprefix(self.top).strip("/")

    def text(self, path: str) -> str:
        return decode(self.data(path), path)

    def data(self, path: str) -> bytes:
        data = self.clone.data(self.commit, self._inside(path))
        if data is None or len(data) > LARGEST_BYTES:
            raise FanoutError(f"{path} can't be read.", "")
        return data

    def peek(self, path: str, characters: int = -1) -> str:
        text = self.clone.text(self.commit, self._inside(path))
        return text if characters < 0 else text[:characters]

    def names(self, folder: str) -> list[str]:
        inside = self._inside(folder)
        start = f"{inside}/" if inside else ""
        return sorted({name[len(start) :].split("/")[0] for name in self._tree() if name.startswith(start)})

    def exists(self, path: str) -> bool:
        return self.is_file(path) or self.is_folder(path)

    def is_file(self, path: str) -> bool:
        return self._inside(path) in self._tree()

    def is_folder(self, path: str) -> bool:
        inside = self._inside(path)
        return not inside or any(name.startswith(f"{inside}/") for name in self._tree())

    def _tree(self) -> frozenset[str]:
        return tree(self.clone.folder, self.commit)
