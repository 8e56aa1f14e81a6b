"""Undo one task without touching what anybody else wrote, also where edits of one file followed each other."""

from __future__ import annotations

import os
import sqlite3

from fanout.errors import FanoutError
from fanout.run import changes, files, journal, merge, objects, place
from fanout.run.db import Write


class Step:
    """What undoing does to one path: `new` bytes, None to delete the file; `clash` when it can't be done."""

    __slots__ = ("clash", "new", "path", "verb")

    def __init__(self, path: str, verb: str, new: bytes | None, clash: str = "") -> None:
        self.path = path
        self.verb = verb
        self.new = new
        self.clash = clash


def plan(db: sqlite3.Connection, root: str, run: str, task: str) -> list[Step]:
    """What undoing the task would do, path by path; empty when it changed nothing."""
    return [_step(root, path, *change[:2]) for path, change in changes.of_task(db, run, task).items()]


def carry_out(db: sqlite3.Connection, root: str, run: str, task: str) -> list[Step]:
    """Undoes the task. Raises FanoutError, with both versions kept, when any path clashes: then nothing is changed."""
    steps = plan(db, root, run, task)
    clashes = [step for step in steps if step.clash]
    if clashes:
        raise FanoutError(
            f"task {task} can't be undone: {'; '.join(f'{step.path} {step.clash}' for step in clashes)}.",
            "Nothing was changed.",
        )
    for step in steps:
        full = _full(root, step.path)
        if step.new is None:
            if os.path.lexists(full):
                os.unlink(full)
        else:
            _replace(full, step.new)
    with Write(db):
        db.execute("DELETE FROM changed WHERE agent IN (SELECT id FROM agent WHERE run = ? AND task = ?)", (run, task))
        journal.note(db, "undone", run, task, paths=[step.path for step in steps])
    return steps


def _step(root: str, path: str, before: str, after: str) -> Step:
    if objects.NOT_KEPT in (before, after):
        return Step(path, "keep", None, "was too large to be kept")
    current = _read(_full(root, path))
    left = None if after == objects.ABSENT else objects.load(root, after)
    wanted = None if before == objects.ABSENT else objects.load(root, before)
    if current == wanted:
        return Step(path, "leave", wanted)
    if current == left:
        return Step(path, "delete" if wanted is None else "restore", wanted)
    if wanted is None or left is None or current is None:
        return Step(path, "keep", current, _differs(root, path, wanted))
    merged = merge.merge(left, current, wanted)
    if merged is None:
        return Step(path, "keep", current, _differs(root, path, wanted))
    return Step(path, "merge", merged)


def _differs(root: str, path: str, wanted: bytes | None) -> str:
    """Says that somebody changed the same lines since, and keeps the version that undoing would have brought back."""
    kept = os.path.join(place.folder_of(root), "undo", path.lstrip("/"))
    if wanted is not None:
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        _replace(kept, wanted)
        return f"was changed in the same lines since (the version before the task: {files.shown(root, kept)})"
    return "was changed since the task created it"


def _full(root: str, path: str) -> str:
    return path if os.path.isabs(path) else os.path.join(root, path)


def _read(full: str) -> bytes | None:
    try:
        with open(full, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _replace(full: str, data: bytes) -> None:
    """Writes the file whole, keeping its mode."""
    os.makedirs(os.path.dirname(full), exist_ok=True)
    temporary = f"{full}.{os.getpid()}.tmp"
    with open(temporary, "wb") as file:
        file.write(data)
    if os.path.exists(full):
        os.chmod(temporary, os.stat(full).st_mode & 0o7777)
    os.replace(temporary, full)
