"""SessionEnd and what comes after it: what ended is released, and nothing that still runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hooks.desk import Desk, context, denial, launches
from run.plans import plan

PLAN = {"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}, "03": {"writes": ["c.txt"], "needs": ["01"]}}


@pytest.fixture
def other_client() -> Iterator[int]:
    """The process id of another client that lives."""
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    assert process.stdin
    yield process.pid
    process.stdin.close()
    process.wait()


@pytest.fixture
def two(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """01 and 02 at work in this client."""
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()))
    desk.start(plan(PLAN))
    desk.launch("01")
    desk.launch("02")
    return desk


@pytest.mark.parametrize("reason", ["clear", "resume", "compact"])
def test_agents_that_outlive_their_conversation_keep_their_tasks_and_paths(two: Desk, reason: str) -> None:
    two.send("session-end", "SessionEnd", reason=reason)
    assert (two.state("01"), two.state("02")) == ("running", "running")
    assert "belongs to task 02" in denial(two.write("agent-01", "b.txt"))
    assert two.do("agent-01", "a.txt") == {} and two.end("agent-01", "DONE|01|x") == {}
    assert two.state("01") == "done"


def test_after_clear_the_new_conversation_goes_on_with_the_run_and_launches_nothing_twice(two: Desk) -> None:
    two.send("session-end", "SessionEnd", reason="clear")
    two.session = "s2"
    answer = two.send("session-start", "SessionStart", source="clear")
    said = context(answer)
    assert said.startswith(
        "Before this conversation was cleared the user had demo done by several agents; that goes on:\n"
    )
    assert "0 of 3 done, 2 running (01, 02)" in said and launches(said) == []
    assert "in another session" not in said, "the user need not ask for it"
    assert answer["systemMessage"] == (
        'fanout demo-1: 0 of 3 done, 2 running (01, 02). It goes on here; "pause" holds it.'
    )
    assert "running already" in denial(two.launch("01", agent="again"))
    two.do("agent-01", "a.txt")
    assert two.end("agent-01", "DONE|01|x") == {}
    assert launches(two.notify("agent-01")) == ["03"]


def test_the_end_of_the_client_ends_what_was_launched_before_a_clear(two: Desk) -> None:
    two.send("session-end", "SessionEnd", reason="clear")
    two.session = "s2"
    two.send("session-end", "SessionEnd", reason="prompt_input_exit")
    assert (two.state("01"), two.state("02")) == ("pending", "pending")
    assert two.rows("SELECT * FROM claim") == []


def test_an_agent_of_the_session_in_another_living_client_works_on(
    two: Desk, other_client: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_PID", str(other_client))
    two.send("session-end", "SessionEnd", reason="other")
    assert (two.state("01"), two.state("02")) == ("running", "running")
    said = context(Desk(two.root, "s2").send("session-start", "SessionStart", source="startup"))
    assert "/spec:resume" in said, "another client's run is not taken over"


def test_what_the_main_conversation_held_is_given_back_at_clear(two: Desk) -> None:
    assert two.do(None, "notes.txt") == {}
    two.send("session-end", "SessionEnd", reason="clear")
    assert "Read it again" in denial(two.write("agent-01", "notes.txt"))
    assert two.write("agent-01", "notes.txt") == {}


@pytest.mark.parametrize(("launched", "ended"), [("", "own"), ("own", "")])
def test_where_one_of_both_names_no_client_the_session_tells(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, launched: str, ended: str
) -> None:
    """A client that gives its number only later, or no more."""
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()) if launched else "")
    desk.start(plan(PLAN))
    desk.launch("01")
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()) if ended else "")
    Desk(desk.root, "s2").send("session-end", "SessionEnd", reason="other")
    assert desk.state("01") == "running", "another session's end"
    desk.send("session-end", "SessionEnd", reason="other")
    assert desk.state("01") == "pending"


def test_after_clear_a_list_that_stood_in_no_file_is_known_by_its_title(two: Desk) -> None:
    two.db.execute("UPDATE run SET source = '-', title = 'Reviews'")
    two.send("session-end", "SessionEnd", reason="clear")
    two.session = "s2"
    said = context(two.send("session-start", "SessionStart", source="clear"))
    assert said.startswith('Before this conversation was cleared the user had "Reviews" done by several agents;')
