"""Attempts: a headless client's work at a task, in a work tree of its own. Everything written to the table `attempt` is
written here.

begun -> guarded (the plugin's hooks answered) -> proven (the evidence gate took its result) -> merged. One that ends in
another way leaves its work in a commit, and another attempt may follow.
"""

from __future__ import annotations

import os

from fanout.run.store import select
from fanout.run.store.db import now
from fanout.run.store.records import Attempt

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

VARIABLE = "FANOUT_ATTEMPT"  # of its client and of everything that the client starts: the attempt's key
PROJECT_VARIABLE = "FANOUT_ATTEMPT_PROJECT"  # of the same: the project, since runs of two projects may have one name


def marks(root: str, key: str) -> dict[str, str]:
    """What the environment of an attempt's processes has: it ends with whoever has them."""
    return {VARIABLE: key, PROJECT_VARIABLE: os.path.realpath(root)}


def own() -> str:
    """The key of the attempt that this process works for, "" for none."""
    return os.environ.get(VARIABLE, "")


def next_number(db: sqlite3.Connection, run: str, task: str) -> int:
    """Of the next attempt at a task."""
    row = db.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM attempt WHERE run = ? AND task = ?", (run, task))
    return int(row.fetchone()[0])


def add(db: sqlite3.Connection, agent: Agent, number: int, base: str, host: str) -> None:
    """The agent is this attempt at its task. Inside a transaction."""
    db.execute(
        "INSERT INTO attempt (agent, run, task, number, base, host) VALUES (?, ?, ?, ?, ?, ?)",
        (agent.id, agent.run, agent.task, number, base, host),
    )


def of_agent(db: sqlite3.Connection, agent: int) -> Attempt | None:
    """The attempt that the agent is, None for any other agent."""
    return select.first(db, Attempt, "WHERE agent = ?", agent)


def of_run(db: sqlite3.Connection, run: str) -> list[Attempt]:
    """In the order of their begin."""
    return select.every(db, Attempt, "WHERE run = ? ORDER BY agent", run)


def of_task(db: sqlite3.Connection, run: str, task: str) -> list[Attempt]:
    """In the order of their begin."""
    return select.every(db, Attempt, "WHERE run = ? AND task = ? ORDER BY number", run, task)


def last(db: sqlite3.Connection, run: str, task: str) -> Attempt | None:
    """The newest attempt at a task, None when there was none."""
    return select.first(db, Attempt, "WHERE run = ? AND task = ? ORDER BY number DESC", run, task)


def waiting(db: sqlite3.Connection, run: str) -> list[Attempt]:
    """Those that are proven and wait to be merged, oldest first."""
    live = "SELECT id FROM agent WHERE state IN ('open', 'running')"
    tail = f"WHERE +run = ? AND is_proven = 1 AND merged = '' AND agent IN ({live}) ORDER BY agent"  # few are live
    return select.every(db, Attempt, tail, run)


def merged(db: sqlite3.Connection, run: str) -> list[Attempt]:
    """Those whose work is in the run's branch."""
    return select.every(db, Attempt, "WHERE run = ? AND merged <> '' ORDER BY agent", run)


def note_guard(db: sqlite3.Connection, key: str) -> None:
    """The hooks answer for the agent with this id. Inside a transaction."""
    db.execute(
        "UPDATE attempt SET guarded = ? WHERE guarded IS NULL AND agent ="
        " (SELECT MAX(id) FROM agent WHERE agent_id = ? AND state = 'running')",
        (now(), key),
    )


def set_host(db: sqlite3.Connection, agent: int, host: str) -> None:
    """The machine that it ran on. Inside a transaction."""
    db.execute("UPDATE attempt SET host = ? WHERE agent = ?", (host, agent))


def prove(db: sqlite3.Connection, agent: int, summary: str) -> None:
    """Its evidence is there: it waits to be merged. Inside a transaction."""
    db.execute("UPDATE attempt SET is_proven = 1, summary = ? WHERE agent = ?", (summary, agent))


def spend(db: sqlite3.Connection, agent: int, cost: float, turns: int) -> None:
    """What its client took. Inside a transaction."""
    db.execute("UPDATE attempt SET cost = ?, turns = ? WHERE agent = ?", (cost, turns, agent))


def keep(db: sqlite3.Connection, agent: int, commit: str) -> None:
    """This commit holds what it left. Inside a transaction."""
    db.execute("UPDATE attempt SET work = ? WHERE agent = ?", (commit, agent))


def merge(db: sqlite3.Connection, agent: int, commit: str) -> None:
    """This commit of the run's branch holds its work. Inside a transaction."""
    db.execute("UPDATE attempt SET merged = ? WHERE agent = ?", (commit, agent))


def taken(db: sqlite3.Connection, run: str) -> tuple[float, int]:
    """What the run's attempts took so far: US dollars and turns."""
    row = db.execute(
        "SELECT COALESCE(SUM(cost), 0), COALESCE(SUM(turns), 0) FROM attempt WHERE run = ?", (run,)
    ).fetchone()
    return float(row[0]), int(row[1])


def worked(db: sqlite3.Connection, run: str) -> int:
    """How many of them took a turn."""
    row = db.execute("SELECT COUNT(*) FROM attempt WHERE run = ? AND turns > 0", (run,)).fetchone()
    return int(row[0])
