"""What git ignores, in a copy of the work tree: packages are linked, caches left out, and the rest is the copy's own.

A command that builds in the copy must not write over what was built in the tree from other sources.
"""

from __future__ import annotations

import os
import shutil
import stat

from fanout.run.evidence import installed_from_tree
from fanout.run.store import state_dir

MOST_FILES = 20_000
MOST_BYTES = 200_000_000
CACHES = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
INSTALLED = "node_modules .venv venv vendor Pods bower_components jspm_packages deps elm-stuff .bundle .yarn .terraform .tox .nox"
MADE = """build dist out target bin obj _build .build .next .nuxt .output .svelte-kit .turbo .parcel-cache coverage htmlcov
    zig-out DerivedData"""
PACKAGES = frozenset(INSTALLED.split())
BUILT = frozenset(MADE.split())  # what a build makes anew: left out where it is too large to be copied


class Filler:
    """Puts the ignored files and folders of the work tree `tree` into its copy `top`, the small ones as copies."""

    __slots__ = ("bytes", "files", "top", "tree")

    def __init__(self, tree: str, top: str) -> None:
        self.tree = tree
        self.top = top
        self.files = MOST_FILES
        self.bytes = MOST_BYTES

    def put(self, name: str) -> None:
        """One path, relative to the top of the tree."""
        source, target = os.path.join(self.tree, name), os.path.join(self.top, name)
        if os.path.lexists(target) or is_agents_tree(source):
            return
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if _is_packages(source):
            self._link(name)
        elif self._takes(source):
            self._copy(name)
        elif os.path.basename(name) not in BUILT:
            os.symlink(source, target)

    def _link(self, name: str) -> None:
        source = os.path.join(self.tree, name)
        own = installed_from_tree.workspaces(self.tree, source) if os.path.basename(name) == "node_modules" else []
        if own:
            installed_from_tree.link(self.tree, self.top, name, own)
        else:
            os.symlink(source, os.path.join(self.top, name))

    def _takes(self, source: str) -> bool:
        """Whether what is there is small enough; then it is counted."""
        files, size = self.files, self.bytes
        for path in _below(source):
            files -= 1
            size -= _size(path)
            if files < 0 or size < 0:
                return False
        self.files, self.bytes = files, size
        return True

    def _copy(self, name: str) -> None:
        """With the times of what was built: the sources beside it are newer."""
        source, target = os.path.join(self.tree, name), os.path.join(self.top, name)
        if os.path.isdir(source) and not os.path.islink(source):
            os.makedirs(target, exist_ok=True)
            for inner in _entries(source):
                path = f"{name}/{inner}"
                self._link(path) if _is_packages(os.path.join(source, inner)) else self._copy(path)
        else:
            _copy_file(source, target)


def _is_packages(path: str) -> bool:
    is_known = os.path.basename(path) in PACKAGES or os.path.exists(os.path.join(path, "pyvenv.cfg"))
    return is_known and os.path.isdir(path)


def _below(path: str) -> list[str]:
    """The files that a copy of it would hold, one more than may be copied at most."""
    if not os.path.isdir(path) or os.path.islink(path):
        return [path]
    found: list[str] = []
    folders = [path]
    while folders and len(found) <= MOST_FILES:
        place = folders.pop()
        for inner in _entries(place):
            full = os.path.join(place, inner)
            is_folder = os.path.isdir(full) and not os.path.islink(full)
            (folders if is_folder and not _is_packages(full) else found).append(full)
    return found


def _entries(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [name for name in names if name not in CACHES and not is_agents_tree(os.path.join(folder, name))]


def is_agents_tree(path: str) -> bool:
    """Whether it is a linked work tree."""
    return os.path.isfile(os.path.join(path, ".git")) and state_dir.linked(path) is not None


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def _copy_file(source: str, target: str) -> None:
    """A file or a link; what has gone meanwhile, or is neither, is left out."""
    try:
        if stat.S_ISREG(os.lstat(source).st_mode) or os.path.islink(source):
            shutil.copy2(source, target, follow_symlinks=False)
    except OSError:
        pass
