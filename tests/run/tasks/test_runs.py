"""A run's states, its pace, its name, and which run is meant."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run.store import db, journal
from fanout.run.store.db import Write
from fanout.run.tasks import runs


def connected(desk: Desk) -> sqlite3.Connection:
    """A project without a run."""
    desk.db = db.connect(str(desk.root), create=True)
    return desk.db


def start(desk: Desk, title: str = "Demo", **more: Any) -> str:
    return desk.start({**plan({"01": {}}, title=title), **more})


def test_a_run_is_named_by_its_plan_and_no_name_comes_twice(desk: Desk) -> None:
    titles = ["Two Words!", "two words", "", "é", "a" * 50, "Feed reader: what's left for 0.3"]
    with Write(connected(desk)):
        names = [
            runs.add(desk.db, {**plan({}, title=title), "document": {}, "source": "src"}, "s1") for title in titles
        ]
    assert names == ["two-words-1", "two-words-2", "src-1", "run-1", f"{'a' * 24}-1", "feed-reader-what-s-left-1"]


def test_a_name_that_the_plan_states_is_kept(desk: Desk) -> None:
    with Write(connected(desk)):
        stated = [{**plan({}, title="Anything"), "document": {"id": name}} for name in ("b" * 50, "c" * 39 + " d")]
        names = [runs.add(desk.db, one, "s1") for one in stated]
    assert names == [f"{'b' * 40}-1", f"{'c' * 39}-1"]


def test_what_a_plan_says_of_its_run(desk: Desk) -> None:
    with Write(connected(desk)):
        plain = runs.get(desk.db, runs.add(desk.db, {**plan({}), "document": {"id": "x"}}, "s1"))
        policy = {"on_failure": "retry", "retries": 4, "join": 2}
        document = {"id": "y", "max_parallel": 9, "policy": policy}
        own = runs.get(
            desk.db, runs.add(desk.db, {**plan({}), "document": document, "base": "w", "engine": "local"}, "")
        )
    assert (plain.cap, plain.pace, plain.on_failure, plain.retries, plain.joined) == (5, 5, "best-effort", 1, "all")
    assert (plain.base, plain.engine, plain.state, plain.session, plain.is_driven) == (
        "",
        "agents",
        "active",
        "s1",
        False,
    )
    assert (own.cap, own.pace, own.on_failure, own.retries, own.joined) == (9, 9, "retry", 4, "2")
    assert (own.base, own.engine, own.is_driven) == ("w", "local", True)


def kinds(desk: Desk) -> list[str]:
    return [row["kind"] for row in desk.rows("SELECT kind FROM event WHERE run = ? ORDER BY id", desk.run)][1:]


def test_from_which_state_a_run_changes(desk: Desk) -> None:
    start(desk)
    at, run = desk.db, desk.run
    with Write(at):
        assert not runs.reopen(at, run) and not runs.go_on(at, run)
        assert runs.pause(at, run, "why") and not runs.pause(at, run, "again")
        assert runs.get(at, run).paused == "why"
        assert runs.go_on(at, run) and runs.get(at, run).paused == ""
        assert runs.end(at, run, "ended") and not runs.end(at, run, "cancelled")
        assert not runs.pause(at, run, "over")
        assert runs.reopen(at, run) and runs.get(at, run).ended is None
        assert runs.end(at, run, "cancelled") and not runs.reopen(at, run)
        assert not runs.drive(at, run, "me", "another") and runs.drive(at, run, "me", "")
        assert not runs.drive(at, run, "you", "") and runs.drive(at, run, "", "me")
    assert kinds(desk) == ["run-paused", "run-resumed", "run-ended", "run-reopened", "run-cancelled"]


def test_after_an_overload_half_as_many_work_and_one_more_after_each_result(desk: Desk) -> None:
    start(desk)

    def paces(change: Any, times: int) -> list[int]:
        found = []
        for _ in range(times):
            with Write(desk.db):
                change(desk.db, desk.run)
            found.append(runs.get(desk.db, desk.run).pace)
        return found

    assert paces(runs.slow_down, 4) == [2, 1, 1, 1]
    assert paces(runs.speed_up, 5) == [2, 3, 4, 5, 5]
    with Write(desk.db):
        runs.set_cap(desk.db, desk.run, 2)
    assert (runs.get(desk.db, desk.run).cap, runs.get(desk.db, desk.run).pace) == (2, 2)
    assert kinds(desk) == ["slowed"] * 4 + ["cap-set"]


def test_a_run_that_was_cancelled_is_taken_over_by_nobody(desk: Desk) -> None:
    start(desk)
    with Write(desk.db):
        runs.take_over(desk.db, desk.run, "s2")
    assert runs.get(desk.db, desk.run).session == "s2" and kinds(desk) == ["taken-over"]
    with Write(desk.db):
        runs.end(desk.db, desk.run, "cancelled")
    said = "run demo-1 was cancelled, nothing more of it starts. `fanout start demo` starts a new one."
    with pytest.raises(FanoutError) as raised, Write(desk.db):
        runs.take_over(desk.db, desk.run, "s3")
    assert str(raised.value) == said and runs.get(desk.db, desk.run).session == "s2"
    assert runs.anew(runs.get(desk.db, start(desk, source="-"))) == "`fanout start SOURCE` starts a new one."


def test_which_run_is_meant(desk: Desk) -> None:
    with pytest.raises(FanoutError) as none:
        runs.get(connected(desk), None)
    assert str(none.value) == "there is no run here. Start one with `fanout start SOURCE`."
    with pytest.raises(FanoutError, match=r"there is no run 'x'\. Runs: none\."):
        runs.get(desk.db, "x")
    first, second = start(desk, "First"), start(desk, "Second")
    assert [run.id for run in runs.active(desk.db)] == [first, second]
    assert [run.id for run in runs.all_of(desk.db)] == [second, first]
    with pytest.raises(FanoutError) as two:
        runs.get(desk.db, "")
    assert str(two.value) == "several runs are active. Name one: first-1, second-1."
    with pytest.raises(FanoutError, match=r"Runs: second-1, first-1\."):
        runs.get(desk.db, "x")
    assert runs.get(desk.db, first).id == first
    with Write(desk.db):
        runs.end(desk.db, second, "ended")
    assert runs.get(desk.db, None).id == first, "the only active one"
    with Write(desk.db):
        runs.end(desk.db, first, "ended")
    assert runs.get(desk.db, None).id == second, "else the newest"


def test_one_source_has_one_active_run_in_each_base(desk: Desk) -> None:
    start(desk)
    found = runs.active_of(desk.db, "demo", "")
    assert found is not None and found.id == desk.run
    assert runs.active_of(desk.db, "demo", "w") is None and runs.active_of(desk.db, "other", "") is None
    with pytest.raises(FanoutError, match=r"run demo-1 of demo is still active\."):
        start(desk)
    with Write(desk.db):
        runs.end(desk.db, desk.run, "ended")
    assert runs.active_of(desk.db, "demo", "") is None


def test_other_words_for_one_task_stand_in_the_plan(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    with Write(desk.db):
        runs.reword(desk.db, desk.run, "02", {"title": "New"})
    assert [one.get("title") for one in runs.document(desk.db, runs.get(desk.db, desk.run))["tasks"]] == [None, "New"]
    assert journal.newest(desk.db) == 1
