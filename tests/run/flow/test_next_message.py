"""What Claude is told next: which calls to send, or why none are, and what never began."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.flow import next_message
from fanout.run.tasks import readiness

ONE = "Send exactly this Agent call now, then end your turn:"
TWO = "Send exactly these 2 Agent calls now, all in one message, then end your turn:"
TASKS: dict[str, dict[str, Any]] = {
    "01": {"writes": ["a"]},
    "02": {"writes": ["b"], "needs": ["01"], "batch": 2},
    "03": {"writes": ["c"], "batch": 2},
}
DEPENDENCIES = "Not started, what it needs was blocked: 02."
NEVER: dict[str, tuple[dict[str, Any], list[str], list[str], list[str]]] = {
    # the plan, what ends done and what blocked, and what is said
    "best-effort": ({}, ["03"], ["01"], [DEPENDENCIES]),
    "fail-fast": (
        {"on_failure": "fail-fast"},
        [],
        ["01"],
        [DEPENDENCIES, "Not started, the run stops after a failure (fail-fast): 03."],
    ),
    "gate": (
        {"on_failure": "gate", "mode": "barrier"},
        [],
        ["01"],
        [DEPENDENCIES, "Not started, the run stops after a failure (gate): 03."],
    ),
    "nothing failed": ({}, ["01", "02", "03"], [], []),
    "the last one failed": ({"on_failure": "fail-fast"}, ["01", "02"], ["03"], []),
}


def told(desk: Desk) -> str:
    return next_message.text(readiness.View(desk.db, desk.run))


@pytest.mark.parametrize("case", NEVER)
def test_what_never_began_is_named_with_the_reason(desk: Desk, case: str) -> None:
    more, done, blocked, said = NEVER[case]
    desk.start(plan(TASKS, **more))
    for name in [*done, *blocked]:
        desk.launch(name)
        desk.do(f"agent-{name}", TASKS[name]["writes"][0])
        desk.end(f"agent-{name}", f"DONE|{name}|made" if name in done else f"BLOCKED|{name}|no key")
        over = desk.notify(f"agent-{name}")
    still = f"The run stands still, {blocked[0]} is blocked." if blocked else "The run is over."
    assert still in over
    assert [part for part in over.replace(". ", ".\n").splitlines() if part.startswith("Not started")] == said


def test_one_call_and_several_are_asked_for_in_their_own_words(desk: Desk) -> None:
    desk.start(plan(TASKS))
    assert TWO in told(desk) and ONE not in told(desk)
    desk.launch("01")
    assert ONE in told(desk) and "Agent calls" not in told(desk)
    desk.launch("03")
    assert told(desk) == (
        "fanout demo-1: 0 of 3 done, 2 running (01, 03).\n"
        "Nothing to launch now; 02 needs 01. End your turn: you are told when they finish."
    )


def test_with_a_notification_an_end_of_the_turn_leaves_room_for_the_next_one(desk: Desk) -> None:
    """The client merges what comes at once: the first said that nothing is to be launched, the second what is."""
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"needs": ["02"]}}))
    for name in ("01", "02"):
        desk.launch(name)
        desk.do(f"agent-{name}", "a" if name == "01" else "b")
    desk.end("agent-01", "DONE|01|made")
    first = desk.notify("agent-01")
    desk.end("agent-02", "DONE|02|made")
    both = first + desk.notify("agent-02")
    waits, launch = (
        "End your turn, unless another notification here brings a launch.",
        f"{ONE}\n```json",
    )
    assert both.index(waits) < both.index(launch)


WAITING: dict[str, tuple[dict[str, dict[str, Any]], dict[str, Any], str]] = {
    "nothing waits": ({"01": {}}, {}, ". End"),
    "what is needed": ({"01": {}, "04": {"needs": ["01"]}}, {}, "; 04 needs 01. End"),
    "a file": (
        {"01": {"writes": ["a"]}, "04": {"writes": ["a"]}},
        {},
        "; 04 waits for 01: both write a. End",
    ),
    "a place alone": ({"01": {}, "02": {}, "03": {}}, {"cap": 1}, "; 02, 03 wait for a free place. End"),
    "many": (
        {"01": {}, **{f"1{place}": {"needs": ["01"]} for place in range(4)}},
        {},
        "; task 10 needs 01; task 11 needs 01; 2 other tasks wait. End",
    ),
}


@pytest.mark.parametrize("case", WAITING)
def test_what_still_waits_is_named_beside_what_runs(desk: Desk, case: str) -> None:
    tasks, more, said = WAITING[case]
    desk.start(plan(tasks, **more))
    desk.launch("01")
    assert f"Nothing to launch now{said} your turn" in told(desk)


def test_a_run_that_is_paused_says_how_it_goes_on(desk: Desk) -> None:
    desk.start(plan(TASKS))
    Project(desk.root).fanout("pause")
    assert "The run is paused: " in told(desk) and "Still running" not in told(desk)
    Project(desk.root).fanout("go")
    desk.launch("01")
    Project(desk.root).fanout("pause")
    assert "Still running: 01 (agent-01); TaskStop with the id ends one at once" in told(desk)
    assert "Do that with each if the user wants these stopped too" in told(desk)
    assert "`fanout go demo-1` goes on" in told(desk)


def test_a_cancelled_run_starts_nothing_more(desk: Desk) -> None:
    desk.start(plan(TASKS))
    Project(desk.root).fanout("cancel")
    said = told(desk)
    assert "The run was cancelled; nothing more of it starts, what is done stays." in said and "```json" not in said
    assert "Not started" not in said


def test_what_holds_a_run_up_is_named(desk: Desk) -> None:
    """Another run's agent is at work on the only file that is left."""
    desk.start(plan({"01": {"writes": ["a"]}}))
    desk.launch("01")
    other = Desk(desk.root, "s2")
    other.start(plan({"01": {"writes": ["a"]}}, title="Other"))
    assert told(other).endswith(
        "End your turn; when that has ended, `fanout next other-1` prints the launch."
    ) and "Nothing can start yet: 01 waits for " in told(other)
