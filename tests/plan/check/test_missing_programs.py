"""Which programs a check would run."""

from __future__ import annotations

import pytest

from fanout.plan.check import missing_programs

LINES = {
    "cargo test parse": ["cargo"],
    "cd web && npm test -- --run": ["npm"],
    "CI=1 TZ=UTC pytest -q; ruff check .": ["pytest", "ruff"],
    "python3 -m unittest | tee out.log": ["python3", "tee"],
    "grep -q 'a; b && c' x || jq . y": ["grep", "jq"],
    "if test -f a; then make b; else rspec; fi": ["make", "rspec"],
    "! rg -q TODO src": ["rg"],
    "for f in a b; do node $f; done": ["node"],
    "(cd a && go test ./...) > log 2>&1": ["go"],
    "echo x >out && cat < in": ["cat"],
    "./gradlew test && script/check": [],
    "$RUNNER test": [],
    "f() { prove; }; f": [],
    "sh <<'END'\nprove\nEND": [],
    "grep -q 'unclosed": [],
    "": [],
}


@pytest.mark.parametrize(("line", "found"), LINES.items(), ids=range(len(LINES)))
def test_programs_of_a_line(line: str, found: list[str]) -> None:
    assert missing_programs.programs(line) == found
