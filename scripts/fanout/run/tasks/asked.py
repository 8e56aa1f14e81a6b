"""The paths that agents asked for, and the answers (the table asked)."""

from __future__ import annotations

from fanout.run.store import select
from fanout.run.store.db import now
from fanout.run.store.records import Asked

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Answer

LONGEST_WHY = 300


def add(db: sqlite3.Connection, run: str, task: str, path: str, why: str, answer: Answer) -> None:
    """Inside a transaction."""
    db.execute(
        "INSERT INTO asked (at, run, task, path, why, answer) VALUES (?, ?, ?, ?, ?, ?)",
        (now(), run, task, path, why[:LONGEST_WHY], answer),
    )


def queued(db: sqlite3.Connection) -> list[Asked]:
    """Who waits for a path, those who asked first first."""
    return select.every(db, Asked, "WHERE answer = 'queued' ORDER BY id")


def of_run(db: sqlite3.Connection, run: str) -> list[Asked]:
    return select.every(db, Asked, "WHERE run = ? ORDER BY id", run)


def answer(db: sqlite3.Connection, asked: Asked, given: Answer) -> None:
    """The answer to somebody who waited. Inside a transaction."""
    db.execute("UPDATE asked SET answer = ? WHERE id = ? AND answer = 'queued'", (given, asked.id))
