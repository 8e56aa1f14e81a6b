"""A permission that was denied is named as the cause, in place of missing evidence."""

from __future__ import annotations

import datetime
import json
import time
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.report import run_facts

REFUSALS = [
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, ...).",
    "Claude requested permissions to write to a.txt, but you haven't granted it yet.",
    "Permission to use Write has been denied.",
    "Permission for this action has been denied. Reason: not in this project",
]


@pytest.fixture
def begun(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a.txt", "b.txt"]}}))
    desk.launch("01")
    return desk


def refuse(desk: Desk, said: str, tool: str = "Write", **given: str) -> None:
    """A call that passes the guard and that the client does not carry out."""
    given = given or {"file_path": str(desk.root / "a.txt"), "content": "x"}
    assert desk.tool("agent-01", tool, dict(given)) == {}
    call = {"tool_name": tool, "tool_input": given, "tool_use_id": f"t{desk.calls}", "tool_response": said}
    desk.send("batch", "PostToolBatch", tool_calls=[call], agent_id="agent-01")


def outcome(desk: Desk) -> str:
    return str(desk.rows("SELECT outcome FROM task")[0]["outcome"])


@pytest.mark.parametrize("said", REFUSALS)
def test_it_is_the_cause_when_nothing_was_done(begun: Desk, said: str) -> None:
    refuse(begun, said)
    assert begun.end("agent-01", "DONE|01|wrote a.txt and b.txt") == {} and begun.state("01") == "blocked"
    what = "the user refused Write of a.txt" if "user doesn't" in said else "permission denied for Write of a.txt"
    assert outcome(begun) == f"{what}; its agent said: wrote a.txt and b.txt"
    assert f"01 blocked: {what}" in begun.notify("agent-01")


def test_a_no_of_the_users_is_no_want_of_a_permission(begun: Desk) -> None:
    """To ask for a rule or a mode would be to ask for what was just refused."""
    refuse(begun, REFUSALS[0])
    begun.end("agent-01", "DONE|01|wrote a.txt and b.txt")
    told = begun.notify("agent-01")
    assert "what is to be allowed" not in told and "/permissions" not in told
    assert "with the user's answer (`--note '...'`) `fanout retry demo-1/01`" in told


def test_it_is_the_cause_when_the_file_is_missing(begun: Desk) -> None:
    begun.do("agent-01", "b.txt")
    refuse(begun, REFUSALS[1])
    begun.end("agent-01", "DONE|01|wrote b.txt")
    assert begun.state("01") == "blocked" and "permission denied for Write of a.txt" in outcome(begun)


def test_it_stands_beside_the_agents_own_words(begun: Desk) -> None:
    refuse(begun, REFUSALS[2], "Bash", command="touch a.txt")
    begun.end("agent-01", "BLOCKED|01|can't go on")
    assert outcome(begun) == "can't go on (permission denied for Bash touch a.txt)"


def test_an_agent_that_was_stopped_by_it_says_so(begun: Desk) -> None:
    refuse(begun, REFUSALS[1])
    said = begun.notify("agent-01", "killed")
    assert "paused: its agents were stopped (permission denied for Write of a.txt)" in said


@pytest.mark.parametrize(
    "said",
    [
        "PreToolUse:Write hook error: Permission to use it has been denied",
        "Error: access denied",
        "the file has been updated",
    ],
)
def test_other_words_are_no_refusal(begun: Desk, said: str) -> None:
    refuse(begun, said)
    assert "is not done" in begun.end("agent-01", "DONE|01|wrote it")["reason"]


def test_a_refusal_of_what_writes_nothing_is_no_cause(begun: Desk) -> None:
    call = {"tool_name": "WebFetch", "tool_input": {"url": "x"}, "tool_use_id": "t9", "tool_response": REFUSALS[1]}
    begun.send("batch", "PostToolBatch", tool_calls=[call], agent_id="agent-01")
    assert "is not done" in begun.end("agent-01", "DONE|01|wrote it")["reason"]


def test_a_refusal_that_was_overcome_is_no_cause(begun: Desk) -> None:
    refuse(begun, REFUSALS[1])
    begun.do("agent-01", "a.txt")
    assert "b.txt was to be written" in begun.end("agent-01", "DONE|01|wrote it")["reason"]
    begun.do("agent-01", "b.txt")
    assert begun.end("agent-01", "DONE|01|wrote both") == {} and outcome(begun) == "wrote both"


@pytest.mark.parametrize(
    ("source", "tool", "waited"),
    [("user_temporary", "Write", 30.0), ("config", "Write", 0.0), ("user_temporary", "Bash", 0.0)],
)
def test_waiting_for_the_user_is_no_work(begun: Desk, source: str, tool: str, waited: float) -> None:
    """How long a command waited before it ran does not show in the record."""
    given = {"file_path": "a.txt"} if tool == "Write" else {"command": "make"}
    began = time.time() - 100
    spoken(
        begun,
        "agent-01",
        [
            (began + 10, {"type": "tool_use", "id": "u1", "name": tool, "input": given}, {}),
            (began + 40, {"type": "tool_result", "tool_use_id": "u1"}, {"permissionDecision": {"source": source}}),
        ],
    )
    facts, agent = ended(begun, began)
    took = agent["end"] - agent["start"]
    assert agent["waited"] == waited and facts["measured"]["work_seconds"] == pytest.approx(took - waited, abs=0.01)


def ended(desk: Desk, began: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """The run's facts, and of them those of the first task's agent, which began then, wrote both files and is done."""
    desk.do("agent-01", "a.txt")
    desk.do("agent-01", "b.txt")
    desk.db.execute("UPDATE agent SET opened = ?, started = ? WHERE kind <> 'main'", (began, began))
    assert desk.end("agent-01", "DONE|01|did it") == {}
    facts = run_facts.of_run(desk.db, desk.run)
    [agent] = [one for one in facts["agents"] if one["task"] == "01"]
    return facts, agent


def spoken(desk: Desk, agent: str, lines: list[tuple[float, dict[str, object], dict[str, object]]]) -> None:
    """The client's record of an agent: (when, block, what else the line has), and a line that was cut off."""
    record = desk.transcript.with_suffix("") / "subagents" / f"agent-{agent}.jsonl"
    with open(record, "w") as out:
        for at, block, more in lines:
            stamp = datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat().replace("+00:00", "Z")
            row = {"timestamp": stamp, "message": {"content": [block]}, **more}
            out.write(json.dumps(row, separators=(",", ":")) + "\n")
        out.write('{"cut": "tool_use" "file_path"\n')


def test_dialogs_that_queue_are_one_wait(begun: Desk) -> None:
    """Three writes sent together are answered one after the other; what waited before the agent began is not its own."""
    began = time.time() - 100
    answered: dict[str, object] = {"permissionDecision": {"source": "user_temporary"}}
    asked: list[tuple[float, dict[str, object], dict[str, object]]] = [
        (began + at, {"type": "tool_use", "id": name, "name": "Write", "input": {"file_path": f"{name}.txt"}}, {})
        for name, at in (("u0", -50), ("u1", 10), ("u2", 11), ("u3", 12))
    ]
    ends = (("u0", -20), ("u1", 30), ("u2", 50), ("u3", 70))
    asked += [(began + at, {"type": "tool_result", "tool_use_id": name}, answered) for name, at in ends]
    spoken(begun, "agent-01", asked)
    facts, agent = ended(begun, began)
    [task] = [one for one in facts["tasks"] if one["id"] == "01"]
    assert agent["waited"] == pytest.approx(60, abs=0.01)
    assert task["took"] == pytest.approx(agent["end"] - agent["start"] - 60, abs=0.01) and task["took"] > 0
    assert "60.0 s went into waiting for the user's answers" in facts["measured"]["sentence"]


BY_MODE = "by a rule (`/permissions`) or a mode (`--permission-mode acceptEdits` lets agents write)"
BY_RULE = "by a rule (`/permissions`; without a screen `--allowedTools 'Bash(touch *)'`)"


@pytest.mark.parametrize(
    ("tool", "given", "way"),
    [("Bash", {"command": "touch a.txt"}, BY_RULE), ("Write", {"file_path": "a.txt"}, BY_MODE)],
)
def test_while_others_work_main_is_told_what_is_to_be_allowed(
    desk: Desk, tool: str, given: dict[str, str], way: str
) -> None:
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.launch("02")
    refuse(desk, REFUSALS[2], tool, **given)
    desk.end("agent-01", "BLOCKED|01|I may not write")
    said = desk.notify("agent-01")
    assert f"Tell the user what is to be allowed, {way}; then `fanout retry {desk.run}/01` does it anew." in said
    assert "SendMessage" not in said


def test_a_run_that_lacks_a_permission_alone_stands_still(begun: Desk) -> None:
    """A cut reason ends at a word, with three dots."""
    refuse(begun, REFUSALS[2], "Bash", command="touch a.txt")
    begun.end("agent-01", f"BLOCKED|01|{'I can not go on and have to stop ' * 12}")
    said = begun.notify("agent-01")
    assert "The run is over" not in said and "...." not in said and "sto ..." not in said
    assert (
        f"The run stands still, a permission is missing (01): once the user allows it, {BY_RULE}, `fanout retry {begun.run}/01` "
        "starts it again" in said
    )
    assert said.count("`fanout retry") == 1 and "fanout skip" not in said and "fixed by hand" not in said


@pytest.mark.parametrize(
    ("tool", "fields", "said", "is_cause"),
    [
        ("Bash", {"command": "node -e 'probe()'"}, "no redis listens on localhost:6379 here", False),
        ("Bash", {"command": "npm test"}, "npm test can't be run here, so nothing was tried", True),
        ("Bash", {"command": "node -e 'probe()'"}, "I am not allowed to look for the server", True),
        ("Write", {}, "no redis listens on localhost:6379 here", True),
    ],
)
def test_a_side_command_is_not_the_cause_of_a_block_with_a_reason_of_its_own(
    begun: Desk, tool: str, fields: dict[str, str], said: str, is_cause: bool
) -> None:
    begun.do("agent-01", "b.txt")
    refuse(begun, REFUSALS[2], tool, **fields)
    begun.end("agent-01", f"BLOCKED|01|{said}")
    told = begun.notify("agent-01")
    assert ("a permission is missing" in told) is is_cause
    assert outcome(begun).startswith(said)
    if not is_cause:
        assert "(not permitted either: Bash node -e" in outcome(begun)
