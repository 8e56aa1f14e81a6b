"""How an agent's work ends, for the agent and for its task: with a verdict, without one, or before it began."""

from __future__ import annotations

import sqlite3

from fanout.run import agents, client, journal, tasks

VERDICTS = {"DONE": "done", "BLOCKED": "blocked", "NEEDS": "blocked"}


def conclude(db: sqlite3.Connection, row: sqlite3.Row, state: str, outcome: str) -> None:
    """The agent ended, and its task is `state` (one of tasks.OVER). Runs inside a transaction."""
    agents.end(db, row["id"], state)
    if row["task"]:
        tasks.finish(db, row["run"], row["task"], state, outcome)


def failed(db: sqlite3.Connection, row: sqlite3.Row, how: str) -> None:
    """The agent was stopped or died by itself, without a verdict: its task failed. Inside a transaction."""
    if agents.end(db, row["id"], how) and row["task"]:
        journal.note(db, "agent-failed", row["run"], row["task"], row["id"], how=how)
        tasks.finish(db, row["run"], row["task"], "failed", f"its agent ended without a result: {how}")


def lost(db: sqlite3.Connection, row: sqlite3.Row, how: str) -> None:
    """The agent went down with its client or session: its task is to be done again. Inside a transaction."""
    if agents.end(db, row["id"], how) and row["task"]:
        journal.note(db, "agent-lost", row["run"], row["task"], row["id"], how=how)
        if tasks.get(db, row["run"], row["task"])["state"] == "running":
            tasks.reopen(db, row["run"], row["task"], how)


def reap(db: sqlite3.Connection) -> int:
    """Ends the agents whose client is gone, on evidence alone. Returns how many. Inside a transaction."""
    gone = [
        row
        for row in agents.live(db, ("task", "unplanned", "main"))
        if client.is_gone(row["client"], row["client_start"])
    ]
    for row in gone:
        lost(db, row, "its client is gone")
    return len(gone)


def undo(db: sqlite3.Connection, row: sqlite3.Row, error: str) -> None:
    """The launch did not happen: the agent never was, its task is pending again. Inside a transaction."""
    if agents.end(db, row["id"], error, "undone") and row["task"]:
        tasks.unbegin(db, row["run"], row["task"], f"launch failed: {error}")
