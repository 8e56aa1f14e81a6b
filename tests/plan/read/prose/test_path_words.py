"""Words that are paths, and words that are none."""

from __future__ import annotations

import pytest

from fanout.plan.read.prose.path_words import as_path


@pytest.mark.parametrize(
    ("token", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("src/auth", "src/auth"),
        ("src/", "src/"),
        ("src/**", "src/**"),
        ("**/*.md", "**/*.md"),
        ("*.py", "*.py"),
        ("Makefile", "Makefile"),
        ("POST /api/x", None),
        ("a faster login", None),
        ("README", None),
        ("..", None),
        (".", None),
        ("/", None),
        ("", None),
        ("x" * 300 + ".py", None),
        ("a\x00b.py", None),
    ],
)
def test_what_is_a_path(token: str, path: str | None) -> None:
    assert as_path(token) == path
