"""PreToolUse on StructuredOutput: an agent of a run's workflow says that it has ended, in the form that its script reads.

Its word is checked as any agent's. What its end sets free goes into its output: the script starts that.
"""

from __future__ import annotations

from fanout.hooks.answers import deny
from fanout.hooks.hook_call import text
from fanout.hooks.judging import judge
from fanout.hooks.launching import in_workflow
from fanout.run.agents import agents
from fanout.run.changes import undeclared_changes
from fanout.run.evidence import acceptance
from fanout.run.flow import hooks_switch, run_end, workflow
from fanout.run.store.db import Write
from fanout.run.tasks import readiness

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

VERDICTS = {"done": "DONE", "blocked": "BLOCKED", "needs": "NEEDS"}


def answer(call: Call) -> dict[str, object] | None:
    """Sends the agent back when its evidence is missing, twice at most; else its output gets `next`."""
    label = in_workflow.label_of(call) if call.agent_id else None
    if label is None:
        return None
    run, task = label
    if task == in_workflow.ASKS:
        with Write(call.db):
            workflow.give_back(call.db, run, text(call.tool_input, "summary"))
        return _next(call, run)
    if in_workflow.refusal(call):
        return _output(call, [])
    with Write(call.db):
        agent = agents.by_agent_id(call.db, call.agent_id)
    if agent is None or not agent.is_live:
        return _output(call, [])
    return _judged(call, agent)


def _judged(call: Call, agent: Agent) -> dict[str, object]:
    verdict = VERDICTS.get(text(call.tool_input, "state"), "")
    summary = text(call.tool_input, "summary").strip()
    line = f"{verdict}|{agent.task}|{summary.splitlines()[0] if summary else ''}" if verdict else ""
    said = f"{summary}\n{line}" if "\n" in summary else line  # more than a line is what it found
    missing = judge.judge(call, agent, said)
    if missing:
        return deny(f"{missing.rpartition(chr(10))[0] or missing}\nThen call StructuredOutput again.")
    undeclared_changes.note(call.db, call.root, agent)
    answered = _next(call, agent.run)
    judge.sync(call, agent)
    return answered


def _next(call: Call, run: str) -> dict[str, object]:
    """What the script starts now."""
    run_end.conclude(call.db, call.root, run, acceptance.hook_until())
    with Write(call.db):
        handed = workflow.hand(call.db, readiness.View(call.db, run))
        hooks_switch.settle(call.db, call.root)
    return _output(call, handed)


def _output(call: Call, handed: list[dict[str, str]]) -> dict[str, object]:
    given = {**call.tool_input, "next": handed}
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", "updatedInput": given}}
