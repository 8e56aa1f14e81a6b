"""Two runs of one project: what one is writing, the other waits for."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial, launches
from project import Project
from run.plans import plan


def two(desk: Desk, one: str, other: str) -> Desk:
    """The desk of a second run whose first task writes what the first run's does; the first one runs."""
    desk.start(plan({"01": {"writes": [one]}}, title="T"))
    second = Desk(desk.root)
    second.calls = 50
    second.start(plan({"01": {"writes": [other]}, "02": {"writes": ["z.txt"]}}, title="U"))
    desk.launch("01", agent="t")
    return second


def test_the_second_waits_and_is_launched_when_the_first_has_ended(desk: Desk) -> None:
    second = two(desk, "a.txt", "a.txt")
    reason = denial(second.launch("01", agent="u"))
    assert "waits for task t-1/01, which has a.txt" in reason and launches(reason) == ["02"]
    second.launch("02", agent="v")
    desk.do("t", "a.txt")
    assert desk.end("t", "DONE|01|x") == {}
    second.do("v", "z.txt")
    second.end("v", "DONE|02|z")
    assert launches(second.notify("v")) == ["01"] and second.launch("01", agent="u")


def test_a_run_that_only_waits_says_how_it_goes_on(desk: Desk) -> None:
    second = two(desk, "a.txt", "a.txt")
    second.launch("02", agent="v")
    second.do("v", "z.txt")
    second.end("v", "DONE|02|z")
    said = second.notify("v")
    assert "01 waits for task t-1/01, which has a.txt" in said and "`fanout next u-1` prints the launch" in said


def test_a_denial_names_the_other_run(desk: Desk) -> None:
    second = two(desk, "a.txt", "b.txt")
    second.launch("01", agent="u")
    reason = denial(second.write("u", "a.txt"))
    assert "a.txt belongs to task t-1/01" in reason and "`fanout ask u-1/01 a.txt" in reason


APART = [
    ("src/**/*.py", "src/api/*.ts"),
    ("src/*.py", "src/*.ts"),
    ("src/**", "lib/**"),
    ("src/api/*.py", "src/web/*.py"),
]
MEET = [
    ("src/**/*.py", "src/api/*.py"),
    ("src/api/*.py", "src/**/*.py"),
    ("src/*.py", "src/*_test.py"),
    ("src/*_test.py", "src/*.py"),
    ("src/*.{ts,js}", "src/a*.ts"),
    ("src/a*.ts", "src/*.{ts,js}"),
    ("src/[ab].py", "src/a*"),
    ("src/**", "src/api/v1/*.py"),
    ("**/*.md", "docs/*.md"),
    ("src/**/*.py", "src/api/a.py"),
    ("src/api/a.py", "src/**/*.py"),
]


@pytest.mark.parametrize(("one", "other"), MEET)
def test_patterns_with_a_common_path_are_not_written_at_the_same_time(desk: Desk, one: str, other: str) -> None:
    second = two(desk, one, other)
    assert "waits for task t-1/01, which has" in denial(second.launch("01", agent="u"))


@pytest.mark.parametrize(("one", "other"), APART)
def test_patterns_that_are_apart_hold_nobody_up(desk: Desk, one: str, other: str) -> None:
    second = two(desk, one, other)
    assert not denial(second.launch("01", agent="u"))


def test_what_one_run_reads_is_not_written_by_the_other(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["src/*.py"]}}, title="T"))
    second = Desk(desk.root)
    second.calls = 50
    second.start(plan({"01": {"writes": ["z.txt"], "reads": ["src/a.py"]}}, title="U"))
    desk.launch("01", agent="t")
    assert "waits for task t-1/01, which has src/*.py" in denial(second.launch("01", agent="u"))
    assert not denial(desk.write("t", "src/a.py"))


def test_a_cancelled_run_names_who_is_still_at_work(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    said = Project(desk.root).fanout("cancel").out
    assert said == (
        f"Run {desk.run} is cancelled. Still at work, and still owning what they write: 01 (agent-01). TaskStop with each id "
        "ends it now.\n"
    )
