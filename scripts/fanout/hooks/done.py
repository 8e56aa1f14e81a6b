"""SubagentStop and StopFailure: the agent says it has ended. Its result line becomes its task's state."""

from __future__ import annotations

import sqlite3

from fanout.hooks import caller, event
from fanout.run import agents, ending, result, runs
from fanout.run.db import Write, connect

BOUNCES = 2


def agent_stop(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Sends the agent back when its result is missing, twice at most; else ends it and releases its claims."""
    if not root or not event.text(data, "agent_id"):
        return None
    db = connect(root)
    with Write(db):
        agent_id = event.text(data, "agent_id")
        if agents.by_agent_id(db, agent_id) is None:
            caller.bind(db, data, agent_id)
        row = agents.by_agent_id(db, agent_id)
        assert row is not None
        gap = _judge(db, row, event.text(data, "last_assistant_message"))
        runs.settle(db, root)
    return {"decision": "block", "reason": gap} if gap else None


def agent_failed(data: dict[str, object], root: str) -> dict[str, object] | None:
    """An API error ended the agent: its task failed."""
    if not root or not event.text(data, "agent_id"):
        return None
    db = connect(root)
    with Write(db):
        row = agents.by_agent_id(db, event.text(data, "agent_id"))
        if row is not None:
            ending.failed(db, row, event.text(data, "last_assistant_message")[:200] or "API error")
        runs.settle(db, root)
    return None


def _judge(db: sqlite3.Connection, row: sqlite3.Row, message: str) -> str:
    """Ends the agent, or says what is missing."""
    if not row["task"]:
        agents.end(db, row["id"], "ended")
        return ""
    found = result.of_task(message, row["task"])
    if found is None:
        return _bounce(db, row)
    verdict, text = found
    ending.conclude(db, row, ending.VERDICTS[verdict], text)
    return ""


def _bounce(db: sqlite3.Connection, row: sqlite3.Row) -> str:
    task = db.execute("SELECT bounces FROM task WHERE run = ? AND id = ?", (row["run"], row["task"])).fetchone()
    if task["bounces"] >= BOUNCES:
        ending.conclude(db, row, "failed", "its agent ended without a result line")
        return ""
    db.execute("UPDATE task SET bounces = bounces + 1 WHERE run = ? AND id = ?", (row["run"], row["task"]))
    name = row["task"]
    return (
        f"Task {name} has no result line yet. If the work is finished, end with the one line "
        f"`DONE|{name}|what you did`; if it can't be, with `BLOCKED|{name}|why` or `NEEDS|{name}|path, why`."
    )
