"""A copy of the work tree without what some agents changed: a command is judged there where their work stands in the way.

What git ignores is in it too (ignored_in_copy.py). Its sources are of one time and newer than what was built, so that a build
by times (make, cargo) builds from what stands there. It is outside the project, whose ignore rules would hide it from linters.
"""

from __future__ import annotations

import os
import time

from fanout.run.changes import git, objects
from fanout.run.evidence import ignored_in_copy
from fanout.run.store import base, paths

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FILES = 20_000
MOST_BYTES = 500_000_000
OWN = {".git", ".fanout"}


class Impossible(Exception):
    """There is no such copy: the tree is too large, or an earlier version was not kept."""


class Copy:
    """`with Copy(root, tree, before) as folder:` the copied top of the work tree; `before` are the objects to put back, by
    the names of their paths. Raises Impossible."""

    __slots__ = ("before", "root", "tree", "where")

    def __init__(self, root: str, tree: str, before: dict[str, str]) -> None:
        self.root = root
        self.tree = tree
        self.before = before

    def __enter__(self) -> str:
        import tempfile

        self.where = tempfile.mkdtemp(prefix="fanout-judged-")
        top = os.path.join(self.where, os.path.basename(self.tree))
        os.mkdir(top)
        try:
            self._fill(top)
            self._put_back(top)
        except (OSError, Impossible) as error:
            self.__exit__()
            raise Impossible(str(error)) from None
        return top

    def __exit__(self, *exc: object) -> None:
        import shutil

        shutil.rmtree(self.where, ignore_errors=True)

    def _fill(self, top: str) -> None:
        files, ignored = _listed(self.tree)
        if len(files) > MOST_FILES:
            raise Impossible
        filler = ignored_in_copy.Filler(self.tree, top)
        for name in ignored:
            filler.put(name)
        left, now = MOST_BYTES, time.time_ns()
        for name in files:
            left -= _copy(os.path.join(self.tree, name), os.path.join(top, name), now)
            if left < 0:
                raise Impossible

    def _put_back(self, top: str) -> None:
        for name, old in self.before.items():
            path = base.inside(self.root, self.tree, name)
            target = os.path.join(top, path)
            if not path or old == objects.FOLDER:
                continue
            if old == objects.NOT_KEPT:
                raise Impossible
            if old != objects.ABSENT:
                objects.put(target, objects.load(self.root, old), objects.kind(old))
            elif os.path.isfile(target) or os.path.islink(target):
                os.unlink(target)


def _copy(source: str, target: str, now: int) -> int:
    """Copies a file or link, or the files of a repository inside, as changed `now`. Returns the bytes."""
    import shutil

    if os.path.isdir(source) and not os.path.islink(source):
        if ignored_in_copy.is_agents_tree(source):
            return 0
        names = _walked(source)[0]
        return sum(_copy(os.path.join(source, name), os.path.join(target, name), now) for name in names)
    if not os.path.lexists(source):
        return 0
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy(source, target, follow_symlinks=False)
    os.utime(target, ns=(now, now), follow_symlinks=False)
    return os.lstat(target).st_size


def _listed(tree: str) -> tuple[list[str], list[str]]:
    """The files of a work tree, and what git ignores in it: as few folders as hold nothing else."""
    code, out, _err = git.attempt(tree, "ls-files", "-z", "-co", "--exclude-standard")
    if code != 0:
        return _walked(tree)
    files = [name for name in out.split("\0") if name and not name.startswith(".fanout/")]
    _, out, _err = git.attempt(tree, "ls-files", "-z", "-oi", "--exclude-standard", "--directory")
    return files, list(_linkable(name.rstrip("/") for name in out.split("\0") if name))


def _walked(tree: str) -> tuple[list[str], list[str]]:
    files: list[str] = []
    passed: list[str] = []
    for place, folders, names in os.walk(tree):
        below = os.path.relpath(place, tree)
        prefix = "" if below == os.curdir else below + "/"
        passed += [prefix + name for name in folders if name in paths.PASSED_OVER]
        folders[:] = [name for name in folders if name not in paths.PASSED_OVER]
        files += [prefix + name for name in names]
        if len(files) > MOST_FILES:
            break
    return files, list(_linkable(passed))


def _linkable(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if not {*name.split("/")} & (ignored_in_copy.CACHES | OWN))
