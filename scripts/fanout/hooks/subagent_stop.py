"""SubagentStop: the agent says it has ended. Its word is checked against evidence."""

from __future__ import annotations

from fanout.hooks import caller
from fanout.hooks.answers import block
from fanout.hooks.judging import judge, judged_again
from fanout.run.agents import agents, attempts, team, transcript
from fanout.run.changes import undeclared_changes
from fanout.run.evidence import acceptance
from fanout.run.flow import hooks_switch, lane
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent


def answer(call: Call) -> dict[str, object] | None:
    """Sends the agent back when its result or its evidence is missing, twice at most; else ends it.

    Releases its claims either way when it ends. The acceptance commands run between the transactions.
    """
    agent = agent_of(call)
    if agent is None:
        return None  # a compaction's own helper
    if not agent.is_live:  # it had ended, and was spoken to again, or ended by hand_back.py
        hooks_switch.has_ended(call.db, call.root, call.agent_id)
        return None
    report = transcript.handed_back(call.transcript, call.agent_id) if agent.task else None
    if report is not None:  # nothing sends it back any more, and hand_back.py has not judged it
        judge.completed(call, agent, report, acceptance.hook_until())
        return None
    missing = end(call, agent, call.last_message)
    return block(missing) if missing else None


def end(call: Call, agent: Agent, message: str) -> str:
    """Ends the agent by its last message, or says what is missing."""
    missing = judge.judge(call, agent, message)
    if not missing and agent.task and not attempts.own():
        undeclared_changes.note(call.db, call.root, agent)
        _note_wait(call, agent)
        judged_again.look(call, agent)
        missing = _next_of_lane(call, agent)
    with Write(call.db):
        if team.is_member(call.agent_id):
            team.note(call.db, call.session)
        hooks_switch.settle(call.db, call.root)
    judge.sync(call, agent)
    return missing


def _note_wait(call: Call, agent: Agent) -> None:
    """How long it waited for the user is no work."""
    spans = transcript.waits(call.transcript, call.agent_id)
    if spans:
        seconds = sum(end - start for start, end in spans)
        with Write(call.db):
            journal.note(call.db, "waited", agent.run, agent.task, agent.id, seconds=round(seconds, 3), spans=spans)


def agent_of(call: Call) -> Agent | None:
    """Whose end it is; None for the client's own helpers."""
    if not call.agent_id:
        return None
    with Write(call.db):
        agent = agents.by_agent_id(call.db, call.agent_id)
        if agent is None and call.agent_type:
            return agents.get(call.db, caller.bind(call))
        if agent is not None and agent.task and not agent.worktree:
            return caller.with_worktree(call, agent)
        return agent


def _next_of_lane(call: Call, agent: Agent) -> str:
    """The brief of the task that the agent goes on with, "" when there is none."""
    if tasks.get(call.db, agent.run, agent.task).state != "done":
        return ""
    with Write(call.db):
        return lane.go_on(call.db, call.root, agent)
