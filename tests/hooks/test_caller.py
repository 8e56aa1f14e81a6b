"""Who makes a call: bound by its launch, adopted where none was seen, and another stretch of work where it had ended."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.store.db import Write
from fanout.run.store.records import Agent
from fanout.run.tasks import runs, tasks


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    return desk


def launch(desk: Desk, task: str, tool_use: str, **call: Any) -> None:
    """The gate lets it begin; the client has not named the agent yet."""
    given = {
        "prompt": f"Run `fanout brief {desk.run}/{task}` and follow it.",
        "subagent_type": "general-purpose",
        **call,
    }
    assert not denial(desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id=tool_use))


def agent(desk: Desk, agent_id: str) -> Agent:
    found = agents.by_agent_id(desk.db, agent_id)
    assert found is not None
    return found


def test_an_agent_is_bound_to_its_launch_by_the_clients_record_of_it(two: Desk) -> None:
    launch(two, "01", "call-1")
    two.meta("x", "call-1", worktreePath=7)
    assert two.write("x", "a") == {}
    found = agent(two, "x")
    assert (found.task, found.state, found.agent_type, found.worktree) == ("01", "running", "general-purpose", "")
    assert two.write("x", "a") == {} and len(two.rows("SELECT 1 FROM agent")) == 1


RECORDS: list[dict[str, Any] | None] = [
    None,
    {},
    {"toolUseId": ""},
    {"toolUseId": 7},
    {"toolUseId": "another call"},
]


@pytest.mark.parametrize("record", RECORDS)
def test_an_agent_of_no_launch_is_adopted(two: Desk, record: dict[str, Any] | None) -> None:
    launch(two, "01", "call-1")
    if record is not None:
        two.meta("x", record.get("toolUseId", ""), **record)
    assert "a belongs to task 01" in denial(two.write("x", "a"))
    assert two.write("x", "free") == {}
    found = agent(two, "x")
    assert (found.kind, found.task, found.is_live) == ("unplanned", "", True)


def test_a_launch_is_bound_once(two: Desk) -> None:
    two.launch("01", "first")
    row = two.rows("SELECT tool_use FROM agent WHERE task = '01'")[0]
    two.meta("second", row["tool_use"])
    assert "a belongs to task 01" in denial(two.write("second", "a"))
    assert agent(two, "first").task == "01" and agent(two, "second").task == ""


def ended(desk: Desk, word: str = "DONE") -> None:
    desk.launch("01")
    desk.do("agent-01", "a", "mine\n")
    desk.end("agent-01", f"{word}|01|x")
    assert not agent(desk, "agent-01").is_live


GOES_ON: dict[str, tuple[str, str, str]] = {
    # how its task stands, the task that its next call belongs to, and how the task stands then
    "done": ("DONE", "01", "done"),
    "blocked": ("BLOCKED", "01", "running"),
    "blocked, run over": ("BLOCKED", "", "blocked"),
    "another agent does it": ("BLOCKED", "", "running"),
    "tried again": ("BLOCKED", "", "pending"),
    "left out": ("BLOCKED", "", "skipped"),
}


@pytest.mark.parametrize("case", GOES_ON)
def test_an_ended_agent_that_works_again_goes_on_with_its_task_where_that_is_open(two: Desk, case: str) -> None:
    word, task, state = GOES_ON[case]
    ended(two, word)
    with Write(two.db):
        if case == "blocked, run over":
            runs.end(two.db, two.run, "ended")
        if case in ("another agent does it", "tried again"):
            tasks.retry(two.db, two.run, "01")
        if case == "left out":
            tasks.skip(two.db, two.run, "01", "x")
    if case == "another agent does it":
        two.launch("01", "another")
    two.bash("agent-01", "echo x > own")
    found = agent(two, "agent-01")
    assert (found.is_live, found.task, two.state("01")) == (True, task, state)
    if case != "another agent does it":
        assert "own belongs to" in denial(two.write("stranger", "own"))


def test_another_stretch_of_work_keeps_what_the_agent_is(two: Desk) -> None:
    two.launch("01")
    with Write(two.db):
        first = agent(two, "agent-01")
        two.db.execute(
            "UPDATE agent SET read_only = 1, worktree = '/w', parent = 7, agent_type = 'scout' WHERE id = ?",
            (first.id,),
        )
    two.say("agent-01", "BLOCKED|01|x")
    two.tool("agent-01", "Write", {"file_path": str(two.root / "z"), "content": "x"})
    again = agent(two, "agent-01")
    assert again.id != first.id and (again.read_only, again.worktree, again.parent) == (True, "/w", 7)
    assert (again.agent_type, again.description, again.session) == ("scout", first.description, "s1")


def test_of_an_attempt_no_other_stretch_is_made(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ended(two)
    monkeypatch.setenv("FANOUT_ATTEMPT", "agent-01")
    before = len(two.rows("SELECT 1 FROM agent"))
    two.write("agent-01", "z")
    assert len(two.rows("SELECT 1 FROM agent")) == before


def test_a_teammate_is_known_by_the_name_that_it_was_given(two: Desk) -> None:
    launch(two, "01", "call-1", name="coder", description="make a")
    two.meta("t@team", "", taskKind="in_process_teammate", description="make a", spawnedAgentType="tester")
    assert two.write("t@team", "a") == {}
    found = agent(two, "t@team")
    assert (found.task, found.agent_type) == ("01", "tester")


def test_a_conversation_is_one_caller_for_each_session(two: Desk) -> None:
    two.launch("01")
    two.do(None, "free")
    two.do(None, "free")
    assert "free belongs to the main conversation" in denial(two.write("agent-01", "free"))
    assert len(two.rows("SELECT 1 FROM agent WHERE kind = 'main'")) == 1
