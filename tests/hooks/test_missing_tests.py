"""Tests that a task's words ask for, and that nobody wrote, are told: "done" alone would say that they are there."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.report import run_facts, run_text

TOLD = "the list asks it for tests, and no file of tests is among what it changed"


def told(desk: Desk, title: str, writes: list[str], *files: str) -> str:
    """What Claude and the report say when the task has changed these files."""
    desk.start(plan({"01": {"writes": writes, "record": {"title": title, "writes": writes}}}))
    desk.launch("01")
    for name in files:
        desk.do("agent-01", name, "made\n")
    assert desk.end("agent-01", "DONE|01|did it") == {}
    said = desk.notify("agent-01")
    troubles = list(run_text.to_look_at(run_facts.of_run(desk.db, desk.run)))
    assert (f"01: {TOLD}" in troubles) is (f"{TOLD}. Tell the user." in said)
    return said


@pytest.mark.parametrize("title", ["Distances, with a test", "Distances including tests", "Write tests for distances"])
def test_they_are_missed(desk: Desk, title: str) -> None:
    assert f"01: {TOLD}" in told(desk, title, ["lib/distance.js"], "lib/distance.js")


@pytest.mark.parametrize(
    ("title", "writes", "files"),
    [
        ("Distances, with a test", ["lib/distance.js"], ["lib/distance.js", "test/distance.test.js"]),
        ("Distances, with a test", ["lib/distance.js", "test/a.test.js"], ["lib/distance.js", "test/a.test.js"]),
        ("Distances", ["lib/distance.js"], ["lib/distance.js"]),
    ],
)
def test_nobody_misses_what_is_there_or_was_not_asked_for(
    desk: Desk, title: str, writes: list[str], files: list[str]
) -> None:
    assert TOLD not in told(desk, title, writes, *files)
