"""What of the files that are discarded is the uncommitted work of finished tasks: these count as done all the same."""

from __future__ import annotations

from fanout.run.changes import changes
from fanout.run.commits import taken_back
from fanout.run.store import base, journal
from fanout.run.tasks import runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.commits.discard import Step


def said(db: sqlite3.Connection, root: str, steps: list[Step]) -> list[str]:
    """A line for each such task, asked before its files are discarded."""
    lines = []
    for run in runs.all_of(db) if steps else ():
        for task in tasks.in_state(db, run.id, "done"):
            found = _uncommitted(db, root, run.id, task.id, steps)
            if found:
                shown = tasks.few([base.in_tree(db, root, run.id, name) for name in found])
                they_are = "is" if len(found) == 1 else "are"
                name = f"{run.id}/{task.id}"
                lines.append(
                    f"{shown} {they_are} finished work of task {task.id}, which counts as done all the same: `fanout retry "
                    f"{name} --again` does it anew, `fanout undo {name}` takes all of it back."
                )
    return lines


def _uncommitted(db: sqlite3.Connection, root: str, run: str, task: str, steps: list[Step]) -> list[str]:
    """The names of those files that hold the task's work."""
    made = changes.of_task(db, run, task)
    names = [step.name for step in steps if step.name in made]
    if not names:
        return []
    committed = journal.committed_paths(db, run, task)
    loose = [step.name for step in steps if step.name in made and step.path not in committed]
    gone = taken_back.of_task(db, root, run, task, loose)
    return [name for name in loose if name not in gone]
