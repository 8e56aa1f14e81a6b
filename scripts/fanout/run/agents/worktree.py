"""Which tasks get a worktree of their own, and where the client made it."""

from __future__ import annotations

import os

from fanout.run.agents import agents
from fanout.run.store import meta, paths

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent


def is_wanted(record: dict[str, object]) -> bool:
    """Whether a task asks for a worktree of its own."""
    return record.get("isolation") == "worktree"


def fill(db: sqlite3.Connection, agent: Agent, transcript: str, record: dict[str, object]) -> None:
    """Notes the worktree that the client made for an agent of such a task. Inside a transaction."""
    if agent.worktree or not agent.task or not agent.agent_id or not is_wanted(record):
        return
    folder = agents.meta(transcript, agent.agent_id).get("worktreePath")
    if isinstance(folder, str) and folder:
        naming = paths.Naming(meta.root(db), meta.folds_case(db))
        agents.set_worktree(db, agent.id, naming.spelled(os.path.realpath(folder)))
