"""The dispatcher of thousands of tasks: everything is done, a hundred at once, and neither a look nor memory grows."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from engines.simulated import Played, play
from scale import WHOLE

from fanout.engines.terms import Terms
from fanout.run.store import db as store

COUNT = 10_000 if WHOLE else 1200
LIMITED = Terms("acceptEdits", max_budget=1e6, run_turns=10**7)  # of which each attempt gets a share
STEP = 100  # instructions of SQLite's machine
LOG_BYTES = 12_000_000  # of SQLite's write-ahead log, before it begins anew
MOST_BYTES = 19_000  # of the journal, for each task


def drive(folder: Path, count: int) -> Played:
    folder.mkdir()
    return play(folder, count, terms=LIMITED)


@pytest.mark.slow
def test_an_attempt_costs_the_same_however_many_tasks_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in what SQLite does, not in seconds; benchmarks/dispatcher.py has the seconds."""
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    steps = [0]

    class Counted(store.Journal):
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            self.set_progress_handler(self.count, STEP)

        def count(self) -> int:
            steps[0] += 1
            return 0

    monkeypatch.setattr(store, "Journal", Counted)
    few = drive(tmp_path / "few", COUNT // 4)
    each, steps[0] = steps[0] / few.settled, 0
    tracemalloc.start()
    try:
        many = drive(tmp_path / "many", COUNT)
    finally:
        tracemalloc.stop()
    assert many.states == {"done": COUNT}
    assert many.workers.most == 100
    assert steps[0] / many.settled < 1.25 * each
    assert many.journal_bytes < LOG_BYTES + MOST_BYTES * COUNT
    memory = many.workers.memory
    assert memory[-1] < memory[len(memory) // 4] + 300 * COUNT, memory
