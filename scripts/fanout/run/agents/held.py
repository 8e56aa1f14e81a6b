"""What agents hold beside files, from the command that started it: ports, services, containers, databases (table held).

A server is held while its command runs; what goes on by itself, as a container or a database does, until the agent ends.
"""

from __future__ import annotations

from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

WARMING_UP = 20.0  # seconds in which a server may not listen yet


class Held:
    """`thing` as the shell reader names it ("port:3000"), whose it is, since when, and whether what holds it goes on."""

    __slots__ = ("agent", "goes_on", "since", "thing")

    def __init__(self, thing: str, agent: int, since: float, goes_on: bool) -> None:
        self.thing = thing
        self.agent = agent
        self.since = since
        self.goes_on = goes_on


def every(db: sqlite3.Connection) -> list[Held]:
    """What is held now, the oldest first."""
    rows = db.execute(
        "SELECT held.thing, held.agent, held.since, held.detached OR call.tool_use IS NOT NULL FROM held"
        " LEFT JOIN call ON call.tool_use = held.tool_use AND call.closed IS NULL ORDER BY held.since"
    )
    return [held for held in (Held(row[0], row[1], row[2], bool(row[3])) for row in rows) if is_held(held)]


def is_held(held: Held) -> bool:
    """Whether it still is: its command runs, and at a port somebody listens, as far as the system tells."""
    if not held.goes_on or not held.thing.startswith("port:") or now() - held.since < WARMING_UP:
        return held.goes_on
    from fanout.run.agents import processes

    return processes.is_listening(int(held.thing[5:])) is not False


def take(db: sqlite3.Connection, agent: int, thing: str, tool_use: str, detached: bool) -> None:
    """The agent's command starts it. Inside a transaction."""
    db.execute(
        "INSERT OR REPLACE INTO held (thing, agent, tool_use, since, detached) VALUES (?, ?, ?, ?, ?)",
        (thing, agent, tool_use, now(), int(detached)),
    )


def drop(db: sqlite3.Connection, agent: int, thing: str) -> None:
    """The agent ended it itself. Inside a transaction."""
    db.execute("DELETE FROM held WHERE thing = ? AND agent = ?", (thing, agent))


def withdraw(db: sqlite3.Connection, tool_use: str) -> None:
    """The command failed: what it was to start is nobody's. Inside a transaction."""
    db.execute("DELETE FROM held WHERE tool_use = ?", (tool_use,))


def release(db: sqlite3.Connection, agent: int) -> None:
    """The agent ended. Inside a transaction."""
    db.execute("DELETE FROM held WHERE agent = ?", (agent,))
