"""Lanes: an agent that is done goes on with the next task of its lane, in the same conversation.

The client lets a stopping agent be sent on eight times at most; the way back for missing evidence needs some of them.
"""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.flow import begin_task, brief
from fanout.run.tasks import readiness, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

MOST_IN_A_ROW = 5


def go_on(db: sqlite3.Connection, root: str, agent: Agent) -> str:
    """The brief of the task that the agent does next, "" when its lane has none that may start now.

    Runs inside a transaction, after the agent's task has ended well.
    """
    lane = tasks.record(tasks.get(db, agent.run, agent.task)).get("lane")
    if not lane or agents.times_bound(db, agent.agent_id) >= MOST_IN_A_ROW:
        return ""
    view = readiness.View(db, agent.run)
    for name, task in view.tasks.items():
        if task.state == "pending" and tasks.record(task).get("lane") == lane and view.slots() > 0:
            if readiness.refusal(view, name):
                continue
            begin_task.begin(db, root, task, begin_task.goes_on(agent), "went-on", after=agent.task)
            return brief.write(db, root, agent.run, name)
    return ""
