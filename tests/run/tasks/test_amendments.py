"""What may still be changed of a task, and what that leaves in its record."""

from __future__ import annotations

import json

import pytest
from hooks.desk import Desk
from run.plans import plan
from run.tasks.task_states import STATES, changed, get, refused, set_state

from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import amendments, tasks


@pytest.fixture
def run(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    return desk


def test_what_the_user_says_of_a_task_stands_in_its_record(run: Desk) -> None:
    with Write(run.db):
        assert amendments.amend(run.db, run.run, "01", "tabs") == "pending"
        amendments.amend(run.db, run.run, "01", "spaces")
        amendments.write_others(run.db, run.run, "01", ["b", "c"])
        amendments.reword(run.db, run.run, "01", {"title": "New", "description": "words"})
        amendments.reword(run.db, run.run, "02", {"description": "more"})
    known = tasks.record(get(run))
    assert known == {
        "id": "01",
        "writes": ["b", "c"],
        "amended": ["tabs", "spaces"],
        "title": "New",
        "description": "words",
    }
    assert get(run).title == "New" and get(run, "02").title == "Task 02"
    set_state(run, "running")
    with Write(run.db):
        amendments.reword(run.db, run.run, "01", {"title": "Newer"})
    assert get(run).title == "New", "an agent has begun it"


@pytest.mark.parametrize("state", STATES)
def test_what_may_still_be_said(run: Desk, state: str) -> None:
    set_state(run, state)
    if state == "done":
        assert "`fanout add demo-1 'what is to be changed'` makes a new task of it" in refused(
            run, lambda db, run, task: amendments.amend(db, run, task, "x")
        )
    else:
        assert changed(run, lambda db, run, task: amendments.amend(db, run, task, "x") == state)
    may_write = state in ("pending", "failed", "blocked")
    assert changed(run, lambda db, run, task: amendments.write_others(db, run, task, ["b"])) is may_write
    assert tasks.record(get(run))["writes"] == (["b"] if may_write else ["a"])


def test_what_nothing_checks_is_checked_with_a_command(desk: Desk) -> None:
    checked = {"record": {"accept": [{"command": "make"}]}}
    said = {"record": {"accept": [{"text": "fine"}]}}
    desk.start(plan({"01": {}, "02": checked, "03": said, "04": {"state": "done"}, "05": {}}))
    set_state(desk, "running", name="05")
    with Write(desk.db):
        assert amendments.check_with(desk.db, desk.run, ["lint"]) == ["01", "03", "05"]
    accepts = {name: tasks.record(get(desk, name)).get("accept") for name in ("01", "02", "03", "04", "05")}
    lint = {"command": "lint"}
    assert accepts == {
        "01": [lint],
        "02": [{"command": "make"}],
        "03": [{"text": "fine"}, lint],
        "04": None,
        "05": [lint],
    }
    assert json.loads(get(desk, "01").record)["id"] == "01"


def test_another_command_checks_a_task_in_place_of_those_before(desk: Desk) -> None:
    accept = [{"command": "make"}, {"text": "fine"}, {"command": "test -f a"}]
    desk.start(plan({"01": {"record": {"accept": accept}}, "02": {}, "03": {}}))
    with Write(desk.db):
        assert amendments.check_anew(desk.db, desk.run, "01", ["lint"]) == ["make", "test -f a"]
        assert amendments.check_anew(desk.db, desk.run, "02", ["lint"]) == []
    assert tasks.record(get(desk))["accept"] == [{"text": "fine"}, {"command": "lint"}]
    assert tasks.record(get(desk, "02"))["accept"] == [{"command": "lint"}] and "accept" not in tasks.record(
        get(desk, "03")
    )
    said = [(one.task, one.facts["accept"]) for one in journal.events(desk.db, desk.run, "task-amended")]
    assert said == [("01", ["lint"]), ("02", ["lint"])]


@pytest.mark.parametrize("state", STATES)
def test_what_is_done_is_not_checked_anew(run: Desk, state: str) -> None:
    set_state(run, state)
    is_over = state in tasks.SATISFIED
    assert changed(run, lambda db, run, task: amendments.check_anew(db, run, task, ["lint"]) == []) is not is_over
    assert ("accept" in tasks.record(get(run))) is not is_over
    if is_over:
        assert f"task 01 is {state}. `fanout retry {run.run}/01 --again` does it again." in refused(
            run, lambda db, run, task: amendments.check_anew(db, run, task, ["lint"])
        )
