"""How an agent's work ends, for the agent and for its task: with a verdict, without one, or before it began."""

from __future__ import annotations

import sqlite3

from fanout.run.agents import agents, client_process
from fanout.run.changes import changes
from fanout.run.evidence import result
from fanout.run.flow import recovery
from fanout.run.store import journal, meta
from fanout.run.tasks import scope, tasks

VERDICTS = {"DONE": "done", "BLOCKED": "blocked", "NEEDS": "blocked"}


def conclude(db: sqlite3.Connection, row: sqlite3.Row, state: str, outcome: str) -> None:
    """The agent ended, and its task is `state` (one of tasks.OVER). Runs inside a transaction."""
    if _end(db, row, state) and row["task"]:
        tasks.finish(db, row["run"], row["task"], state, outcome)
        recovery.speed_up(db, row["run"])


def free(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """An agent without a task ended. Runs inside a transaction."""
    _end(db, row, "ended")


def _end(db: sqlite3.Connection, row: sqlite3.Row, how: str) -> bool:
    """Records what the agent changed, ends it, and hands its paths to those who asked for them."""
    if row["state"] in ("open", "running") and row["kind"] != "main":
        changes.record(db, meta.root(db), row)
    if not agents.end(db, row["id"], how):
        return False
    scope.release_queued(db)
    return True


def errored(db: sqlite3.Connection, row: sqlite3.Row, error: str) -> None:
    """An error of the API or of the client ended the agent: what follows depends on which. Inside a transaction."""
    if result.is_out_of_context(error):
        ran_out(db, row)
    elif recovery.is_overload(error):
        overloaded(db, row, error)
    else:
        failed(db, row, error)


def overloaded(db: sqlite3.Connection, row: sqlite3.Row, error: str) -> None:
    """The API was too busy for the agent: its task is handed out again, at a slower pace. Inside a transaction."""
    if not row["task"]:
        free(db, row)
        return
    if recovery.overloads(db, row["run"], row["task"]) >= recovery.MOST_OVERLOADS:
        failed(db, row, error)
    elif _end(db, row, "overloaded"):
        journal.note(db, "overloaded", row["run"], row["task"], row["id"], error=error[:200])
        tasks.unbegin(db, row["run"], row["task"], error[:200])
        recovery.slow_down(db, row["run"])


def failed(db: sqlite3.Connection, row: sqlite3.Row, how: str) -> None:
    """The agent was stopped or died by itself, without a verdict: its task failed. Inside a transaction."""
    if _end(db, row, how) and row["task"]:
        journal.note(db, "agent-failed", row["run"], row["task"], row["id"], how=how)
        tasks.finish(db, row["run"], row["task"], "failed", f"its agent ended without a result: {how}")


def ran_out(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """The agent's context was full: its task failed half done, and what it wrote stays. Inside a transaction."""
    names = [r["path"] for r in db.execute("SELECT path FROM written WHERE agent = ? ORDER BY first", (row["id"],))]
    if _end(db, row, "out of context") and row["task"]:
        journal.note(db, "out-of-context", row["run"], row["task"], row["id"], wrote=names[:20])
        wrote = f"it had written {tasks.few(names)}" if names else "it had written nothing"
        outcome = f"partial: its agent ran out of context; {wrote}. Split it into tasks with fewer files to read"
        tasks.finish(db, row["run"], row["task"], "failed", outcome)


def lost(db: sqlite3.Connection, row: sqlite3.Row, how: str) -> None:
    """The agent went down with its client or session: its task is to be done again. Inside a transaction."""
    if _end(db, row, how) and row["task"]:
        journal.note(db, "agent-lost", row["run"], row["task"], row["id"], how=how)
        if tasks.get(db, row["run"], row["task"])["state"] == "running":
            tasks.reopen(db, row["run"], row["task"], how)


def reap(db: sqlite3.Connection) -> int:
    """Ends the agents whose client is gone, on evidence alone. Returns how many. Inside a transaction."""
    gone = [
        row
        for row in agents.live(db, ("task", "unplanned", "main"))
        if client_process.is_gone(row["client"], row["client_start"])
    ]
    for row in gone:
        lost(db, row, "its client is gone")
    return len(gone)


def undo(db: sqlite3.Connection, row: sqlite3.Row, error: str) -> None:
    """The launch did not happen: the agent never was, its task is pending again. Inside a transaction."""
    if agents.end(db, row["id"], error, "undone") and row["task"]:
        tasks.unbegin(db, row["run"], row["task"], f"launch failed: {error}")
