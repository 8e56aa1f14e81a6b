"""That the user has said something that the main conversation has not acted on yet: its next call, or the end of its turn, is
the answer. Until then nothing that came before, or comes beside it, is an order."""

from __future__ import annotations

from fanout.run.store import meta

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

KEY = "user spoke "


def note(db: sqlite3.Connection, session: str) -> None:
    """The user said something. Inside a transaction."""
    meta.put(db, KEY + session, "1")


def are_new(db: sqlite3.Connection, session: str) -> bool:
    return bool(meta.get(db, KEY + session))


def answered(db: sqlite3.Connection, session: str) -> None:
    """The conversation has done something since. Inside a transaction."""
    meta.drop(db, KEY + session)
