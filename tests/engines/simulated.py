"""A run of many tasks driven by the real dispatcher on the real journal, with an engine of simulated workers: nothing but
what an attempt would have noted is noted, and its work is merged at once."""

from __future__ import annotations

import gc
import os
import random
import threading
import time
import tracemalloc
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanout.engines import driver, merger
from fanout.engines.headless import Ended
from fanout.engines.terms import Terms
from fanout.run.agents import agents, attempts
from fanout.run.flow import begin_task, brief, ending, start_run
from fanout.run.store.db import Write, connect
from fanout.run.store.records import Attempt, Run, Task
from fanout.run.tasks import runs, tasks

TERMS = Terms("acceptEdits")


@dataclass
class Simulated:
    """An attempt that is over after so many looks."""

    attempt: Attempt
    looks: int
    minutes: float = 60.0

    def is_over(self) -> bool:
        self.looks -= 1
        return self.looks <= 0

    def tell(self, over: threading.Event) -> None:
        pass

    def stop(self) -> None:
        self.looks = 0

    def wait(self, seconds: float) -> None:
        pass


@dataclass
class Workers:
    """See driver.Engine. One attempt in `failing` is lost, a `greedy` one takes all that it may. `live`: what runs;
    `clashes`: pairs that ran side by side; `promised`: what those that run may take, with what was taken, at most."""

    root: str
    chance: random.Random
    failing: int = 50
    live: set[str] = field(default_factory=set)
    started: list[str] = field(default_factory=list)
    settled: int = 0
    most: int = 0
    memory: list[int] = field(default_factory=list)
    limits: list[tuple[int, float]] = field(default_factory=list)
    greedy: bool = False
    shares: dict[str, float] = field(default_factory=dict)
    promised: float = 0.0
    spent: float = 0.0

    def open(self, db: Any, run: Run) -> None:
        pass

    def recover(self, db: Any, run: Run) -> None:
        pass

    def begin(self, db: Any, run: Run, task: Task, terms: Terms, budget: float) -> Simulated:
        with Write(db):
            launch = begin_task.Launch("", task.agent)
            number = attempts.next_number(db, run.id, task.id)
            launch.tool_use = launch.agent_id = f"{run.id}/{task.id}/{number}"
            launch.is_apart = True
            agent = begin_task.begin(db, self.root, task, launch, "launched")
            attempts.add(db, agents.get(db, agent), number, run.begun_at, "here")
        brief.compose(db, self.root, task)
        self.live.add(task.id)
        self.limits.append((terms.max_turns, budget))
        self.shares[task.id] = budget
        self.promised = max(self.promised, self.spent + sum(self.shares.values()))
        self.started.append(task.id)
        self.most = max(self.most, len(self.live))
        found = attempts.of_agent(db, agent)
        assert found is not None
        return Simulated(found, self.chance.randint(1, 3))

    def heed(self, db: Any, run: Run) -> None:
        pass

    def gather(self, run: Run, over: list[driver.Running]) -> None:
        pass

    def settle(self, db: Any, run: Run, one: driver.Running, ended: Ended | None) -> None:
        made = one.attempt
        self.live.discard(made.task)
        cost = self.shares.pop(made.task) if self.greedy else 0.01
        self.shares.pop(made.task, None)
        self.spent += cost
        with Write(db):
            attempts.note_guard(db, made.key)
            attempts.spend(db, made.agent, cost, 3)
            if self.chance.randrange(self.failing):
                attempts.prove(db, made.agent, "did it")
            else:
                ending.lost(db, agents.get(db, made.agent), "its worker is gone")
        self.settled += 1
        if self.settled % 100 == 0 and tracemalloc.is_tracing():
            gc.collect()
            self.memory.append(tracemalloc.get_traced_memory()[0])

    def merge(self, db: Any, run: Run, batch: list[Attempt]) -> None:
        for one in batch:
            merger.record(db, one, "0" * 40)

    def merged_home(self, run: Run) -> str:
        return self.root

    def close(self, run: Run) -> None:
        pass


def listed(count: int, chance: random.Random) -> dict[str, Any]:
    """A plan of so many tasks, as the planner hands it over: some depend on earlier ones, some share a file with one."""
    names = [f"t{n:05}" for n in range(count)]
    records = [
        {"id": name, "writes": [f"src/{name}.py"], "description": f"Write src/{name}.py as the others are written."}
        for name in names
    ]
    needs = [[names[chance.randrange(max(0, n - 500), n)] for _ in range(n % 3)] if n else [] for n in range(count)]
    return {
        "title": "Demo",
        "source": "demo",
        "format": "native",
        "files": {},
        "document": {"id": "demo", "max_parallel": 100, "tasks": records},
        "predicted": {"makespan_minutes": 1.0, "sequential_minutes": 2.0},
        "mode": "rolling",
        "engine": "local",
        "begun_at": "0" * 40,
        "tasks": [
            {
                "id": name,
                "rank": n,
                "batch": 1,
                "title": f"Write {name}",
                "agent": "general-purpose",
                "estimate": 1.0,
                "record": records[n],
                "needs": sorted(set(needs[n])),
                "state": "pending",
            }
            for n, name in enumerate(names)
        ],
        "hazards": [
            {"tasks": [names[n - 7], names[n]], "kind": "write-write", "witness": f"src/{n % 100}.py"}
            for n in range(7, count, 5)
        ],
        "declared": [],
    }


def _merged(one: driver.Driver) -> bool:
    """In place of a pause between two rounds: what is merged beside them has been."""
    if one.merging is not None:
        one.merging.join()
    return False


@dataclass
class Played:
    seconds: float
    settled: int
    journal_bytes: int
    workers: Workers
    states: dict[str, int]
    paused: str = ""


def play(
    root: Path, count: int, seed: int = 0, terms: Terms = TERMS, at_once: int = 100, greedy: bool = False
) -> Played:
    """Drives a run of so many tasks until it pauses, or to its end."""
    chance = random.Random(seed)
    db = connect(str(root), create=True)
    name = start_run.start(db, str(root), listed(count, chance))
    with Write(db):
        runs.set_cap(db, name, at_once)
    workers = Workers(str(root), chance, greedy=greedy)
    one = driver.Driver(str(root), name, terms, workers)
    one.stop.wait = lambda timeout=None: _merged(one)  # type: ignore[method-assign]
    began = time.process_time()
    one.go()
    took = time.process_time() - began
    states: dict[str, int] = {str(state): many for state, many in tasks.count(db, name).items()}
    assert runs.get(db, name).state == ("active" if runs.get(db, name).paused else "ended"), states
    paused = runs.get(db, name).paused or ""
    size = sum(os.path.getsize(path) for path in (root / ".fanout").glob("state.db*"))
    db.close()
    return Played(took, len(workers.started), size, workers, states, paused)
