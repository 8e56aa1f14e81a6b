"""Small problems to the end: no better answer exists, or here it is."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.schedule.search_model import Model

from .bounds import tails

EXACT_TASKS = 10


class Orders:
    """Every order that its own replay does not change: starts never go back.

    A task is appended where the dispatcher would start it after the tasks before it; if it could have started before
    the last of those did, the replay would have launched it earlier, and the order is left out. Every replay of any
    order is the replay of one of these: the one sorted by its starts.
    """

    def __init__(self, model: Model, nodes: int) -> None:
        self.model = model
        self.nodes = nodes
        self.rest = list(map(sum, zip(model.dur, tails(model), strict=True)))
        self.end = [0] * model.n
        self.seen: set[tuple[int, int, tuple[tuple[int, int], ...]]] = set()
        self.found: list[int] | None = None

    def search(self, limit: int, bound: int) -> tuple[list[int] | None, bool]:
        """An order that ends before the limit, the best there is (None: there is none), and whether that is proven."""
        self.limit, self.bound = limit, bound
        running = list(range(self.model.running))
        for k in running:
            self.end[k] = self.model.dur[k]
        self._extend(running, (1 << self.model.running) - 1, 0)
        return self.found, self.nodes > 0

    def _extend(self, order: list[int], mask: int, last: int) -> None:
        model = self.model
        if len(order) == model.n:
            self.limit, self.found = max(self.end, default=0), order[:]
            return
        state = mask, last, tuple([(k, self.end[k]) for k in sorted(order) if self.end[k] > last])
        if state in self.seen:
            return
        self.seen.add(state)
        for start, k in sorted(self._next(order, mask, last)):
            self.nodes -= 1
            if self.nodes <= 0 or self.limit <= self.bound:
                return
            if start + self.rest[k] < self.limit:
                self.end[k] = start + model.dur[k]
                order.append(k)
                self._extend(order, mask | 1 << k, start)
                order.pop()

    def _next(self, order: list[int], mask: int, last: int) -> Iterator[tuple[int, int]]:
        model = self.model
        for k in range(model.running, model.n):
            if mask >> k & 1 or any(not mask >> a & 1 for a in model.need[k]):
                continue
            ahead = model.need[k] + [b for b in model.foes[k] if mask >> b & 1]
            start = self._free(order, max([self.end[a] for a in ahead], default=0))
            if start >= last:
                yield start, k

    def _free(self, order: list[int], moment: int) -> int:
        """The first moment from then on with a free slot."""
        start = {k: self.end[k] - self.model.dur[k] for k in order}
        while True:
            busy = [self.end[k] for k in order if start[k] <= moment < self.end[k]]
            if len(busy) < self.model.slots:
                return moment
            moment = min(busy)


def batches(model: Model) -> list[list[int]]:
    """The shortest sequence of batches: for each set of tasks done, the shortest way there."""
    full = (1 << model.n) - 1
    needed = [sum(1 << a for a in needed) for needed in model.need]
    ways: dict[int, tuple[int, int]] = {(1 << model.running) - 1: (0, 0)}
    for mask in range(full):
        if mask not in ways:
            continue
        ready = [k for k in range(model.n) if not mask >> k & 1 and not needed[k] & ~mask]
        ready.sort(key=lambda k: (-model.dur[k], k))
        for at, k in enumerate(ready):
            for batch in _full(model, k, ready[at + 1 :]):
                length = ways[mask][0] + model.dur[k]
                if length < ways.get(mask | batch, (length + 1, 0))[0]:
                    ways[mask | batch] = length, mask
    out = []
    while full != (1 << model.running) - 1:
        before = ways[full][1]
        out.append([k for k in range(model.n) if (full ^ before) >> k & 1])
        full = before
    return out[::-1]


def _full(model: Model, longest: int, others: list[int]) -> Iterator[int]:
    """The batches of one task and shorter ones that no other shorter one fits into: leaving one out gains nothing."""
    for batch, shut in _with(model, 1 << longest, model.foe_mask[longest] | 1 << longest, others):
        if batch.bit_count() == model.slots or not any(_fits(model, batch, shut, k) for k in others):
            yield batch


def _with(model: Model, batch: int, shut: int, others: list[int]) -> Iterator[tuple[int, int]]:
    """The batch, and with any of the others that fit; each with what can't be added to it."""
    yield batch, shut
    if batch.bit_count() < model.slots:
        for at, k in enumerate(others):
            if _fits(model, batch, shut, k):
                yield from _with(model, batch | 1 << k, shut | model.foe_mask[k] | 1 << k, others[at + 1 :])


def _fits(model: Model, batch: int, shut: int, k: int) -> bool:
    return not shut >> k & 1 and all(
        sum(g in model.member[b] for b in range(model.n) if batch >> b & 1) < model.room[g] for g in model.member[k]
    )
