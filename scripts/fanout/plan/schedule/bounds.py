"""No schedule can be shorter than this."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush, heapreplace, nsmallest

from fanout.plan.schedule.search_model import Model

_CLIQUE_SEEDS = 1000
_WIDE_POOL_TASKS = 2000
_SHARPENING_CLIQUES = 60


def heads(model: Model) -> list[int]:
    """The earliest start of each task by its dependencies and by the running tasks it conflicts with."""
    head = [0] * model.n
    for k in range(model.running, model.n):
        ready = max((head[a] + model.dur[a] for a in model.need[k]), default=0)
        clear = max((model.dur[a] for a in model.foes[k] if a < model.running), default=0)
        head[k] = max(ready, clear)
    return head


def tails(model: Model) -> list[int]:
    """The least time between the end of each task and the end of all, by dependencies."""
    tail = [0] * model.n
    for k in range(model.n - 1, -1, -1):
        tail[k] = max((model.dur[b] + tail[b] for b in model.after[k]), default=0)
    return tail


def critical_path(model: Model) -> list[int]:
    """The longest chain of dependencies, first task first."""
    tail = tails(model)
    best = max(range(model.n), key=lambda k: (model.dur[k] + tail[k], -k), default=-1)
    path = []
    while best >= 0:
        path.append(best)
        best = max(model.after[best], key=lambda k: (model.dur[k] + tail[k], -k), default=-1)
    return path


def lower_bound(model: Model) -> int:
    """The best of the bounds: the critical path, slots, groups, sets of tasks that may never overlap."""
    head, tail = heads(model), tails(model)
    best = _simple(model, head, tail)
    for clique in _cliques(model, head, tail, best):
        best = max(best, _one_by_one([(head[k], model.dur[k], tail[k]) for k in clique]))
    return best


def sharper(model: Model) -> tuple[int, list[int]]:
    """A better bound at more cost, and the tails it comes from: what a task needs may not overlap either."""
    head, tail = heads(model), tails(model)
    cliques = sorted(_cliques(model, head, tail, 0), key=lambda c: -sum([model.dur[k] for k in c]))[
        :_SHARPENING_CLIQUES
    ]
    masks = [sum(1 << k for k in clique) for clique in cliques]
    for k in range(model.running, model.n):
        head[k] = max(head[k], _squeeze(model, model.need[k], model.below[k], masks, head))
    for k in range(model.n - 1, -1, -1):
        tail[k] = max(tail[k], _squeeze(model, model.after[k], model.above[k], masks, tail))
    best = _simple(model, head, tail)
    for clique in cliques:
        best = max(best, _one_by_one([(head[k], model.dur[k], tail[k]) for k in clique]))
    return best, tail


def _squeeze(model: Model, near: Sequence[int], far: int, masks: list[int], head: Sequence[int]) -> int:
    """The least time for all of `far` (of which `near` comes last), slots and cliques regarded."""
    dur, width = model.dur, max(model.slots, model.running)
    best = max([head[a] + dur[a] for a in near], default=0)
    if far.bit_count() > width:
        best = max(best, -(-sum([dur[a] for a in _bits(far)]) // width))
    for mask in masks:
        both = mask & far
        if both & (both - 1):
            end = 0
            for a in sorted(_bits(both), key=head.__getitem__):
                end = max(end, head[a]) + dur[a]
            best = max(best, end)
    return best


def _simple(model: Model, head: list[int], tail: list[int]) -> int:
    best = max((head[k] + model.dur[k] + tail[k] for k in range(model.n)), default=0)
    best = max(best, _crowd(model, list(range(model.n)), max(model.slots, model.running), head, tail))
    for g, room in enumerate(model.room):
        members = [k for k in range(model.n) if g in model.member[k]]
        best = max(best, _crowd(model, members, max(room, sum(k < model.running for k in members)), head, tail))
    return best


def _crowd(model: Model, tasks: list[int], width: int, head: list[int], tail: list[int]) -> int:
    """At most `width` at a time: before the first tasks of each place and after the last ones the place is idle."""
    grid = 12 if len(tasks) <= 2000 else 2
    best = 0
    for h in _quantiles([head[k] for k in tasks], grid):
        late = [k for k in tasks if head[k] >= h]
        for q in _quantiles([tail[k] for k in late], grid):
            both = [k for k in late if tail[k] >= q]
            if len(both) >= width:
                idle = sum(nsmallest(width, [head[k] for k in both])) + sum(nsmallest(width, [tail[k] for k in both]))
                best = max(best, -(-(idle + sum([model.dur[k] for k in both])) // width))
    return best


def _quantiles(values: list[int], count: int) -> list[int]:
    distinct = sorted(set(values))
    return distinct if len(distinct) <= count else [distinct[i * len(distinct) // count] for i in range(count)]


def _cliques(model: Model, head: list[int], tail: list[int], best: int) -> Iterator[list[int]]:
    """Sets of tasks no two of which may overlap, by conflict or dependency, grown greedily."""
    dur, foes = model.dur, model.foes
    load = {k: dur[k] + sum([dur[b] for b in foes[k]]) for k in range(model.n) if foes[k]}
    rank = [0] * model.n
    for place, k in enumerate(sorted(range(model.n), key=lambda k: (-dur[k], k))):
        rank[k] = place
    seen, grown = set(), set()
    for k in sorted(load, key=lambda k: (-load[k], k))[:_CLIQUE_SEEDS]:
        apart = model.below[k] | model.above[k]
        if (alike := (model.foe_mask[k] | 1 << k, apart)) in grown:  # the same tasks around it: the same set again
            continue
        grown.add(alike)
        clique = _grown(model, k, apart | model.foe_mask[k], rank)
        key = frozenset(clique)
        longest = sum([dur[b] for b in clique]) + max([head[b] for b in clique]) + max([tail[b] for b in clique])
        if key not in seen and longest > best:
            seen.add(key)
            yield clique


def _grown(model: Model, seed: int, apart: int, rank: list[int]) -> list[int]:
    """The seed with all that fits: first of its conflicts, then of all that may not overlap with it, the longest first."""
    clique = [seed]
    for pool in (model.foes[seed], _bits(apart) if model.n <= _WIDE_POOL_TASKS else ()):
        for b in sorted(pool, key=rank.__getitem__):
            if apart >> b & 1:
                clique.append(b)
                apart &= model.foe_mask[b] | model.below[b] | model.above[b]
    return clique


def _one_by_one(tasks: list[tuple[int, int, int]]) -> int:
    """The preemptive one-machine schedule of (head, duration, tail), the longest tail first."""
    tasks.sort()
    open_: list[tuple[int, int]] = []
    best = now = at = 0
    while at < len(tasks) or open_:
        if not open_:
            now = max(now, tasks[at][0])
        while at < len(tasks) and tasks[at][0] <= now:
            heappush(open_, (-tasks[at][2], tasks[at][1]))
            at += 1
        tail, left = open_[0]
        run = min(left, tasks[at][0] - now) if at < len(tasks) else left
        now += run
        if run == left:
            heappop(open_)
            best = max(best, now - tail)
        else:
            heapreplace(open_, (tail, left - run))
    return best


def _bits(mask: int) -> list[int]:
    return [i for i, bit in enumerate(bin(mask)[:1:-1]) if bit == "1"]
