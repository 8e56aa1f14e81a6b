"""A run that needs only some of its tasks: who is late when enough are done, and what it is told."""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.store import journal, notice
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent
    from fanout.run.tasks.readiness import View


def enough(joined: str) -> int | None:
    """How many tasks have to be done, None for all; `joined` is "all", "any" or a number."""
    return None if joined == "all" else 1 if joined == "any" else int(joined)


def is_decided(view: View) -> bool:
    """Whether so many tasks are done that the run needs no more."""
    wanted = enough(view.run.joined)
    return wanted is not None and sum(task.state == "done" for task in view.tasks.values()) >= wanted


def lose(db: sqlite3.Connection, agent: Agent, wanted: int) -> None:
    """The agent may write no more, and is told so with its next call. Inside a transaction."""
    agents.forbid_writing(db, agent.id)
    journal.note(db, "lost-the-race", agent.run, agent.task, agent.id, enough=wanted)
    notice.leave(db, agent.id, told(db, agent))


def has_lost(db: sqlite3.Connection, agent: Agent) -> bool:
    return bool(agent.run) and journal.concerns(db, agent.run, agent.id, "lost-the-race")


def told(db: sqlite3.Connection, agent: Agent) -> str:
    """That others were faster, and how to end."""
    done = sorted(tasks.in_state(db, agent.run, "done"), key=lambda task: task.ended or 0.0)
    return (
        f"{tasks.few([task.id for task in done])} finished first, and the run needs no more: task {agent.task} is over, "
        f"and you may write nothing. Stop now; your last message is the one line `BLOCKED|{agent.task}|another was faster`. "
        f"That is no failure."
    )
