"""Agents whose task was ended by hand while they worked. What one of them still does would go over what the user has by now:
until it ends, it changes nothing."""

from __future__ import annotations

from fanout.run.agents import agents, client_process
from fanout.run.store import meta

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, TaskOver

KEY = "set aside "


def note(db: sqlite3.Connection, agent: Agent, state: TaskOver) -> None:
    """The task of this live agent is `state` by somebody else's word. Inside a transaction."""
    if agent.agent_id:
        meta.put(db, KEY + agent.agent_id, f"{agent.id} {state}")


def is_noted(db: sqlite3.Connection, agent_id: str) -> bool:
    return bool(meta.get(db, KEY + agent_id))


def has_ended(db: sqlite3.Connection, agent_id: str) -> None:
    """It has: spoken to again, it is an agent like any other. Inside a transaction."""
    meta.drop(db, KEY + agent_id)


def refusal(db: sqlite3.Connection, agent: Agent) -> str:
    """Why nothing that the agent does is let through, "" where it was not set aside."""
    state = meta.get(db, KEY + agent.agent_id).rpartition(" ")[2]
    if not state:
        return ""
    return (
        f"Task {agent.task} was marked {state} by hand while you worked at it, and its files may hold somebody else's work by "
        f"now. Change nothing more, take nothing back: end now with `DONE|{agent.task}|marked {state} by hand`."
    )


def are_at_work(db: sqlite3.Connection) -> bool:
    """Whether one of them has not ended, as far as anybody knows."""
    known = [agents.get(db, int(value.partition(" ")[0])) for value in meta.below(db, KEY)]
    return any(not client_process.is_gone(agent.client, agent.client_start) for agent in known)
