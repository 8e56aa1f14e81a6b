"""Attempts at tasks: counted, proven, merged, and what they took."""

from __future__ import annotations

import sqlite3

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents, attempts
from fanout.run.store.records import Attempt


@pytest.fixture
def db(desk: Desk) -> sqlite3.Connection:
    """Agent 1, 2, 3: twice at task 01, once at 02; 4 works for another run."""
    for title, some in (("Demo", ("01", "01", "02")), ("Other", ("01",))):
        run = desk.start(plan({"01": {}, "02": {}}, title=title))
        for task in some:
            number = agents.open_launch(desk.db, "s", "", "", "", run, task)
            agents.bind(desk.db, number, f"{run}/{task}")
            count = attempts.next_number(desk.db, run, task)
            attempts.add(desk.db, agents.get(desk.db, number), count, "abc", "here")
    return desk.db


def ids(found: list[Attempt]) -> list[int]:
    return [attempt.agent for attempt in found]


def one(db: sqlite3.Connection, agent: int) -> Attempt:
    found = attempts.of_agent(db, agent)
    assert found is not None
    return found


def test_they_are_counted_for_each_task(db: sqlite3.Connection) -> None:
    assert [one(db, agent).number for agent in (1, 2, 3, 4)] == [1, 2, 1, 1]
    assert attempts.next_number(db, "demo-1", "01") == 3 and attempts.next_number(db, "demo-1", "03") == 1
    assert ids(attempts.of_run(db, "demo-1")) == [1, 2, 3] and ids(attempts.of_task(db, "demo-1", "01")) == [1, 2]
    last = attempts.last(db, "demo-1", "01")
    assert last is not None and last.agent == 2 and attempts.last(db, "demo-1", "03") is None
    assert (one(db, 1).base, one(db, 1).host, one(db, 1).task) == ("abc", "here", "01")
    assert attempts.of_agent(db, 9) is None


def test_what_is_proven_and_at_work_waits_until_it_is_merged(db: sqlite3.Connection) -> None:
    assert attempts.waiting(db, "demo-1") == []
    for agent in (1, 2, 3, 4):
        attempts.prove(db, agent, f"did {agent}")
    assert ids(attempts.waiting(db, "demo-1")) == [1, 2, 3] and one(db, 2).summary == "did 2"
    agents.end(db, 1, "lost")
    attempts.merge(db, 3, "def")
    assert ids(attempts.waiting(db, "demo-1")) == [2] and ids(attempts.merged(db, "demo-1")) == [3]
    assert ids(attempts.waiting(db, "other-1")) == [4] and attempts.merged(db, "other-1") == []


def test_what_is_noted_of_one_is_of_that_one(db: sqlite3.Connection) -> None:
    attempts.set_host(db, 2, "there")
    attempts.keep(db, 2, "left")
    attempts.merge(db, 2, "merged")
    found = [(one(db, agent).host, one(db, agent).work, one(db, agent).merged) for agent in (1, 2, 3)]
    assert found == [("here", "", ""), ("there", "left", "merged"), ("here", "", "")]


def test_what_the_runs_attempts_took(db: sqlite3.Connection) -> None:
    assert attempts.taken(db, "demo-1") == (0.0, 0)
    for agent, cost, turns in ((1, 0.5, 3), (3, 0.25, 4), (4, 9.0, 9)):
        attempts.spend(db, agent, cost, turns)
    assert attempts.taken(db, "demo-1") == (0.75, 7) and attempts.taken(db, "none") == (0.0, 0)
    assert attempts.worked(db, "demo-1") == 2 and attempts.worked(db, "none") == 0


def test_the_hooks_answer_once_for_the_newest_that_runs(db: sqlite3.Connection) -> None:
    assert [one(db, agent).guarded for agent in (1, 2)] == [None, None]
    attempts.note_guard(db, "demo-1/01")
    first = one(db, 2).guarded
    assert first is not None and one(db, 1).guarded is None and one(db, 3).guarded is None
    attempts.note_guard(db, "demo-1/01")
    assert one(db, 2).guarded == first and one(db, 1).guarded is None
    agents.end(db, 3, "lost")
    attempts.note_guard(db, "demo-1/02")
    assert one(db, 3).guarded is None


def test_its_processes_are_marked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    link = desk.root.parent / "link"
    link.symlink_to(desk.root)
    assert attempts.own() == ""
    for name, value in attempts.marks(str(link), "key").items():
        monkeypatch.setenv(name, value)
    assert attempts.own() == "key" and attempts.marks(str(link), "key") == attempts.marks(str(desk.root), "key")
