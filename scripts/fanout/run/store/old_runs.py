"""Runs that are over are forgotten but for the newest: by workers, whose hub has what they did."""

from __future__ import annotations

import os
import shutil

from fanout.run.store import state_dir
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

KEPT = 50
FOLDERS = ("attempts", "briefs", "results", "scratch", "undo")


def forget(db: sqlite3.Connection, root: str, kept: int = KEPT) -> list[str]:
    """Rows and files of all runs that are over but for the newest go. Returns the runs' names."""
    with Write(db):
        over = db.execute("SELECT id FROM run WHERE state != 'active' ORDER BY started DESC, id DESC").fetchall()
        names = [row[0] for row in over[kept:]]
        if names:
            _delete(db, names)
    for folder in FOLDERS if names else ():
        for name in names:
            shutil.rmtree(os.path.join(state_dir.folder_of(root), folder, name), ignore_errors=True)
    return names


def _delete(db: sqlite3.Connection, names: list[str]) -> None:
    """In whatever table there is: what is of these runs, and of their agents."""
    marks = ", ".join("?" for _ in names)
    agents = f"SELECT id FROM agent WHERE run IN ({marks})"
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    columns = {table: {row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall()} for table in tables}
    for table in tables:
        for column in columns[table] & {"agent", "owner"}:
            if table != "task":  # there `agent` is a type
                db.execute(f"DELETE FROM {table} WHERE {column} IN ({agents})", names)
    for table in tables:
        if "run" in columns[table]:
            db.execute(f"DELETE FROM {table} WHERE run IN ({marks})", names)
    db.execute(f"DELETE FROM run WHERE id IN ({marks})", names)
