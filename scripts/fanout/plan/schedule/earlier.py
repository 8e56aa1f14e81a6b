"""Tasks that would be through before what they wait for can start: moved before it, where nothing ends later for that.

A contested path goes to the task with the most behind it, even where that one starts long after: until then another one
could have used the path and the idle slot. The makespan stays what it is or falls; the starts, added up, fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add

from fanout.plan.schedule.search_model import Model, repair

from .dispatch import dispatch, places
from .rules import Rated

LEEWAY = 2  # times as long as its estimate a moved task may take before anybody waits for it


def start_earlier(model: Model, rated: Rated, tries: int) -> Rated:
    """The order with as many such tasks moved as so many replays find, in the order of their starts."""
    makespan, order = rated
    start = dispatch(model, order)
    waiting = sorted((k for k in order if start[k]), key=start.__getitem__)
    while waiting and tries > 0:
        k = waiting.pop(0)
        gap = _gap(model, places(order), start, k)
        if gap is None:
            continue
        tries -= 1
        moved = _moved(model, order, start, k, gap)
        begun = dispatch(model, moved)
        ends = max(map(add, begun, model.dur))
        if ends <= makespan and sum(begun) < sum(start):
            makespan, order, start = ends, moved, begun
            waiting = sorted((k for k in order if start[k]), key=start.__getitem__)
    return makespan, order


def _gap(model: Model, place: Sequence[int], start: Sequence[int], k: int) -> int | None:
    """The moment from which k, its dependencies done, would be through well before the next of those that it waits for starts."""
    clear = max([start[a] + model.dur[a] for a in model.need[k]], default=0)
    ahead = [a for a in model.foes[k] if place[a] < place[k]]
    for a in sorted(ahead, key=start.__getitem__):
        if start[a] >= clear + LEEWAY * model.dur[k]:
            return clear
        clear = max(clear, start[a] + model.dur[a])
    return None


def _moved(model: Model, order: Sequence[int], start: Sequence[int], k: int, gap: int) -> list[int]:
    """The order by starts, k at the moment of its gap and before all that starts then."""
    wish = sorted(order, key=lambda b: (b >= model.running, gap if b == k else start[b], b != k))
    return repair(wish, model.need, model.after)
