"""What Claude was handed to launch and has not acted on yet: notifications that come together hand it over once."""

from __future__ import annotations

import sqlite3

from fanout.run.store import meta
from fanout.run.store.db import now

FRESH_SECONDS = 60.0


def note(db: sqlite3.Connection, run: str, rows: list[sqlite3.Row]) -> None:
    """These calls were handed over now. Inside a transaction."""
    meta.put(db, f"handed {run}", f"{now()} {_state(rows)}" if rows else "")


def forget(db: sqlite3.Connection, run: str) -> None:
    """Claude has answered, by launching or by ending its turn. Inside a transaction."""
    if meta.get(db, f"handed {run}"):
        meta.put(db, f"handed {run}", "")


def holds(db: sqlite3.Connection, run: str, rows: list[sqlite3.Row]) -> bool:
    """Whether exactly these calls stand a moment ago in the conversation, without an answer yet."""
    at, _, state = meta.get(db, f"handed {run}").partition(" ")
    return bool(rows) and state == _state(rows) and now() - float(at) < FRESH_SECONDS


def among(db: sqlite3.Connection, run: str, rows: list[sqlite3.Row]) -> int:
    """How many of these calls were among those handed over last."""
    state = meta.get(db, f"handed {run}").partition(" ")[2].split(",")
    return sum(1 for row in rows if _one(row) in state)


def _state(rows: list[sqlite3.Row]) -> str:
    return ",".join(_one(row) for row in rows)


def _one(row: sqlite3.Row) -> str:
    return f"{row['id']}:{row['attempts']}"
