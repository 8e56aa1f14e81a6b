"""A run that is paused launches nothing, fails nothing, says why, and goes on when it is told to."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, context, denial, launches
from project import Project
from run.plans import plan

from fanout.run.tasks import runs

SIX = plan({f"t{number}": {"writes": [f"m{number}"]} for number in range(6)}, cap=2)
STOPS = [
    ("billing_error", "Credit balance is too low"),
    ("rate_limit", "You've hit your session limit · resets 7:30pm (Europe/Berlin)"),
    ("authentication_failed", "Please run /login · API Error: 401"),
    ("", "API Error: Connection error."),
]


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(SIX)
    desk.launch("t0")
    desk.launch("t1")
    return desk


def fail(desk: Desk, task: str, error: str, message: str) -> str:
    who = {"agent_id": f"agent-{task}", "agent_type": "general-purpose"}
    desk.send("agent-failed", "StopFailure", error=error, last_assistant_message=message, **who)
    return desk.notify(f"agent-{task}", "failed", message)


@pytest.mark.parametrize(("error", "message"), STOPS)
def test_what_stops_all_pauses_the_run_and_fails_nothing(two: Desk, error: str, message: str) -> None:
    said = fail(two, "t0", error, message)
    assert launches(said) == [] and "The run is paused: the " in said and "no task failed for it" in said
    assert f"`fanout go {two.run}` goes on" in said
    again = fail(two, "t1", error, message)
    assert again.endswith(
        "The run is still paused: launch nothing. Nothing of it runs any more: tell the user; `fanout go demo-1` goes on."
    )
    assert [two.state(f"t{number}") for number in range(6)] == ["pending"] * 6
    assert two.stop() == {}, "the Stop hook does not push a paused run"
    assert "the run is paused" in denial(two.launch("t2", agent="later"))
    status = Project(two.root).fanout("status").out
    assert status.startswith(f"{two.run} (paused): 0 of 6 done, 6 pending") and "`fanout go " in status
    went_on = Project(two.root).fanout("go").out
    assert launches(went_on) == ["t0", "t1"]
    assert denial(two.launch("t0", agent="again")) == ""
    assert two.rows("SELECT attempts FROM task WHERE id = 't0'")[0][0] == 1, "the stop was no attempt"


def test_one_agents_own_error_pauses_nothing(two: Desk) -> None:
    said = fail(two, "t0", "rate_limit", "API Error: 429 too many requests")
    assert "paused" not in said
    fail(two, "t1", "server_error", "API Error: 500")
    assert runs.get(two.db, two.run).paused == ""


def test_the_user_pauses_and_what_runs_goes_on_to_its_end(two: Desk) -> None:
    project = Project(two.root)
    said = project.fanout("pause").out
    assert "the user said so" in said and "Still running: t0 (agent-t0), t1 (agent-t1); TaskStop" in said
    assert "It was paused already" in project.fanout("pause", "--why", "lunch").out
    assert two.do("agent-t0", "m0") == {}
    assert two.end("agent-t0", "DONE|t0|x") == {}
    assert launches(two.notify("agent-t0")) == [] and two.state("t0") == "done"
    again = project.fanout("go").out
    assert launches(again) == ["t2"]
    assert "It was not paused" in project.fanout("go").out


def test_a_pause_is_explained_once_and_again_to_a_conversation_that_lost_it(two: Desk) -> None:
    Project(two.root).fanout("pause")
    full = "The run is paused: the user said so."
    assert two.end("agent-t0", "DONE|t0|x") is not None
    assert full in two.notify("agent-t0") and full not in two.notify("agent-t0")
    assert full in context(two.send("session-start", "SessionStart", source="compact"))
    assert full not in two.notify("agent-t0")
    Project(two.root).fanout("go")
    Project(two.root).fanout("pause", "--why", "lunch")
    assert "The run is paused: lunch." in two.notify("agent-t0")


def test_a_run_that_is_over_cannot_be_paused(two: Desk) -> None:
    Project(two.root).fanout("cancel")
    refused = Project(two.root).fanout("pause")
    assert refused.code == 1 and "is cancelled: there is nothing to pause" in refused.err


def test_resume_in_another_session_goes_on_too(two: Desk) -> None:
    fail(two, "t0", "billing_error", "Credit balance is too low")
    said = Project(two.root).fanout("resume").out
    assert launches(said) == ["t0"]


def test_an_agent_does_not_steer(two: Desk) -> None:
    for command in ("fanout pause", "fanout go"):
        assert "for the user and the main conversation" in denial(two.bash("agent-t0", command))


LIMITED = (
    "API Error: Request rejected (429) · This request would exceed your account rate limit. Please try again later."
)


BUSY = "API Error: 529 Overloaded"
REFUSALS = {
    "rate limit": ("rate_limit", LIMITED, "the account's rate limit is reached, twice in a row (API Error"),
    "overload": ("overloaded", BUSY, "the API is too busy, twice in a row (API Error: 529"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_named_and_met_twice_in_a_row_it_pauses_the_run(desk: Desk, case: str) -> None:
    """Before, a task was handed out five times to an API that was too busy, each time at once."""
    kind, error, why = REFUSALS[case]
    two = desk
    two.start(plan({"t0": {"writes": ["m0"]}}))
    two.launch("t0")
    first = fail(two, "t0", kind, error)
    assert f"t0 was refused by the API, no fault of the task ({error[:20]}" in first
    assert "with at most 2 agents at once until results come. Tell the user." in first and launches(first) == ["t0"]
    two.launch("t0")
    second = fail(two, "t0", kind, error)
    assert launches(second) == [] and why in second
    assert "The run is paused" in second and two.state("t0") == "pending"
    assert launches(Project(two.root).fanout("go").out) == ["t0"]
    two.launch("t0")
    two.stop()
    assert launches(fail(two, "t0", kind, error)) == ["t0"], "time has passed: no longer in a row"


def test_what_waits_for_a_slower_pace_alone_is_named_with_the_launch(desk: Desk) -> None:
    desk.start(plan({name: {"writes": [f"m{name}"]} for name in ("t0", "t1", "t2")}))
    desk.db.execute("UPDATE run SET cap = 3, pace = 1")
    said = Project(desk.root).fanout("next").out
    assert (
        "No more than 1 at once until results come, the API was too busy: t1, t2 can start then.\nSend exactly" in said
    )
    desk.db.execute("UPDATE run SET pace = 3")
    assert "No more than" not in Project(desk.root).fanout("next").out


def test_while_others_work_a_rate_limit_pauses_nothing(two: Desk) -> None:
    for _ in range(3):
        assert "paused" not in fail(two, "t0", "overloaded", BUSY)
        two.launch("t0")


def test_a_notification_that_no_hook_saw_is_made_up_for_as_the_turn_ends(two: Desk) -> None:
    """The client puts one that comes in the middle of a turn into that turn."""
    two.end("agent-t1", "BLOCKED|t1|no key")
    two.stop()
    who = {"agent_id": "agent-t0", "agent_type": "general-purpose"}
    two.send("agent-failed", "StopFailure", error="overloaded", last_assistant_message="529 overloaded", **who)
    assert launches(context(two.stop())) == ["t0"]
    assert two.stop() == {}
    two.launch("t0")


def test_what_ended_in_a_pause_is_told_as_the_turn_ends_once(two: Desk) -> None:
    """Its notification came while the turn went on, and no hook saw it."""
    Project(two.root).fanout("pause")
    two.do("agent-t0", "m0")
    two.end("agent-t0", "DONE|t0|made m0")
    assert context(two.stop()) == "", "another one is at work"
    two.do("agent-t1", "m1")
    two.end("agent-t1", "DONE|t1|made m1")
    said = context(two.stop())
    assert "t0 done: made m0" in said and "t1 done: made m1" in said and "launch" not in said
    assert two.stop() == {}


def test_continue_finds_the_launch_of_a_run_that_stands_still(two: Desk) -> None:
    assert "The run goes on by itself" in told(two)
    two.end("agent-t0", "BLOCKED|t0|no key")
    two.end("agent-t1", "BLOCKED|t1|no key")
    said = told(two)
    assert said.startswith(
        f"Nothing of {two.run} runs now, and t2, t3 can start: `fanout next {two.run}` prints the launch"
    )
    assert said.endswith(f"`fanout pause {two.run}` holds it.")


def told(desk: Desk) -> str:
    answer = desk.send("prompt", "UserPromptSubmit", prompt="continue")
    return str(answer["hookSpecificOutput"]["additionalContext"])
