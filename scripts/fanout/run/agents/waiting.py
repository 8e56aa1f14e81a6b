"""Writes that hooks hold until the owner of their path ends (table waiting), and the wait-for graph of the agents.

A row that is past its time counts no more: the hook that wrote it was ended.
"""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def begin(db: sqlite3.Connection, tool_use: str, agent: int, owner: int, seconds: float) -> None:
    """The agent's call waits for the owner, so long at most. Inside a transaction."""
    db.execute("DELETE FROM waiting WHERE until <= ?", (now(),))
    db.execute(
        "INSERT OR REPLACE INTO waiting (tool_use, agent, owner, until) VALUES (?, ?, ?, ?)",
        (tool_use, agent, owner, now() + seconds),
    )


def end(db: sqlite3.Connection, tool_use: str) -> None:
    """Inside a transaction."""
    db.execute("DELETE FROM waiting WHERE tool_use = ?", (tool_use,))


def would_never_end(db: sqlite3.Connection, agent: int, owner: int) -> bool:
    """Whether the owner waits for the agent already, directly or through others. Whoever launched an agent waits for it."""
    after: dict[int, set[int]] = {}
    for one, other in db.execute("SELECT agent, owner FROM waiting WHERE until > ?", (now(),)):
        after.setdefault(one, set()).add(other)
    for child, parent in agents.parents(db).items():
        after.setdefault(parent, set()).add(child)
    seen: set[int] = set()
    left = [owner]
    while left:
        one = left.pop()
        if one == agent:
            return True
        if one not in seen:
            seen.add(one)
            left += after.get(one, ())
    return False
