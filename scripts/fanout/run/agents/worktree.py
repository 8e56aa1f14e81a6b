"""Which tasks get a worktree of their own, and where the client made it."""

from __future__ import annotations

import json
import os

from fanout.run.agents import agents

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def is_wanted(record: dict[str, object]) -> bool:
    """Whether a task asks for a worktree of its own."""
    return record.get("isolation") == "worktree"


def fill(db: sqlite3.Connection, agent: sqlite3.Row, transcript: str) -> None:
    """Notes the worktree that the client made for an agent of such a task. Inside a transaction."""
    if agent["worktree"] or not agent["task"] or not agent["agent_id"]:
        return
    row = db.execute("SELECT record FROM task WHERE run = ? AND id = ?", (agent["run"], agent["task"])).fetchone()
    if row is None or not is_wanted(json.loads(row["record"])):
        return
    place = agents.meta(transcript, agent["agent_id"]).get("worktreePath")
    if isinstance(place, str) and place:
        db.execute("UPDATE agent SET worktree = ? WHERE id = ?", (os.path.realpath(place), agent["id"]))
