"""Two states of a task list."""

from __future__ import annotations

import pytest

from fanout.plan.compare import differences

A = {"id": "a", "writes": ["a.py"]}
B = {"id": "b", "depends_on": ["a"]}


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({"tasks": [A, B]}, {"tasks": [B, A]}, []),
        ({"tasks": [A]}, {"tasks": [A, B]}, ["b is new"]),
        ({"tasks": [A, B]}, {"tasks": [A]}, ["b is gone"]),
        (
            {"tasks": [A]},
            {"tasks": [{"id": "a", "writes": ["a.py", "c.py"], "agent": "coder"}]},
            ["a: writes was ['a.py'], is ['a.py', 'c.py']; agent was not stated, is coder"],
        ),
        ({"title": "T", "tasks": []}, {"title": "U", "tasks": []}, ["for all tasks: title was T, is U"]),
        (
            {"tasks": [A]},
            {"tasks": [{**A, "description": "x " * 90}]},
            [f"a: description was not stated, is {'x ' * 28}x..."],
        ),
    ],
)
def test_differences(before: dict[str, object], after: dict[str, object], wanted: list[str]) -> None:
    assert differences(before, after) == wanted
