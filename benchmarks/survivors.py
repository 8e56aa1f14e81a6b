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
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tests")]

from client.dask_cluster import Cluster
from client.drive import Driven, listed
from client.kills import DAEMON, kill, of
from client.test_dask_engine_killed import of_worker

from fanout.client import installed
from fanout.client.session import Session

TABLE = {"a": [{"bash": DAEMON}, {"mark": "half"}, {"after": "go"}, {"declared": True}, {"done": "a"}]}
RESULT = TOP / "benchmarks" / "results" / "survivors.txt"


def measured(whom: str, folder: Path) -> tuple[int, float]:
    """How many processes stood below the killed one, and the seconds until none of them was left."""
    (folder / "project").mkdir(parents=True)
    sessions: list[Session] = []
    client = installed.locate(cache=installed.default_cache())

    def start(model: Any, project: Path, **options: Any) -> Session:
        sessions.append(Session(project, model, client=client, **options).__enter__())
        return sessions[-1]

    driven = Driven(start, folder / "project", TABLE)
    os.environ["FANOUT_DATA_DIR"] = str(driven.session.home / "data")
    cluster = Cluster(driven, folder / "cluster")
    try:
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
    finally:
        cluster.end()
        for one in sessions:
            one.close()


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
