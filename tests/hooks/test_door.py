"""Which events are answered where, as whom, and what a failure of a hook itself means."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.errors import FanoutError
from fanout.hooks import door
from fanout.hooks.launching import unplanned
from fanout.run.agents import agents, team
from fanout.run.store.db import Write


@pytest.mark.parametrize("event", door.EVENTS)
@pytest.mark.parametrize("error", [FanoutError("it is newer.", "Update."), sqlite3.OperationalError("disk I/O error")])
def test_what_a_failure_means(event: str, error: Exception) -> None:
    assert door.failure(event, "", error) is None, "outside a run nothing is ever said"
    answer = door.failure(event, "/p", error)
    what = "it is newer. Update." if isinstance(error, FanoutError) else "OperationalError: disk I/O error."
    kind = door.FAILURE.get(event)
    if event in ("gate", "guard"):
        said = f"fanout's {event} failed, and inside a run that means no: {what} {door.WAYS_OUT}"
        assert kind == "deny" and denial(answer or {}) == said
    elif kind is not None:
        assert answer == {"systemMessage": f"fanout: the hook {event} failed: {what}"}
    else:
        assert answer is None


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("Write", {"file_path": "src/b\0.ts", "content": "x"}),
        ("Edit", {"file_path": "\0", "old_string": "a", "new_string": "b"}),
        ("NotebookEdit", {"notebook_path": "a\0b.ipynb", "new_source": "x"}),
        ("Bash", {"command": "echo x > a\0b"}),
    ],
)
def test_a_byte_that_no_name_can_hold_is_named_and_a_line_followed(
    desk: Desk, tool: str, given: dict[str, Any]
) -> None:
    desk.start(plan({"01": {"writes": ["src/b.ts"]}, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    said = denial(desk.tool("agent-02", tool, {name: v.replace("src", str(desk.root)) for name, v in given.items()}))
    assert "ValueError" not in said and ("The path has a NUL byte in it" in said or tool == "Bash")
    assert desk.do("agent-02", "fine.ts", "a\0b") == {}, "a file may hold it"


@pytest.fixture
def attempt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A headless client does task 01; its hooks know it by a variable alone."""
    desk.start({**plan({"01": {}, "02": {}}), "engine": "local"})
    with Write(desk.db):
        agent = agents.open_launch(desk.db, "s9", "attempt-1", "worker", "", desk.run, "01")
        agents.bind(desk.db, agent, "attempt-1", "worker")
    monkeypatch.setenv("FANOUT_ATTEMPT", "attempt-1")
    return desk


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("gate", {"tool_name": "Agent", "tool_input": {"prompt": "Run `fanout brief demo-1/02` and follow it."}}),
        ("agent-failed", {"agent_id": "attempt-1", "error": "server_error"}),
        ("session-end", {"reason": "other"}),
        ("prompt", {"prompt": "# Task 01"}),
        ("agent-stop", {"agent_id": "its own agent", "last_assistant_message": "found it"}),
    ],
)
def test_what_its_driver_finds_out_by_itself_an_attempt_does_not_say(
    attempt: Desk, event: str, given: dict[str, Any]
) -> None:
    before = [tuple(row) for row in attempt.rows("SELECT * FROM agent")]
    assert attempt.send(event, "x", **given) == {}
    assert [tuple(row) for row in attempt.rows("SELECT * FROM agent")] == before
    assert attempt.rows("SELECT 1 FROM event WHERE kind IN ('launched', 'launch-denied', 'agent-lost')") == []


def test_an_attempts_client_is_the_agent_with_all_that_it_starts(attempt: Desk) -> None:
    assert not denial(attempt.write(None, "mine.txt")) and not denial(attempt.write("its own agent", "mine.txt"))
    owners = attempt.rows("SELECT DISTINCT agent_id FROM agent JOIN claim ON claim.agent = agent.id")
    assert [row["agent_id"] for row in owners] == ["attempt-1"]
    assert "decision" in attempt.send("agent-stop", "SubagentStop", last_assistant_message="I am done.")


@pytest.mark.parametrize("event", door.EVENTS)
def test_where_no_run_is_live_few_events_are_answered_at_all(desk: Desk, event: str) -> None:
    assert desk.send(event, "x", tool_name="Write", tool_input={"file_path": "a"}) == {}
    assert not (desk.root / ".fanout").exists()


TEAMMATES: list[tuple[dict[str, object], dict[str, object], bool]] = [
    ({"name": "coder"}, {"name": "coder"}, True),
    ({"name": "coder"}, {"name": "coder-2"}, True),
    ({"name": "coder"}, {"name": "coder-23"}, True),
    ({"name": "coder"}, {"name": "coders"}, False),
    ({"name": "coder"}, {"name": "coder-x"}, False),
    ({"name": "coder"}, {"name": "coder2"}, False),
    ({"name": ""}, {"name": ""}, False),
    ({}, {}, False),
    ({"name": None}, {"name": None}, False),
    ({"name": "None"}, {"name": None}, False),
    ({"name": "coder"}, {"name": "coder", "taskKind": "local_agent"}, False),
    ({"name": "coder"}, {"name": "coder", "description": "make b"}, False),
    ({"name": "coder", "description": "x" * 80}, {"name": "coder", "description": "x" * 200}, True),
]


@pytest.mark.parametrize(("note", "record", "is_so"), TEAMMATES)
def test_which_record_is_of_the_teammate_that_was_launched(
    note: dict[str, object], record: dict[str, object], is_so: bool
) -> None:
    given = {"description": "make a", **note}
    assert unplanned._is_teammate(given, {"taskKind": team.KIND, "description": "make a", **record}) is is_so
