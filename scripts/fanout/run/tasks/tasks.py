"""The tasks of a run and their states.

pending -> running -> done | failed | blocked; a failed or blocked task can be made pending again; a pending one can be
skipped or cancelled. `blocked` is an agent's own word (it needs something); a task whose dependency failed stays
pending and is told apart by `ready.why_not`.
"""

from __future__ import annotations

import json

from fanout.errors import FanoutError
from fanout.run.store import journal
from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

SATISFIED = ("done", "skipped")  # what a task that depends on it waits for
OVER = ("done", "failed", "blocked", "skipped", "cancelled")


def get(db: sqlite3.Connection, run: str, task: str) -> sqlite3.Row:
    """Raises FanoutError naming the tasks there are."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM task WHERE run = ? AND id = ?", (run, task)).fetchone()
    if row is not None:
        return row
    names = [r["id"] for r in db.execute("SELECT id FROM task WHERE run = ? ORDER BY rank", (run,))]
    if not names:
        raise FanoutError(f"there is no run {run!r}.", "`fanout status` lists the runs.")
    shown = ", ".join(names[:20]) + (" ..." if len(names) > 20 else "")
    raise FanoutError(f"run {run} has no task {task!r}.", f"Its tasks: {shown}.")


def all_of(db: sqlite3.Connection, run: str) -> list[sqlite3.Row]:
    """In rolling order."""
    return db.execute("SELECT * FROM task WHERE run = ? ORDER BY rank", (run,)).fetchall()


def record(row: sqlite3.Row) -> dict[str, Any]:
    """The task as the document has it."""
    found: dict[str, Any] = json.loads(row["record"])
    return found


def few(names: list[str]) -> str:
    """The first names of a list that may be long."""
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def needs(db: sqlite3.Connection, run: str, task: str) -> list[str]:
    rows = db.execute("SELECT needs FROM need WHERE run = ? AND task = ? ORDER BY needs", (run, task))
    return [row["needs"] for row in rows]


def begin(db: sqlite3.Connection, run: str, task: str) -> None:
    """pending -> running. Runs inside the gate's transaction."""
    db.execute(
        "UPDATE task SET state = 'running', attempts = attempts + 1, started = ?, ended = NULL, outcome = ''"
        " WHERE run = ? AND id = ? AND state = 'pending'",
        (now(), run, task),
    )
    journal.note(db, "task-started", run, task)


def finish(db: sqlite3.Connection, run: str, task: str, state: str, outcome: str) -> bool:
    """running (or pending) -> `state`, one of OVER; False when the task was over before. Inside a transaction."""
    cursor = db.execute(
        "UPDATE task SET state = ?, outcome = ?, ended = ? WHERE run = ? AND id = ?"
        " AND state IN ('pending', 'running')",
        (state, outcome, now(), run, task),
    )
    if cursor.rowcount == 0:
        return False
    journal.note(db, f"task-{state}", run, task, outcome=outcome)
    return True


def revoke(db: sqlite3.Connection, run: str, task: str, outcome: str) -> bool:
    """done -> cancelled: its work was taken back. False when it was not done. Inside a transaction."""
    cursor = db.execute(
        "UPDATE task SET state = 'cancelled', outcome = ? WHERE run = ? AND id = ? AND state = 'done'",
        (outcome, run, task),
    )
    if cursor.rowcount == 0:
        return False
    journal.note(db, "task-cancelled", run, task, outcome=outcome)
    return True


def reopen(db: sqlite3.Connection, run: str, task: str, reason: str) -> None:
    """Back to pending, to be tried again. Inside a transaction."""
    db.execute("UPDATE task SET state = 'pending', started = NULL, ended = NULL WHERE run = ? AND id = ?", (run, task))
    journal.note(db, "task-reopened", run, task, reason=reason)


def unbegin(db: sqlite3.Connection, run: str, task: str, reason: str) -> None:
    """Back to pending: the launch did not happen, so it was no attempt. Inside a transaction."""
    db.execute("UPDATE task SET attempts = attempts - 1 WHERE run = ? AND id = ?", (run, task))
    reopen(db, run, task, reason)


def rewrite(db: sqlite3.Connection, run: str, task: str, record: dict[str, Any]) -> None:
    """Replaces the task's record. Inside a transaction."""
    text = json.dumps(record, ensure_ascii=False)
    db.execute("UPDATE task SET record = ? WHERE run = ? AND id = ?", (text, run, task))
