"""The dispatcher with simulated workers, a hundred at once: python benchmarks/dispatcher.py [TASKS ...]

Drives runs of so many tasks to their end by fanout.engines.driver on a real journal, with attempts that are over at once
(tests/engines/simulated.py). Prints processor time for each attempt begun and settled, the size of the journal, and the
memory in use after a tenth of the attempts and at the end; and what it takes to find out all that `fanout status` shows.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(CHECKOUT / "scripts"), str(CHECKOUT / "tests")]  # not this folder: its engines.py is another

from engines.simulated import Played, play

from fanout.report import run_facts
from fanout.run.store.db import connect

SIZES = (1000, 10_000)


def played(count: int) -> tuple[Played, float]:
    """And the seconds of a look at it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FANOUT_DATA_DIR"] = folder
        root = Path(folder) / "project"
        root.mkdir()
        made = play(root, count)
        db = connect(str(root))
        began = time.process_time()
        run_facts.of_run(db, "demo-1")
        took = time.process_time() - began
        db.close()
        return made, took


def main() -> None:
    print("| tasks | attempts | ms an attempt | journal, MB | memory after a tenth, at the end, MB | status, s |")
    print("|---|---|---|---|---|---|")
    for count in [int(word) for word in sys.argv[1:]] or SIZES:
        timed, look = played(count)
        tracemalloc.start()
        memory = played(count)[0].workers.memory
        tracemalloc.stop()
        early, late = (f"{size / 1e6:.1f}" for size in (memory[len(memory) // 10], memory[-1]))
        each = 1000 * timed.seconds / timed.settled
        print(
            f"| {count} | {timed.settled} | {each:.2f} | {timed.journal_bytes / 1e6:.0f} | {early}, {late} | {look:.2f} |"
        )


if __name__ == "__main__":
    main()
