"""An agent begins a task: the one way there, for a launch that the gate lets pass, a worker and a lane.

begin -> the launch on record (bound at once when the client has named the agent) -> its claims
      -> the declared files as they are -> the task is running
"""

from __future__ import annotations

from fanout.run.agents import agents, claims
from fanout.run.changes import watch
from fanout.run.evidence import findings
from fanout.run.store import journal
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, EventKind, Task


class Launch:
    """Who begins. `agent_id` and `worktree` are known of an agent that works already; `tool_use` is the client's call.

    `is_apart`: what it does is merged when it has ended, so no path of the run's folder is its own."""

    __slots__ = (
        *(
            "agent_id",
            "agent_type",
            "description",
            "is_apart",
            "parent",
            "read_only",
            "session",
            "tool_use",
            "worktree",
        ),
    )

    def __init__(self, session: str, agent_type: str) -> None:
        self.session = session
        self.agent_type = agent_type
        self.tool_use = ""
        self.description = ""
        self.parent: int | None = None
        self.read_only = False
        self.agent_id = ""
        self.worktree = ""
        self.is_apart = False


def goes_on(agent: Agent) -> Launch:
    """The launch of an agent that works already, for its next task."""
    launch = Launch(agent.session, agent.agent_type)
    launch.description = agent.description
    launch.parent = agent.parent
    launch.agent_id = agent.agent_id
    launch.worktree = agent.worktree
    return launch


def begin(db: sqlite3.Connection, root: str, task: Task, launch: Launch, event: EventKind, **facts: object) -> int:
    """Returns the agent's id; `event` and its `facts` are journaled. Inside the transaction that found the task ready."""
    agent = agents.open_launch(
        db,
        launch.session,
        launch.tool_use,
        launch.agent_type,
        launch.description,
        task.run,
        task.id,
        parent=launch.parent,
        read_only=launch.read_only or bool(tasks.record(task).get("read_only")),
    )
    if launch.agent_id:
        agents.bind(db, agent, launch.agent_id, launch.agent_type, launch.worktree)
    if not launch.is_apart:
        claims.take_declared(db, agent, task.run, task.id)
        watch.begin(db, root, agent, task.run, task.id)
    tasks.begin(db, task.run, task.id)
    findings.set_apart(root, task.run, task.id, task.attempts)
    journal.note(db, event, task.run, task.id, agent, **facts)
    return agent
