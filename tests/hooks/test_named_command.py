"""A task that may change nothing, and a result line that says what was run and what came out."""

from __future__ import annotations

import json

import pytest
from hooks.desk import Desk
from run.plans import plan

LINE = "DONE|01|I ran npm test: 4 passed, nothing to fix"


def ran(desk: Desk, command: str, is_error: bool) -> None:
    """The client's record of the agent."""
    call = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": command}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "x", "is_error": is_error}
    lines = [
        {"type": "assistant", "message": {"content": [call]}},
        {"type": "user", "message": {"content": [result]}},
    ]
    place = desk.transcript.with_suffix("") / "subagents" / "agent-agent-01.jsonl"
    place.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))


@pytest.fixture
def begun(desk: Desk) -> Desk:
    desk.start(plan({"01": {"title": "See whether all is well"}}))
    desk.launch("01")
    return desk


def test_a_command_that_it_ran_and_names_is_what_it_found(begun: Desk) -> None:
    ran(begun, "cd /p && npm test 2>&1", is_error=False)
    assert begun.say("agent-01", LINE) == {} and begun.state("01") == "done"


def test_one_that_failed_is_none(begun: Desk) -> None:
    ran(begun, "npm test", is_error=True)
    told = begun.say("agent-01", LINE)["reason"]
    assert "`npm test`, which its result line names, failed when it ran" in told and begun.state("01") == "running"
    assert "names nothing that it found" not in told
    assert begun.say("agent-01", f"2 of 4 tests fail, in a.test.js.\n{LINE}") == {}  # that says what came out


def test_one_that_it_never_ran_is_none(begun: Desk) -> None:
    ran(begun, "ls", is_error=False)
    assert "names nothing that it found" in begun.say("agent-01", LINE)["reason"]
