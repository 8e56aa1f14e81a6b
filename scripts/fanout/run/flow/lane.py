"""Lanes: an agent that is done goes on with the next task of its lane, in the same conversation.

The client lets a stopping agent be sent on eight times at most; the way back for missing evidence needs some of them.
"""

from __future__ import annotations

import sqlite3

from fanout.run.agents import agents, claims
from fanout.run.changes import watch
from fanout.run.flow import brief
from fanout.run.store import journal
from fanout.run.tasks import ready, tasks

MOST_IN_A_ROW = 5


def go_on(db: sqlite3.Connection, root: str, agent: sqlite3.Row) -> str:
    """The brief of the task that the agent does next, "" when its lane has none that may start now.

    Runs inside a transaction, after the agent's task has ended well.
    """
    lane = tasks.record(tasks.get(db, agent["run"], agent["task"])).get("lane")
    if not lane or _in_a_row(db, agent) >= MOST_IN_A_ROW:
        return ""
    view = ready.View(db, agent["run"])
    for name, row in view.tasks.items():
        if row["state"] == "pending" and tasks.record(row).get("lane") == lane and view.slots() > 0:
            if ready.why_not(view, name):
                continue
            _take(db, root, agent, row)
            return brief.write(db, root, agent["run"], name)
    return ""


def _take(db: sqlite3.Connection, root: str, agent: sqlite3.Row, row: sqlite3.Row) -> None:
    number = agents.open_launch(
        db,
        agent["session"],
        "",
        agent["agent_type"],
        agent["description"],
        row["run"],
        row["id"],
        agent["parent"],
        bool(tasks.record(row).get("read_only")),
    )
    agents.bind(db, number, agent["agent_id"], agent["agent_type"], agent["worktree"])
    claims.take_declared(db, number, row["run"], row["id"])
    watch.begin(db, root, number, row["run"], row["id"])
    tasks.begin(db, row["run"], row["id"])
    journal.note(db, "went-on", row["run"], row["id"], number, after=agent["task"])


def _in_a_row(db: sqlite3.Connection, agent: sqlite3.Row) -> int:
    """How many tasks this agent of the client has done already."""
    found = db.execute("SELECT COUNT(*) FROM agent WHERE agent_id = ?", (agent["agent_id"],)).fetchone()
    return int(found[0])
