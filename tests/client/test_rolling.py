"""Rolling dispatch in the real client. What it costs against the optimum is benchmarks/rolling.py's to measure."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import CHECKOUT, benchmark

rolling = benchmark("rolling")

SECONDS = 0.5  # for each estimated minute


@pytest.mark.client
def test_rolling_is_near_the_optimum_and_beats_barriers(client: Path, tmp_path: Path) -> None:
    found = rolling.storefront(tmp_path, SECONDS)
    assert found.rolling < found.barriers
    assert found.rolling <= 1.5 * found.optimum, "a slot stayed free for much longer than a launch takes"


@pytest.mark.client
def test_ten_equal_tasks_at_a_cap_of_five(client: Path, tmp_path: Path) -> None:
    measured = rolling.play(tmp_path / "equal", rolling.equal(10), SECONDS)["measured"]
    assert measured["most_at_once"] == 5
    assert measured["speedup"] > 2.5, "the second five waited for all of the first"


@pytest.mark.client
def test_the_committed_figures_are_within_the_limits() -> None:
    text = (CHECKOUT / "benchmarks" / "results" / "rolling.txt").read_text()
    command, *rows = text.splitlines()
    assert command == "$ python benchmarks/rolling.py"
    ratios = [(float(row[:5]), float(row.split("limit ")[1].split(")")[0])) for row in rows]
    assert [limit for _, limit in ratios] == [1.05, 0.9, 1.05]
    assert all(ratio <= limit for ratio, limit in ratios)
