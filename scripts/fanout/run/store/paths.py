"""The truth of a path: where a write really goes, named as the plan names it."""

from __future__ import annotations

import os

MOST_FILES = 5000
PASSED_OVER = {".git", ".fanout", "node_modules", "__pycache__", ".venv"}  # made by tools, and made again


class Naming:
    """How paths of one project are named: relative to its root, `/` between segments, NFC, folded where case is."""

    __slots__ = ("fold", "root")

    def __init__(self, root: str, fold: bool = False) -> None:
        self.root = os.path.realpath(root)
        self.fold = fold

    def name(self, path: str, cwd: str) -> str:
        """The name of `path` (absolute, or relative to `cwd`), symlinks resolved; absolute when outside the project."""
        full = os.path.realpath(os.path.join(cwd, os.path.expanduser(path) if path.startswith("~") else path))
        if full == self.root:
            name = "."
        elif full.startswith(self.root.rstrip(os.sep) + os.sep):
            name = full[len(self.root.rstrip(os.sep)) + 1 :]
        else:
            name = full
        if os.sep != "/":
            name = name.replace(os.sep, "/")
        return self.normal(name)

    def link(self, path: str) -> str:
        """The name of the link itself, with the folders above it resolved."""
        folder, last = os.path.split(path)
        above_ = self.name(folder, self.root)
        return self.normal(last) if above_ == "." else f"{above_}/{self.normal(last)}"

    def normal(self, name: str) -> str:
        """NFC, and folded where the file system does not tell upper from lower case."""
        if not name.isascii():
            import unicodedata

            name = unicodedata.normalize("NFC", name)
        return name.casefold() if self.fold else name

    def full(self, name: str) -> str:
        return name if os.path.isabs(name) else os.path.join(self.root, name)


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
