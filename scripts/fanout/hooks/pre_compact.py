"""PreCompact of an agent: what it was told may be lost with its conversation, so it is told where it stands."""

from __future__ import annotations

from fanout.hooks import event
from fanout.run.agents import agents
from fanout.run.store import journal, notice
from fanout.run.store.db import Write, connect


def compact(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Leaves the agent a notice; says nothing. A main conversation is told by SessionStart."""
    agent_id = event.text(data, "agent_id")
    if not root or not agent_id:
        return None
    db = connect(root)
    row = agents.by_agent_id(db, agent_id)
    if row is None or not row["task"] or row["state"] not in ("open", "running"):
        return None
    name = f"{row['run']}/{row['task']}"
    with Write(db):
        if not notice.there_is(db, row["id"]):
            notice.leave(
                db,
                row["id"],
                f"Your conversation was compacted. `fanout brief {name}` prints your whole instruction again; what you "
                f"wrote so far is in its files. Your last message is still one line: `DONE|{row['task']}|what you did`.",
            )
        journal.note(db, "compacted", row["run"], row["task"], row["id"])
    return None
