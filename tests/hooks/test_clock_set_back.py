"""The system's clock is set back while a run goes on: whose change, commit, undo, report and status stay right."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.report import run_facts
from fanout.run.commits import commit, undo
from fanout.run.store import db
from fanout.run.tasks import runs, tasks

HOUR = 3600.0
LINES = "".join(f"line {n}\n" for n in range(1, 11))
TWO = LINES.replace("line 2", "LINE 2")
NINE = TWO.replace("line 9", "LINE 9")
PLAN = {"01": {"writes": ["shared.txt"]}, "02": {"writes": ["shared.txt"]}, "03": {"writes": ["c.txt"]}}


class Clock:
    def __init__(self) -> None:
        self.shift = 0.0

    def time(self) -> float:
        return time.time() + self.shift


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(db, "time", SimpleNamespace(time=clock.time))
    yield clock
    monkeypatch.setattr(db, "_clock", db.Clock())


@pytest.fixture
def desk(project: Project) -> Desk:
    project.write({"shared.txt": LINES, "c.txt": "c\n"})
    project.commit_all()
    desk = Desk(project.path)
    desk.start(plan(PLAN))
    return desk


def steps(desk: Desk) -> list[Callable[[], Any]]:
    return [
        lambda: desk.launch("01"),
        lambda: desk.launch("03"),
        lambda: desk.do("agent-01", "shared.txt", TWO),
        lambda: desk.do("agent-03", "c.txt", "C\n"),
        lambda: desk.end("agent-01", "DONE|01|line 2 is upper case"),
        lambda: desk.launch("02"),
        lambda: desk.do("agent-02", "shared.txt", NINE),
        lambda: desk.end("agent-02", "DONE|02|line 9 is upper case"),
        lambda: desk.end("agent-03", "DONE|03|c is upper case"),
    ]


@pytest.mark.parametrize("at", range(9))
@pytest.mark.parametrize("by", [HOUR, 30 * 24 * HOUR, 2.0])
def test_a_run_goes_on_as_if_it_had_not_been(desk: Desk, clock: Clock, at: int, by: float) -> None:
    for number, step in enumerate(steps(desk)):
        clock.shift -= by if number == at else 0.0
        assert denial(step()) == ""
    assert [desk.state(task) for task in ("01", "02", "03")] == ["done"] * 3
    facts = run_facts.of_run(desk.db, desk.run)
    assert [row[0] for row in desk.rows("SELECT text FROM notice")] == []
    assert negative(facts) == []
    assert 0 < facts["elapsed"] < 120
    ends = {task["id"]: task["end"] for task in facts["tasks"]}
    assert ends["01"] < ends["02"] < ends["03"]
    times = [row[0] for row in desk.rows("SELECT at FROM event ORDER BY id")]
    assert times == sorted(times)
    [undone] = undo.carry_out(desk.db, str(desk.root), desk.run, "01")
    assert undone.verb == "merge"
    assert (desk.root / "shared.txt").read_text() == NINE.replace("LINE 2", "line 2")


def negative(facts: object, where: str = "") -> list[str]:
    """The figures of a report below nothing."""
    if isinstance(facts, dict):
        return [found for key, value in facts.items() for found in negative(value, f"{where}.{key}")]
    if isinstance(facts, list):
        return [found for value in facts for found in negative(value, where)]
    return [f"{where} {facts}"] if isinstance(facts, float) and facts < 0 else []


@pytest.mark.parametrize("at", range(9))
def test_the_commit_of_each_task_holds_its_own(desk: Desk, project: Project, clock: Clock, at: int) -> None:
    for number, step in enumerate(steps(desk)):
        clock.shift -= HOUR if number == at else 0.0
        step()
    for task in ("01", "02", "03"):
        commit.task(desk.db, str(desk.root), desk.run, task)
    assert project.git("show", "HEAD~2:shared.txt") == TWO
    assert project.git("show", "HEAD~1:shared.txt") == NINE
    assert project.git("show", "HEAD:c.txt") == "C\n"
    assert project.git("status", "--porcelain") == ""


def test_the_newest_run_is_the_one_that_was_started_last(desk: Desk, clock: Clock) -> None:
    first = desk.run
    runs_over(desk)
    clock.shift -= HOUR
    db.connect(str(desk.root)).close()
    second = desk.start({**plan({"01": {"writes": ["d.txt"]}}), "title": "another"})
    assert [run.id for run in runs.all_of(desk.db)] == [second, first]
    runs_over(desk)
    assert runs.get(desk.db, None).id == second


def runs_over(desk: Desk) -> None:
    with db.Write(desk.db):
        runs.end(desk.db, desk.run, "ended")


@pytest.mark.parametrize(("begins_first", "told"), [(True, True), (False, False)])
def test_an_agent_hears_of_what_was_written_since_it_began_and_of_nothing_older(
    desk: Desk, clock: Clock, begins_first: bool, told: bool
) -> None:
    desk.launch("01")
    if begins_first:
        desk.launch("03")
        clock.shift -= HOUR
    assert denial(desk.do("agent-01", "notes.txt", "of 01\n")) == ""
    desk.end("agent-01", "BLOCKED|01|no")
    if not begins_first:
        clock.shift -= HOUR
        desk.launch("03")
    assert ("changed by task 01" in denial(desk.write("agent-03", "notes.txt"))) is told


def test_the_clock_of_the_journal_is_the_systems_again_when_that_has_caught_up(desk: Desk, clock: Clock) -> None:
    clock.shift = HOUR
    desk.launch("01")
    clock.shift = 0.0
    desk.launch("03")
    assert abs(db.now() - time.time() - HOUR) < 60
    assert abs(db.by_system(db.now()) - time.time()) < 60
    clock.shift = 2 * HOUR
    desk.do("agent-01", "shared.txt", TWO)
    assert db.now() - time.time() == pytest.approx(2 * HOUR, abs=1)
    began = tasks.get(desk.db, desk.run, "03").started
    assert began is not None and began < db.now()


def test_the_command_line_finds_the_clock_set_back(desk: Desk, project: Project, clock: Clock) -> None:
    clock.shift = HOUR
    for step in steps(desk):
        step()
    for args in (("status",), ("report", desk.run), ("report", desk.run, "--json")):
        ran = project.fanout(*args)
        assert ran.code == 0, ran
        assert re.search(r"(?<![\w-])-\d", ran.out if "--json" not in args else "") is None, ran.out
    assert project.fanout("undo", f"{desk.run}/03").code == 0
    assert project.fanout("commit", "--all").code == 0
    assert project.git("show", "HEAD:shared.txt") == NINE
    assert (project.path / "c.txt").read_text() == "c\n"
