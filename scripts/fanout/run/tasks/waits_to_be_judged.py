"""A task whose agent has said that it is done, and that can't be judged before another one has ended."""

from __future__ import annotations

from fanout.run.store import journal

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Task


def is_so(db: sqlite3.Connection, task: Task) -> bool:
    """Whether nothing of its work is half done, and nothing is to be done about it: it is judged again by itself."""
    last = journal.last(db, task.run, task.id, "not-judged", "task-reopened", "launched")
    return task.state == "blocked" and last is not None and "summary" in last.facts
