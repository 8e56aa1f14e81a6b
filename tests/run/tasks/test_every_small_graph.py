"""Failure policies on every graph of up to five tasks, with every outcome of each; by default of a sample."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from run.plans import plan
from scale import WHOLE

from fanout.run.flow import failure_policy
from fanout.run.flow.start_run import start
from fanout.run.store.db import Write, connect
from fanout.run.tasks import readiness, runs, tasks

ONE_IN = {4: 8, 5: 144}  # by default, of so many tasks
Graph = tuple[tuple[int, ...], ...]  # for each task what it needs


def graphs(count: int) -> Iterator[Graph]:
    """One of each shape: acyclic graphs of `count` tasks, up to renaming."""
    seen: set[frozenset[tuple[int, int]]] = set()
    pairs = [(a, b) for b in range(count) for a in range(b)]
    orders = list(itertools.permutations(range(count)))
    for bits in range(1 << len(pairs)):
        edges = [pair for place, pair in enumerate(pairs) if bits >> place & 1]
        if frozenset(edges) in seen:
            continue
        seen |= {frozenset((order[a], order[b]) for a, b in edges) for order in orders}
        yield tuple(tuple(a for a, b in edges if b == task) for task in range(count))


def level(graph: Graph, task: int) -> int:
    return 1 + max((level(graph, need) for need in graph[task]), default=0)


class Played:
    """One run played through: what started when, what had failed by then, how often each was tried."""

    def __init__(self, db: Any, root: str, graph: Graph, fails: tuple[int, ...], policy: str, cap: int) -> None:
        self.starts: list[int] = []
        self.failed_before: list[set[int]] = []
        names = [str(task) for task in range(len(graph))]
        made = plan(
            {
                names[task]: {"needs": [names[need] for need in graph[task]], "batch": level(graph, task)}
                for task in range(len(graph))
            },
            on_failure=policy,
            cap=cap,
        )
        made["document"]["policy"]["retries"] = 1
        self.run = start(db, root, made)
        left = dict(enumerate(fails))
        failed: set[int] = set()
        running: list[int] = []
        while True:
            failure_policy.settle(db, root, self.run)
            view = readiness.View(db, self.run)
            free = cap - len(running)
            for ready_task in readiness.startable(view)[:free]:
                with Write(db):
                    tasks.begin(db, self.run, ready_task.id)
                self.starts.append(int(ready_task.id))
                self.failed_before.append(set(failed))
                running.append(int(ready_task.id))
            if not running:
                break
            task = running.pop(0)
            with Write(db):
                tasks.finish(db, self.run, str(task), "failed" if left[task] else "done", "")
            if left[task]:
                left[task] -= 1
                failed.add(task)
        self.over = readiness.is_over(readiness.View(db, self.run))
        self.states = [tasks.get(db, self.run, name).state for name in names]
        with Write(db):
            runs.end(db, self.run, "ended")


def ancestors(graph: Graph, task: int) -> set[int]:
    return set(graph[task]) | {far for need in graph[task] for far in ancestors(graph, need)}


def check(graph: Graph, fails: tuple[int, ...], policy: str, played: Played) -> None:
    lost = {task for task, times in enumerate(fails) if times > (1 if policy == "retry" else 0)}
    assert played.over
    for place, task in enumerate(played.starts):
        assert all(need in played.starts[:place] for need in graph[task])
        if policy != "retry":
            assert not ancestors(graph, task) & played.failed_before[place]
    for task, state in enumerate(played.states):
        free = not ancestors(graph, task) & lost
        if policy in ("best-effort", "retry"):
            assert state == (("failed" if task in lost else "done") if free else "pending")
        tries = played.starts.count(task)
        if policy == "retry":
            assert tries == (min(fails[task], 1) + 1 if free else 0)
        else:
            assert tries <= 1
    if policy == "fail-fast":
        assert not any(played.failed_before), "nothing starts after a failure"
    if policy == "gate":
        for place, task in enumerate(played.starts):
            assert all(level(graph, task) <= level(graph, other) for other in played.failed_before[place])
        first = min((level(graph, task) for task in lost if task in played.starts), default=99)
        due = [task for task in range(len(graph)) if level(graph, task) <= first and not ancestors(graph, task) & lost]
        assert set(due) <= set(played.starts), "the batch of the failure is finished"


@pytest.mark.parametrize("policy", ["best-effort", "fail-fast", "gate", "retry"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.slow
def test_every_graph_and_outcome(tmp_path: Path, count: int, policy: str) -> None:
    db = connect(str(tmp_path), create=True)
    db.execute("PRAGMA synchronous=OFF")
    outcomes = list(itertools.product(range(3 if policy == "retry" and count < 4 else 2), repeat=count))
    if policy == "retry" and count >= 4:
        outcomes = [tuple(2 * fail for fail in row) for row in outcomes]
    number = 0
    for graph in itertools.islice(graphs(count), 0, None, 1 if WHOLE else ONE_IN.get(count, 1)):
        for fails in outcomes:
            check(graph, fails, policy, Played(db, str(tmp_path), graph, fails, policy, cap=1 + number % 3))
            number += 1
            if number % 200 == 0:  # the journal keeps every run: begin a new one before looking things up gets slow
                for table in ("run", "task", "need", "hazard", "declared", "event", "said"):
                    db.execute(f"DELETE FROM {table}")
