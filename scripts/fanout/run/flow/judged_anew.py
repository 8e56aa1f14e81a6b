"""Tasks that could not be judged as their agents ended, for what siblings had half done or were still to make."""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.commits import isolated
from fanout.run.evidence import acceptance, as_done, evidence, gaps
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Task


def look(db: sqlite3.Connection, root: str, run: str, until: float | None = None) -> None:
    """A task of the run is done: judges those that waited for what it had half done or was to make.

    `until`: as acceptance.failure takes it.
    """
    for task in tasks.in_state(db, run, "blocked"):
        event = journal.last(db, run, task.id, "not-judged")
        agent = agents.last_of_task(db, run, task.id)
        if event is None or agent is None or agent.is_live or "summary" not in event.facts:
            continue
        if not _is_waiting(db, root, agent):
            _judge(db, root, agent, task, event.facts["summary"], until)


def _is_waiting(db: sqlite3.Connection, root: str, agent: Agent) -> bool:
    """Whether what its checks named is half done, or still to be made."""
    from fanout.run.evidence import excused_failures  # slow to import, and seldom needed

    events = journal.of_agent(db, agent.id, "not-judged")
    makers = events[-1].facts.get("makers", ())
    if any(tasks.get(db, agent.run, maker).state in tasks.OPEN for maker in makers):
        return True
    named = {who for event in events for who in event.facts.get("named", {})}
    return not named.isdisjoint(excused_failures.beside(db, root, agent))


def _judge(db: sqlite3.Connection, root: str, agent: Agent, task: Task, summary: str, until: float | None) -> None:
    try:
        missing = evidence.gap(db, root, agent, summary, until)
    except (acceptance.NoTime, acceptance.NotYours):
        return
    if not missing and agent.worktree and isolated.bring_in(db, root, agent):
        return
    with Write(db):
        if missing and tasks.accept(db, agent.run, task.id):
            why = gaps.as_outcome(missing)[: tasks.LONGEST_OUTCOME]
            tasks.finish(db, agent.run, task.id, "failed", why)
        elif tasks.accept(db, agent.run, task.id):
            tasks.finish(db, agent.run, task.id, "done", summary)
            as_done.note(db, root, agent)
