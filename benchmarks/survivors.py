"""How long what a killed process had started lives on, with the real client: python benchmarks/survivors.py [--write]

A run of one task is driven; its client has started a child in a session of its own, which nobody waits for. Then one process
gets SIGKILL. `supervisor` and `driver` are of the engine local, where the driver ends what a supervisor left and each
supervisor what its driver left; `worker` and `scheduler` of the engine dask. Seconds until nothing is left of what stood below
the killed process, the whole run's for `driver` and `scheduler`. --write: to benchmarks/results/survivors.txt.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tests")]

from client.dask_cluster import Cluster
from client.drive import listed, outside_a_test
from client.kills import DAEMON, kill, of
from client.test_dask_engine_killed import of_worker

TABLE = {"a": [{"bash": DAEMON}, {"mark": "half"}, {"after": "go"}, {"declared": True}, {"done": "a"}]}
RESULT = TOP / "benchmarks" / "results" / "survivors.txt"


def measured(whom: str, folder: Path) -> tuple[int, float]:
    """How many processes stood below the killed one, and the seconds until none of them was left."""
    with ExitStack() as stack:
        driven = outside_a_test(stack, folder, TABLE)
        cluster = Cluster(driven, folder / "cluster")
        stack.callback(cluster.end)
        if whom in ("worker", "scheduler"):
            driven.engine, driven.mark = "dask", b"FANOUT_ATTEMPT=r-1-"
        driven.begin(listed({"id": "a", "writes": ["a.txt"]}))
        words, scheduler = ["--allow", "Bash"], None
        if driven.engine == "dask":
            scheduler = cluster.scheduler()
            cluster.worker(scheduler.address)
            words += ["--cluster", scheduler.address]
        driver = driven.begin_drive(*words)
        driven.wait_for(lambda: of(driven, "sleep") and driven.worker._marks["half"].is_set())
        there = set(driven.processes())
        victims: dict[str, Callable[[], object]] = {
            "supervisor": lambda: kill(of(driven, "supervise")[0]),
            "driver": driver.kill,
            "worker": lambda: kill(of_worker(driven)),
            "scheduler": lambda: scheduler.kill() if scheduler else None,
        }
        victims[whom]()
        began = time.monotonic()
        driven.wait_for(lambda: not there & set(driven.processes()))
        took = time.monotonic() - began
        driver.kill()
        driver.communicate()
        driven.wait_for(lambda: not driven.processes())
        return len(there), took


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fanout-survivors-"))
    lines = ["| killed | processes below | seconds until none is left |", "|---|---|---|"]
    try:
        for whom in ("supervisor", "driver", "worker", "scheduler"):
            count, took = measured(whom, folder / whom)
            lines.append(f"| {whom} | {count} | {took:.1f} |")
            print(lines[-1], flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lines += ["", f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs"]
    if "--write" in sys.argv:
        RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
