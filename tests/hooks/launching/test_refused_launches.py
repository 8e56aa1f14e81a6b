"""A launch that the user interrupted before it ran: no hook hears of it, and nobody waits for its agent."""

from __future__ import annotations

import json

import pytest
from hooks.desk import Desk, context, denial
from run.plans import plan

from fanout.hooks.launching import refused_launches

REJECTED = "The user doesn't want to proceed with this tool use. The tool use was rejected."


@pytest.fixture
def interrupted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The gate has let two launches pass, and nothing came of them."""
    monkeypatch.setattr(refused_launches, "UNDER_WAY_SECONDS", 0.0)
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    for number, task in enumerate(("01", "02")):
        given = {"description": task, "prompt": f"Run `fanout brief demo-1/{task}` and follow it."}
        desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id=f"u{number}")
    return desk


def record(desk: Desk, *names: str) -> None:
    blocks = [{"type": "tool_result", "tool_use_id": name, "content": REJECTED, "is_error": True} for name in names]
    entry = {"type": "user", "message": {"role": "user", "content": blocks}, "timestamp": "2026-01-01T00:00:00.000Z"}
    desk.transcript.write_text(json.dumps(entry) + "\n")


def says(desk: Desk, words: str) -> str:
    answer = desk.send("prompt", "UserPromptSubmit", prompt=words)
    return context(answer) if answer else ""


def test_the_users_next_words_find_them_ready_again(interrupted: Desk) -> None:
    record(interrupted, "u0", "u1")
    said = says(interrupted, "go on")
    assert "0 of 2 done." in said and "running" not in said.splitlines()[0]
    assert [interrupted.state(name) for name in ("01", "02")] == ["pending", "pending"]
    assert interrupted.rows("SELECT SUM(attempts) FROM task")[0][0] == 0


def test_the_same_call_once_more_is_no_second_launch(interrupted: Desk) -> None:
    record(interrupted, "u0", "u1")
    assert not denial(interrupted.launch("01", agent="again"))
    assert interrupted.state("01") == "running"


def test_one_of_which_nothing_is_on_record_may_be_under_way(interrupted: Desk) -> None:
    record(interrupted, "u1", "another")
    says(interrupted, "go on")
    assert (interrupted.state("01"), interrupted.state("02")) == ("running", "pending")
    assert "running already" in denial(interrupted.launch("01", agent="again"))


def test_an_agent_that_was_launched_is_not_taken_for_one(interrupted: Desk) -> None:
    response = {"isAsync": True, "status": "async_launched", "agentId": "agent-01"}
    interrupted.send("after", "PostToolUse", tool_name="Agent", tool_input={}, tool_use_id="u0", tool_response=response)
    record(interrupted, "u0")
    says(interrupted, "go on")
    assert interrupted.state("01") == "running"


def test_a_siblings_end_finds_them_ready_and_orders_none_before_the_user_has_spoken(interrupted: Desk) -> None:
    response = {"isAsync": True, "status": "async_launched", "agentId": "agent-01"}
    interrupted.send("after", "PostToolUse", tool_name="Agent", tool_input={}, tool_use_id="u0", tool_response=response)
    record(interrupted, "u1")
    interrupted.end("agent-01", "BLOCKED|01|no key")
    said = interrupted.notify("agent-01")
    assert interrupted.state("02") == "pending" and "running" not in said
    assert "```json" not in said and "`fanout next demo-1` prints the calls" in said
