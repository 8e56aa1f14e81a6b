"""A problem as the search wants it: what is left to do, in topological numbers, whole units of time, bit masks."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from fanout.plan.schedule.problem import Problem, validate

_SCALES = (1, 2, 4, 5, 10, 20, 60, 100, 1000, 10_000, 100_000, 1_000_000)


class Model:
    """Tasks 0..n-1 in dependency order, running ones first; built once, never changed.

    task[k] is the problem's index of k. dur is in units of 1/scale minutes. need and after are the dependencies without
    those that others imply; below[k] is the mask of everything k depends on, above[k] of everything that depends on it.
    foes[k] are the conflicts that dependencies leave open. member[k] are the groups of k, room[g] their capacities.
    """

    __slots__ = (
        "above", "after", "below", "dur", "foe_mask", "foes", "member", "n", "need", "pairs", "room", "running",
        "scale", "slots", "task",
    )  # fmt: skip

    def __init__(self, problem: Problem) -> None:
        validate(problem)
        self.slots = problem.slots
        self.running = len(problem.running)
        self.task = _topological(problem)
        self.n = len(self.task)
        number = {task: k for k, task in enumerate(self.task)}
        minutes = [problem.running.get(task, problem.durations[task]) for task in self.task]
        self.scale = _scale(minutes)
        self.dur = [round(m * self.scale) for m in minutes]
        self._order_by(problem, number)
        self._keep_apart(problem)
        self._share(problem, number)

    def _order_by(self, problem: Problem, number: dict[int, int]) -> None:
        self.need: list[list[int]] = []
        self.below: list[int] = []
        for k, task in enumerate(self.task):
            named = () if k < self.running else problem.needs[task]
            kept: list[int] = []
            mask = 0
            for a in sorted({number[d] for d in named if d in number}, reverse=True):
                if not mask >> a & 1:
                    kept.append(a)
                    mask |= self.below[a] | 1 << a
            self.need.append(kept)
            self.below.append(mask)
        self.after: list[list[int]] = [[] for _ in self.task]
        for k, kept in enumerate(self.need):
            for a in kept:
                self.after[a].append(k)
        self.above = [0] * self.n
        for k in range(self.n - 1, -1, -1):
            mask = 0
            for b in self.after[k]:
                mask |= self.above[b] | 1 << b
            self.above[k] = mask

    def _keep_apart(self, problem: Problem) -> None:
        """The conflicts as rows of later tasks first: a problem can have half a million pairs."""
        place = [-1] * len(problem.durations)
        for k, task in enumerate(self.task):
            place[task] = k
        later: list[set[int]] = [set() for _ in self.task]
        for i, j in problem.conflicts:
            a, b = place[i], place[j]
            if a < b:
                if a >= 0:
                    later[a].add(b)
            elif 0 <= b < a:
                later[b].add(a)
        self.foes: list[list[int]] = [[] for _ in self.task]
        self.pairs: list[tuple[int, int]] = []
        for a, row in enumerate(later):
            if row:
                after = self.above[a] | ((1 << self.running) - 1)
                self._add_row(a, sorted(b for b in row if not after >> b & 1) if after else sorted(row))
        self.foe_mask = [_mask(row, self.n) for row in self.foes]

    def _add_row(self, a: int, row: list[int]) -> None:
        self.pairs += [(a, b) for b in row]
        self.foes[a] += row
        for b in row:
            self.foes[b].append(a)

    def _share(self, problem: Problem, number: dict[int, int]) -> None:
        self.member: list[list[int]] = [[] for _ in self.task]
        self.room: list[int] = []
        for members, capacity in problem.groups:
            left = sorted({number[i] for i in members if i in number})
            if len(left) > capacity:
                for k in left:
                    self.member[k].append(len(self.room))
                self.room.append(capacity)

    def minutes(self, units: int) -> float:
        """Units of time as minutes: a whole number where the durations are."""
        return units if self.scale == 1 else units / self.scale


def _mask(row: Sequence[int], n: int) -> int:
    if len(row) < 50:
        return sum([1 << b for b in row])
    digits = bytearray(b"0") * n
    for b in row:
        digits[n - 1 - b] = 49
    return int(digits, 2)


def repair(order: Iterable[int], need: Sequence[Sequence[int]], after: Sequence[Sequence[int]]) -> list[int]:
    """The dependency order that follows `order` as far as it can: always the first task in it that may come next."""
    wish = list(order)
    rank = [0] * len(wish)
    for place, k in enumerate(wish):
        rank[k] = place
    left = [len(needed) for needed in need]
    heap = [rank[k] for k, count in enumerate(left) if not count]
    heapq.heapify(heap)
    out = []
    while heap:
        k = wish[heapq.heappop(heap)]
        out.append(k)
        for b in after[k]:
            left[b] -= 1
            if not left[b]:
                heapq.heappush(heap, rank[b])
    return out


def _topological(problem: Problem) -> list[int]:
    running = sorted(problem.running)
    alive = [i for i in range(len(problem.durations)) if i not in problem.done and i not in problem.running]
    here = {task: k for k, task in enumerate(alive)}
    need = [sorted({here[d] for d in problem.needs[task] if d in here}) for task in alive]
    after: list[list[int]] = [[] for _ in alive]
    for k, needed in enumerate(need):
        for a in needed:
            after[a].append(k)
    out = repair(range(len(alive)), need, after)
    if len(out) < len(alive):
        stuck = alive[min(set(range(len(alive))) - set(out))]
        raise ValueError(f"needs has a cycle; task {stuck} is on it or behind it")
    return running + [alive[k] for k in out]


def _scale(minutes: Sequence[float]) -> int:
    """Units a minute, so that durations are whole; what does not fit a micro-minute is rounded to it."""
    if all(m == int(m) for m in minutes):
        return 1
    for scale in _SCALES:
        if all(abs(m * scale - round(m * scale)) <= 1e-9 * max(1.0, m * scale) for m in minutes):
            return scale
    return _SCALES[-1]
