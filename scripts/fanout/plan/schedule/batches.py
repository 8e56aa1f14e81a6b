"""Batches for barriers: a batch starts when all of the one before is done, and lasts as long as its longest task.

best         the best of what follows, while there is effort left
  first      greedy, with a few ratings
  beam       partial sequences side by side, wider and wider
  packing    a few batches apart and together again
"""

from __future__ import annotations

import random
from bisect import bisect_left, insort
from collections.abc import Sequence

from fanout.plan.schedule.search_model import Model

from .beam import Beam
from .bounds import tails
from .packing import Packing

_READY_TASKS_SEEN = 100
_STRETCHES = (1.0, 1.2, 1.5, 2.0)
_GREEDY_TRIES = 12
_WEIGHTS = (0.1, 0.2, 0.3, 0.45)
_BEAM_SHARE = 0.7
_WIDENING_FACTOR = 3
_LARGEST_BEAM_TASKS = 1500


def best(model: Model, floor: int, effort: int, seed: int) -> list[list[int]]:
    """The best batches found for so many microseconds of a usual machine; stops at the floor."""
    if not effort or model.n > _LARGEST_BEAM_TASKS:
        return first(model, 1, seed)
    sequence = _widen(model, first(model, _GREEDY_TRIES, seed, floor), floor, int(effort * _BEAM_SHARE))
    if length(model, sequence) <= floor:
        return sequence
    packing = Packing(model, seed)
    packing.load(sequence)
    return packing.anneal(floor, int(effort * (1 - _BEAM_SHARE)) // (32 + model.n // 10))


def _widen(model: Model, sequence: list[list[int]], floor: int, effort: int) -> list[list[int]]:
    """Narrow beams with every weight, wider ones with the better half, and so on; the last as wide as is left for."""
    beam, budget = Beam(model), effort * 1000 // (90 + min(200, model.n * 3 // 4))
    total, weights = length(model, sequence), list(_WEIGHTS)
    width, cost = max(1, 200 // model.n), 0
    while beam.spent + cost <= budget:
        rated = []
        for weight in weights:
            before = beam.spent
            if before + cost > budget:
                break
            batches = beam.search(width, weight, total)
            cost = max(cost, beam.spent - before)
            rated.append((length(model, batches), weight))
            if rated[-1][0] < total:
                total, sequence = rated[-1][0], batches
            if total <= floor:
                return sequence
        weights = [weight for _, weight in sorted(rated)[: max(1, len(weights) // 2)]]
        wider = _WIDENING_FACTOR if len(weights) > 1 else (budget - beam.spent) / max(1, cost)
        if wider < 1.5:
            break
        width, cost = int(width * wider), int(cost * wider)
    return sequence


def first(model: Model, tries: int, seed: int, floor: int = 0) -> list[list[int]]:
    """The best of so many greedy sequences, from the tails and from noisy ones; stops at the floor."""
    rnd = random.Random(seed).random
    tail: Sequence[float] = tails(model)
    noise = sum(model.dur) / max(1, model.n)
    best: list[list[int]] = []
    least = -1
    for i in range(tries):
        rating = tail if i < len(_STRETCHES) else [t * (1 + 0.3 * rnd()) + noise * rnd() for t in tail]
        batches = greedy(model, rating, _STRETCHES[i % len(_STRETCHES)])
        total = length(model, batches)
        if least < 0 or total < least:
            best, least = batches, total
        if least <= floor:
            break
    return best


def greedy(model: Model, tail: Sequence[float], stretch: float) -> list[list[int]]:
    """A batch around the ready task with the longest tail, filled with the longest tasks that are no longer than it,
    then with the next longer ones up to `stretch` times as long."""
    left = [sum(a >= model.running for a in needed) for needed in model.need]
    rank = sorted(range(model.n), key=lambda k: (-tail[k] - model.dur[k], k))
    place = [0] * model.n
    for p, k in enumerate(rank):
        place[k] = p
    ready = sorted(place[k] for k in range(model.running, model.n) if not left[k])
    out = []
    while ready:
        batch = _fill(model, [rank[p] for p in ready[:_READY_TASKS_SEEN]], stretch)
        for k in batch:
            del ready[bisect_left(ready, place[k])]
        for k in batch:
            for b in model.after[k]:
                left[b] -= 1
                if not left[b]:
                    insort(ready, place[b])
        out.append(sorted(batch))
    return out


def _fill(model: Model, ready: list[int], stretch: float) -> list[int]:
    dur, member = model.dur, model.member
    top = dur[ready[0]]
    wish = sorted(ready[1:], key=lambda k: (dur[k] > top, -dur[k] if dur[k] <= top else dur[k]))
    batch: list[int] = []
    foes = 0
    used = [0] * len(model.room)
    for k in [ready[0], *wish]:
        if len(batch) == model.slots or (batch and dur[k] > top * stretch):
            break
        if not foes >> k & 1 and all(used[g] < model.room[g] for g in member[k]):
            batch.append(k)
            foes |= model.foe_mask[k]
            for g in member[k]:
                used[g] += 1
    return batch


def length(model: Model, batches: Sequence[Sequence[int]]) -> int:
    """The sum over batches of the longest task, in units."""
    return sum(max(model.dur[k] for k in batch) for batch in batches)


def lower_bound(model: Model) -> int:
    """The longest task, the one `slots` places after it, and so on: each needs a batch of its own."""
    durations = sorted(model.dur[model.running :], reverse=True)
    return sum(durations[:: model.slots])
