"""Batches for barriers: a batch starts when all of the one before is done, and lasts as long as its longest task."""

from __future__ import annotations

from .bounds import tails
from .model import Model


def length(model: Model, batches: list[list[int]]) -> int:
    """The sum over batches of the longest task, in units."""
    return sum(max(model.dur[k] for k in batch) for batch in batches)


def greedy(model: Model) -> list[list[int]]:
    """A batch around the ready task with the longest tail, filled with the longest tasks that fit beside it."""
    tail = tails(model)
    left = [sum(a >= model.running for a in needed) for needed in model.need]
    ready = [k for k in range(model.running, model.n) if not left[k]]
    out = []
    while ready:
        ready.sort(key=lambda k: (-(tail[k] + model.dur[k]), k))
        batch = _fill(model, ready)
        taken = set(batch)
        ready = [k for k in ready if k not in taken]
        for k in batch:
            for b in model.after[k]:
                left[b] -= 1
                if not left[b]:
                    ready.append(b)
        out.append(sorted(batch))
    return out


def _fill(model: Model, ready: list[int]) -> list[int]:
    batch: list[int] = []
    taken = 0
    room = list(model.room)
    for k in ready:
        if len(batch) == model.slots:
            break
        if model.foe_mask[k] & taken or any(not room[g] for g in model.member[k]):
            continue
        batch.append(k)
        taken |= 1 << k
        for g in model.member[k]:
            room[g] -= 1
    return batch
