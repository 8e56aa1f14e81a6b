"""What each agent wrote, and what the file held before: kept at its first write of a path (the table written)."""

from __future__ import annotations

import os

from fanout.run.store import select
from fanout.run.store.db import now
from fanout.run.store.records import Written

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fanout.run.store.records import Agent


MADE_FOLDER = "mkdir"  # the tool of a row whose path is a folder that was only made: see noted_files


def get(db: sqlite3.Connection, agent: int, name: str) -> Written | None:
    return select.first(db, Written, "WHERE agent = ? AND path = ?", agent, name)


def knows(db: sqlite3.Connection, agent: int, name: str) -> bool:
    """Whether this agent's first write of the path is on record already."""
    return get(db, agent, name) is not None


def of_agent(db: sqlite3.Connection, agent: int) -> list[Written]:
    """In the order of their first writes."""
    return select.every(db, Written, "WHERE agent = ? ORDER BY first", agent)


def newest_of(db: sqlite3.Connection, agent: int, most: int) -> list[str]:
    """The paths that an agent wrote last."""
    rows = db.execute("SELECT path FROM written WHERE agent = ? ORDER BY last DESC LIMIT ?", (agent, most))
    return [row[0] for row in rows]


def by_any_of(db: sqlite3.Connection, agents: Iterable[int]) -> set[str]:
    """The paths that one of these agents wrote."""
    family = tuple(agents)
    marks = ", ".join("?" for _ in family)
    return {row[0] for row in db.execute(f"SELECT path FROM written WHERE agent IN ({marks})", family)}


def by_others(db: sqlite3.Connection, agent: int) -> set[str]:
    """The paths that other agents wrote."""
    return {row[0] for row in db.execute("SELECT path FROM written WHERE agent <> ?", (agent,))}


def by_anybody(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT path FROM written")}


def is_by_anybody(db: sqlite3.Connection, name: str) -> bool:
    """Whether some agent wrote the path."""
    return db.execute("SELECT 1 FROM written WHERE path = ? LIMIT 1", (name,)).fetchone() is not None


def note(db: sqlite3.Connection, root: str, agent: Agent, name: str, full: str, tool: str) -> str:
    """Before an agent changes a path: keeps its bytes the first time. Returns the object. Inside a transaction."""
    known = get(db, agent.id, name)
    if known is None:
        return first(db, root, agent, name, full, tool)
    again(db, agent.id, name)
    return known.before


def again(db: sqlite3.Connection, agent: int, name: str) -> None:
    """`note` of a path that the agent wrote before."""
    db.execute("UPDATE written SET last = ?, is_open = 1 WHERE agent = ? AND path = ?", (now(), agent, name))


def see(db: sqlite3.Connection, row: Written) -> None:
    """What is known of the file by now (fanout.run.changes.authored). Inside a transaction."""
    db.execute(
        "UPDATE written SET seen = ?, own = ?, is_open = ?, stamp = ? WHERE agent = ? AND path = ?",
        (row.seen, row.own, int(row.is_open), row.stamp, row.agent, row.path),
    )


def open_of(db: sqlite3.Connection, agent: int) -> list[Written]:
    """The files that a call of the agent may be writing."""
    return select.every(db, Written, "WHERE agent = ? AND is_open", agent)


def is_by_another_since(db: sqlite3.Connection, row: Written) -> bool:
    """Whether another agent wrote the path after this one did."""
    tail = "WHERE path = ? AND agent <> ? AND last >= ? LIMIT 1"
    return db.execute(f"SELECT 1 FROM written {tail}", (row.path, row.agent, row.last)).fetchone() is not None


def forget(db: sqlite3.Connection, agent: int, name: str) -> None:
    """The agent did not write the path. Inside a transaction."""
    db.execute("DELETE FROM written WHERE agent = ? AND path = ?", (agent, name))


def first(db: sqlite3.Connection, root: str, agent: Agent, name: str, full: str, tool: str) -> str:
    """`note` of a path that the agent has not written before."""
    from fanout.run.changes import objects

    at = now()
    is_folder = os.path.isdir(full) and not os.path.islink(full)
    before = objects.FOLDER if is_folder else objects.keep(root, full)
    if before == objects.NOT_KEPT:  # for the report: this file can't be brought back
        from fanout.run.store import journal

        journal.note(db, "not-kept", agent.run, agent.task, agent.id, path=name)
    db.execute(
        "INSERT INTO written (agent, path, first, last, before, tool, seen) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (agent.id, name, at, at, before, tool, before),
    )
    return before


def last_by_other(db: sqlite3.Connection, name: str, agent: int, since: float) -> Written | None:
    """The newest write of the path by another agent after `since`."""
    return next(iter(by_others_since(db, name, agent, since)), None)


def by_others_since(db: sqlite3.Connection, name: str, agent: int, since: float) -> list[Written]:
    """The newest first."""
    tail = "WHERE path = ? AND agent <> ? AND last > ? ORDER BY last DESC"
    return select.every(db, Written, tail, name, agent, since)
