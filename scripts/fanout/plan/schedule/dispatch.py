"""The dispatcher of a run, replayed: which task starts when if tasks are launched in a given order.

At any moment the first task in the order that is ready is launched while a slot is free. Ready: its dependencies are
done and so is every conflicting task that stands before it (a queue for each contested path). A task whose group is
full is passed over and keeps its place: a group is a smaller number of slots, it is not reserved for a task that is not
ready yet, just as a slot is not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from fanout.plan.schedule.search_model import Model, repair

from .problem import Problem, Wait, WaitKind


def replay(problem: Problem, order: Sequence[int]) -> tuple[list[float], list[float], list[Wait]]:
    """Start and finish of every task (0 for done ones) and why each waits, for any permutation of the tasks.

    Where `order` contradicts dependencies it is repaired first: a task counts as standing right behind what it needs.
    """
    model = Model(problem)
    return unfold(problem, model, arrange(problem, model, order))


def arrange(problem: Problem, model: Model, order: Sequence[int]) -> list[int]:
    """A permutation of the problem's tasks as an order of the model's, repaired."""
    if sorted(order) != list(range(len(problem.durations))):
        raise ValueError(f"order is not a permutation of the {len(problem.durations)} tasks")
    number = {task: k for k, task in enumerate(model.task)}
    wish = [number[i] for i in order if i in number]
    ahead = [k for k in wish if k < model.running]
    return repair(ahead + [k for k in wish if k >= model.running], model.need, model.after)


def unfold(problem: Problem, model: Model, order: Sequence[int]) -> tuple[list[float], list[float], list[Wait]]:
    """The replay of a repaired order of the model, in the problem's indexes and minutes."""
    units = dispatch(model, order)
    start: list[float] = [0] * len(problem.durations)
    finish: list[float] = [0] * len(problem.durations)
    for k, task in enumerate(model.task):
        start[task] = model.minutes(units[k])
        finish[task] = model.minutes(units[k] + model.dur[k])
    return start, finish, _waits(model, order, units)


def dispatch(model: Model, order: Sequence[int]) -> list[int]:
    """Start of every task in units, for an order that respects dependencies and has the running tasks in front."""
    return _dispatch_groups(model, order) if model.room else _dispatch(model, order)


def _left(model: Model, place: Sequence[int]) -> list[int]:
    left = [len(needed) for needed in model.need]
    foes = model.foes
    for k, here in enumerate(place):
        if row := foes[k]:
            left[k] += sum([place[b] < here for b in row])
    return left


def _dispatch(model: Model, order: Sequence[int]) -> list[int]:
    n, dur, after, foes = model.n, model.dur, model.after, model.foes
    place = [0] * n
    for p, k in enumerate(order):
        place[k] = p
    left = _left(model, place)
    bits = n.bit_length()
    low = (1 << bits) - 1
    start = [0] * n
    busy = [dur[k] << bits | k for k in range(model.running)]
    heapify(busy)
    free = model.slots - model.running
    ready = [place[k] for k in range(model.running, n) if not left[k]]
    heapify(ready)
    now = 0
    while True:
        while free > 0 and ready:
            k = order[heappop(ready)]
            start[k] = now
            heappush(busy, (now + dur[k]) << bits | k)
            free -= 1
        if not busy:
            return start
        now = busy[0] >> bits
        limit = (now + 1) << bits
        while busy and busy[0] < limit:
            k = heappop(busy) & low
            free += 1
            for b in after[k]:
                left[b] -= 1
                if not left[b]:
                    heappush(ready, place[b])
            here = place[k]
            for b in foes[k]:
                if place[b] > here:
                    left[b] -= 1
                    if not left[b]:
                        heappush(ready, place[b])


def _dispatch_groups(model: Model, order: Sequence[int]) -> list[int]:
    n, dur, member = model.n, model.dur, model.member
    place = [0] * n
    for p, k in enumerate(order):
        place[k] = p
    left = _left(model, place)
    room = list(model.room)
    parked: list[list[int]] = [[] for _ in room]
    bits = n.bit_length()
    low = (1 << bits) - 1
    start = [0] * n
    busy = [dur[k] << bits | k for k in range(model.running)]
    heapify(busy)
    for k in range(model.running):
        for g in member[k]:
            room[g] -= 1
    free = model.slots - model.running
    ready = [place[k] for k in range(model.running, n) if not left[k]]
    heapify(ready)
    now = 0
    while True:
        while free > 0 and ready:
            p = heappop(ready)
            k = order[p]
            full = next((g for g in member[k] if room[g] <= 0), -1)
            if full >= 0:
                parked[full].append(p)
                continue
            for g in member[k]:
                room[g] -= 1
            start[k] = now
            heappush(busy, (now + dur[k]) << bits | k)
            free -= 1
        if not busy:
            return start
        now = busy[0] >> bits
        limit = (now + 1) << bits
        while busy and busy[0] < limit:
            k = heappop(busy) & low
            free += 1
            for g in member[k]:
                room[g] += 1
                for p in parked[g]:
                    heappush(ready, p)
                parked[g].clear()
            here = place[k]
            freed = model.after[k] + [b for b in model.foes[k] if place[b] > here]
            for b in freed:
                left[b] -= 1
                if not left[b]:
                    heappush(ready, place[b])


def _waits(model: Model, order: Sequence[int], start: Sequence[int]) -> list[Wait]:
    place = [0] * model.n
    ending: dict[int, list[int]] = {}
    for p, k in enumerate(order):
        place[k] = p
        ending.setdefault(start[k] + model.dur[k], []).append(k)
    use = _Use(model, start)
    waiting = [k for k in range(model.running, model.n) if start[k] > 0]
    return sorted((_wait(model, place, start, ending, use, k) for k in waiting), key=lambda wait: wait.task)


def _wait(
    model: Model, place: Sequence[int], start: Sequence[int], ending: dict[int, list[int]], use: _Use, k: int
) -> Wait:
    end, here = use.end, place[k]
    needed = max(model.need[k], key=end.__getitem__, default=-1)
    first = end[needed] if needed >= 0 else 0
    ahead = max([a for a in model.foes[k] if place[a] < here], key=end.__getitem__, default=-1)
    clear = max(first, end[ahead]) if ahead >= 0 else first
    kind: WaitKind
    if start[k] > clear:
        enders = [a for a in ending[start[k]] if start[a] < start[k]]
        full = {g for g in model.member[k] if use.full(g, start[k])}
        mates = [a for a in enders if full.intersection(model.member[a])]
        kind, on, since = ("group", mates[0], clear) if mates else ("slot", enders[0], clear)
    elif clear > first:
        kind, on, since = "conflict", ahead, first
    else:
        kind, on, since = "depends", needed, 0
    return Wait(model.task[k], kind, model.task[on], model.minutes(since))


class _Use:
    """When each task ends, and how many of each group's members run at a time."""

    def __init__(self, model: Model, start: Sequence[int]) -> None:
        self.end = [begun + minutes for begun, minutes in zip(start, model.dur, strict=True)]
        self.room = model.room
        self.starts: list[list[int]] = [[] for _ in model.room]
        self.ends: list[list[int]] = [[] for _ in model.room]
        for k, groups in enumerate(model.member):
            for g in groups:
                self.starts[g].append(start[k])
                self.ends[g].append(start[k] + model.dur[k])
        for times in self.starts + self.ends:
            times.sort()

    def full(self, group: int, moment: int) -> bool:
        """Was the group full just before the moment?"""
        begun = bisect_left(self.starts[group], moment)
        return begun - bisect_left(self.ends[group], moment) >= self.room[group]
