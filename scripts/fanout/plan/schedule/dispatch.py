"""The dispatcher of a run, replayed: which task starts when if tasks are launched in a given order.

At any moment the first task in the order that is ready is launched while a slot is free. Ready: its dependencies are
done and so is every conflicting task that stands before it (a queue for each contested path). A task whose group is
full is passed over and keeps its place: a group is a smaller number of slots, it is not reserved for a task that is not
ready yet, just as a slot is not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from heapq import heappop, heappush

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


def places(order: Sequence[int]) -> list[int]:
    """Where each task stands in the order."""
    place = [0] * len(order)
    for p, k in enumerate(order):
        place[k] = p
    return place


def end_moment(
    model: Model, busy: list[int], bits: int, place: Sequence[int], left: list[int], queue: list[int]
) -> int:
    """How many tasks end at the first moment at which any does. `left` counts down, and whom they free joins the queue."""
    after, foes = model.after, model.foes
    low, limit = (1 << bits) - 1, ((busy[0] >> bits) + 1) << bits
    ended = 0
    while busy and busy[0] < limit:
        k = heappop(busy) & low
        ended += 1
        for b in after[k]:
            left[b] -= 1
            if not left[b]:
                heappush(queue, place[b])
        here = place[k]
        for b in foes[k]:
            if place[b] > here:
                left[b] -= 1
                if not left[b]:
                    heappush(queue, place[b])
    return ended


def _left(model: Model, place: Sequence[int]) -> list[int]:
    left = [len(needed) for needed in model.need]
    foes = model.foes
    for k, here in enumerate(place):
        if enemies := foes[k]:
            left[k] += sum([place[b] < here for b in enemies])
    return left


def _dispatch(model: Model, order: Sequence[int]) -> list[int]:
    dur, place = model.dur, places(order)
    left = _left(model, place)
    bits = model.n.bit_length()
    start = [0] * model.n
    busy = sorted(dur[k] << bits | k for k in range(model.running))
    free = model.slots - model.running
    queue = sorted(place[k] for k in range(model.running, model.n) if not left[k])
    now = 0
    while True:
        while free > 0 and queue:
            k = order[heappop(queue)]
            start[k] = now
            heappush(busy, (now + dur[k]) << bits | k)
            free -= 1
        if not busy:
            return start
        now = busy[0] >> bits
        free += end_moment(model, busy, bits, place, left, queue)


class _Rooms:
    """How many more members of each group may run, and who was passed over because of that, by place in the order."""

    def __init__(self, model: Model) -> None:
        self.member = model.member
        self.room = list(model.room)
        self.parked: list[list[int]] = [[] for _ in self.room]
        for k in range(model.running):
            self._take(k)

    def _take(self, k: int) -> None:
        for g in self.member[k]:
            self.room[g] -= 1

    def admit(self, k: int, place: int) -> bool:
        """Whether every group of the task has room: then it is taken, else the task is parked."""
        full = next((g for g in self.member[k] if self.room[g] <= 0), -1)
        if full >= 0:
            self.parked[full].append(place)
            return False
        self._take(k)
        return True

    def leave(self, k: int) -> list[int]:
        """The places of those that may try again, now that the task has ended."""
        again: list[int] = []
        for g in self.member[k]:
            self.room[g] += 1
            again += self.parked[g]
            self.parked[g].clear()
        return again


def _dispatch_groups(model: Model, order: Sequence[int]) -> list[int]:
    dur, place, rooms = model.dur, places(order), _Rooms(model)
    left = _left(model, place)
    start = [0] * model.n
    busy = sorted((dur[k], k) for k in range(model.running))
    free = model.slots - model.running
    queue = sorted(place[k] for k in range(model.running, model.n) if not left[k])
    now = 0
    while True:
        while free > 0 and queue:
            p = heappop(queue)
            if rooms.admit(order[p], p):
                start[order[p]] = now
                heappush(busy, (now + dur[order[p]], order[p]))
                free -= 1
        if not busy:
            return start
        now = busy[0][0]
        while busy and busy[0][0] == now:
            free += 1
            for p in rooms.leave(busy[0][1]) + _freed(model, place, left, heappop(busy)[1]):
                heappush(queue, p)


def _freed(model: Model, place: Sequence[int], left: list[int], k: int) -> list[int]:
    """The places of those that waited for the ended task alone."""
    here, freed = place[k], []
    for b in model.after[k] + [b for b in model.foes[k] if place[b] > here]:
        left[b] -= 1
        if not left[b]:
            freed.append(place[b])
    return freed


def _waits(model: Model, order: Sequence[int], start: Sequence[int]) -> list[Wait]:
    place = places(order)
    ending: dict[int, list[int]] = {}
    for k in order:
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
