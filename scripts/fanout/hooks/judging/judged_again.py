"""A task that could not be judged for what siblings had half done is judged again as one of them ends."""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.changes import beyond_declared
from fanout.run.commits import isolated
from fanout.run.evidence import acceptance, evidence, gaps, own_checks
from fanout.run.flow import ending
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent, Task


def note(call: Call, agent: Agent, summary: str, why: str, makers: tuple[str, ...] = ()) -> None:
    """The agent ends, and its task waits to be judged; not before the tasks `makers` have ended."""
    with Write(call.db):
        journal.note(call.db, "not-judged", agent.run, agent.task, agent.id, summary=summary, makers=makers)
        ending.conclude(call.db, agent, "blocked", why.rstrip("."))


def look(call: Call, ended: Agent) -> None:
    """Judges the tasks of the run that waited for what this agent, which has ended, had half done."""
    if not ended.run or tasks.get(call.db, ended.run, ended.task).state != "done":
        return
    for task in tasks.in_state(call.db, ended.run, "blocked"):
        event = journal.last(call.db, ended.run, task.id, "not-judged")
        agent = agents.last_of_task(call.db, ended.run, task.id)
        if event is None or agent is None or agent.is_live or "summary" not in event.facts:
            continue
        if not _is_waiting(call, agent):
            _judge(call, agent, task, event.facts["summary"])


def _is_waiting(call: Call, agent: Agent) -> bool:
    """Whether what its checks named is half done, or still to be made."""
    from fanout.run.evidence import excused_failures  # slow to import, and seldom needed

    events = journal.of_agent(call.db, agent.id, "not-judged")
    makers = events[-1].facts.get("makers", ())
    if any(tasks.get(call.db, agent.run, maker).state in tasks.OPEN for maker in makers):
        return True
    named = {who for event in events for who in event.facts.get("named", {})}
    return not named.isdisjoint(excused_failures.beside(call.db, call.root, agent))


def _judge(call: Call, agent: Agent, task: Task, summary: str) -> None:
    try:
        missing = evidence.gap(call.db, call.root, agent, summary, acceptance.hook_until())
    except (acceptance.NoTime, acceptance.NotYours):
        return
    if not missing and agent.worktree and isolated.bring_in(call.db, call.root, agent):
        return
    with Write(call.db):
        if missing and tasks.accept(call.db, agent.run, task.id):
            why = f"said done without evidence: {gaps.in_a_line(missing)}"[: tasks.LONGEST_OUTCOME]
            tasks.finish(call.db, agent.run, task.id, "failed", why)
        elif tasks.accept(call.db, agent.run, task.id):
            tasks.finish(call.db, agent.run, task.id, "done", summary)
            beyond_declared.note(call.db, call.root, agent)
            own_checks.note(call.db, call.root, agent)
