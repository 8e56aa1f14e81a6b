"""Tasks that the user puts before all others, or behind some: the order then, what is lifted, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run.store import journal, planned
from fanout.run.store.db import Write
from fanout.run.tasks import put_behind, put_first, tasks


def order(desk: Desk) -> str:
    return " ".join(task.id for task in sorted(tasks.all_of(desk.db, desk.run), key=lambda task: task.rank))


def first(desk: Desk, *names: str) -> list[tuple[str, str]]:
    with Write(desk.db):
        return put_first.put_first(desk.db, str(desk.root), desk.run, list(names))


ORDERS: dict[str, tuple[dict[str, dict[str, Any]], list[str], str]] = {
    "alone": ({"01": {}, "02": {}, "03": {}}, ["03"], "03 01 02"),
    "two, as they are said": ({"01": {}, "02": {}, "03": {}}, ["03", "02"], "03 02 01"),
    "with what it needs": ({"01": {}, "02": {}, "03": {"needs": ["02"]}, "04": {}}, ["03"], "02 03 01 04"),
    "with all that it needs": (
        {"01": {}, "02": {}, "03": {"needs": ["02"]}, "04": {"needs": ["03"]}},
        ["04"],
        "02 03 04 01",
    ),
    "what it needs in their order": (
        {"01": {}, "02": {}, "03": {}, "04": {"needs": ["03", "02"]}},
        ["04"],
        "02 03 04 01",
    ),
    "first already": ({"01": {}, "02": {}}, ["01"], "01 02"),
}


@pytest.mark.parametrize("case", ORDERS)
def test_the_order_with_some_put_first(desk: Desk, case: str) -> None:
    given, names, then = ORDERS[case]
    desk.start(plan(given))
    assert put_first.at_front(desk.db, desk.run, list(given)) == list(given), "nobody said anything yet"
    assert first(desk, *names) == [] and order(desk) == then
    assert put_first.at_front(desk.db, desk.run, list(given)) == then.split()


def test_who_was_put_first_last_stands_before_who_was_before(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {}}))
    first(desk, "02")
    first(desk, "03")
    assert order(desk) == "03 02 01"


def test_the_lists_order_alone_is_lifted_and_what_it_kept_apart_is_not(desk: Desk) -> None:
    tasks_ = {
        "01": {"writes": ["a.py", "b.py"]},
        "02": {"writes": ["b.py"], "needs": ["01"], "follows": ["01"]},
        "03": {"reads": ["a.py"], "needs": ["01", "02"], "follows": ["01"]},
    }
    desk.start(plan(tasks_, hazards=[]))
    desk.db.execute("DELETE FROM hazard")
    assert first(desk, "02") == [("02", "01")]
    assert order(desk) == "02 01 03"
    held = {(one.kind, one.witness, *sorted((one.task, one.other))) for one in planned.hazards(desk.db, desk.run)}
    assert held == {("write-write", "b.py", "01", "02")}
    assert planned.needs_of(desk.db, desk.run, "03") == ["01", "02"]
    (event,) = journal.events(desk.db, desk.run, "put-first")
    assert event.facts == {"tasks": ["02"], "lifted": [["02", "01"]]}
    assert first(desk, "03") == [("03", "01")] and planned.needs_of(desk.db, desk.run, "03") == ["02"]
    held = {(one.kind, one.witness, *sorted((one.task, one.other))) for one in planned.hazards(desk.db, desk.run)}
    assert ("read-write", "a.py", "01", "03") in held


# -- behind ---------------------------------------------------------------------------------------------------------------


def behind(desk: Desk, name: str, *others: str) -> list[str]:
    with Write(desk.db):
        return put_behind.put_behind(desk.db, desk.run, name, list(others))


@pytest.fixture
def four(desk: Desk) -> Desk:
    desk.start(plan({"01": {}, "02": {"needs": ["01"]}, "03": {}, "04": {"state": "done"}}))
    return desk


def test_a_task_waits_for_those_too(four: Desk) -> None:
    assert behind(four, "03", "01", "02") == ["01", "02"]
    assert planned.needs_of(four.db, four.run, "03") == ["01", "02"]
    (event,) = journal.events(four.db, four.run, "task-amended")
    assert (event.task, event.facts) == ("03", {"after": ["01", "02"]})


@pytest.mark.parametrize(("name", "others"), [("03", ["01", "02"]), ("02", ["01", "03"]), ("01", ["03"])])
def test_behind_all_are_the_open_ones_that_do_not_wait_for_it(four: Desk, name: str, others: list[str]) -> None:
    assert behind(four, name, put_behind.ALL) == others
    assert planned.needs_of(four.db, four.run, name) == others


REFUSED = [
    ("01", ["02"], "--after: task 02 waits for 01. `fanout first demo-1/02` where it need not."),
    ("01", ["01"], "--after: task 01 waits for 01."),
    ("01", ["09"], "--after: run demo-1 has no task '09'. Its tasks: 01, 02, 03, 04."),
    ("01", ["03", "02"], "--after: task 02 waits for 01."),
    ("04", ["01"], "task 04 is done, and nothing was changed. Only a task that waits is put behind others."),
]


@pytest.mark.parametrize(("name", "others", "said"), REFUSED)
def test_what_is_refused_changes_nothing(four: Desk, name: str, others: list[str], said: str) -> None:
    before = planned.needs(four.db, four.run)
    with pytest.raises(FanoutError) as raised:
        behind(four, name, *others)
    assert str(raised.value).startswith(said) and planned.needs(four.db, four.run) == before
    assert journal.events(four.db, four.run, "task-amended") == []


@pytest.mark.parametrize(
    ("state", "is_told"), [("failed", True), ("blocked", True), ("running", False), ("skipped", False)]
)
def test_who_could_wait_again_is_told_how(four: Desk, state: str, is_told: bool) -> None:
    four.db.execute("UPDATE task SET state = ? WHERE id = '03'", (state,))
    with pytest.raises(FanoutError) as raised:
        behind(four, "03", "01")
    assert ("`fanout retry demo-1/03` makes it wait again" in str(raised.value)) is is_told
