"""What is answered to a change of the order, and what is said of a run that is paused."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.flow import order_message, pause_message
from fanout.run.store.db import Write
from fanout.run.tasks import readiness, runs, tasks


def view(desk: Desk) -> readiness.View:
    return readiness.View(desk.db, desk.run)


def at_work(desk: Desk, given: dict[str, dict[str, Any]], *launched: str, cap: int = 5) -> Desk:
    desk.start(plan(given, cap=cap))
    for name in launched:
        desk.launch(name)
    return desk


# -- put first ------------------------------------------------------------------------------------------------------------


def test_what_comes_first_and_can_start(desk: Desk) -> None:
    at_work(desk, {"01": {}, "02": {}})
    said = order_message.put_first(view(desk), ["01"], [])
    assert said == "01 comes before all others now. Next is 01, which can start."


def test_what_comes_first_waits_for_a_place(desk: Desk) -> None:
    at_work(desk, {"01": {}, "02": {}, "03": {}}, "01", cap=1)
    said = order_message.put_first(view(desk), ["02", "03"], [])
    assert said == "02, 03 come before all others now. Next is 02, as soon as a place is free."


def test_while_the_run_is_paused_it_waits_for_the_word(desk: Desk) -> None:
    at_work(desk, {"01": {}, "02": {}})
    with Write(desk.db):
        runs.pause(desk.db, desk.run, "the user said so")
    said = order_message.put_first(view(desk), ["01"], [])
    assert said.endswith("Next is 01, after `fanout go demo-1`.")


def test_what_it_needs_is_said(desk: Desk) -> None:
    at_work(desk, {"01": {}, "02": {"needs": ["01"]}, "03": {}}, "01")
    said = order_message.put_first(view(desk), ["02"], [])
    assert said == "02 comes before all others now. Next is 02, which needs 01."


def test_what_stands_before_it_is_next(desk: Desk) -> None:
    at_work(desk, {"01": {}, "02": {"needs": ["01"]}, "03": {}})
    said = order_message.put_first(view(desk), ["02"], [])
    assert said.startswith("02 comes before all others but what it needs now. Next is 01, which can start; 02 needs 01")


@pytest.mark.parametrize(
    ("lifted", "said"),
    [
        ([], ""),
        ([("03", "01")], " 03 no longer waits for 01, which only the list's order said."),
        ([("03", "01"), ("03", "02")], " Lifted, as only the list's order said it: 03 after 01, 03 after 02."),
    ],
)
def test_which_waits_are_no_more(lifted: list[tuple[str, str]], said: str) -> None:
    assert order_message.no_more(lifted) == said


# -- left out -------------------------------------------------------------------------------------------------------------


def skipped(desk: Desk, name: str) -> str:
    with Write(desk.db):
        tasks.skip(desk.db, desk.run, name, "not wanted")
    return order_message.left_out(desk.db, view(desk), name)


LEFT_OUT: dict[str, tuple[dict[str, dict[str, Any]], str]] = {
    "nobody waits": ({"02": {}}, "01 is left out; no task waits for it."),
    "one goes on": ({"02": {"needs": ["01"]}}, "01 is left out; 02 goes on without it."),
    "two go on": ({"02": {"needs": ["01"]}, "03": {"needs": ["01"]}}, "01 is left out; 02, 03 go on without it."),
    "one needs more": ({"02": {"needs": ["01", "03"]}, "03": {}}, "01 is left out; 02 needs 03"),
    "it is done already": ({"02": {"needs": ["01"], "state": "done"}}, "01 is left out; no task waits for it."),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_goes_on_without_a_task_that_is_left_out(desk: Desk, case: str) -> None:
    others, said = LEFT_OUT[case]
    at_work(desk, {"01": {}, **others})
    assert skipped(desk, "01").startswith(said)


def test_who_ends_an_agent_whose_task_is_to_be_left_out(desk: Desk) -> None:
    at_work(desk, {"1": {}, "2": {}}, "1")
    (agent,) = view(desk).live
    said = order_message.to_be_left_out(view(desk), agent)
    assert said.startswith(
        "Task 1 is at work, so it is left out when its agent is stopped: TaskStop with task_id agent-1 now."
    )
    assert "`fanout diff demo-1/1` shows it, `fanout undo demo-1/1` takes it back" in said


# -- paused ---------------------------------------------------------------------------------------------------------------


def still(desk: Desk) -> str:
    with Write(desk.db):
        return pause_message.still(desk.db, view(desk))


def paused(desk: Desk, why: str = "the user said so") -> None:
    with Write(desk.db):
        runs.pause(desk.db, desk.run, why)


@pytest.mark.parametrize("launched", [[], ["01"]])
def test_a_pause_is_explained_once_then_in_a_line(desk: Desk, launched: list[str]) -> None:
    at_work(desk, {"01": {}, "02": {}}, *launched)
    assert still(desk) == "", "it is not paused"
    paused(desk)
    end = "" if launched else " Nothing of it runs any more: tell the user; `fanout go demo-1` goes on."
    said = f"The run is still paused: launch nothing.{end}"
    assert [still(desk), still(desk), still(desk)] == ["", said, said]
    with Write(desk.db):
        pause_message.forget(desk.db, desk.run)
    assert [still(desk), still(desk)] == ["", said], "the conversation has lost it"
    with Write(desk.db):
        runs.go_on(desk.db, desk.run)
    assert still(desk) == ""
    paused(desk, "the limit is reached")
    assert [still(desk), still(desk)] == ["", said], "another pause"


@pytest.mark.parametrize("over", ["the run", "all tasks"])
def test_what_is_over_is_not_paused(desk: Desk, over: str) -> None:
    at_work(desk, {"01": {}})
    paused(desk)
    if over == "the run":
        desk.db.execute("UPDATE run SET state = 'ended'")
    else:
        desk.db.execute("UPDATE task SET state = 'done'")
    assert [still(desk), still(desk)] == ["", ""]


def test_who_still_runs_is_named_with_what_ends_it(desk: Desk) -> None:
    at_work(desk, {"01": {}, "02": {}, "03": {}}, "01")
    paused(desk)
    head = "The run is paused: the user said so. Launch nothing; no task failed for it."
    way = "Tell the user. `fanout go demo-1` goes on, also in another session."
    assert pause_message.text(view(desk), []) == f"{head} {way}"
    said = pause_message.text(view(desk), ["01", "02"])
    assert said.startswith(f"{head} Still running: 01 (agent-01), 02; TaskStop with the id ends one at once")
    assert said.endswith(way)
