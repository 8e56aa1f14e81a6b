"""What a run leaves in the main conversation: docs/numbers.md and benchmarks/results/context.txt stand on this count."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import CHECKOUT, benchmark

context = benchmark("context")


@pytest.mark.client
def test_the_runs_text_stays_under_160_tokens_a_task(client: Path, tmp_path: Path) -> None:
    said, _ = context.carried(context.by_fanout, tmp_path / "short", 1)
    assert said["fanout"] and said["calls"] and said["client"]
    # Its words alone, whatever the order of ends: tests/hooks/test_words_a_task.py. The client may ask for a few more.
    used, allowed = said["fanout"] + said["calls"], 160 * context.TASKS * context.CHARACTERS_A_TOKEN
    assert used < allowed, (tmp_path / "short" / "said.txt").read_text()


@pytest.mark.client
def test_the_committed_figures_are_of_this_table() -> None:
    text = (CHECKOUT / "benchmarks" / "results" / "context.txt").read_text()
    assert text.startswith("$ python benchmarks/context.py\n")
    for line in ("fanout, files and texts x1", "inline, files and texts x4", "alone, files and texts x4"):
        assert line in text
