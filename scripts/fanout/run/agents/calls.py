"""Commands that are under way (the table pending_call): begun, seen by no end yet."""

from __future__ import annotations

from fanout.run.store import meta, select
from fanout.run.store.db import now
from fanout.run.store.records import PendingCall

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

HEAD = "head before "  # the key in meta of where HEAD stood as the command began


def begin(db: sqlite3.Connection, tool_use: str, agent: int) -> None:
    """Inside a transaction."""
    db.execute("INSERT OR REPLACE INTO pending_call (tool_use, agent, at) VALUES (?, ?, ?)", (tool_use, agent, now()))


def get(db: sqlite3.Connection, tool_use: str) -> PendingCall | None:
    return select.first(db, PendingCall, "WHERE tool_use = ?", tool_use)


def has(db: sqlite3.Connection, agent: int) -> bool:
    """Whether a command of the agent is under way."""
    return db.execute("SELECT 1 FROM pending_call WHERE agent = ? LIMIT 1", (agent,)).fetchone() is not None


def end(db: sqlite3.Connection, tool_use: str) -> None:
    """Inside a transaction."""
    db.execute("DELETE FROM pending_call WHERE tool_use = ?", (tool_use,))


def drop(db: sqlite3.Connection, agent: int) -> None:
    """Forgets the agent's commands that have no end: a refused one has none. Inside a transaction."""
    for call in select.every(db, PendingCall, "WHERE agent = ?", agent):
        meta.drop(db, HEAD + call.tool_use)
        end(db, call.tool_use)


def since(db: sqlite3.Connection) -> dict[int, float]:
    """For each agent with a command under way: since when."""
    return {row[0]: row[1] for row in db.execute("SELECT agent, MIN(at) FROM pending_call GROUP BY agent")}
