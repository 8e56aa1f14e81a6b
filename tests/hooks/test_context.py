"""Agents whose context fills up: compacted ones are told where they stand, full ones leave a partial task."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, context
from run.plans import plan

THRASHING = "Autocompact is thrashing: the context refilled to the limit within 3 turns of the previous compact."


def compacted(desk: Desk, agent: str | None) -> dict[str, object]:
    who = {"agent_id": agent, "agent_type": "general-purpose"} if agent else {}
    return desk.send("compact", "PreCompact", trigger="auto", custom_instructions=None, **who)


def test_a_compacted_agent_is_told_once_where_its_brief_is(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}}))
    desk.launch("01")
    assert compacted(desk, "agent-01") == {} == compacted(desk, "agent-01")
    said = context(desk.write("agent-01", "a.py"))
    assert said.count(f"fanout brief {desk.run}/01") == 1 and "DONE|01|" in said
    assert desk.write("agent-01", "a.py") == {}


@pytest.mark.parametrize("agent", [None, "a-stranger"])
def test_others_are_left_alone(desk: Desk, agent: str | None) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}}))
    desk.launch("01")
    assert compacted(desk, agent) == {}
    assert desk.rows("SELECT * FROM notice") == []


@pytest.mark.parametrize("message", [THRASHING, "Prompt is too long", "API Error: 400 Prompt is too long"])
@pytest.mark.parametrize("event", ["agent-failed", "agent-stop"])
def test_a_full_context_is_a_partial_task(desk: Desk, event: str, message: str) -> None:
    desk.start(plan({"01": {"writes": ["a.py", "b.py"]}, "02": {"needs": ["01"]}}))
    desk.launch("01")
    desk.do("agent-01", "a.py")
    name = {"agent-failed": "StopFailure", "agent-stop": "SubagentStop"}[event]
    assert desk.send(event, name, agent_id="agent-01", last_assistant_message=message) == {}
    [task] = desk.rows("SELECT state, outcome FROM task WHERE id = '01'")
    assert task["state"] == "failed"
    assert task["outcome"].startswith("partial: ") and "a.py" in task["outcome"] and "Split it" in task["outcome"]
    assert (desk.root / "a.py").exists() and desk.rows("SELECT * FROM claim") == []


def test_an_agent_that_speaks_of_it_is_not_out_of_context(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}}))
    desk.launch("01")
    desk.do("agent-01", "a.py")
    desk.end("agent-01", "I fixed the error `Prompt is too long`.\nDONE|01|fixed it")
    assert desk.state("01") == "done"
