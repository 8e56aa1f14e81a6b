"""What is said of each line of the tables is what was recorded, to the word."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import outcomes

PARTS = 48
RECORDED = outcomes.recorded()
LINES = outcomes.all_lines()


def test_each_line_is_recorded() -> None:
    assert list(RECORDED) == LINES, f"{outcomes.FILE.name} is of other tables; {outcomes.__doc__}"


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.sampled(1)
def test_the_same_is_said_of_a_line_as_before(tree: Path, part: int) -> None:
    now = {line: outcomes.said(line, tree) for line in LINES[part::PARTS]}
    before = {line: RECORDED.get(line) for line in now}
    assert now == before, outcomes.__doc__
