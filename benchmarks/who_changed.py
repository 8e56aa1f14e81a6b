"""Who changed a file, over 20,000 schedules of agents, sessions, permissions and commands: how many words are false?

    python benchmarks/who_changed.py [--schedules 20000] [--from 0] [--write]     (--write: to benchmarks/results/who_changed.txt)

The schedules, and what counts as false, are those of tests/hooks/test_who_changed.py. About 45 minutes of one processor
for 20,000. Exits with 1 when a sentence is false or an overwrite was passed over.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
RESULT = TOP / "benchmarks" / "results" / "who_changed.txt"
sys.path[:0] = [str(TOP / "tests"), str(TOP / "scripts")]

from hooks.test_who_changed import judged
from project import benchmark

FATES = {
    "told": "told to the owner",
    "put right": "put right, or replaced by the owner, before anybody looked",
    "unseen": "unseen: came after one look and gone before the next, and no hook told of it",
    "passed over": "passed over",
}
KINDS = {
    "command": "a command of one other agent, named",
    "tool": "a call of one other agent, named",
    "unclear": "can't be told which of several, to nobody's blame",
    "as before": "written, and holds what it held",
    "outside": "by no call under way",
    "commit": "went into a commit",
    "denied": "denials",
}


def measure(first: int, schedules: int) -> tuple[Counter[str], list[str]]:
    """How often each kind of sentence was said, and what was wrong."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FANOUT_DATA_DIR"] = f"{folder}/data"
        for seed in range(first, first + schedules):
            found = judged(Path(folder) / str(seed), seed)
            counts.update(found.counts)
            wrong += [f"schedule {seed}: {text}" for text in found.wrong]
    return counts, wrong


def shown(first: int, schedules: int, counts: Counter[str], wrong: list[str]) -> str:
    said = sum(counts[kind] for kind in KINDS)
    lines = [
        f"$ python benchmarks/who_changed.py --schedules {schedules} --from {first}",
        f"{schedules:7,} schedules",
        f"{counts['overwrites']:7,} writes into another's file",
        *(f"{counts[fate]:7,}   {what}" for fate, what in FATES.items()),
        f"{said:7,} sentences",
        *(f"{counts[kind]:7,}   {what}" for kind, what in KINDS.items()),
        f"{len(wrong):7,} false, or passed over",
    ]
    return "\n".join([*lines, *wrong]) + "\n"


if __name__ == "__main__":
    sys.exit(benchmark("seeds").main("schedules", 20_000, measure, shown, RESULT.write_text))
