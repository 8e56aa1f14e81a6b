"""Who makes a call, and what the guard is to know of the project: read once, in one statement, as the journal is opened."""

from __future__ import annotations

from fanout.run.store import db
from fanout.run.store.records import Agent

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

QUERY = f"""
SELECT {db.FIRST_COLUMNS},
    (SELECT value FROM meta WHERE key = 'folds_case'),
    (SELECT value FROM meta WHERE key = 'guard'),
    EXISTS (SELECT 1 FROM notice WHERE notice.agent = agent.id),
    agent.worktree IS NULL AND instr(task.record, '"worktree"') > 0,
    COALESCE(run.base, ''), EXISTS (SELECT 1 FROM declared WHERE declared.run = agent.run AND declared.task = '')
        OR EXISTS (SELECT 1 FROM declared WHERE declared.run = agent.run AND declared.task = agent.task AND mode = 'spared'),
    agent.id IS NOT NULL, {Agent.COLUMNS}
FROM (SELECT 1)
    LEFT JOIN agent ON agent.id = (SELECT id FROM agent WHERE agent_id = ? AND agent_id <> '' ORDER BY id DESC LIMIT 1)
    LEFT JOIN task ON task.run = agent.run AND task.id = agent.task
    LEFT JOIN run ON run.id = agent.run
"""


class CallerFacts:
    """`agent` is None for a main conversation and for an agent that is not bound yet."""

    __slots__ = ("agent", "base", "folds_case", "has_context", "has_notice", "is_warned_only", "may_lack_worktree")

    def __init__(self, row: sqlite3.Row) -> None:
        folds_case, guard, has_notice, may_lack_worktree, base, has_context, is_known, *agent = row[db.FIRST_AFTER :]
        self.folds_case = folds_case == "1"
        self.is_warned_only = guard == "warn"  # the project's setting `guard`
        self.has_notice = bool(has_notice)
        self.may_lack_worktree = bool(may_lack_worktree)  # its task asks for one, and none is on record
        self.base: str = base
        self.has_context = bool(has_context)  # its run has files that none writes, or it those that it may not
        self.agent: Agent | None = Agent(agent) if is_known else None


def renew(db_: sqlite3.Connection, facts: CallerFacts, agent: Agent) -> None:
    """The caller is this agent."""
    from fanout.run.store import base, notice, planned

    facts.agent = agent
    facts.may_lack_worktree = False
    facts.has_notice = notice.there_is(db_, agent.id)
    facts.base = base.name(db_, agent.run)
    facts.has_context = bool(planned.context_of(db_, agent.run) or planned.spared_of(db_, agent.run, agent.task))


def read(root: str, agent_id: str) -> tuple[sqlite3.Connection, CallerFacts]:
    """The project's journal, and the facts about the agent with this id of the client's ("" for none)."""
    connection, row = db.connect_reading(root, QUERY, (agent_id,))
    assert row is not None  # its FROM is one row
    return connection, CallerFacts(row)
