"""Tasks that could not be judged as their agents ended, for what siblings had half done or were still to make."""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.commits import isolated
from fanout.run.evidence import acceptance, as_done, evidence, gaps
from fanout.run.flow import run_end
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import tasks, waits_to_be_judged

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Event, Task
    from fanout.run.tasks.waits_to_be_judged import Makers


def note(db: sqlite3.Connection, agent: Agent, summary: str, makers: Makers, command: str) -> None:
    """The agent's task waits to be judged, not before `makers` have made what `command` needs. Inside a transaction."""
    facts = {"summary": summary, "makers": makers, "command": command}
    journal.note(db, "not-judged", agent.run, agent.task, agent.id, **facts)


def look(db: sqlite3.Connection, root: str, run: str, until: float | None = None) -> None:
    """A task of the run is done, or left out: judges those that waited for what it had half done or was to make.

    `until`: as acceptance.failure takes it.
    """
    judged = False
    for task in tasks.in_state(db, run, "blocked"):
        event = journal.last(db, run, task.id, "not-judged")
        agent = agents.last_of_task(db, run, task.id)
        if event is None or agent is None or agent.is_live or "summary" not in event.facts:
            continue
        if makers := waits_to_be_judged.makers(db, run, task.id):
            _waits_on(db, task, event, makers)
        elif not _is_half_done(db, root, agent):
            _judge(db, root, agent, task, event.facts["summary"], until)
            judged = True
    if judged:
        with Write(db):
            run_end.reactivate(db, root, run)


def _waits_on(db: sqlite3.Connection, task: Task, event: Event, makers: Makers) -> None:
    """Fewer tasks than before keep it waiting, perhaps: its outcome names those that are left."""
    if len(makers) < len(event.facts["makers"]) and event.facts.get("command"):
        with Write(db):
            tasks.waits_on(db, task.run, task.id, waits_to_be_judged.why(event.facts["command"], makers))


def _is_half_done(db: sqlite3.Connection, root: str, agent: Agent) -> bool:
    """Whether what its checks named is half done."""
    from fanout.run.evidence import excused_failures  # slow to import, and seldom needed

    events = journal.of_agent(db, agent.id, "not-judged")
    named = {who for event in events for who in event.facts.get("named", {})}
    return not named.isdisjoint(excused_failures.beside(db, root, agent))


def _judge(db: sqlite3.Connection, root: str, agent: Agent, task: Task, summary: str, until: float | None) -> None:
    try:
        missing = _gap(db, root, agent, summary, until)
    except acceptance.NotYours as told:
        _waits_still(db, agent, summary, told)
        return
    except acceptance.NoTime:
        return
    if not missing and agent.worktree and isolated.bring_in(db, root, agent):
        return
    with Write(db):
        if missing and tasks.accept(db, agent.run, task.id):
            why = gaps.as_outcome(missing)[: tasks.LONGEST_OUTCOME]
            tasks.finish(db, agent.run, task.id, "failed", why)
        elif tasks.accept(db, agent.run, task.id):
            beside = evidence.reservation(db, agent)
            tasks.finish(db, agent.run, task.id, "done", f"{summary} ({beside})" if beside else summary)
            agents.brought_it_to_its_end(db, agent.id)
            as_done.note(db, root, agent)


def _gap(db: sqlite3.Connection, root: str, agent: Agent, summary: str, until: float | None) -> str:
    """What is missing. What an agent is told once, that a command was red before, nobody is there to hear."""
    try:
        return evidence.gap(db, root, agent, summary, until)
    except acceptance.NotYours as told:
        if told.is_final or not journal.concerns(db, agent.run, agent.id, "red-before"):
            raise
    return evidence.gap(db, root, agent, summary, until)


def _waits_still(db: sqlite3.Connection, agent: Agent, summary: str, told: acceptance.NotYours) -> None:
    """It can't be judged for something else now: for that it waits, and is judged again."""
    with Write(db):
        note(db, agent, summary, told.makers, told.command)
        if told.is_final:
            tasks.waits_on(db, agent.run, agent.task, str(told).rstrip(".")[: tasks.LONGEST_OUTCOME])
