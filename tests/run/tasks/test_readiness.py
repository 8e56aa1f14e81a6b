"""Why a task can't start yet, in the words that are told."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.tasks import readiness
from fanout.run.tasks.readiness import describe


@pytest.mark.parametrize(
    ("kind", "witness", "said"),
    [
        ("write-write", "a.py", "both write a.py"),
        ("read-write", "a.py", "one writes a.py, the other reads it"),
        ("resource", "the database", "both use the database"),
        ("exclusion", "one agent does the lane api", "one agent does the lane api"),
        ("exclusion", "", "they exclude each other"),
    ],
)
def test_a_hazard_in_words(kind: str, witness: str, said: str) -> None:
    assert describe(kind, witness) == said


def view(desk: Desk, tasks: dict[str, dict[str, Any]], states: dict[str, str], **how: Any) -> readiness.View:
    desk.start(plan(tasks, **how))
    for name, state in states.items():
        desk.db.execute("UPDATE task SET state = ?, attempts = 1 WHERE id = ?", (state, name))
    return readiness.View(desk.db, desk.run)


FOLLOWED = {
    "pending": f"waits for 01: {readiness.ORDER}",
    "running": f"waits for 01: {readiness.ORDER}",
    **dict.fromkeys(("done", "failed", "blocked", "skipped", "cancelled"), ""),
}
CHAIN: dict[str, dict[str, Any]] = {
    "00": {},
    "01": {"needs": ["00"], "follows": ["00"]},
    "02": {"needs": ["01"], "follows": ["01"]},
}
STEPS: dict[str, dict[str, Any]] = {
    "00": {},
    "01": {"needs": ["00"], "steps": ["00"]},
    "02": {"needs": ["01"], "steps": ["01"]},
}
STATED = STEPS | {"02": {"needs": ["01"]}}
HELD: list[tuple[dict[str, dict[str, Any]], dict[str, str], str]] = [
    ({"01": {}, "02": {"needs": ["01"]}}, {}, "needs 01"),
    ({"01": {}, "02": {"needs": ["01"]}}, {"01": "running"}, "needs 01"),
    ({"01": {}, "02": {"needs": ["01"]}}, {"01": "done"}, ""),
    ({"01": {}, "02": {"needs": ["01"]}}, {"01": "skipped"}, ""),
    ({"01": {}, "02": {"needs": ["01"]}}, {"01": "failed"}, "needs 01, which failed"),
    ({"01": {}, "02": {"needs": ["01"]}}, {"01": "blocked"}, "needs 01, which is blocked"),
    ({"01": {}, "02": {"needs": ["01"]}}, {"01": "cancelled"}, "needs 01, which cancelled"),
    ({"00": {}, "01": {"needs": ["00"]}, "02": {"needs": ["01"]}}, {"00": "failed"}, "needs 01, which can't start"),
    ({"00": {}, "01": {"needs": ["00"]}, "02": {"needs": ["01"]}}, {"00": "failed", "01": "running"}, "needs 01"),
    ({"00": {}, "01": {"needs": ["00"]}, "02": {"needs": ["01"]}}, {"00": "failed", "01": "done"}, ""),
    ({"00": {}, "01": {}, "02": {"needs": ["00", "01"]}}, {"00": "failed"}, "needs 00, which failed"),
    ({"00": {}, "01": {}, "02": {"needs": ["00", "01"]}}, {"00": "done"}, "needs 01"),
    *(
        ({"01": {}, "02": {"needs": ["01"], "follows": ["01"]}}, {"01": state}, said)
        for state, said in FOLLOWED.items()
    ),
    (CHAIN, {"00": "failed"}, f"waits for 01: {readiness.ORDER}"),
    (CHAIN, {"00": "running", "01": "skipped"}, f"waits for 00: {readiness.ORDER}"),
    (
        CHAIN | {"01": {"needs": ["00", "x"], "follows": ["00"]}, "x": {}},
        {"x": "failed"},
        f"waits for 00: {readiness.ORDER}",
    ),
    (CHAIN | {"01": {"needs": ["00", "x"], "follows": ["00"]}, "x": {}}, {"x": "failed", "00": "failed"}, ""),
    (STEPS, {"00": "running", "01": "skipped"}, f"waits for 00: {readiness.STEPS}"),
    (STEPS, {"01": "skipped"}, f"waits for 00: {readiness.STEPS}"),
    (STEPS, {"00": "done", "01": "skipped"}, ""),
    (STEPS, {"00": "failed", "01": "skipped"}, ""),
    (STEPS, {"00": "skipped", "01": "skipped"}, ""),
    (STATED, {"01": "skipped"}, ""),
    (STEPS, {"00": "failed"}, "comes in the list after 01, which can't start"),
    (STEPS, {"01": "failed"}, "comes in the list after 01, which failed"),
    (STATED, {"00": "failed"}, "needs 01, which can't start"),
    ({"02": {}, "03": {"needs": ["02"], "follows": ["02"]}}, {"03": "running"}, ""),
    (
        {
            "00": {},
            "01": {},
            "02": {"needs": ["00", "01"], "record": {"inferred": {"01": "01 before it writes a too"}}},
        },
        {},
        "needs 00; waits for 01: inferred, 01 before it writes a too",
    ),
    ({"01": {"writes": ["a"]}, "02": {"writes": ["a"]}}, {}, "waits for 01: both write a"),
    ({"01": {"writes": ["a"]}, "02": {"writes": ["a"]}}, {"01": "running"}, "waits for 01: both write a"),
    ({"01": {"writes": ["a"]}, "02": {"writes": ["a"]}}, {"01": "failed"}, ""),
    ({"02": {"writes": ["a"]}, "03": {"writes": ["a"]}}, {}, ""),
    ({"02": {"writes": ["a"]}, "03": {"writes": ["a"]}}, {"03": "running"}, "waits for 03: both write a"),
    ({"01": {"writes": ["src/*.py"]}, "02": {"reads": ["src/a.py"]}}, {}, "one writes src/a.py, the other reads it"),
    ({"01": {"reads": ["src/*.py"]}, "02": {"reads": ["src/a.py"]}}, {}, ""),
    ({"01": {"writes": ["a"], "needs": ["00"]}, "00": {}, "02": {"writes": ["a"]}}, {"00": "failed"}, ""),
]


@pytest.mark.parametrize(("tasks", "states", "said"), HELD)
def test_what_holds_a_task(desk: Desk, tasks: dict[str, dict[str, Any]], states: dict[str, str], said: str) -> None:
    found = readiness.refusal(view(desk, tasks, states), "02")
    assert said in found and bool(said) == bool(found)
    assert found.endswith(said) or not said.startswith("needs"), found


PASSED: list[tuple[dict[str, dict[str, Any]], str]] = [
    (CHAIN, f"waits for 00: {readiness.ORDER}"),
    (STEPS, f"waits for 00: {readiness.STEPS}"),
    (STATED, ""),
]


@pytest.mark.parametrize(("tasks", "said"), PASSED)
def test_what_was_ticked_before_its_turn_leaves_the_order_as_it_is(
    desk: Desk, tasks: dict[str, dict[str, Any]], said: str
) -> None:
    """Its author says that it is done, not what stands before it; whoever needs nothing but it may begin."""
    desk.start(plan(tasks))
    desk.db.execute("UPDATE task SET state = 'running', attempts = 1 WHERE id = '00'")
    desk.db.execute("UPDATE task SET state = 'done' WHERE id = '01'")
    assert readiness.refusal(readiness.View(desk.db, desk.run), "02") == said


THREE: dict[str, dict[str, Any]] = {"01": {"batch": 1}, "02": {"batch": 2}, "03": {"batch": 3}}


@pytest.mark.parametrize(
    ("states", "how", "startable"),
    [
        ({}, {}, ["01", "02", "03"]),
        ({}, {"cap": 2}, ["01", "02"]),
        ({"01": "failed"}, {}, ["02", "03"]),
        ({"01": "failed"}, {"on_failure": "fail-fast"}, []),
        ({"01": "blocked"}, {"on_failure": "fail-fast"}, []),
        ({"01": "cancelled"}, {"on_failure": "fail-fast"}, ["02", "03"]),
        ({"01": "failed"}, {"on_failure": "gate"}, []),
        ({"02": "failed"}, {"on_failure": "gate"}, ["01"]),
        ({"03": "failed"}, {"on_failure": "gate"}, ["01", "02"]),
        ({"01": "failed", "02": "failed"}, {"on_failure": "gate"}, []),
        ({}, {"mode": "barrier"}, ["01"]),
        ({"01": "running"}, {"mode": "barrier"}, []),
        ({"01": "done"}, {"mode": "barrier"}, ["02"]),
        ({"01": "failed"}, {"mode": "barrier"}, ["02"]),
        ({"01": "done", "02": "done"}, {"mode": "barrier"}, ["03"]),
    ],
)
def test_what_may_start(desk: Desk, states: dict[str, str], how: dict[str, Any], startable: list[str]) -> None:
    assert [task.id for task in readiness.startable(view(desk, THREE, states, **how))] == startable


AFTER: dict[str, dict[str, Any]] = {"01": {}, "02": {"needs": ["01"]}, "03": {"needs": ["02"]}}


@pytest.mark.parametrize(
    ("states", "startable", "over"),
    [
        ({"01": "failed"}, [], True),
        ({"01": "failed", "02": "running"}, [], False),
        ({"01": "failed", "02": "done"}, ["03"], False),
        ({"01": "failed", "02": "skipped"}, ["03"], False),
        ({"01": "done", "02": "failed"}, [], True),
        ({"01": "cancelled"}, [], True),
    ],
)
def test_a_failure_behind_what_is_done_or_runs_stops_nothing(
    desk: Desk, states: dict[str, str], startable: list[str], over: bool
) -> None:
    """A task that was tried again and failed, after the one behind it had begun."""
    now = view(desk, AFTER, states)
    assert ([task.id for task in readiness.startable(now)], readiness.is_over(now)) == (startable, over)


@pytest.mark.parametrize(
    ("states", "how", "over"),
    [
        ({}, {}, False),
        ({"01": "done", "02": "done", "03": "done"}, {}, True),
        ({"01": "done", "02": "done", "03": "running"}, {}, False),
        ({"01": "failed", "02": "done", "03": "skipped"}, {}, True),
        ({"01": "failed"}, {"on_failure": "fail-fast"}, True),
        ({"01": "failed", "02": "running"}, {"on_failure": "fail-fast"}, False),
        ({"02": "failed"}, {"on_failure": "gate"}, False),
        ({"01": "done", "02": "failed"}, {"on_failure": "gate"}, True),
    ],
)
def test_when_a_run_is_over(desk: Desk, states: dict[str, str], how: dict[str, Any], over: bool) -> None:
    assert readiness.is_over(view(desk, THREE, states, **how)) == over


@pytest.mark.parametrize(("state", "paused"), [("ended", ""), ("cancelled", ""), ("active", "for lunch")])
def test_of_a_run_that_is_over_or_paused_nothing_starts(desk: Desk, state: str, paused: str) -> None:
    desk.start(plan({"01": {}}))
    assert readiness.startable(readiness.View(desk.db, desk.run))
    desk.db.execute("UPDATE run SET state = ?, paused = ?", (state, paused))
    assert readiness.startable(readiness.View(desk.db, desk.run)) == []


def test_what_is_tried_again_waits_for_what_began_without_it(desk: Desk) -> None:
    tasks = {"02": {}, "03": {"needs": ["02"], "follows": ["02"]}, "04": {"needs": ["03"], "follows": ["03"]}}
    seen = view(desk, tasks, {"02": "pending", "03": "failed", "04": "running"})
    assert readiness.refusal(seen, "02") == f"waits for 04: {readiness.ORDER}"
