"""What the scheduler is asked and what it answers: plain data, tasks are indexes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

WaitKind = Literal["depends", "conflict", "slot", "group"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Tasks 0..n-1, minutes, at most `slots` at the same time.

    `conflicts` are unordered pairs that may not run at the same time (pairs that dependencies order anyway do no harm).
    `groups` are (members, capacity): at most `capacity` members at the same time.
    For replanning: `done` tasks take no time and block nothing; `running` maps a task to its remaining minutes, it
    holds its slot, conflicts and groups from time 0, whatever its dependencies say.
    """

    durations: Sequence[float]
    needs: Sequence[Sequence[int]]
    conflicts: Sequence[tuple[int, int]]
    slots: int
    groups: Sequence[tuple[Sequence[int], int]] = ()
    done: Set[int] = frozenset()
    running: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """Why `task` does not start at 0: what it waited for last.

    `on` is the task whose end let it start; without it, `task` could have started at `since`:
    "depends" a dependency; "conflict" a conflicting task before it in the order; "group" a group was full; "slot" all
    slots were taken.
    """

    task: int
    kind: WaitKind
    on: int
    since: float


@dataclass(slots=True)
class Answer:
    """A rolling order with its replay, and batches.

    `order` is a permutation of all tasks, done and running ones first. `critical_path` is the longest chain of
    dependencies among what is left to do. `binding` is the chain of waits that ends with the last task to finish:
    shortening anything else does not shorten this schedule. `batches` leave out done and running tasks;
    `batch_makespan` counts from the moment the first batch may start (with running tasks: when the last of them ends).
    """

    order: list[int]
    start: list[float]
    finish: list[float]
    makespan: float
    batches: list[list[int]]
    batch_makespan: float
    lower_bound: float
    critical_path: list[int]
    binding: list[int]
    proven_optimal: bool
    batches_proven_optimal: bool
    waits: list[Wait]


def validate(problem: Problem) -> None:
    """Raise ValueError, naming the field, for what no schedule can make sense of (cycles are found later)."""
    n = len(problem.durations)
    if len(problem.needs) != n:
        raise ValueError(f"needs has {len(problem.needs)} entries, durations has {n}: one list of needs for each task")
    if problem.slots < 1:
        raise ValueError(f"slots is {problem.slots}, at least 1 is needed")
    _validate_minutes("durations", enumerate(problem.durations))
    _validate_minutes("running", problem.running.items())
    places = [(f"needs[{i}]", list(need)) for i, need in enumerate(problem.needs)]
    places += [("conflicts", list(chain.from_iterable(problem.conflicts)))]
    places += [(f"groups[{k}]", list(members)) for k, (members, _) in enumerate(problem.groups)]
    places += [("done", list(problem.done)), ("running", list(problem.running))]
    for place, indexes in places:
        if indexes and not (min(indexes) >= 0 and max(indexes) < n):
            wrong = min(indexes) if min(indexes) < 0 else max(indexes)
            raise ValueError(f"{place} names task {wrong}, there are tasks 0 to {n - 1}")
    for k, (_, capacity) in enumerate(problem.groups):
        if capacity < 1:
            raise ValueError(f"groups[{k}] has capacity {capacity}, at least 1 is needed")
    if both := sorted(set(problem.done) & set(problem.running)):
        raise ValueError(f"task {both[0]} is both done and running")


def _validate_minutes(name: str, items: object) -> None:
    for i, minutes in items:  # type: ignore[attr-defined]
        if not (minutes >= 0 and math.isfinite(minutes)):
            raise ValueError(f"{name}[{i}] is {minutes}, a number of minutes from 0 on is needed")
