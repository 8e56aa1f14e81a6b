"""Owned files as they were when last looked at (the table latest): their bytes are kept each time they have changed."""

from __future__ import annotations

import os

from fanout.run.changes import objects
from fanout.run.store import select
from fanout.run.store.records import Latest

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

GONE = -1  # the size of a file that is not there
AT_ONCE = 200  # files in one statement: SQLite may take no more than 999 values


def get(db: sqlite3.Connection, name: str) -> Latest | None:
    return select.first(db, Latest, "WHERE path = ?", name)


def look(db: sqlite3.Connection, root: str, names: Iterable[str]) -> None:
    """Keeps the files as they are now. Inside a transaction."""
    paths = list(names)
    for start in range(0, len(paths), AT_ONCE):
        _look(db, root, paths[start : start + AT_ONCE])


def _look(db: sqlite3.Connection, root: str, names: list[str]) -> None:
    marks = ", ".join("?" for _ in names)
    known = {file.path: file for file in select.every(db, Latest, f"WHERE path IN ({marks})", *names)}
    rows: list[object] = []
    for name in names:
        full = os.path.join(root, name)
        try:
            stat = os.stat(full)
            size, mtime = stat.st_size, stat.st_mtime_ns
        except OSError:
            size, mtime = GONE, 0
        before = known.get(name)
        if before is None or (before.size, before.mtime) != (size, mtime):
            rows += [name, size, mtime, objects.keep(root, full) if size != GONE else objects.ABSENT]
    if rows:
        places = ", ".join(["(?, ?, ?, ?)"] * (len(rows) // 4))
        db.execute(f"INSERT OR REPLACE INTO latest (path, size, mtime, object) VALUES {places}", rows)


def differs(root: str, known: Latest) -> bool:
    """Whether the file has changed since."""
    try:
        stat = os.stat(os.path.join(root, known.path))
    except OSError:
        return known.size != GONE
    return (stat.st_size, stat.st_mtime_ns) != (known.size, known.mtime)
