"""What the main conversation is told of a result: a line, what a failure keeps from starting, and the ways on."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.flow import task_results
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import readiness, runs, tasks

NOTE = " (`--note '...'` tells its agent more)"


def view(desk: Desk) -> readiness.View:
    return readiness.View(desk.db, desk.run)


def told(desk: Desk, name: str = "01", said: str = "") -> str:
    return task_results.told(desk.db, view(desk), name, said)


def end(desk: Desk, name: str, word: str = "BLOCKED", *files: str) -> None:
    desk.launch(name)
    for file in files:
        desk.do(f"agent-{name}", file)
    desk.end(f"agent-{name}", f"{word}|{name}|{'did it' if word == 'DONE' else 'no key'}")


AFTER = {"needs": ["01"], "follows": ["01"]}
REST: dict[str, tuple[dict[str, dict[str, Any]], dict[str, Any], str]] = {
    "nothing": ({"02": {}}, {}, "No other task waits for it."),
    "one": ({"02": {"needs": ["01"]}, "03": {}}, {}, "02 needs it and doesn't start; nothing else waits for it."),
    "however far": (
        {"02": {"needs": ["01"]}, "03": {"needs": ["02"]}, "04": {"needs": ["05"]}, "05": {}},
        {},
        "02, 03 need it and don't start; nothing else waits for it.",
    ),
    "all": (
        {"02": {"needs": ["01"]}, "03": {}},
        {"on_failure": "fail-fast"},
        "The run starts nothing more after a failure (fail-fast).",
    ),
    "one behind it in the list": (
        {"02": AFTER, "03": {}},
        {},
        "02 no longer waits for it: only the list's order put it behind it.",
    ),
    "two behind it": (
        {"02": AFTER, "03": AFTER, "04": {"needs": ["02"], "follows": ["02"]}},
        {},
        "02, 03 no longer wait for it: only the list's order put them behind it.",
    ),
    "one that is done": ({"02": {**AFTER, "state": "done"}}, {}, "No other task waits for it."),
    "nothing is left to stop": ({"02": {"state": "done"}}, {"on_failure": "fail-fast"}, "No other task waits for it."),
}


@pytest.mark.parametrize("case", REST)
def test_what_a_failure_keeps_from_starting(desk: Desk, case: str) -> None:
    others, more, means = REST[case]
    desk.start(plan({"01": {}, **others}, **more))
    end(desk, "01")
    assert told(desk) == (
        f"Task 01 blocked: no key. {means} Tell the user why. With their answer: `fanout retry demo-1/01` with `--note "
        "'the answer'`, or SendMessage to agent-01 with it; without it: `fanout skip demo-1/01`; done by hand: "
        "`fanout done demo-1/01`."
    ).replace("Task 01", "01")


def test_words_that_its_notification_said_are_not_said_again(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    end(desk, "01")
    end(desk, "02", "DONE")
    assert told(desk, said="... BLOCKED|01|no key").startswith("01 blocked. No other task waits for it.")
    assert told(desk, "02").startswith("02 done") and told(desk, "02").endswith(": did it")
    assert "did it" not in told(desk, "02", "DONE|02|did it")


def test_an_agent_that_nobody_can_speak_to_is_not_named(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    desk.launch("01")
    desk.notify("agent-01", "failed")
    assert "SendMessage" not in told(desk) and "`fanout done demo-1/01`" in told(desk)


def test_a_headless_run_has_no_agent_to_speak_to(desk: Desk) -> None:
    desk.start({**plan({"01": {}}), "engine": "local"})
    with Write(desk.db):
        tasks.finish(desk.db, desk.run, "01", "failed", "no way.")
    assert told(desk) == (
        f"01 failed: no way. No other task waits for it. Tell the user. `fanout retry demo-1/01` does it anew{NOTE}, `fanout "
        "skip demo-1/01` goes on without it."
    )


def test_of_a_run_that_is_over_the_ways_are_told_at_its_end(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    end(desk, "01")
    with Write(desk.db):
        runs.end(desk.db, desk.run, "ended")
    assert told(desk) == "01 blocked: no key"


@pytest.mark.parametrize(
    ("files", "stands"),
    [
        ((), ""),
        (("a",), " What it changed stands: a."),
        (("a", "b", "c"), " What it changed stands: a, b, c."),
        (("a", "b", "c", "d", "e"), " What it changed stands: a, b, c and 2 more."),
    ],
)
def test_of_one_that_was_stopped_with_all_it_is_said_what_stands(
    desk: Desk, files: tuple[str, ...], stands: str
) -> None:
    desk.start(plan({"01": {"writes": list("abcde")}}))
    desk.launch("01")
    for file in files:
        desk.do("agent-01", file)
    desk.notify("agent-01", "killed")
    assert told(desk) == f"01 was cut off; it starts anew after `fanout go demo-1`.{stands}"


def test_what_is_tried_again_says_with_what_and_after_what(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("02")
    end(desk, "01", "NEEDS")
    assert told(desk).startswith("01 blocked: no key.")  # it named no file
    with Write(desk.db):
        tasks.retry(desk.db, desk.run, "01")
    assert told(desk) == "01 starts again: no key."
    desk.launch("01", "second")
    desk.end("second", "NEEDS|01|b.txt, the names")
    assert told(desk) == (
        "01 is to start again with b.txt, which its agent asked for: the names. It waits for 02: both write b.txt."
    )


def test_each_result_is_told_once(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"state": "done"}, "04": {}}))
    end(desk, "01")
    end(desk, "02", "DONE")

    def unheard() -> tuple[str, ...]:
        with Write(desk.db):
            return task_results.unheard(desk.db, view(desk))

    with Write(desk.db):
        task_results.heard(desk.db, view(desk), "02")
    assert unheard() == ("01 blocked: no key",)
    assert unheard() == ()
    with Write(desk.db):
        tasks.retry(desk.db, desk.run, "01")
    assert unheard() == ()
    desk.launch("01", "second")
    desk.end("second", "BLOCKED|01|still no key")
    assert unheard() == ("01 blocked: still no key",)
    assert task_results.key_of_end(view(desk)) == "the run is over 3"


def test_what_a_run_that_is_over_left(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"needs": ["01"]}}))
    assert task_results.left(view(desk)) == ""
    end(desk, "02", "DONE")
    assert task_results.left(view(desk)) == ""
    end(desk, "01")
    said = (
        "Not done: 01 blocked: no key. To go on: with the user's answer (`--note '...'`) `fanout retry demo-1/01` does it "
        "anew, `fanout skip demo-1/01` goes on without it; done by hand: `fanout done "
        "demo-1/01`; what it held up starts then."
    )
    assert task_results.left(view(desk)) == task_results.left(view(desk), is_same_session=False) == said


def test_of_many_failures_the_first_are_named(desk: Desk) -> None:
    names = ["01", "02", "03", "04", "05"]
    desk.start(plan({name: {} for name in names}))
    with Write(desk.db):
        for name in names:
            tasks.finish(desk.db, desk.run, name, "failed", "no\n  key. " if name == "01" else "x" * 200)
    said = task_results.left(view(desk), is_same_session=False)
    assert said.startswith("Not done: 01 failed: no key; 02 failed: xxx") and "; 03 failed: xxx" in said
    assert "; and 2 more. To go on, for each of them: `fanout retry demo-1/01`" in said and "04" not in said
    assert "what it held up" not in said
    with Write(desk.db):
        tasks.retry(desk.db, desk.run, "05")
        tasks.retry(desk.db, desk.run, "04")
    assert "... To go on, for each" in task_results.left(view(desk), is_same_session=False)


@pytest.mark.parametrize(
    ("facts", "lines"), [({"summary": "did it"}, ("01 done, not checked: did it",)), ({"command": "make"}, ())]
)
def test_what_came_of_a_task_is_told_later_when_its_agent_ended_before_it_was_judged(
    desk: Desk, facts: dict[str, Any], lines: tuple[str, ...]
) -> None:
    """One that was only sent back to wait tells it itself."""
    desk.start(plan({"01": {}, "02": {}}))
    with Write(desk.db):
        tasks.begin(desk.db, desk.run, "01")
        journal.note(desk.db, "not-judged", desk.run, "01", **facts)
        tasks.finish(desk.db, desk.run, "01", "done", "did it")
    for told in (lines, ()):
        with Write(desk.db):
            assert task_results.judged_later(desk.db, view(desk)) == told
