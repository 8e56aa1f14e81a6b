"""The checks of the run's end, at chosen points before it: after each EVERY merges.

due -> on what is to be merged: green, then that is the point from which on to look
    -> red: on the branch as it is. Green there: what is to be merged is the culprit, and is sent back
    -> red there: the step since the last point with which it began is looked for, and its task done again from the tip
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fanout.engines import merged_checks, work_trees
from fanout.run.changes import git
from fanout.run.evidence import gaps
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

if TYPE_CHECKING:
    import sqlite3

    from fanout.engines.merged_checks import Commands
    from fanout.run.store.records import Attempt, Run

EVERY = 8  # merges
MOST_REDONE = 3
NAME = "checkpoint"


def gap(
    db: sqlite3.Connection, root: str, run: Run, tip: str, top: str, batch: list[Attempt], is_due: bool = False
) -> str:
    """What the batch, which makes `top` of the branch's `tip`, breaks of the checks of the run's end; "" where nothing is due,
    nothing is broken, or something was before. `is_due`: it is a part of a batch that was red."""
    commands = merged_checks.at_end(db, run.id, batch)
    last = _last(db, run)
    is_mended = last["mends"] in {one.task for one in batch}
    if not commands or (last["is_red"] and not is_mended):
        return ""
    steps = _steps(root, last["commit"], tip)
    if not (is_due or is_mended or len(steps) + len(batch) >= EVERY):
        return ""
    found = merged_checks.said(root, run, top, commands, NAME)
    if not found:
        _note(db, run, top)
        return ""
    before = merged_checks.merged(db, run.id, "end")
    if is_mended or not merged_checks.said(root, run, tip, before, NAME):
        return found
    culprit = _task_of(root, run, _culprit(root, run, steps, before))
    _redo(db, run, culprit, found)
    _note(db, run, tip, culprit, found)
    return ""


def _last(db: sqlite3.Connection, run: Run) -> dict[str, Any]:
    """The last point: its commit, the task that is to mend what was red there. At first where the run began."""
    points = journal.events(db, run.id, "checkpoint")
    return points[-1].facts if points else {"commit": run.begun_at, "is_red": False, "mends": None}


def _note(db: sqlite3.Connection, run: Run, commit: str, mends: str | None = None, found: str = "") -> None:
    with Write(db):
        why = gaps.in_a_line(found) if found else ""
        journal.note(db, "checkpoint", run.id, commit=commit, is_red=bool(found), mends=mends, gap=why)


def _steps(root: str, green: str, tip: str) -> list[str]:
    """The commits after the last point, oldest first."""
    return git.run(root, "rev-list", "--reverse", f"{green}..{tip}").split()


def _culprit(root: str, run: Run, steps: list[str], commands: Commands) -> str:
    """The first commit with which the checks fail; the last one is known to."""
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if merged_checks.said(root, run, steps[middle], commands, NAME):
            high = middle
        else:
            low = middle + 1
    return steps[high]


def _task_of(root: str, run: Run, commit: str) -> str | None:
    """Whose step it is; None for a commit of somebody else, who has to mend it."""
    return next((task for (task, _), made in work_trees.in_branch(root, run).items() if made == commit), None)


def _redo(db: sqlite3.Connection, run: Run, name: str | None, found: str) -> None:
    """The task is done again from the branch's tip, which has what it did."""
    why = f"merged, and with it a check for the run's end fails: {gaps.in_a_line(found)}"[: tasks.LONGEST_OUTCOME]
    with Write(db):
        if name is None or tasks.get(db, run.id, name).state != "done":
            return
        journal.note(db, "merge-refused", run.id, name, outcome=why)
        if journal.count(db, run.id, name, "merge-refused") > MOST_REDONE:
            tasks.fail_at_end(db, run.id, name, why)
        else:
            tasks.redo(db, run.id, name, why)
