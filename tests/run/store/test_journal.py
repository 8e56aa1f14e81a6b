"""What is read off the events of a run: pauses, waits for the user, commits, who did what."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.store import journal
from fanout.run.store.db import Write

INFINITE = float("inf")


@pytest.fixture
def run(desk: Desk) -> Desk:
    desk.start(plan({"01": {}, "02": {}}))
    return desk


def note(
    desk: Desk, at: float, kind: Any, task: str = "01", agent: int | None = None, run: str = "", **facts: Any
) -> None:
    with Write(desk.db):
        journal.note(desk.db, kind, run or desk.run, task, agent, **facts)
        desk.db.execute("UPDATE event SET at = ? WHERE id = (SELECT MAX(id) FROM event)", (at,))


PAUSES: list[tuple[str, list[tuple[float, float]]]] = [
    ("", []),
    ("p", [(1, INFINITE)]),
    ("r", []),
    ("pr", [(1, 2)]),
    ("rpr", [(2, 3)]),
    ("prpr", [(1, 2), (3, 4)]),
    ("prp", [(1, 2), (3, INFINITE)]),
]


@pytest.mark.parametrize(("said", "spans"), PAUSES)
def test_when_a_run_was_paused(run: Desk, said: str, spans: list[tuple[float, float]]) -> None:
    note(run, 0, "run-paused", run="another-1")
    for at, one in enumerate(said, 1):
        note(run, at, "run-paused" if one == "p" else "run-resumed")
    assert journal.pauses(run.db, run.run) == spans


def test_when_agents_waited_for_the_user(run: Desk) -> None:
    note(run, 50, "waited", agent=1, seconds=10.0)  # an older journal
    note(run, 60, "waited", agent=1, seconds=3.0, spans=[[55.0, 57.0], [58.0, 59.0]])
    note(run, 60, "waited", agent=2, seconds=0.5, spans=[[1.0, 1.5]])
    note(run, 60, "waited", seconds=9.0)
    assert journal.waits(run.db, run.run) == {1: [(40, 50), (55, 57), (58, 59)], 2: [(1, 1.5)]}


def test_what_is_committed_and_was_not_undone_since(run: Desk) -> None:
    assert journal.committed(run.db, run.run) == set() == journal.commits(run.db)
    note(run, 1, "committed", commit="c1", paths=["a"])
    note(run, 2, "committed", commit="c2", paths=["b"])
    note(run, 3, "committed", "02", commit="c3", paths=["c"])
    assert journal.committed(run.db, run.run) == {"01", "02"}
    assert journal.committed_paths(run.db, run.run, "01") == {"a", "b"}
    note(run, 4, "undone", paths=["a", "b"])
    assert journal.committed(run.db, run.run) == {"02"}
    assert journal.committed_paths(run.db, run.run, "01") == set()
    note(run, 5, "committed", commit="c4", paths=["a"])
    assert journal.committed_paths(run.db, run.run, "01") == {"a"}
    assert journal.commits(run.db) == {"c1", "c2", "c3", "c4"}


def test_which_events_are_asked_for(run: Desk) -> None:
    note(run, 10, "agent-stopped", agent=1)
    note(run, 20, "agent-stopped", agent=2)
    note(run, 30, "agent-stopped", "02", agent=3, how="x")
    note(run, 40, "agent-lost", "02", agent=3)
    note(run, 50, "agent-stopped", agent=9, run="another-1")
    db = run.db
    assert [one.agent for one in journal.events(db, run.run, "agent-stopped")] == [1, 2, 3]
    assert [one.agent for one in journal.events(db, run.run, "agent-stopped", "agent-lost")] == [1, 2, 3, 3]
    last = journal.last(db, run.run, "01", "agent-stopped", "agent-lost")
    assert last is not None and last.agent == 2 and last.facts == {}
    assert journal.last(db, run.run, "01", "agent-lost") is None
    assert sorted(journal.tasks_since(db, run.run, "agent-stopped", 20)) == ["01", "02"]
    assert journal.tasks_since(db, run.run, "agent-stopped", 21) == ["02"]
    assert journal.count(db, run.run, "01", "agent-stopped") == 2
    assert journal.concerns(db, run.run, 3, "agent-lost") and not journal.concerns(db, run.run, 1, "agent-lost")
    assert not journal.concerns(db, run.run, 9, "agent-stopped")
    assert journal.run_of(db, 9, "agent-stopped") == "another-1" and journal.run_of(db, 9, "agent-lost") == ""
    assert [one.kind for one in journal.of_agent(db, 3, "agent-lost")] == ["agent-lost"]
    assert journal.tasks_with(db, run.run, "agent-stopped") == ["01", "02"]
    assert journal.agents_with(db, run.run, "agent-stopped", "agent-lost") == {1, 2, 3}
    assert [one.at for one in journal.untold(db, run.run, "agent-lost")] == [40]
    assert journal.untold(db, run.run, "agent-lost") == []
    note(run, 60, "agent-lost", "01")
    assert [one.at for one in journal.untold(db, run.run, "agent-lost")] == [60]


def test_what_is_said_once_is_said_once_in_each_run(run: Desk) -> None:
    with Write(run.db):
        said = [journal.say_once(run.db, name, what) for name, what in [("a", "x"), ("a", "x"), ("b", "x"), ("a", "y")]]
    assert said == [True, False, True, True]


def test_what_was_decided_about_a_path(run: Desk) -> None:
    note(run, 1, "swept", paths=["src/a.py", "b"])
    note(run, 2, "write-denied", path="src/a.py")
    note(run, 3, "write-denied", path="src/a.pyc")
    assert [one.at for one in journal.about(run.db, "src/a.py")] == [1, 2]
    assert journal.newest(run.db) == run.rows("SELECT MAX(id) AS id FROM event")[0]["id"]


def test_what_is_over_and_opened_again_stood_still_meanwhile(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    for at, kind in enumerate(["run-paused", "run-resumed", "run-ended", "run-reopened", "run-ended"]):
        note(desk, float(at), kind, task="")
    assert journal.pauses(desk.db, desk.run) == [(0.0, 1.0), (2.0, 3.0), (4.0, INFINITE)]
