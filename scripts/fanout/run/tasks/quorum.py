"""A run that needs only some of its tasks: who is late when enough are done, and what it is told."""

from __future__ import annotations

import sqlite3

from fanout.run.store import journal, notice
from fanout.run.tasks import tasks

EVENT = "lost-the-race"


def lose(db: sqlite3.Connection, agent: sqlite3.Row, enough: int) -> None:
    """The agent may write no more, and is told so with its next call. Inside a transaction."""
    db.execute("UPDATE agent SET read_only = 1 WHERE id = ?", (agent["id"],))
    journal.note(db, EVENT, agent["run"], agent["task"], agent["id"], enough=enough)
    notice.leave(db, agent["id"], told(db, agent))


def has_lost(db: sqlite3.Connection, agent: sqlite3.Row) -> bool:
    found = db.execute(
        "SELECT 1 FROM event WHERE run = ? AND kind = ? AND agent = ?", (agent["run"], EVENT, agent["id"])
    ).fetchone()
    return found is not None


def told(db: sqlite3.Connection, agent: sqlite3.Row) -> str:
    """That others were faster, and how to end."""
    rows = db.execute("SELECT id FROM task WHERE run = ? AND state = 'done' ORDER BY ended", (agent["run"],))
    winners = tasks.few([row["id"] for row in rows])
    return (
        f"{winners} finished first, and the run needs no more: task {agent['task']} is over, and you may write nothing. "
        f"Stop now; your last message is the one line `BLOCKED|{agent['task']}|another was faster`. That is no failure."
    )
