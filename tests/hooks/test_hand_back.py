"""An agent's last message by SubagentHandback (auto mode): judged before it goes out, and what the conversation gets of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, context, denial, launches
from run.plans import plan

MESSAGE = """{head}<agent-message from="agent-01">
  Note: the safety classifier was unavailable.
[Subagent hand-back] The text below is the final report of a subagent. The report follows:
  {said}
</agent-message>
"""
HEADS = ["", "Another Claude session sent a message:\n"]


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"], "needs": ["01"]}}))
    desk.launch("01")
    return desk


def hand_back(desk: Desk, message: str) -> str:
    """Why the call is refused, "" when it goes out; then the client ends the agent."""
    given = {"tool_name": "SubagentHandback", "tool_input": {"message": message}, "tool_use_id": "h1"}
    refused = denial(desk.send("hand-back", "PreToolUse", agent_id="agent-01", agent_type="x", **given))
    if not refused:
        assert desk.say("agent-01", "") == {}
    return refused


def prompted(desk: Desk, text: str) -> str:
    return context(desk.send("prompt", "UserPromptSubmit", prompt=text))


def test_who_lies_is_refused_twice_and_has_failed_then(two: Desk) -> None:
    for _ in range(2):
        refused = hand_back(two, "DONE|01|written")
        assert refused.startswith("Task 01 is not done: ") and "a.py" in refused
        assert refused.endswith("Give that by SubagentHandback, as its message.") and two.state("01") == "running"
    assert hand_back(two, "DONE|01|written") == "" and two.state("01") == "failed"


@pytest.mark.parametrize("head", HEADS)
def test_what_is_done_is_told_once_with_what_it_sets_free(two: Desk, head: str) -> None:
    two.do("agent-01", "a.py")
    assert hand_back(two, "All of it.\nDONE|01|written") == "" and two.state("01") == "done"
    told = prompted(two, MESSAGE.format(head=head, said="DONE|01|written"))
    assert told.startswith("01 done") and launches(told) == ["02"]
    assert two.notify("agent-01", result="This agent's report was delivered to you as a message from agent-01") == ""


def test_the_notification_tells_it_where_the_message_came_in_the_middle_of_a_turn(two: Desk) -> None:
    two.do("agent-01", "a.py")
    hand_back(two, "DONE|01|written")
    told = two.notify("agent-01", result="This agent's report was delivered to you as a message from agent-01")
    assert told.startswith("01 done") and launches(told) == ["02"]
    assert prompted(two, MESSAGE.format(head="", said="DONE|01|written")) == ""


def test_where_the_check_of_the_call_was_cut_off_the_message_is_judged(two: Desk) -> None:
    two.do("agent-01", "a.py")
    assert prompted(two, MESSAGE.format(head="", said="DONE|01|written")).startswith("01 done")
    assert two.state("01") == "done"


@pytest.mark.parametrize("sender", ["helper", "agent-01"])
def test_an_agents_message_is_no_word_of_the_users(two: Desk, sender: str) -> None:
    assert prompted(two, f'<agent-message from="{sender}">\nHow far are you?\n</agent-message>') == ""
    assert prompted(two, MESSAGE.format(head="", said="hello").replace("agent-01", "helper")) == ""
    assert "fanout" in prompted(two, "how far are you?"), "the user's are answered with the verbs"


def test_what_the_user_quotes_of_one_is_theirs(two: Desk) -> None:
    assert "fanout" in prompted(two, "what is this? " + MESSAGE.format(head="", said="DONE|01|x"))
    assert two.state("01") == "running"


@pytest.mark.parametrize(("is_made", "state"), [(True, "done"), (False, "failed")])
def test_where_it_was_not_judged_before_it_is_as_the_agent_has_ended(two: Desk, is_made: bool, state: str) -> None:
    if is_made:
        two.do("agent-01", "a.py")
    record = two.transcript.with_suffix("") / "subagents" / "agent-agent-01.jsonl"
    calls: list[dict[str, Any]] = [
        {"type": "tool_use", "name": "Read", "input": {}},
        {"type": "tool_use", "name": "SubagentHandback", "input": {"message": "DONE|01|written"}},
    ]
    lines = [{"type": "assistant", "message": {"content": [call]}} for call in calls]
    record.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert two.say("agent-01", "") == {} and two.state("01") == state


def test_a_hand_back_that_was_refused_is_no_end(two: Desk) -> None:
    record = two.transcript.with_suffix("") / "subagents" / "agent-agent-01.jsonl"
    names = ["SubagentHandback", "Write"]
    lines = [
        {"type": "assistant", "message": {"content": [{"type": "tool_use", "name": n, "input": {}}]}} for n in names
    ]
    record.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert "no result line" in two.say("agent-01", "well")["reason"] and two.state("01") == "running"


def test_an_attempts_own_agents_end_as_they_like(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANOUT_ATTEMPT", "a1")
    assert hand_back(two, "done") == ""


def test_it_is_no_look(two: Desk, tmp_path: Path) -> None:
    from fanout.run.agents import transcript

    record = tmp_path / "r.jsonl"
    record.write_text('{"type":"assistant","message":{"content":[{"type":"tool_use","name":"SubagentHandback"}]}}\n')
    assert transcript.shows_no_call(str(record), "")
