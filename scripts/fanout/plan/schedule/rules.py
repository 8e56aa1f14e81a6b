"""Good orders at once: priority rules, then passes backward and forward through the dispatcher."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from operator import add

from fanout.plan.schedule.search_model import Model, repair

from .bounds import tails
from .dispatch import dispatch

Rated = tuple[int, list[int]]
"""A makespan and the order that has it."""


def orders(model: Model) -> Iterator[list[int]]:
    """One order for each rule, the most generally good rule first."""
    dur, foes, n = model.dur, model.foes, model.n
    tail = tails(model)
    yield _by(model, [dur[k] + tail[k] for k in range(n)])
    load = [sum([dur[b] for b in foes[k]]) for k in range(n)]
    yield _by(model, _chained(model, lambda k, behind: max(dur[k] + behind, dur[k] + load[k] + tail[k])))
    yield _by(model, _chained(model, lambda k, behind: max(dur[k] + behind, (dur[k] + load[k]) / 2 + tail[k])))
    yield _by(model, _chained(model, lambda k, behind: dur[k] + load[k] / 2 + behind))
    if n <= 2000:
        yield _by(model, [dur[k] + sum([dur[b] for b in range(k + 1, n) if model.above[k] >> b & 1]) for k in range(n)])


def _chained(model: Model, rate: Callable[[int, float], float]) -> list[float]:
    """A rating of each task from its own and the best among those that depend on it."""
    rating = [0.0] * model.n
    for k in range(model.n - 1, -1, -1):
        rating[k] = rate(k, max([rating[b] for b in model.after[k]], default=0.0))
    return rating


def _by(model: Model, rating: Sequence[float]) -> list[int]:
    """The highest rating first, as far as dependencies allow; running tasks stay in front."""
    wish = sorted(range(model.n), key=lambda k: (k >= model.running, -rating[k], k))
    return repair(wish, model.need, model.after)


def polish(model: Model, order: list[int], passes: int) -> Rated:
    """Schedule backward in the order of ends, forward in the order of those starts, and so on while it helps."""
    mirror = copy.copy(model)
    mirror.need, mirror.after, mirror.running = model.after, model.need, 0
    start = dispatch(model, order)
    best = _makespan(model, start), order
    for _ in range(passes):
        place = {k: p for p, k in enumerate(order)}
        back = sorted(order, key=lambda k: (-start[k] - model.dur[k], -place[k]))
        ahead = dispatch(mirror, back)
        back.reverse()
        order = sorted(back, key=lambda k: (k >= model.running, -ahead[k] - model.dur[k]))
        start = dispatch(model, order)
        makespan = _makespan(model, start)
        if makespan >= best[0]:
            break
        best = makespan, order
    return best


def rated(model: Model, order: list[int]) -> Rated:
    """An order with the makespan of its replay."""
    return _makespan(model, dispatch(model, order)), order


def _makespan(model: Model, start: Sequence[int]) -> int:
    return max(map(add, start, model.dur), default=0)
