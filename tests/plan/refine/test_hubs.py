"""What an analyst says of hubs and of files that are perhaps touched, and what a plan makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from plan.refine.test_side_file import needs, record, refined, side

from fanout.plan import planner
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

LIST = """# Tidy up
- [ ] T001 Tidy the cart in `src/cart.py`
- [ ] T002 Tidy the mail in `src/mail.py`
- [ ] T003 Tidy the bill in `src/bill.py`
- [ ] T004 Tidy the page in `src/page.py` (depends on T003)
"""
HUB: dict[str, Any] = {"hub_writes": ["CHANGELOG.md"]}


def read(text: str = LIST) -> Reading:
    return registry.read(Source("-", "", text, "/nowhere"), "spec-kit")


def told(reading: Reading, name: str) -> str:
    return next(task.description for task in reading.document.tasks if task.id == name)


@pytest.mark.parametrize(
    ("text", "users", "closer", "givers"),
    [
        (LIST, ["T001", "T002"], "T002", ["T001"]),
        (LIST, ["T001", "T002", "T003"], "T002", ["T001", "T003"]),  # T004 would wait for the rest with T003
        (LIST, ["T001", "T002", "T004"], "T004", ["T001", "T002"]),
        (LIST, ["T003", "T004"], "T004", ["T003"]),
        (LIST.replace("src/cart.py", "CHANGELOG.md"), ["T001", "T002"], "T001", ["T002"]),  # who declares it
        (LIST, ["T002"], "", []),
        (LIST.replace("- [ ] T001", "- [X] T001"), ["T001", "T002"], "", []),  # that is over
    ],
)
def test_one_adds_to_a_hub_for_all(text: str, users: list[str], closer: str, givers: list[str]) -> None:
    reading = refined(read(text), "normal", **dict.fromkeys(users, HUB))
    for name in givers:
        assert f"Leave CHANGELOG.md alone: task {closer} adds to it" in told(reading, name)
        assert name in needs(reading)[closer]
        assert reading.notes[name].predicted == []
    for name in {"T001", "T002", "T003", "T004"} - set(givers):
        assert "Leave CHANGELOG.md" not in told(reading, name)
    if closer:
        assert f"add also what the notes of {'task ' if len(givers) == 1 else 'tasks '}" in told(reading, closer)
        assert all(name in told(reading, closer) for name in givers)
    assert not reading.document.tasks[0].writes or "CHANGELOG.md" not in reading.document.tasks[1].writes
    planner.make(reading, "quick")


def test_nobody_closes_for_whom_it_would_be_a_circle() -> None:
    """T001 declares the file, and T002 waits for it: T002 writes by itself, and the two are never at once."""
    text = LIST.replace("src/cart.py", "CHANGELOG.md").replace("`src/mail.py`", "`src/mail.py` (depends on T001)")
    reading = refined(read(text), T001=HUB, T002=HUB, T003=HUB)
    assert needs(reading)["T001"] == ["T003"] and "T001" in needs(reading)["T002"]
    assert reading.notes["T002"].predicted == ["CHANGELOG.md"]
    assert "Leave CHANGELOG.md" not in told(reading, "T002")


def test_what_closes_holds_against_independence() -> None:
    free = {**HUB, "independent_of": ["T001"]}
    assert "T001" in needs(refined(read(), T001=HUB, T002=free))["T002"]


def test_the_text_that_is_hashed_is_the_lists() -> None:
    reading = read()
    given = side(reading, T001=HUB, T002=HUB)
    refined(reading, T001=HUB, T002=HUB)
    assert [one.text for one in given.tasks] == [record(read(), name)["text"] for name in ("T001", "T002")]


@pytest.mark.parametrize(
    ("hints", "apart"),
    [
        ({}, []),
        ({"T001": {"maybe_writes": ["src/lib.py"]}, "T002": {"maybe_writes": ["src/lib.py"]}}, ["src/lib.py"]),
        ({"T001": {"maybe_writes": ["src/mail.py"]}}, ["src/mail.py"]),  # which T002 writes for certain
        ({"T003": {"maybe_writes": ["src/page.py"]}}, []),  # T004 waits for it anyway
        ({"T001": {"maybe_writes": ["src/cart.py"]}, "T002": {"maybe_writes": ["b.py"]}}, []),
    ],
)
def test_what_is_perhaps_touched_keeps_two_apart_where_that_costs_nothing(
    hints: dict[str, dict[str, Any]], apart: list[str]
) -> None:
    reading = refined(read(), "normal", **hints)
    plan = planner.make(reading, "quick")
    assert [one.witness for one in plan.held] == [f"both perhaps write {path}" for path in apart]
    assert plan.answer.makespan == planner.make(refined(read()), "quick").answer.makespan
    assert all(not note.predicted for note in reading.notes.values())
