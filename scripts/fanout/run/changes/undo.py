"""Undo one task without touching what anybody else wrote, also where edits of one file followed each other."""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.run.changes import changes, merge, objects
from fanout.run.store import base, journal, run_files, state_dir
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

DELETIONS = ("delete", "move")  # a file without kept bytes is moved away


class Step:
    """What undoing does to one path: `new` is the object to bring back, ABSENT to delete; or `merged` bytes take its place.

    `clash` says why it can't be done, `replaced` where the version that was undone is kept.
    """

    __slots__ = ("clash", "merged", "new", "path", "replaced", "verb")

    def __init__(self, path: str, verb: str, new: str, merged: bytes | None = None, clash: str = "") -> None:
        self.path = path
        self.verb = verb
        self.new = new
        self.merged = merged
        self.clash = clash
        self.replaced = ""


def plan(db: sqlite3.Connection, root: str, run: str, task: str) -> list[Step]:
    """What undoing the task would do, path by path, deletions first; empty when it changed nothing."""
    home = base.folder(db, root, run)
    steps = [_step(root, home, path, *change) for path, change in changes.of_task(db, run, task).items()]
    goes = {_full(root, step.path) for step in steps if step.verb in DELETIONS}
    for step in steps:
        if step.verb == "restore" and (others := _below(_full(root, step.path)) - goes):
            step.verb, step.clash = "keep", f"is a folder now, with {run_files.shown(home, min(others))}"
    return sorted(steps, key=lambda step: step.verb not in DELETIONS)


def carry_out(db: sqlite3.Connection, root: str, run: str, task: str) -> list[Step]:
    """Undoes the task. Raises FanoutError when an agent works on it, or any path clashes: then nothing is changed, and
    both versions are kept.

    Runs inside a transaction: no agent begins the task while its files go back.
    """
    refuse_running(db, run, task)
    steps = plan(db, root, run, task)
    clashes = [step for step in steps if step.clash]
    if clashes:
        why = [f"{base.in_tree(db, root, run, step.path)} {step.clash}" for step in clashes]
        raise FanoutError(
            f"task {task} can't be undone: {'; '.join(why)}.",
            "Nothing was changed.",
        )
    for step in steps:
        if kept := _carry_out(root, run_files.undone(root, run, task), step):
            step.replaced = run_files.shown(base.folder(db, root, run), kept)
    changes.forget(db, run, task)
    journal.note(db, "undone", run, task, paths=[step.path for step in steps])
    return steps


def refuse_running(db: sqlite3.Connection, run: str, task: str) -> None:
    """Raises FanoutError when an agent works on the task."""
    if tasks.get(db, run, task).state == "running":
        raise tasks.refusal(db, run, task, "Its files are its agent's now.")


def _carry_out(root: str, folder: str, step: Step) -> str:
    """Brings one path back. What it held is kept first, somebody else may have written there while the agent worked:
    returns where, "" when it held nothing."""
    full = _full(root, step.path)
    if step.verb == "leave":
        return ""
    kept = _free(os.path.join(folder, step.path.lstrip("/")))
    held = objects.keep(root, full)
    if step.verb == "move":
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        os.replace(full, kept)
    elif held not in (objects.ABSENT, objects.NOT_KEPT):
        objects.put(kept, objects.load(root, held), objects.kind(held))
    if step.merged is not None:
        objects.put(full, step.merged, objects.kind(step.new))
    elif step.new != objects.ABSENT:
        if os.path.isdir(full) and not os.path.islink(full):
            _remove_empty(full)
        objects.put(full, objects.load(root, step.new), objects.kind(step.new))
    elif os.path.lexists(full):
        os.unlink(full)
    return kept if os.path.lexists(kept) else ""


def _below(folder: str) -> set[str]:
    """The files in and below a folder; none when it is no folder."""
    if os.path.islink(folder):
        return set()
    return {os.path.join(place_, name) for place_, _, names in os.walk(folder) for name in names}


def _remove_empty(folder: str) -> None:
    for inner, _, _ in os.walk(folder, topdown=False):
        os.rmdir(inner)


def _free(path: str) -> str:
    """The path, or with the first number behind it that is not taken."""
    free, number = path, 1
    while os.path.lexists(free):
        number += 1
        free = f"{path}.{number}"
    return free


def _step(root: str, home: str, path: str, before: str, after: str) -> Step:
    if (before, after) == (objects.ABSENT, objects.NOT_KEPT) and os.path.isfile(_full(root, path)):
        return Step(path, "move", before)
    if objects.NOT_KEPT in (before, after):
        return Step(path, "keep", after, clash="was too large to be kept, or one of too many files")
    current = objects.keep(root, _full(root, path))
    if current == before:
        return Step(path, "leave", before)
    if current == after:
        return Step(path, "delete" if before == objects.ABSENT else "restore", before)
    merged = _merged(root, before, after, current)
    if merged is None:
        return Step(path, "keep", current, clash=_differs(root, home, path, before))
    kind = objects.kind(before if objects.kind(before) != objects.kind(after) else current)
    return Step(path, "merge", objects.digest(merged) + kind, merged)


def _merged(root: str, before: str, after: str, current: str) -> bytes | None:
    """The current bytes without the step from before to after; None when that can't be told apart."""
    sides = (after, current, before)
    if objects.ABSENT in sides or objects.NOT_KEPT in sides or objects.LINK in map(objects.kind, sides):
        return None
    return merge.merge(*(objects.load(root, side) for side in sides))


def _differs(root: str, home: str, path: str, before: str) -> str:
    """Says that somebody changed the same lines since, and keeps the version that undoing would have brought back."""
    if before == objects.ABSENT:
        return "was changed since the task created it"
    kept = os.path.join(state_dir.folder_of(root), "undo", path.lstrip("/"))
    objects.put(kept, objects.load(root, before), objects.kind(before))
    return f"was changed in the same lines since (the version before the task: {run_files.shown(home, kept)})"


def _full(root: str, path: str) -> str:
    return path if os.path.isabs(path) else os.path.join(root, path)
