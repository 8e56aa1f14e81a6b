"""What `fanout plan --json` costs as a process, against the number of tasks.

    python benchmarks/planner.py [--write]      (--write: to benchmarks/results/planner.txt)

Each task of a made repository writes one to three patterns and reads up to two (seven in ten are files, the rest
folders and globs), depends on up to two earlier ones and takes 1 to 60 minutes; 5 agents. Seconds are wall-clock, the
best of three; `quick` is without the search for a better order, so what is left is reading, checking, hazards and
output. Memory is the largest resident set of the process.
"""

from __future__ import annotations

import json
import os
import platform
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from overlap import make

SIZES = (1, 10, 30, 100, 300, 1_000, 3_000, 10_000)


def document(tasks: int, seed: int = 1) -> dict[str, object]:
    """A native document."""
    dice = random.Random(seed)
    writes, reads = make(tasks, seed)
    return {
        "schema_version": 1,
        "tasks": [
            {
                "id": f"t{n}",
                "writes": writes[n],
                "reads": reads[n],
                "depends_on": [f"t{dice.randrange(max(0, n - 40), n)}" for _ in range(dice.choice((0, 1, 1, 2)))]
                if n
                else [],
                "estimate_minutes": dice.choice((1, 5, 10, 15, 20, 30, 60)),
            }
            for n in range(tasks)
        ],
    }


def run(text: bytes, effort: str) -> tuple[float, int, bytes]:
    """Wall-clock seconds, largest resident set in KB, standard output."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [ROOT / "bin" / "fanout", "plan", "--json", "--effort", effort, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    process.stdin.write(text)
    process.stdin.close()
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    return seconds, usage.ru_maxrss, out


def line(tasks: int) -> str:
    made = document(tasks)
    text = json.dumps(made).encode()
    patterns = sum(len(task["writes"]) + len(task["reads"]) for task in made["tasks"])  # type: ignore[index, attr-defined]
    quick = min(run(text, "quick")[0] for _ in range(3))
    best = min((run(text, "normal") for _ in range(3)), key=lambda one: one[0])
    data = json.loads(best[2])["data"]
    return (
        f"{tasks:>6} {patterns:>8} {len(data['hazards']):>8} {quick:>9.2f} {best[0]:>9.2f} {best[1] / 1024:>9.0f} "
        f"{len(best[2]) / 1e6:>9.2f}"
    )


def main(argv: list[str]) -> int:
    lines = [
        "$ python benchmarks/planner.py --write",
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} CPUs",
        "",
        f"{'tasks':>6} {'patterns':>8} {'hazards':>8} {'quick s':>9} {'normal s':>9} {'MB':>9} {'JSON MB':>9}",
    ]
    print("\n".join(lines))
    for tasks in SIZES:
        lines.append(line(tasks))
        print(lines[-1], flush=True)
    if "--write" in argv:
        target = ROOT / "benchmarks" / "results" / "planner.txt"
        target.parent.mkdir(exist_ok=True)
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
