"""Facts about the project that are found once and kept in the journal."""

from __future__ import annotations

import os

from fanout.run.store import case_folding

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

FOLDS = "folds_case"


def folds_case(db: sqlite3.Connection) -> bool:
    """Whether the project's file system takes two spellings that differ in case for the same file."""
    return get(db, FOLDS) == "1"


def record(db: sqlite3.Connection, root: str) -> None:
    """Finds the facts. Runs inside a transaction."""
    put(db, FOLDS, "1" if case_folding.is_on(root) else "0")


def root(db: sqlite3.Connection) -> str:
    """The project's root, from where the journal is."""
    file: str = db.execute("PRAGMA database_list").fetchone()["file"]
    return os.path.dirname(os.path.dirname(file))


def put(db: sqlite3.Connection, key: str, value: str) -> None:
    """Keeps a setting for the hooks. Inside a transaction."""
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))


def get(db: sqlite3.Connection, key: str) -> str:
    """A kept setting, "" when there is none."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row["value"] if row is not None else ""


def below(db: sqlite3.Connection, prefix: str) -> list[str]:
    """The values of all keys that begin so."""
    return [row["value"] for row in db.execute("SELECT value FROM meta WHERE key LIKE ?", (prefix + "%",))]


def drop(db: sqlite3.Connection, key: str) -> None:
    """Forgets a setting. Inside a transaction."""
    db.execute("DELETE FROM meta WHERE key = ?", (key,))
