"""The journal's events: what happened, in order, never changed afterwards."""

from __future__ import annotations

import json

from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def note(
    db: sqlite3.Connection,
    kind: str,
    run: str | None = None,
    task: str | None = None,
    agent: int | None = None,
    **data: object,
) -> None:
    """Appends one event. `data` must be JSON."""
    db.execute(
        "INSERT INTO event (at, run, task, agent, kind, data) VALUES (?, ?, ?, ?, ?, ?)",
        (now(), run, task, agent, kind, json.dumps(data, ensure_ascii=False) if data else "{}"),
    )


def say_once(db: sqlite3.Connection, run: str, what: str) -> bool:
    """True the first time `what` is to be said in `run`, False ever after."""
    cursor = db.execute("INSERT OR IGNORE INTO said (run, what, at) VALUES (?, ?, ?)", (run, what, now()))
    return cursor.rowcount == 1
