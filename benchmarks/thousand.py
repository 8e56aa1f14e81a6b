"""A run of a thousand tasks with simulated agents that drive the hooks: python benchmarks/thousand.py [TASKS]

Says whether the cost of hooks stays flat from the first hundred tasks to the last, how long `fanout status` takes, and
how large the journal gets.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(CHECKOUT / "scripts"), str(CHECKOUT / "tests")]

from hooks.desk import Desk, context, launches
from run.plans import plan

CAP = 20


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    root = Path(tempfile.mkdtemp()) / "project"
    os.environ["FANOUT_DATA_DIR"] = tempfile.mkdtemp()
    root.mkdir()
    desk = Desk(root)
    names = [f"{n:04}" for n in range(count)]
    work = {
        name: {"writes": [f"src/{n // 10}/{name}.py"], "needs": names[n - 50 : n - 49] if n >= 50 else []}
        for n, name in enumerate(names)
    }
    desk.start(plan(work, cap=CAP))
    costs: dict[str, list[float]] = {"launch": [], "write": [], "end": [], "notify": []}

    def timed(kind: str, call: object, *args: object) -> object:
        began = time.perf_counter()
        found = call(*args)  # type: ignore[operator]
        costs[kind].append(time.perf_counter() - began)
        return found

    ready = deque(launches(str(context(desk.stop()))))
    running: deque[str] = deque()
    while ready or running:
        while ready and len(running) < CAP:
            name = ready.popleft()
            timed("launch", desk.launch, name)
            running.append(name)
        name = running.popleft()
        timed("write", desk.do, f"agent-{name}", work[name]["writes"][0])
        timed("end", desk.end, f"agent-{name}", f"DONE|{name}|written")
        said = str(timed("notify", desk.notify, f"agent-{name}"))
        ready.extend(task for task in launches(said) if task not in ready and task not in running)
    states = {row["state"] for row in desk.rows("SELECT state FROM task")}
    print(f"{count} tasks, all {', '.join(sorted(states))}")
    print(f"{'hook':10}{'first 100, ms':>15}{'last 100, ms':>15}{'ratio':>8}")
    for kind, found in costs.items():
        first, last = (statistics.median(part) * 1000 for part in (found[:100], found[-100:]))
        print(f"{kind:10}{first:15.2f}{last:15.2f}{last / first:8.2f}")
    fanout = str(CHECKOUT / "bin" / "fanout")
    took = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([fanout, "status"], cwd=root, stdout=subprocess.DEVNULL, check=True)
        took.append(time.perf_counter() - began)
    size = sum(os.path.getsize(path) for path in (root / ".fanout").glob("state.db*")) / 1e6
    print(f"fanout status: {statistics.median(took):.2f} s; journal: {size:.1f} MB")


if __name__ == "__main__":
    main()
