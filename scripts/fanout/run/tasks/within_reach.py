"""Which agent of a task that ended without a result can still be spoken to: it works on where it stands."""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.store import journal
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Task


def of(db: sqlite3.Connection, task: Task) -> str:
    """The client's id of the task's last agent, "" when it can't be spoken to: it ended with a message of its own, and was
    not cut off, and is no worker."""
    agent = agents.last_of_task(db, task.run, task.id)
    if agent is None or not agent.agent_id or agents.worker_of(agent) or agent.ending not in tasks.UNDONE:
        return ""
    return "" if journal.concerns(db, agent.run, agent.id, "agent-failed") else agent.agent_id
