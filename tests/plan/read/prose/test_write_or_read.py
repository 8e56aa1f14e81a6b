"""Verbs that change no file."""

from __future__ import annotations

import pytest

from fanout.plan.read.prose.write_or_read import only_looks


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("Review the login", True),
        ("Verify that it loads", True),
        ("Run quickstart.md validation", True),
        ("Run the whole test suite", True),
        ("Final code review of everything", True),
        ("审查代码", True),
        ("Run the migration", False),
        ("Write tests", False),
        ("Reviewer assignment page", False),
        ("Validator for forms", False),
    ],
)
def test_tasks_that_only_look(text: str, looks: bool) -> None:
    assert only_looks(text) is looks
