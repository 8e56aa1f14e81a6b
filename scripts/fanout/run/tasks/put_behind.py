"""A task that waits, put behind others that it did not need so far."""

from __future__ import annotations

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.store import journal, planned
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

ALL = "all"


def put_behind(db: sqlite3.Connection, run: str, name: str, others: list[str]) -> list[str]:
    """The task needs these too from now on; `ALL`: every open one that does not wait for it. Returns them.

    Inside a transaction. Raises FanoutError where the task does not wait, where one is unknown, or where one waits for it.
    """
    every = {task.id: task for task in tasks.all_of(db, run)}
    state = tasks.get(db, run, name).state
    if state != "pending":
        raise FanoutError(
            f"task {name} is {state}, and nothing was changed.",
            f"Only a task that waits is put behind others.{_again(db, run, name, state)}",
        )
    behind = planned.waiting_for(db, run, name) | {name}
    is_last = others == [ALL]
    if is_last:
        others = [one.id for one in every.values() if one.state not in tasks.OVER and one.id not in behind]
    for other in others:
        if other not in every:
            ways = f"Its tasks: {', '.join(every)}. To lift what it waits for: `fanout first {run}/{name}`."
            raise FanoutError(f"--after: run {run} has no task {other!r}.", ways)
        if other in behind:
            raise FanoutError(
                f"--after: task {other} waits for {name}.", f"`fanout first {run}/{other}` where it need not."
            )
    planned.need(db, run, name, others)
    note(db, run, name, others, is_last)
    return others


def _again(db: sqlite3.Connection, run: str, name: str, state: str) -> str:
    """How a task that does not wait comes to wait again."""
    if state in tasks.UNDONE:
        return f" `fanout retry {run}/{name}` makes it wait again; then this once more."
    if state != "running":
        return ""
    agent = agents.of_task(db, run, name)
    stop = f"TaskStop with task_id {agent.agent_id}" if agent is not None and agent.agent_id else "stop its agent"
    return f" Words for its agent alone: the same without --after. Behind them all the same: {stop}, then this command once more."


def note(db: sqlite3.Connection, run: str, name: str, others: list[str], is_last: bool) -> None:
    """Journals it; `is_last`: behind all there are, and behind those that are added later. Inside a transaction."""
    journal.note(db, "task-amended", run, name, after=others, **({"last": True} if is_last else {}))


def put_behind_new(db: sqlite3.Connection, run: str, new: str) -> list[str]:
    """Puts behind a task that was just added those that wait and that somebody has put behind all. Returns them. Inside a
    transaction."""
    waiting = [task.id for task in tasks.in_state(db, run, "pending") if task.id != new]
    found = [name for name in waiting if _is_last(db, run, name) and new not in planned.waiting_for(db, run, name)]
    for name in found:
        planned.need(db, run, name, [new])
    return found


def _is_last(db: sqlite3.Connection, run: str, name: str) -> bool:
    return any(event.facts.get("last") for event in journal.of_task(db, run, name, "task-amended"))
