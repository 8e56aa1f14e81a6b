"""A next session is told what the last one left, its user too, and goes on when the user says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk, context, launches
from project import Project
from run.plans import plan

from fanout.run.store.db import connect


@pytest.fixture
def left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """One of three tasks is blocked, one waits for it."""
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(desk.root))
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"], "needs": ["01"]}, "03": {"writes": ["c"]}}))
    desk.launch("01")
    desk.launch("03")
    desk.do("agent-03", "c")
    desk.end("agent-03", "DONE|03|made")
    desk.end("agent-01", "BLOCKED|01|no key")
    return desk


def opened(desk: Desk, session: str = "s2") -> tuple[str, str]:
    """(what the model is told, what stands on the screen) at the start of a session."""
    answer = Desk(desk.root, session).send("session-start", "SessionStart", source="startup")
    return context(answer), str(answer.get("systemMessage", ""))


def test_what_a_run_that_is_over_left_is_said_once_to_both(left: Desk) -> None:
    left.notify("agent-01")
    assert not (left.root / ".fanout" / "live").exists()
    told, screen = opened(left)
    line = "fanout demo-1: 1 of 3 done, 1 blocked (01)."
    assert told == (
        f"{line} It stands still. Not done: 01 blocked: no key. To go on: with the user's answer (`--note "
        "'...'`) `fanout retry demo-1/01` does it anew, `fanout skip demo-1/01` goes on "
        "without it; done by hand: `fanout done demo-1/01`; what "
        "it held up starts then. Do none of it unless the user says to go on."
    )
    assert screen == f'{line} Say "continue" to go on with it; /spec:status shows it.'
    assert opened(left, "s3") == ("", "")


def test_what_ends_again_is_said_again(left: Desk) -> None:
    left.notify("agent-01")
    opened(left)
    Project(left.root).fanout("retry", "demo-1/01")
    left.launch("01", agent="second")
    left.end("second", "BLOCKED|01|still no key")
    left.notify("second")
    assert "01 blocked: still no key" in opened(left, "s3")[0]


def test_a_run_without_failures_is_left_in_peace(left: Desk) -> None:
    left.notify("agent-01")
    Project(left.root).fanout("skip", "demo-1/01")
    Project(left.root).fanout("skip", "demo-1/02")
    assert opened(left) == ("", "")


def test_a_run_that_was_cancelled_is_left_in_peace(left: Desk) -> None:
    assert Project(left.root).fanout("cancel", left.run).code == 0
    assert opened(left) == ("", "")


def test_a_journal_without_any_run_has_nothing_to_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where all runs are too old and forgotten."""
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(tmp_path))
    connect(str(tmp_path), create=True).close()
    assert opened(Desk(tmp_path)) == ("", "")


def test_its_own_session_knows_it(left: Desk) -> None:
    left.notify("agent-01")
    assert opened(left, "s1") == ("", "")


def test_a_run_that_waits_names_the_command_for_the_model(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    desk.launch("01")
    desk.send("session-end", "SessionEnd", reason="other")
    told, screen = opened(desk)
    assert told == (
        "fanout demo-1: 0 of 2 done. Begun, and lost with their session: 01. It was begun in another session. When the "
        "user says to continue, and not before: run `fanout resume demo-1` and send the Agent calls that it prints. The user can "
        "also type /spec:resume demo-1."
    )
    assert screen.startswith("fanout demo-1: 0 of 2 done. Begun, and lost with their session: 01. Say")
    Project(desk.root).fanout("pause", "--why", "the user thinks")
    for said in opened(desk, "s3"):
        assert said.startswith("fanout demo-1: 0 of 2 done. It is paused: the user thinks.")
    assert launches(Project(desk.root).fanout("resume", "demo-1").out) == ["01", "02"]


def test_a_compaction_shows_nothing_on_the_screen(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    assert "systemMessage" not in desk.send("session-start", "SessionStart", source="compact")


def test_the_report_says_how_to_go_on_when_the_run_is_over(left: Desk) -> None:
    assert "### How to go on" not in Project(left.root).fanout("report").out
    left.notify("agent-01")
    said = Project(left.root).fanout("report").out
    assert "### How to go on\nDo 01 by hand, then `fanout done demo-1/01`; or `fanout retry demo-1/01` does" in said


def test_a_launch_that_the_user_refused_was_no_work_and_is_not_lost(desk: Desk) -> None:
    """The gate saw the call, the client never started it: there is nothing half done."""
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    given = {
        "description": "01",
        "subagent_type": "general-purpose",
        "prompt": f"`fanout brief {desk.run}/01` and follow it",
    }
    desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id="t1")
    desk.send("session-end", "SessionEnd", reason="other")
    for said in opened(desk):
        assert said.startswith("fanout demo-1: 0 of 2 done.") and "half done" not in said
    assert launches(Project(desk.root).fanout("resume", "demo-1").out) == ["01", "02"]


@pytest.mark.parametrize("source", ["clear", "compact", "resume"])
def test_the_verbs_come_again_where_the_conversation_has_forgotten_them(desk: Desk, source: str) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    desk.launch("01")
    words = {"prompt": "stop the second one, please"}
    assert "`fanout pause demo-1`" in context(desk.send("prompt", "UserPromptSubmit", **words))
    assert desk.send("prompt", "UserPromptSubmit", **words) == {}
    desk.send("session-start", "SessionStart", source=source)
    assert "`fanout pause demo-1`" in context(desk.send("prompt", "UserPromptSubmit", **words))
