"""Patterns of two runs, as the journal keeps them: a common path is never missed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fanout.plan.overlap import overlap
from fanout.plan.pattern import parse
from fanout.run.agents import patterns_overlap
from fanout.run.store.records import Declared

PARTS = some.sampled_from(["a", "b", "*", "**", "*.py", "*.ts", "a.py", "x?.py", "{a,b}", "[ab].py", "c*"])
PATTERNS = some.lists(PARTS, min_size=1, max_size=4).map("/".join)


def declared(text: str) -> Declared:
    pattern = parse(text)
    return Declared(("run", "task", "write", pattern.anchor, pattern.normal, pattern.regex))


@given(PATTERNS, PATTERNS)
def test_what_the_planner_calls_a_common_path_is_one_here(one: str, other: str) -> None:
    if overlap(parse(one), parse(other)) is not None:
        assert patterns_overlap.may(declared(one), declared(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.txt", "b.txt"),
        ("src/*.py", "src/*.ts"),
        ("src/**/*.py", "src/**/*.ts"),
        ("src/**", "lib/**"),
        ("src", "source/a.py"),
        ("src/*.py", "src/deep/a.py"),
    ],
)
def test_a_task_does_not_wait_for_what_is_plainly_apart(one: str, other: str) -> None:
    assert not patterns_overlap.may(declared(one), declared(other))
