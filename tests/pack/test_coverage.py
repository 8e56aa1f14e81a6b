"""docs/coverage.md: each row once, each test and file that it names is there."""

from __future__ import annotations

import re

import pytest
from project import CHECKOUT

TEXT = (CHECKOUT / "docs" / "coverage.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if re.match(r"\| \d", line)]
SHOWN = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`\Z")
FILE = re.compile(r"(?<![\w`./])((?:skills|commands|plugins|agents|scripts|docs|examples|schema|hooks)/[\w./-]+)")


def test_every_row_stands_there_once() -> None:
    assert sorted(int(row[0]) for row in ROWS) == list(range(1, 122))


def test_the_counts_are_right() -> None:
    served = [row for row in ROWS if SHOWN.search(row[3])]
    assert f"## Served: {len(served)} of {len(ROWS)}\n" in TEXT
    assert ("## Open" in TEXT) == (len(served) < len(ROWS))


@pytest.mark.parametrize("shown", sorted({row[3] for row in ROWS if SHOWN.search(row[3])}))
def test_the_test_is_there(shown: str) -> None:
    found = SHOWN.search(shown)
    assert found
    source = (CHECKOUT / found[1]).read_text(encoding="utf-8")
    assert not found[2] or f"def {found[2]}(" in source


def test_the_files_are_there() -> None:
    assert [file for file in FILE.findall(TEXT) if not (CHECKOUT / file).exists()] == []
