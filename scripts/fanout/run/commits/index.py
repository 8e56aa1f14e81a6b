"""The user's own index: held as git holds it, while a task's steps are laid onto what is staged there.

    Held -> prepare: the new index beside the old one -> publish: in its place -> let go

While it is held no git command commits, so none sees a HEAD with a task and an index without it. The lock names its
process: the one of a killed fanout is told from git's own, and is taken over or taken away.
"""

from __future__ import annotations

import os
import shutil
import time

from fanout.errors import Busy
from fanout.run.agents import client_process
from fanout.run.changes import git
from fanout.run.commits import blobs

TRIES = 40
PAUSE_SECONDS = 0.05
LONGEST = 300  # characters of a lock of ours
OURS = "fanout"  # the first word in a lock of ours


class Locked(Busy):
    """Somebody else holds the index, and kept it."""


class Held:
    """`with Held(tree) as held:`. Raises Locked when somebody else does not let go of the index."""

    __slots__ = ("_is_ready", "_new", "_tree", "_tries", "path")

    def __init__(self, tree: str, tries: int = TRIES) -> None:
        self.path = path_of(tree)
        self._tree = tree
        self._tries = tries
        self._new = f"{self.path}.{OURS}-{os.getpid()}"
        self._is_ready = False

    def __enter__(self) -> Held:
        for left in reversed(range(self._tries)):
            if _take(self.path, self._new):
                return self
            if left:
                time.sleep(PAUSE_SECONDS)
        lock = lock_of(self.path)
        raise Locked(f"{lock} is there: another git holds the index.", f"If no git runs, remove {lock}.")

    def __exit__(self, *exc: object) -> None:
        _unlink(self._new)
        _unlink(lock_of(self.path))

    def prepare(self, steps: dict[str, blobs.Step]) -> None:
        """Makes the index with the steps laid onto it; where one does not fit, its path stays. Twice is as once."""
        entries = {path: entry for path, step in steps.items() if (entry := _entry(self._tree, path, step)) is not None}
        if not entries:
            return
        if os.path.exists(self.path):
            shutil.copy2(self.path, self._new)  # with its time: git goes by it where a file changed in the same second
        blobs.put(self._tree, entries, self._new)
        self._is_ready = True

    def publish(self) -> None:
        """Puts it in the place of the user's."""
        if self._is_ready:
            os.replace(self._new, self.path)


def move(tree: str, steps: dict[str, blobs.Step], tries: int = TRIES) -> bool:
    """Makes the steps in the user's index. False when somebody else holds it: then nothing moved. Twice is as once."""
    try:
        with Held(tree, tries) as held:
            held.prepare(steps)
            held.publish()
    except Locked:
        return False
    return True


def free(tree: str) -> None:
    """Takes away what a killed process of ours left beside the index."""
    path = path_of(tree)
    _take_away(lock_of(path))
    folder, start = os.path.dirname(path), f"{os.path.basename(path)}.{OURS}-"
    for name in os.listdir(folder):
        process = name[len(start) :].partition(".")[0] if name.startswith(start) else ""
        if process.isdigit() and client_process.is_gone(int(process), ""):
            _unlink(os.path.join(folder, name))


def path_of(tree: str) -> str:
    return os.path.join(tree, git.run(tree, "rev-parse", "--git-path", "index"))


def lock_of(path: str) -> str:
    return f"{path}.lock"


def _take(path: str, half: str) -> bool:
    """Whether the lock could be had; it is never there without its process in it."""
    lock = lock_of(path)
    _take_away(lock)
    with open(half, "w", encoding="utf-8", newline="\n") as file:
        file.write(_signature())
    try:
        os.link(half, lock)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        try:
            with open(lock, "x", encoding="utf-8", newline="\n") as file:
                file.write(_signature())
        except FileExistsError:
            return False
    finally:
        _unlink(half)
    return True


def _signature() -> str:
    pid = os.getpid()
    return f"{OURS} {pid} {client_process.start_of(pid) or '-'} {_machine()}\n"


def _machine() -> str:
    """Whose processes the number is one of: a container shares the folder, and not them."""
    import platform

    return platform.node().replace(" ", "") or "-"


def _take_away(lock: str) -> None:
    """If its process is gone. Moved aside first: another may have taken it over meanwhile, and has it back then."""
    if not _is_left(lock):
        return
    aside = f"{lock}.{os.getpid()}"
    try:
        os.rename(lock, aside)
    except OSError:
        return
    if not _is_left(aside):
        os.link(aside, lock)
    _unlink(aside)


def _is_left(lock: str) -> bool:
    """Whether a process of ours made it that is gone."""
    try:
        with open(lock, encoding="utf-8", errors="replace") as file:
            words = file.read(LONGEST).split()
    except OSError:
        return False
    if words[:1] != [OURS] or len(words) != 4 or not words[1].isdigit() or words[3] != _machine():
        return False
    return client_process.is_gone(int(words[1]), words[2].strip("-"))


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _entry(tree: str, path: str, step: blobs.Step) -> blobs.Entry | None:
    """What the index is to have; None where the step does not fit, or is there already."""
    there = blobs.staged(tree, path)
    try:
        entry = step[1] if there == blobs.NOTHING == step[0] else blobs.fitted(tree, path, step, there)
    except blobs.Clash:
        return None
    return None if entry == there else entry
