"""Better orders by simulated annealing on what binds.

A schedule's makespan hangs on a chain of waits: dependency, conflict, slot. Only a change to a conflict or a slot wait
on that chain can shorten it, so that is what a step tries, keeping dependencies: bring the waiting task (and what it
needs) in front of what it waits for, or push that one (and what depends on it) behind. The replay of a candidate
resumes at the last mark before the change and stops as soon as it is too late to be accepted.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from heapq import heappop, heappush
from math import log
from operator import add, itemgetter

from fanout.plan.schedule.search_model import Model

from .dispatch import dispatch, end_moment, places

_MARKS_A_SCHEDULE = 8
_PHASES = ((0.6, 0.3, 0.03), (0.4, 0.1, 0.02))
"""Shares of the budget, each with how much worse a step may be at its begin and its end, in mean durations."""
_ANYWHERE, _PAIR, _FURTHER = 0.3, 0.5, 0.8
_STEP_COST, _TASKS_SORTED_A_LAUNCH = 40, 4
_NO_LIMIT = 1 << 62

Mark = tuple[int, list[int], list[int], list[int]]
"""A moment of a replay before it launches: now, what each task still waits for, busy (end and task), ready tasks."""

Move = tuple[int, int, int, bool]
"""(low, high, k, front): in places low to high of the order, k and what it needs goes first, or else k and what depends
on it goes last."""


class Schedule:
    """An order, sorted by start, with its replay."""

    __slots__ = ("left", "makespan", "marks", "order", "place", "start")

    def __init__(
        self, order: list[int], place: list[int], left: list[int], start: list[int], marks: list[Mark], makespan: int
    ) -> None:
        order.sort(key=start.__getitem__)
        for p, k in enumerate(order):
            place[k] = p
        self.order, self.place, self.left, self.start, self.marks = order, place, left, start, marks
        self.makespan = makespan


class Search:
    """The annealing of one model."""

    def __init__(self, model: Model, tail: Sequence[int], seed: int) -> None:
        """`tail` is the least time between the end of each task and the end of all."""
        self.model = model
        self.random = random.Random(seed).random
        self.spent = 0
        self.bits = model.n.bit_length()
        self.tail = list(map(add, tail, model.dur))
        self.gap = max(4, -(-model.n // _MARKS_A_SCHEDULE))

    def schedule(self, order: Sequence[int]) -> Schedule:
        """The replay of a whole order."""
        model = self.model
        order, place = list(order), places(order)
        left = [len(needed) for needed in model.need]
        for a, b in model.pairs:
            left[b if place[a] < place[b] else a] += 1
        if model.room:
            return self._whole(order, place, left)
        busy = sorted(model.dur[k] << self.bits | k for k in range(model.running))
        ready = [k for k in range(model.running, model.n) if not left[k]]
        marks: list[Mark] = [(0, left, busy, ready)]
        start = [0] * model.n
        makespan = self._resume(order, place, marks, start, _NO_LIMIT)
        return Schedule(order, place, left, start, marks, makespan)

    def _whole(self, order: list[int], place: list[int], left: list[int]) -> Schedule:
        """The same with groups: without marks, always from the beginning."""
        self.spent += 3 * self.model.n
        start = dispatch(self.model, order)
        makespan = max(map(add, start, self.model.dur), default=0)
        return Schedule(order, place, left, start, [], makespan)

    def anneal(self, now: Schedule, bound: int, budget: int) -> Schedule:
        """The best schedule seen for so many launches replayed; stops at the bound.

        Launches are what a step costs, whatever the machine: the answer never depends on the clock.
        """
        mean = sum(self.model.dur) / max(1, self.model.n)
        for share, hot, cold in _PHASES:
            now = self._cool(now, bound, int(budget * share), hot * mean, cold * mean)
        return now

    def _cool(self, now: Schedule, bound: int, budget: int, hot: float, cold: float) -> Schedule:
        rnd = self.random
        best = now
        links = self._links(now)
        cooling = (cold - hot) / max(1, budget)
        sorting = self.model.n // _TASKS_SORTED_A_LAUNCH
        begun = self.spent
        while self.spent < begun + budget and best.makespan > bound and links:
            limit = now.makespan - int((hot + cooling * (self.spent - begun)) * log(1.0 - rnd()))
            self.spent += _STEP_COST
            move = self._random_move(now) if rnd() < _ANYWHERE else self._move(now, self._stretch(links))
            new = self._try(now, move, limit) if move else None
            if new is None:
                continue
            self.spent += sorting
            now = new
            links = self._links(now)
            if now.makespan < best.makespan:
                best = now
        return best

    def _links(self, now: Schedule) -> list[tuple[int, int]]:
        """(task, the conflicting task it waits for, or -1 for a slot) along one binding chain."""
        model, start, place = self.model, now.start, now.place
        dur = model.dur
        k = next(a for a in reversed(now.order) if start[a] + dur[a] == now.makespan)
        links: list[tuple[int, int]] = []
        while True:
            s = start[k]
            if not s:
                return links
            here = place[k]
            why = [a for a in model.need[k] if start[a] + dur[a] == s]
            deps = len(why)
            why += [a for a in model.foes[k] if start[a] + dur[a] == s and place[a] < here]
            if why:
                i = int(self.random() * len(why)) if len(why) > 1 else 0
                if i >= deps and why[i] >= model.running:
                    links.append((k, why[i]))
                k = why[i]
            else:
                links.append((k, -1))
                k = _ended_before(now, here, dur)

    def _stretch(self, links: list[tuple[int, int]]) -> tuple[int, int]:
        """A random link, stretched over conflict waits that follow each other in the chain, one way or the other."""
        rnd = self.random
        i = int(rnd() * len(links))
        k, a = links[i]
        if a < 0:
            return k, a
        if rnd() < 0.5:
            while i + 1 < len(links) and links[i + 1][0] == a and links[i + 1][1] >= 0 and rnd() < _FURTHER:
                i += 1
                a = links[i][1]
        else:
            while i > 0 and links[i - 1][1] == k and rnd() < _FURTHER:
                i -= 1
                k = links[i][0]
        return k, a

    def _move(self, now: Schedule, link: tuple[int, int]) -> Move | None:
        k, a = link
        if a >= 0:
            return now.place[a], now.place[k], k if (front := self.random() < 0.5) else a, front
        order, start, here = now.order, now.start, now.place[k]
        clear = self._clear(now, now.place, k)
        low = max(self.model.running, bisect_left(order, clear, 0, here, key=start.__getitem__))
        high = bisect_left(order, start[k], low, here, key=start.__getitem__)
        if low == high:
            low = max(self.model.running, low - self.model.slots)
        return (low + int(self.random() * (high - low)), here, k, True) if low < high else None

    def _random_move(self, now: Schedule) -> Move | None:
        """The other way round for a random conflict, or any task to anywhere."""
        rnd, place, first, pairs = self.random, now.place, self.model.running, self.model.pairs
        if pairs and rnd() < _PAIR:
            a, b = pairs[int(rnd() * len(pairs))]
            if a < first:
                return None
            if place[a] > place[b]:
                a, b = b, a
            front = rnd() < 0.5
            return place[a], place[b], b if front else a, front
        span = self.model.n - first
        here, there = first + int(rnd() * span), first + int(rnd() * span)
        k = now.order[here]
        return (there, here, k, True) if there < here else (here, there, k, False) if there > here else None

    def _try(self, now: Schedule, move: Move, limit: int) -> Schedule | None:
        """The schedule after a move; None when it ends after the limit."""
        order, place, fewer = self._moved(now, move)
        if self.model.room:
            new = self._whole(order, place, now.left)
            return new if new.makespan <= limit else None
        flips = self._flips(now.place, place, fewer)
        since = min([now.start[now.order[move[0]]]] + [self._clear(now, place, x) for x, _ in flips])
        marks = now.marks[: bisect_right(now.marks, since, key=itemgetter(0))]
        left = now.left
        if flips:
            left = _turned(left, flips)
            marks = [_flipped(mark, flips) for mark in marks]
        start = now.start[:]
        makespan = self._resume(order, place, marks, start, limit)
        return None if makespan < 0 else Schedule(order, place, left, start, marks, makespan)

    def _moved(self, now: Schedule, move: Move) -> tuple[list[int], list[int], list[int]]:
        """The order and the places after a move, and those that moved past the others, or the others if they are fewer."""
        low, high, k, front = move
        segment = now.order[low : high + 1]
        mask = (self.model.below[k] if front else self.model.above[k]) | 1 << k
        moved = [x for x in segment if mask >> x & 1]
        rest = [x for x in segment if not mask >> x & 1]
        between = moved + rest if front else rest + moved
        place = now.place[:]
        for p, x in enumerate(between, low):
            place[x] = p
        order = now.order[:low] + between + now.order[high + 1 :]
        return order, place, moved if len(moved) < len(rest) else rest

    def _flips(self, old: list[int], place: list[int], moved: list[int]) -> list[tuple[int, int]]:
        """The conflicts that change direction: (now first, now second)."""
        flips = []
        for x in moved:
            here, there = old[x], place[x]
            for y in self.model.foes[x]:
                if (old[y] < here) != (place[y] < there):
                    flips.append((y, x) if place[y] < there else (x, y))
        return flips

    def _clear(self, now: Schedule, place: list[int], k: int) -> int:
        """When k could start, slots aside: its dependencies and those before it now and in the new places are done."""
        start, dur, old = now.start, self.model.dur, now.place
        clear = max([start[b] + dur[b] for b in self.model.need[k]], default=0)
        here, there = old[k], place[k]
        for b in self.model.foes[k]:
            if old[b] < here and start[b] + dur[b] > clear and place[b] < there:
                clear = start[b] + dur[b]
        return clear

    def _resume(self, order: list[int], place: list[int], marks: list[Mark], start: list[int], limit: int) -> int:
        """The makespan from the last mark on, or -1 once it must exceed the limit. Fills start and adds marks."""
        now, left, busy, ready = marks[-1]
        left, busy = left[:], busy[:]
        dur, bits, queue = self.model.dur, self.bits, sorted([place[k] for k in ready])
        free, launches, due = self.model.slots - len(busy), 0, self.gap
        while True:
            while queue and free > 0:
                k = order[heappop(queue)]
                if now + self.tail[k] > limit:
                    self.spent += launches
                    return -1
                start[k] = now
                heappush(busy, now + dur[k] << bits | k)
                free -= 1
                launches += 1
            if not busy:
                break
            before, now = now, busy[0] >> bits
            free += end_moment(self.model, busy, bits, place, left, queue)
            if launches >= due and now > before:  # tasks of no duration: nothing has started at this moment yet
                due = launches + self.gap
                marks.append((now, left[:], busy[:], [order[p] for p in queue]))
        self.spent += launches
        return now


def _turned(left: list[int], flips: list[tuple[int, int]]) -> list[int]:
    left = left[:]
    for x, y in flips:
        left[x] -= 1
        left[y] += 1
    return left


def _flipped(mark: Mark, flips: list[tuple[int, int]]) -> Mark:
    now, left, busy, ready = mark
    left = _turned(left, flips)
    free = [x for x in dict.fromkeys([x for x, _ in flips]) if not left[x] and x not in ready]
    return now, left, busy, [x for x in ready if not left[x]] + free


def _ended_before(now: Schedule, place: int, dur: list[int]) -> int:
    """The last task before this place in the order that ends as the task there starts: it gave the slot up."""
    start, order = now.start, now.order
    moment = start[order[place]]
    place -= 1
    while start[order[place]] + dur[order[place]] != moment or start[order[place]] == moment:
        place -= 1
    return order[place]
