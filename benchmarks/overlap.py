"""What the overlap index costs against the number of tasks, and against comparing every pair.

    python benchmarks/overlap.py [--write]      (--write: to benchmarks/results/overlap.txt)

Each task of a made repository writes one to three patterns and reads up to two: seven in ten are files, two in ten
folders (`dir/**`), the rest `dir/*.ts`, and one in a thousand is root-wide (`**/name.ts`). The repository grows with
the number of tasks. Wall-clock times, the best of three; `naive` compares all pairs of tasks, pattern by pattern.
"""

from __future__ import annotations

import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from fanout.plan.overlap import overlaps
from fanout.plan.overlap_index import Pairs, find_pairs
from fanout.plan.pattern import Pattern, parse

SIZES = (10, 30, 100, 300, 1000, 3000, 10000)
NAIVE_UP_TO = 300
Sets = list[list[str]]


def make(tasks: int, seed: int = 1) -> tuple[Sets, Sets]:
    """Writes and reads of each task."""
    dice = random.Random(seed)
    folders = [
        f"{dice.choice(('src', 'lib', 'packages', 'test'))}/area{area}/part{part}"
        for area in range(max(2, tasks // 8))
        for part in range(4)
    ]

    def one() -> str:
        what, folder = dice.random(), dice.choice(folders)
        if what < 0.7:
            return f"{folder}/file{dice.randrange(12)}.ts"
        if what < 0.9:
            return f"{folder}/**"
        if what < 0.999:
            return f"{folder}/*.{dice.choice(('ts', 'tsx', 'css'))}"
        return f"**/name{dice.randrange(tasks)}.ts"

    writes = [[one() for _ in range(dice.randint(1, 3))] for _ in range(tasks)]
    reads = [[one() for _ in range(dice.choice((0, 1, 1, 2)))] for _ in range(tasks)]
    return writes, reads


def naive(writes: Sequence[Sequence[Pattern]], reads: Sequence[Sequence[Pattern]]) -> list[tuple[int, int, str]]:
    """Every pair of tasks, every pair of patterns."""
    found = []
    for i, j in combinations(range(len(writes)), 2):
        if any(overlaps(a, b) for a in writes[i] for b in writes[j]):
            found.append((i, j, "write-write"))
        elif any(overlaps(a, b) for p, q in ((i, j), (j, i)) for a in writes[p] for b in reads[q]):
            found.append((i, j, "read-write"))
    return found


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds, best of three."""
    best, result = float("inf"), None
    for _ in range(3):
        started = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - started)
    return best, result


def parsed(sets: Sets) -> list[list[Pattern]]:
    """Parsed anew: nothing of an earlier run is used."""
    return [[parse(text, root=f"/{time.perf_counter_ns()}") for text in texts] for texts in sets]


def line(tasks: int, before: float | None) -> tuple[str, float]:
    texts, read = make(tasks)
    parsing, both = timed(lambda: (parsed(texts), parsed(read)))
    writes, reads = both  # type: ignore[misc]
    patterns = sum(map(len, writes)) + sum(map(len, reads))
    index, found = timed(lambda: find_pairs(writes, reads))
    pairs: Pairs = found  # type: ignore[assignment]
    witness, _ = timed(lambda: [pair.witness() for pair in pairs])
    slow = ""
    if tasks <= NAIVE_UP_TO:
        seconds, answer = timed(lambda: naive(writes, reads))
        assert answer == [(pair.first, pair.second, pair.kind) for pair in pairs]
        slow = f"{seconds * 1000:>9.1f} {seconds / index:>7.1f}x"
    growth = f"{index / before:.1f}x" if before else ""
    return (
        f"{tasks:>6} {patterns:>8} {len(pairs):>8} {parsing * 1000:>9.1f} {index * 1000:>9.1f} {growth:>7} "
        f"{witness * 1000:>10.1f} {slow}".rstrip(),
        index,
    )


def main(argv: list[str]) -> int:
    lines = [
        "$ python benchmarks/overlap.py --write",
        f"Python {platform.python_version()}, {platform.machine()}; times in ms, best of three",
        "",
        f"{'tasks':>6} {'patterns':>8} {'hazards':>8} {'parse':>9} {'index':>9} {'growth':>7} "
        f"{'witnesses':>10} {'naive':>9} {'/index':>8}",
    ]
    before: float | None = None
    for tasks in SIZES:
        text, before = line(tasks, before)
        lines.append(text)
    print("\n".join(lines))
    if "--write" in argv:
        target = ROOT / "benchmarks" / "results" / "overlap.txt"
        target.parent.mkdir(exist_ok=True)
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
