"""How the work of an agent ends by an error, with a task and without one."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.flow import ending
from fanout.run.store.db import Write

ERRORS = [
    ("API Error: 529 overloaded", "", "pending", 0, ""),
    ("API Error: 429 too many requests", "", "pending", 0, ""),
    ("Credit balance is too low", "billing_error", "pending", 0, "paused"),
    ("API Error: 500 internal", "", "failed", 1, ""),
    ("Prompt is too long", "", "failed", 1, ""),
]


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {}}))
    desk.launch("01")
    desk.launch("free", prompt="look around")
    return desk


def fails(desk: Desk, agent: str, message: str, kind: str) -> None:
    desk.send("agent-failed", "StopFailure", agent_id=agent, last_assistant_message=message, error=kind)


@pytest.mark.parametrize(("message", "kind", "state", "attempts", "paused"), ERRORS)
def test_with_a_task(two: Desk, message: str, kind: str, state: str, attempts: int, paused: str) -> None:
    two.do("agent-01", "a.py")
    fails(two, "agent-01", message, kind)
    row = two.rows("SELECT state, attempts FROM task WHERE id = '01'")[0]
    assert (row["state"], row["attempts"]) == (state, attempts)
    assert bool(two.rows("SELECT paused FROM run")[0]["paused"]) == bool(paused)
    assert two.rows("SELECT 1 FROM claim JOIN agent ON agent.id = claim.agent WHERE agent.task = '01'") == []
    assert two.rows("SELECT state FROM agent WHERE task = '01'")[0]["state"] == "ended"


@pytest.mark.parametrize(("message", "kind", "state", "attempts", "paused"), ERRORS)
def test_without_a_task(two: Desk, message: str, kind: str, state: str, attempts: int, paused: str) -> None:
    """It holds nothing any more, and the run goes on as it was."""
    assert not denial(two.do("agent-free", "free.py"))
    assert "belongs to agent free" in denial(two.write("agent-01", "free.py"))
    fails(two, "agent-free", message, kind)
    assert two.rows("SELECT state FROM agent WHERE agent_id = 'agent-free'")[0]["state"] == "ended"
    assert two.state("01") == "running" and two.rows("SELECT paused FROM run")[0]["paused"] == ""
    said = denial(two.write("agent-01", "free.py"))
    assert "belongs to" not in said and two.write("agent-01", "free.py") == {}


def test_an_unknown_agents_error_is_nobodys(two: Desk) -> None:
    fails(two, "stranger", "API Error: 500", "")
    fails(two, "", "API Error: 500", "")
    assert two.state("01") == "running"


@pytest.mark.parametrize("agent", ["agent-01", "agent-free"])
def test_what_goes_down_with_its_client_is_done_again(two: Desk, agent: str) -> None:
    two.do("agent-01", "a.py")
    two.do("agent-free", "free.py")
    one = agents.by_agent_id(two.db, agent)
    assert one is not None
    with Write(two.db):
        ending.lost(two.db, one, "its client is gone")
        ending.lost(two.db, one, "its client is gone")
    noted = two.rows("SELECT task, agent FROM event WHERE kind = 'agent-lost'")
    assert [tuple(row) for row in noted] == ([("01", one.id)] if one.task else []), "once, and of a task alone"
    assert two.state("01") == ("pending" if one.task else "running")
