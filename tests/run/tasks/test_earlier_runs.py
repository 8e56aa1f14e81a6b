"""A list that is run anew: what agents of its earlier run still do, and have done, counts in the new one."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.store.db import Write, now
from fanout.run.store.records import Run
from fanout.run.tasks import earlier_runs, runs, tasks


class Twice:
    """A list of two tasks: an earlier run, which was ended while 01's agent worked, and a newer one."""

    def __init__(self, desk: Desk, earlier: str = "cancelled", source: str = "list", base: str = "") -> None:
        self.desk = desk
        self.old = desk.start(self._plan())
        self.db = desk.db
        number = agents.open_launch(self.db, "s", "", "", "", self.old, "01")
        agents.bind(self.db, number, "one")
        self.set(self.old, "01", "running")
        self.db.execute("UPDATE run SET state = 'cancelled' WHERE id = ?", (self.old,))
        self.new = desk.start(self._plan())
        query = "UPDATE run SET state = ?, source = ?, base = ? WHERE id = ?"
        self.db.execute(query, (earlier, source, base, self.old))

    @staticmethod
    def _plan() -> dict[str, Any]:
        return {**plan({"01": {}, "02": {}}), "source": "list"}

    def set(self, run: str, task: str, state: str, ended: float | None = None, outcome: str = "did it") -> None:
        self.db.execute(
            "UPDATE task SET state = ?, ended = ?, outcome = ? WHERE run = ? AND id = ?",
            (state, ended, outcome, run, task),
        )

    def run(self, name: str) -> Run:
        return runs.get(self.db, name)

    def at_work(self, name: str = "") -> list[str]:
        found = earlier_runs.at_work(self.db, self.run(name or self.new), agents.live(self.db))
        return [f"{task} {agent.agent_id}" for task, agent in found.items()]

    def done_since(self, name: str = "") -> list[tuple[str, str]]:
        return [(run.id, task) for run, task in earlier_runs.done_since(self.db, self.run(name or self.new))]

    def taken(self, task: str = "01", name: str = "") -> str:
        with Write(self.db):
            return earlier_runs.take_over(self.db, self.run(name or self.old), task)


@pytest.mark.parametrize(
    ("earlier", "source", "base", "is_meant"),
    [
        ("cancelled", "list", "", True),
        ("ended", "list", "", True),
        ("active", "list", "", False),
        ("cancelled", "other", "", False),
        ("cancelled", "list", "sub", False),
    ],
)
def test_whose_agent_still_does_a_task_of_it(desk: Desk, earlier: str, source: str, base: str, is_meant: bool) -> None:
    twice = Twice(desk, earlier, source, base)
    assert twice.at_work() == (["01 one"] if is_meant else [])
    with Write(twice.db):
        agents.open_launch(twice.db, "s", "", "", "")  # of no task
        agents.open_launch(twice.db, "s", "", "", "", twice.new, "02")
    assert twice.at_work() == (["01 one"] if is_meant else [])
    twice.db.execute("UPDATE run SET state = 'ended' WHERE id = ?", (twice.new,))
    assert twice.at_work() == [], "it is over too"


@pytest.mark.parametrize("source", ["", "-"])
def test_what_comes_from_standard_input_is_no_list_to_run_anew(desk: Desk, source: str) -> None:
    twice = Twice(desk, source=source)
    twice.db.execute("UPDATE run SET source = ?", (source,))
    twice.set(twice.old, "01", "done", now() + 5)
    assert (twice.at_work(), twice.done_since(), twice.taken()) == ([], [], "")
    assert tasks.get(twice.db, twice.new, "01").state == "pending"


# Of 01 in the earlier run: its state there, when it ended (seconds after the new one began), its state in the new one.
DONE: dict[str, tuple[str, str, float | None, str, bool]] = {
    "done since": ("cancelled", "done", 5.0, "pending", True),
    "done before": ("cancelled", "done", -5.0, "pending", False),
    "without a time": ("cancelled", "done", None, "pending", False),
    "failed since": ("cancelled", "failed", 5.0, "pending", False),
    "begun here": ("cancelled", "done", 5.0, "running", False),
    "done here": ("cancelled", "done", 5.0, "done", False),
    "of a run that came to its end": ("ended", "done", 5.0, "pending", False),
}


@pytest.mark.parametrize("case", DONE)
def test_what_was_done_there_since(desk: Desk, case: str) -> None:
    earlier, state, after, here, counts = DONE[case]
    twice = Twice(desk, earlier)
    twice.set(twice.old, "01", state, None if after is None else twice.run(twice.new).started + after)
    twice.set(twice.new, "01", here)
    assert twice.done_since() == ([(twice.old, "01")] if counts else [])
    assert twice.done_since(twice.old) == []


@pytest.mark.parametrize(
    ("state", "outcome", "here", "then"),
    [
        ("done", "made it", "pending", ("done", "made it")),
        ("done", "", "pending", ("done", "done in demo-1")),
        ("failed", "broke", "pending", ("pending", "")),
        ("done", "made it", "running", ("running", "")),
    ],
)
def test_what_becomes_of_a_task_there_counts_here(
    desk: Desk, state: str, outcome: str, here: str, then: tuple[str, str]
) -> None:
    twice = Twice(desk)
    twice.set(twice.old, "01", state, now(), outcome)
    twice.set(twice.new, "01", here, outcome="")
    assert twice.taken() == twice.new
    task = tasks.get(twice.db, twice.new, "01")
    assert (task.state, task.outcome) == then
    assert tasks.get(twice.db, twice.new, "02").state == "pending"


def test_of_a_run_that_goes_on_nothing_is_taken_over(desk: Desk) -> None:
    twice = Twice(desk)
    twice.set(twice.new, "01", "done", now())
    assert twice.taken(name=twice.new) == ""
    twice.db.execute("UPDATE run SET state = 'ended'")
    assert twice.taken() == "", "nobody does the list now"
