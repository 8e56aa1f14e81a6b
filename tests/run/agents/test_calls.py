"""Calls under way: who is kept busy by what, what is left of them when an agent ends, and what is forgotten."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents, calls
from fanout.run.store import journal, ticks
from fanout.run.store.db import now
from fanout.run.store.records import Call

ONE, OTHER = 1, 2


@pytest.fixture
def db(desk: Desk) -> sqlite3.Connection:
    run = desk.start(plan({"01": {}, "02": {}}))
    for number, task in ((ONE, "01"), (OTHER, "02")):
        assert agents.open_launch(desk.db, "s", "", "", "", run, task) == number
        agents.bind(desk.db, number, task)
    return desk.db


def begin(
    db: sqlite3.Connection, name: str, kind: Any = "command", agent: int = ONE, at: float = 0, says: Any = None
) -> None:
    calls.begin(db, name, agent, "Tool", kind, False, {"a.txt": says or {}})
    if at:
        db.execute("UPDATE call SET at = ? WHERE tool_use = ?", (at, name))


def names(found: list[Call]) -> list[str]:
    return [call.tool_use for call in found]


def test_who_has_a_command_under_way_and_who_writes(db: sqlite3.Connection) -> None:
    begin(db, "c1", at=10)
    begin(db, "c2", at=20)
    begin(db, "f1", "file", at=30)
    begin(db, "f2", "file", at=40)
    begin(db, "f3", "file", OTHER, at=50)
    begin(db, "c3", agent=OTHER, at=60)
    calls.close(db, "c3", 99)
    assert calls.since(db) == {ONE: 10} and calls.asking(db) == {ONE: 40, OTHER: 50}
    assert sorted(calls.tools_under_way(db)) == ["f1", "f2", "f3"]
    assert names(calls.open_of(db, ONE)) == ["c1", "c2", "f1", "f2"] and names(calls.open_of(db, OTHER)) == ["f3"]


def test_a_call_is_closed_once_and_that_one_alone(db: sqlite3.Connection) -> None:
    begin(db, "c1")
    begin(db, "c2")
    calls.close(db, "c1", 50)
    calls.close(db, "c1", 70)
    first, second = calls.get(db, "c1"), calls.get(db, "c2")
    assert first is not None and first.closed == 50 and second is not None and second.closed is None
    assert names(calls.on_record(db, 49)) == ["c1", "c2"] and names(calls.on_record(db, 50)) == ["c2"]


def test_a_file_tools_call_that_wrote_says_what_it_made(db: sqlite3.Connection) -> None:
    begin(db, "f1", "file", says={"after": ["x"]})
    begin(db, "f2", "file", says={"after": ["x"]})
    announcements: dict[str, Any] = {"f1": None, "f2": {"after": ["y"]}}
    for name, announced in announcements.items():
        call = calls.get(db, name)
        assert call is not None
        calls.settle(db, call, 9, announced)
    found = [calls.get(db, name) for name in ("f1", "f2")]
    assert [(call.closed, call.has_written, calls.targets_of(call)) for call in found if call] == [
        (9, True, {"a.txt": {"after": ["x"]}}),
        (9, True, {"a.txt": {"after": ["y"]}}),
    ]


@pytest.mark.parametrize(("says", "is_noted"), [({"after": ["x"]}, True), ({}, False), ({"before": ["x"]}, False)])
def test_a_command_that_did_as_it_says_is_noted_where_it_says_what_a_file_holds(
    db: sqlite3.Connection, says: dict[str, object], is_noted: bool
) -> None:
    begin(db, "c1", says=says)
    call = calls.get(db, "c1")
    assert call is not None
    calls.succeed(db, call)
    call = calls.get(db, "c1")
    assert call is not None and bool(call.has_written) == is_noted and call.closed is None


def test_whether_a_call_may_have_made_something_since(db: sqlite3.Connection) -> None:
    assert not calls.may_any_have_made(db, 0)
    begin(db, "c1")
    assert not calls.may_any_have_made(db, 0), "what it makes is not known"
    begin(db, "f1", "file")
    assert calls.may_any_have_made(db, 99)
    calls.close(db, "f1", 50)
    assert calls.may_any_have_made(db, 49) and not calls.may_any_have_made(db, 50)
    db.execute("UPDATE call SET has_written = 1 WHERE tool_use = 'c1'")
    assert calls.may_any_have_made(db, 50)


def test_when_an_agent_ends_what_may_go_on_is_left_running(db: sqlite3.Connection) -> None:
    begin(db, "c1")
    begin(db, "f1", "file")
    begin(db, "b1", "background")
    begin(db, "c2", agent=OTHER)
    calls.leave_all(db, ONE)
    kinds = {call.tool_use: (call.kind, call.closed is None) for call in calls.on_record(db, 0)}
    assert kinds == {
        "c1": ("background", True),
        "f1": ("file", False),
        "b1": ("background", True),
        "c2": ("command", True),
    }
    assert calls.is_any_left_running(db) and calls.since(db).keys() == {OTHER}


def test_a_process_in_the_background_is_stopped_by_its_id(db: sqlite3.Connection) -> None:
    assert not calls.is_any_left_running(db)
    for name in ("c1", "c2", "c3"):
        begin(db, name)
    calls.leave_running(db, "c1", "bash_1")
    calls.leave_running(db, "c2", "bash_2")
    calls.end_process(db, "bash_1")
    calls.end_process(db, "Tool")
    assert [name for name in ("c1", "c2", "c3") if (call := calls.get(db, name)) and call.closed is None] == [
        "c2",
        "c3",
    ]
    calls.end_process(db, "bash_2")
    assert not calls.is_any_left_running(db)


def test_what_did_not_run_is_withdrawn(db: sqlite3.Connection) -> None:
    begin(db, "c1")
    begin(db, "c2")
    calls.withdraw(db, "c1")
    assert calls.get(db, "c1") is None and calls.get(db, "c2") is not None


def test_the_calls_that_may_still_be_looked_at_are_not_forgotten(db: sqlite3.Connection) -> None:
    begin(db, "early")
    calls.close(db, "early", ticks.present(db).next)
    begin(db, "open")
    begin(db, "late")
    calls.close(db, "late", ticks.present(db).next)
    calls.forget(db)
    assert names(calls.on_record(db, 0)) == ["open", "late"]
    calls.close(db, "open", ticks.present(db).next)
    calls.forget(db)
    assert calls.on_record(db, 0) == []


def test_when_the_main_conversation_is_alone_all_is_forgotten(db: sqlite3.Connection) -> None:
    begin(db, "open", agent=agents.main_of(db, "s"))
    agents.end(db, ONE, "done")
    calls.forget(db)
    assert len(calls.on_record(db, 0)) == 1
    agents.end(db, OTHER, "done")
    calls.forget(db)
    assert calls.on_record(db, 0) == []


@pytest.mark.parametrize(
    ("asked", "began", "took", "agent", "waited"),
    [
        (60, 61, 20, ONE, 40),
        (60, 60, 20, ONE, 40),
        (60, 59, 20, ONE, None),  # the question was about an earlier command
        (60, 61, 60.5, ONE, None),  # it was answered before it was asked: another command's
        (60, 61, 20, OTHER, None),
        (None, 61, 20, ONE, None),
    ],
)
def test_how_long_the_user_was_asked(
    db: sqlite3.Connection, asked: float | None, began: float, took: float, agent: int, waited: float | None
) -> None:
    """`asked`, `began`: so many seconds ago; `took`: of the command's own."""
    at = now()
    begin(db, "c1", at=at - began)
    if asked is not None:
        journal.note(db, "asked-permission", "demo-1", "01", agent)
        db.execute("UPDATE event SET at = ? WHERE kind = 'asked-permission'", (at - asked,))
    command = calls.get(db, "c1")
    assert command is not None
    calls.note_wait(db, agents.get(db, ONE), command, took)
    spans = journal.waits(db, "demo-1").get(ONE, [])
    assert [round(end - start) for start, end in spans] == ([] if waited is None else [waited])


@pytest.mark.parametrize("value", ['a "b"\n', "ü", [], {}, ["a", {"b": True, "c": [False]}], ("x",), True, False])
def test_what_is_announced_is_kept_as_it_is(db: sqlite3.Connection, value: object) -> None:
    begin(db, "c1", says={"after": value})
    call = calls.get(db, "c1")
    assert call is not None
    kept = calls.targets_of(call)["a.txt"]
    assert kept == {"after": list(value) if isinstance(value, tuple) else value}
