"""What each agent wrote, and what the file held before: kept at its first write of a path."""

from __future__ import annotations

import os

from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

FRESH_SECONDS = 20.0


def knows(db: sqlite3.Connection, agent: int, name: str) -> bool:
    """Whether this agent's first write of the path is on record already."""
    return db.execute("SELECT 1 FROM written WHERE agent = ? AND path = ?", (agent, name)).fetchone() is not None


def note(db: sqlite3.Connection, root: str, agent: int, name: str, full: str, tool: str) -> str:
    """Before an agent changes a path: keeps its bytes the first time. Returns the object. Inside a transaction."""
    at = now()
    row = db.execute("SELECT before FROM written WHERE agent = ? AND path = ?", (agent, name)).fetchone()
    if row is not None:
        db.execute("UPDATE written SET last = ? WHERE agent = ? AND path = ?", (at, agent, name))
        return str(row["before"])
    from fanout.run.changes import objects

    is_folder = os.path.isdir(full) and not os.path.islink(full)
    before = objects.FOLDER if is_folder else objects.keep(root, full)
    if before == objects.NOT_KEPT:
        _say_not_kept(db, agent, name)
    db.execute(
        "INSERT INTO written (agent, path, first, last, before, tool) VALUES (?, ?, ?, ?, ?, ?)",
        (agent, name, at, at, before, tool),
    )
    return before


def _say_not_kept(db: sqlite3.Connection, agent: int, name: str) -> None:
    """For the report: this file can't be brought back."""
    from fanout.run.store import journal

    row = db.execute("SELECT run, task FROM agent WHERE id = ?", (agent,)).fetchone()
    journal.note(db, "not-kept", row["run"], row["task"], agent, path=name)


def last_by_other(db: sqlite3.Connection, name: str, agent: int, since: float) -> sqlite3.Row | None:
    """The newest write of the path by another agent after `since`, with that agent's columns; None if none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT written.last, agent.* FROM written JOIN agent ON agent.id = written.agent"
        " WHERE written.path = ? AND written.agent <> ? AND written.last > ? ORDER BY written.last DESC LIMIT 1",
        (name, agent, since),
    ).fetchone()
    return row
