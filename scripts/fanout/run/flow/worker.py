"""Workers that organise themselves: each takes the next ready task, and no task is taken twice.

A worker is known by its name, and ends its task with `fanout done` or `fanout fail`. It may be a process outside the
client, or an agent of it: then the guard has seen its `fanout claim` (hooks/launching/claiming.py), the task is that agent's own,
and between two tasks it is an agent without one.
"""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.flow import begin_task, brief, ending, failure_policy, next_message, run_end
from fanout.run.store import journal, meta
from fanout.run.store.db import Write
from fanout.run.tasks import readiness, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Task

LONGEST_NAME = 80


def take(db: sqlite3.Connection, root: str, run: str, worker: str) -> str | None:
    """Takes the next task for `worker` and returns its brief; the one it has already, if any; None when none is ready."""
    with Write(db):
        at_work = agents.with_task_of(db, run, worker)
        if at_work is not None:
            return brief.write(db, root, run, at_work.task)
        resting = agent_of(db, worker)
        startable = readiness.startable(_without(readiness.View(db, run), resting))
        if not startable:
            return None
        if resting is not None:
            ending.free(db, resting)
        _open(db, root, worker, startable[0], resting)
        return brief.write(db, root, run, startable[0].id)


def _open(db: sqlite3.Connection, root: str, worker: str, task: Task, was: Agent | None) -> None:
    name, key = worker[:LONGEST_NAME], agents.worker_key(worker)
    launch = begin_task.goes_on(was) if was else begin_task.Launch("", "worker")
    launch.tool_use, launch.agent_id, launch.description = key, launch.agent_id or key, name
    launch.read_only = was is not None and was.read_only
    begin_task.begin(db, root, task, launch, "claimed", worker=name)


def rest(db: sqlite3.Connection, ended: Agent) -> None:
    """The task of a worker has ended; as an agent of the client it works on. Inside a transaction."""
    if ended.agent_id == ended.tool_use:
        return
    agent = agents.open_launch(
        db,
        ended.session,
        "",
        ended.agent_type,
        ended.description,
        parent=ended.parent,
        read_only=ended.read_only,
    )
    agents.bind(db, agent, ended.agent_id, worktree=ended.worktree)
    journal.note(db, "worker", ended.run, agent=agent)


def look(db: sqlite3.Connection, root: str, run: str, worker: str) -> readiness.View:
    """The run after what has ended. Its end is left to the notification of a worker that is the client's agent: there
    Claude is told of it."""
    if agent_of(db, worker) is None:
        return run_end.conclude(db, root, run)
    failure_policy.settle(db, root, run)
    return readiness.View(db, run)


def agent_of(db: sqlite3.Connection, worker: str) -> Agent | None:
    """The agent of the client that goes by this name, as long as it lives."""
    agent_id = meta.get(db, agents.worker_key(worker))
    agent = agents.by_agent_id(db, agent_id) if agent_id else None
    return agent if agent is not None and agent.is_live else None


def onward(view: readiness.View, worker: str) -> str:
    """What a worker without a task does next."""
    if view.run.state != "active" or readiness.is_over(view):
        return "Nothing is left to take. End now; your last message is one line: which tasks you did."
    return f"Take the next task: `{brief.claim_of(view.run.id, worker)}`. It waits for one, and prints what to do."


def nothing(view: readiness.View, worker: str) -> tuple[str, str]:
    """Why `fanout claim` has no task to give, and what the worker does about it."""
    run = view.run.id
    if view.run.state == "cancelled":
        return f"run {run} was cancelled, nothing is left to take.", "End now."
    if view.run.state != "active" or readiness.is_over(view):
        return f"nothing is left to take in {run}.", "End now; your last message is one line: which tasks you did."
    running = [name for name, task in view.tasks.items() if task.state == "running"]
    again = f"Run `{brief.claim_of(run, worker)}` again: it waits for one."
    if view.run.paused:
        return f"run {run} is paused ({view.run.paused}), and gives no task until it goes on.", again
    if running:
        return f"nothing is ready in {run} yet, {tasks.few(running)} still running.", again
    return f"nothing is ready in {run}: {next_message.held(view)}.", again


def _without(view: readiness.View, resting: Agent | None) -> readiness.View:
    """The view of a worker that rests: it takes no second place, and its own claims are no obstacle."""
    if resting is not None:
        view.live = [agent for agent in view.live if agent.id != resting.id]
        view.claims = [claim for claim in view.claims if claim.owner.id != resting.id]
    return view
