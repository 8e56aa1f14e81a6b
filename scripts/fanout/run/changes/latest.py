"""Owned files as they were when last looked at (table latest), and whether they were written since."""

from __future__ import annotations

import os
import time

from fanout.run.store import select
from fanout.run.store.records import Latest
from fanout.run.store.ticks import Present

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

FRESH_NS = 2_000_000_000  # the coarsest clock of a file system: a write within it may leave the stamp as it was
TRIES = 3
SAID_CHANGED, SAID = 1, 2  # Latest.is_disputed: that another version was there before, or something else
AT_ONCE = 80  # files in one statement: SQLite may take no more than 999 values


class Observed:
    """A file as it was known and as it is now, its owner, and the tick that `known` is true for."""

    __slots__ = ("known", "name", "now", "owner", "since")

    def __init__(self, name: str, owner: Agent, known: Latest, now: Latest, since: int) -> None:
        self.name = name
        self.owner = owner
        self.known = known
        self.now = now
        self.since = since


def known(db: sqlite3.Connection) -> tuple[Present, dict[str, Latest]]:
    """The journal's time, and all files as they were when last looked at: one statement for both."""
    rows = db.execute(f"SELECT {Present.COLUMNS}, {Latest.COLUMNS} FROM (SELECT 1) LEFT JOIN latest").fetchall()
    files = [Latest(row[Present.WIDTH :]) for row in rows if row[Present.WIDTH] is not None]
    return Present(rows[0]), {row.path: row for row in files}


def get(db: sqlite3.Connection, path: str) -> Latest | None:
    return select.first(db, Latest, "WHERE path = ?", path)


def put(db: sqlite3.Connection, rows: list[Latest]) -> None:
    """Inside a transaction."""
    slots = Latest.__slots__
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        places = ", ".join([f"({', '.join('?' * len(slots))})"] * len(some))
        values = [getattr(row, slot) for row in some for slot in slots]
        db.execute(f"INSERT OR REPLACE INTO latest ({', '.join(slots)}) VALUES {places}", values)


def drop(db: sqlite3.Connection, paths: list[str]) -> None:
    """Inside a transaction."""
    if paths:
        db.executemany("DELETE FROM latest WHERE path = ?", [(path,) for path in paths])


def clear(db: sqlite3.Connection) -> None:
    """No agent is left: what the main conversation does now is not on record. Inside a transaction."""
    db.execute("DELETE FROM latest")


def observe(root: str, path: str, owner: int, tick: int, before: Latest | None = None) -> Latest:
    """The file as it is; `before` itself when it was certainly not written since. Its bytes are kept."""
    full = os.path.join(root, path)
    for _ in range(TRIES):
        stamp = _stamp(full)
        if before is not None and not before.is_fresh and stamp == stamp_of(before):
            return before
        began = time.time_ns()
        kept = _kept(root, full) if stamp[0] >= 0 else ""  # objects.ABSENT
        if stamp == _stamp(full):
            break  # else it was written while it was read
    fresh = stamp[0] < 0 or began - max(stamp[1:3]) < FRESH_NS
    if before is not None and (stamp, kept) == (stamp_of(before), before.object):
        return before
    return Latest((path, *stamp, kept, owner, tick, int(fresh), 0, 0))


def stamp_of(row: Latest) -> tuple[int, int, int, int]:
    return row.size, row.mtime, row.ctime, row.inode


def stamp_at(full: str) -> str:
    """The stamp of what is there now, as one word."""
    return ":".join(map(str, _stamp(full)))


def _kept(root: str, full: str) -> str:
    from fanout.run.changes import objects

    return objects.keep(root, full)


def _stamp(full: str) -> tuple[int, int, int, int]:
    """Size, both times and number of what is there; a size of -1 when nothing is."""
    try:
        stat = os.lstat(full)
    except OSError:
        return -1, 0, 0, 0
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
