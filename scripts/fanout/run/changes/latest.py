"""Owned files as they were when last looked at (the table latest): their bytes are kept each time they have changed."""

from __future__ import annotations

import os

from fanout.run.changes import objects
from fanout.run.store import select
from fanout.run.store.records import Latest

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

GONE = -1  # the size of a file that is not there


def get(db: sqlite3.Connection, name: str) -> Latest | None:
    return select.first(db, Latest, "WHERE path = ?", name)


def look(db: sqlite3.Connection, root: str, name: str) -> None:
    """Keeps the file as it is now. Inside a transaction."""
    full = os.path.join(root, name)
    known = get(db, name)
    try:
        stat = os.stat(full)
        size, mtime = stat.st_size, stat.st_mtime_ns
    except OSError:
        size, mtime = GONE, 0
    if known is not None and (known.size, known.mtime) == (size, mtime):
        return
    kept = objects.keep(root, full) if size != GONE else objects.ABSENT
    db.execute(
        "INSERT OR REPLACE INTO latest (path, size, mtime, object) VALUES (?, ?, ?, ?)", (name, size, mtime, kept)
    )


def differs(root: str, known: Latest) -> bool:
    """Whether the file has changed since."""
    try:
        stat = os.stat(os.path.join(root, known.path))
    except OSError:
        return known.size != GONE
    return (stat.st_size, stat.st_mtime_ns) != (known.size, known.mtime)
