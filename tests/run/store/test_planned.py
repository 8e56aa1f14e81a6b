"""What a plan says of its tasks, asked and added to in the journal."""

from __future__ import annotations

import sqlite3

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.store import planned
from fanout.run.store.records import Declared

RUN, OTHER = "one-1", "two-1"


@pytest.fixture
def db(desk: Desk) -> sqlite3.Connection:
    tasks = {
        "a": {"writes": ["a.txt"], "reads": ["r.txt"]},
        "b": {"writes": ["b.txt"], "needs": ["a"]},
        "c": {"writes": ["a.txt"], "needs": ["b", "a"]},
    }
    for title in ("One", "Two"):
        desk.start(plan(tasks, title=title))
    return desk.db


def needs(db: sqlite3.Connection, run: str) -> list[tuple[str, str]]:
    return sorted(planned.needs(db, run))


def test_what_a_task_needs_is_of_its_run(db: sqlite3.Connection) -> None:
    assert needs(db, RUN) == needs(db, OTHER) == [("b", "a"), ("c", "a"), ("c", "b")]
    assert planned.needs_of(db, RUN, "c") == ["a", "b"] and planned.needs_of(db, RUN, "a") == []
    assert planned.by_order(db, RUN) == {} == planned.by_order_of(db, RUN, "c")


def test_what_only_the_order_gives_can_be_lifted_and_the_rest_stays(db: sqlite3.Connection) -> None:
    planned.add_needs(db, RUN, [("a", "x", planned.FOLLOWS), ("c", "y", planned.STEP), ("b", "x", planned.STEP)])
    planned.add_needs(db, RUN, [("c", "b", planned.STEP)])
    assert planned.by_order(db, RUN) == {
        ("a", "x"): planned.FOLLOWS,
        ("c", "y"): planned.STEP,
        ("b", "x"): planned.STEP,
    }
    assert planned.by_order_of(db, RUN, "c") == {"y": planned.STEP}, "what it needed before it needs still"
    assert planned.lift(db, RUN, ["c", "a"]) == [("a", "x"), ("c", "y")]
    assert needs(db, RUN) == [("b", "a"), ("b", "x"), ("c", "a"), ("c", "b")]
    assert needs(db, OTHER) == [("b", "a"), ("c", "a"), ("c", "b")]


def test_what_it_followed_it_may_come_to_need(db: sqlite3.Connection) -> None:
    planned.add_needs(db, RUN, [("a", "x", planned.FOLLOWS)])
    planned.need(db, RUN, "a", ["x", "y"])
    assert planned.by_order(db, RUN) == {} and planned.needs_of(db, RUN, "a") == ["x", "y"]
    assert planned.lift(db, RUN, ["a"]) == [] and planned.needs_of(db, OTHER, "a") == []


def test_a_conflict_is_known_from_both_sides_once(db: sqlite3.Connection) -> None:
    def known(run: str) -> list[tuple[str, str, str, str]]:
        return sorted((each.task, each.other, each.kind, each.witness) for each in planned.hazards(db, run))

    found = [("a", "c", "write-write", "a.txt"), ("c", "a", "write-write", "a.txt")]
    assert known(RUN) == found
    assert planned.add_hazard(db, RUN, "b", "a", "resource", "db")
    assert not planned.add_hazard(db, RUN, "a", "b", "resource", "db")
    assert known(RUN) == sorted([*found, ("a", "b", "resource", "db"), ("b", "a", "resource", "db")])
    assert known(OTHER) == found


def test_what_is_declared(db: sqlite3.Connection) -> None:
    planned.declare(db, RUN, planned.EVERY_TASK, "read", "ctx.md", "Ctx.md", r"ctx\.md")
    planned.declare(db, RUN, "a", "write", "new", "New", "new")
    planned.declare(db, RUN, "a", "write", "new", "New", "new")

    def names(rows: list[Declared]) -> list[tuple[str, str, str]]:
        return sorted((row.task, row.mode, row.pattern) for row in rows)

    of_a = [("a", "read", "r.txt"), ("a", "write", "New"), ("a", "write", "a.txt")]
    assert names(planned.declared_of(db, RUN, "a")) == of_a
    assert names(planned.declared(db, RUN)) == [*of_a, ("b", "write", "b.txt"), ("c", "write", "a.txt")]
    assert names(planned.writes_of(db, RUN, "a")) == of_a[1:]
    assert names(planned.writes_of_others(db, RUN, "a")) == [("b", "write", "b.txt"), ("c", "write", "a.txt")]
    assert planned.context_of(db, RUN) == [("ctx.md", "Ctx.md")]
    assert planned.context_of(db, OTHER) == [] == planned.context_of(db, None)


def test_a_task_that_is_told_anew_declares_nothing_and_meets_nobody(db: sqlite3.Connection) -> None:
    planned.add_hazard(db, RUN, "b", "c", "resource", "db")
    planned.forget(db, RUN, "a")
    assert planned.declared_of(db, RUN, "a") == [] and len(planned.declared_of(db, RUN, "c")) == 1
    assert {(each.task, each.other) for each in planned.hazards(db, RUN)} == {("b", "c"), ("c", "b")}
    assert len(planned.declared_of(db, OTHER, "a")) == 2 and len(planned.hazards(db, OTHER)) == 2


def test_what_was_declared_in_runs_since_then(db: sqlite3.Connection) -> None:
    both = set(planned.writes_since(db, 0))
    assert len(both) == 2 == len(planned.writes_since(db, 0)), "each once, and what is read is none"
    planned.declare(db, RUN, "a", "write", "old", "old", "old")
    db.execute("UPDATE run SET ended = 50 WHERE id = ?", (RUN,))
    assert set(planned.writes_since(db, 50)) == both | {"old"} and set(planned.writes_since(db, 51)) == both


def test_all_that_is_reached_is_found_once_also_in_a_circle() -> None:
    beside = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["b"], "e": ["a"]}
    assert planned.reached("a", lambda name: beside.get(name, [])) == {"b", "c", "d"}
    assert planned.reached("e", lambda name: beside.get(name, [])) == {"a", "b", "c", "d"}
    assert planned.reached("x", lambda name: beside.get(name, [])) == set()
