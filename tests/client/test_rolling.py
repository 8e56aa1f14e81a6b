"""Rolling dispatch in the real client. What it costs against the optimum is benchmarks/rolling.py's to measure."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from project import CHECKOUT, benchmark

rolling = benchmark("rolling")

SECONDS = 0.5  # for each estimated minute
MINUTES = (1, 6, 2, 5, 3, 4)


def uneven() -> dict[str, object]:
    """Six independent tasks for three agents, none as long as another."""
    tasks = [{"id": f"{n}", "estimate_minutes": m, "writes": [f"{n}.txt"]} for n, m in enumerate(MINUTES)]
    return {"schema_version": 1, "id": "uneven", "max_parallel": 3, "tasks": tasks}


def pauses(agents: list[dict[str, float]]) -> int:
    """How often nobody worked between the first start and the last end."""
    spans = sorted((agent["start"], agent["end"]) for agent in agents)
    ends = itertools.accumulate((end for _, end in spans), max)
    return sum(start > end for end, (start, _) in zip(ends, spans[1:], strict=False))


@pytest.mark.client
@pytest.mark.parametrize(("flags", "expected"), [("", 0), ("--barrier", 1)])
def test_a_free_slot_waits_for_nobody_but_at_a_barrier(client: Path, tmp_path: Path, flags: str, expected: int) -> None:
    data = rolling.play(tmp_path / "run", uneven(), SECONDS, flags)
    assert data["measured"]["most_at_once"] == 3
    assert pauses(data["agents"]) == expected


def test_the_committed_figures_are_within_the_limits() -> None:
    text = (CHECKOUT / "benchmarks" / "results" / "rolling.txt").read_text()
    command, *rows = text.splitlines()
    assert command == "$ python benchmarks/rolling.py"
    ratios = [(float(row[:5]), float(row.split("limit ")[1].split(")")[0])) for row in rows]
    assert [limit for _, limit in ratios] == [1.05, 0.9, 1.05]
    assert all(ratio <= limit for ratio, limit in ratios)
