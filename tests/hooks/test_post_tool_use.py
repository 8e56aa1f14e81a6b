"""PostToolUse: what the client says of its Agent calls and of what was stopped."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.hooks.guarding import fast_verdict


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def stop(desk: Desk, tool: str, event: str = "PostToolUse", **given: Any) -> None:
    desk.send("after", event, tool_name=tool, tool_input=given, tool_response={"task_type": "local_agent"})


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("TaskStop", {"task_id": "agent-01"}),
        ("KillShell", {"shell_id": "agent-01"}),
        ("TaskStop", {"shell_id": "agent-01"}),
    ],
)
def test_a_stopped_agent_holds_nothing_any_more(two: Desk, tool: str, given: dict[str, str]) -> None:
    assert two.do("agent-01", "free.py") == {}
    assert "belongs to task 01" in denial(two.write("agent-02", "free.py"))
    stop(two, tool, **given)
    assert (two.state("01"), two.state("02")) == ("failed", "running")
    assert two.rows("SELECT 1 FROM claim JOIN agent ON agent.id = claim.agent WHERE agent.task = '01'") == []
    assert two.rows("SELECT state FROM agent WHERE task = '01'")[0]["state"] == "ended"
    assert "was changed by task 01" in denial(two.write("agent-02", "free.py"))
    assert two.write("agent-02", "free.py") == {}


@pytest.mark.parametrize(
    ("tool", "event", "given"),
    [
        ("TaskStop", "PostToolUseFailure", {"task_id": "agent-01"}),
        ("TaskStop", "PostToolUse", {"task_id": "nobody"}),
        ("TaskStop", "PostToolUse", {}),
        ("TaskOutput", "PostToolUse", {"task_id": "agent-01"}),
    ],
)
def test_what_stops_nobody_ends_nobody(two: Desk, tool: str, event: str, given: dict[str, str]) -> None:
    stop(two, tool, event, **given)
    assert (two.state("01"), two.state("02")) == ("running", "running")
    assert "belongs to task 01" in denial(two.write("agent-02", "a.py"))


def test_a_late_failure_of_a_launch_that_runs_changes_nothing(two: Desk) -> None:
    """The agent is at work: its task is not handed out a second time."""
    row = two.rows("SELECT tool_use FROM agent WHERE task = '01'")[0]
    two.send("after", "PostToolUseFailure", tool_name="Agent", tool_use_id=row["tool_use"], error="lost")
    assert two.state("01") == "running"
    assert "it is running already" in denial(two.launch("01", agent="twice"))
    assert "belongs to task 01" in denial(two.write("agent-02", "a.py"))


@pytest.mark.parametrize("way", ["file", "command"])
def test_a_call_is_a_sign_of_life(two: Desk, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    two.do("agent-01", "a.py")
    before = two.rows("SELECT seen FROM agent WHERE task = '01'")[0]["seen"]
    with two.db:
        two.db.execute("UPDATE agent SET seen = seen - 1000 WHERE task = '01'")
    if way == "file":
        assert two.write("agent-01", "a.py") == {}
    else:
        assert denial(two.bash("agent-01", "sh build.sh")) == ""
        with two.db:
            two.db.execute("UPDATE agent SET seen = seen - 1000 WHERE task = '01'")
        given = {"tool_name": "Bash", "tool_input": {"command": "sh build.sh"}, "tool_use_id": f"t{two.calls}"}
        two.send("after", "PostToolUse", agent_id="agent-01", **given)
    after = two.rows("SELECT seen FROM agent WHERE task = '01'")[0]["seen"]
    assert before <= after <= time.time() and fast_verdict.HEARTBEAT_SECONDS < 1000


BACKGROUND: list[tuple[str, dict[str, Any], str]] = [
    # the command, what the client says of it, and what is on record as going on
    ("make", {}, ""),
    ("make", {"backgroundTaskId": "b1"}, "b1"),
    ("make &", {"backgroundTaskId": "b1"}, "b1"),
    ("make &", {}, "&"),
    ("(make) & wait", {}, "&"),
    ("nohup make", {}, "&"),
    ("setsid make", {}, "&"),
    ("make & disown", {}, "&"),
    ("coproc make; disown", {}, "&"),
    ("make && make check", {}, ""),
    ("make 2>&1 | tee log", {}, ""),
    ("make &> log", {}, ""),
    ("make >& log", {}, ""),
    ("make |& tee log", {}, ""),
    ("make \\& x", {}, ""),
    ("make 2>&-", {}, ""),
    ("cat nohuppy", {}, ""),
]


@pytest.mark.parametrize(("line", "response", "goes_on"), BACKGROUND)
def test_a_command_that_goes_on_in_the_background_may_still_write(
    two: Desk, line: str, response: dict[str, Any], goes_on: str
) -> None:
    assert denial(two.bash("agent-01", line)) == ""
    given = {"tool_input": {"command": line}, "tool_use_id": f"t{two.calls}", "tool_response": response}
    two.send("after", "PostToolUse", tool_name="Bash", agent_id="agent-01", **given)
    left = two.rows("SELECT tool FROM call WHERE kind = 'background' AND closed IS NULL")
    assert [row["tool"] for row in left] == ([goes_on] if goes_on else [])
    stop(two, "KillShell", shell_id=goes_on or "b1")
    assert two.rows("SELECT 1 FROM call WHERE kind = 'background' AND closed IS NULL") == []
    assert two.state("01") == "running", "a command was stopped, and no agent"


def test_an_answer_without_an_id_leaves_the_launch_to_be_bound(desk: Desk) -> None:
    """A client that tells no id yet: the agent is known by its first call."""
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}))
    given = {
        "description": "01",
        "subagent_type": "general-purpose",
        "prompt": f"Run `fanout brief {desk.run}/01` and follow it.",
    }
    call = {"tool_name": "Agent", "tool_input": given, "tool_use_id": "toolu_1"}
    desk.send("gate", "PreToolUse", **call)
    desk.send("after", "PostToolUse", **call, tool_response={"status": "async_launched"})
    assert tuple(desk.rows("SELECT state, agent_id FROM agent WHERE task = '01'")[0]) == ("open", None)
    desk.meta("agent-01", "toolu_1")
    assert desk.do("agent-01", "a.py") == {}
    assert tuple(desk.rows("SELECT state, agent_id FROM agent WHERE task = '01'")[0]) == ("running", "agent-01")
