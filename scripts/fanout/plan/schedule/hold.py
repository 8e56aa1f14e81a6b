"""Pairs held apart though nothing forces it, for the rare plan whose batches end before any rolling order does.

The dispatcher never leaves a slot idle while a task is ready. Sometimes a little idleness is shorter: a task that starts
at once then stands in the way of a longer one. Batches have such idleness; holding a few pairs apart gives it to the
rolling order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from fanout.plan.schedule.search_model import Model

from . import bounds
from .batches import lower_bound
from .dispatch import arrange, replay
from .problem import Answer, Problem
from .solver import answer_of

Pair = tuple[int, int]

HELD = "held back, for then everything ends earlier"
"""Why such a pair is kept apart, as a clause."""

_REPLAYED_TASKS = 50_000
_SHARP_BOUND_TASKS = 300


def hold_back(problem: Problem, answer: Answer) -> tuple[Answer, list[Pair]]:
    """An answer whose rolling schedule is no longer than its batches, and the pairs that it must keep apart for that.

    Nearly always that is the answer itself and no pair. The pairs are conflicts for everybody who uses the order.
    """
    if answer.makespan <= answer.batch_makespan or problem.running:
        return answer, []
    order = [*sorted(problem.done), *(task for batch in answer.batches for task in batch)]
    every = [(a, b) for one, other in pairwise(answer.batches) for a in one for b in other]
    pairs = _fewest(problem, order, every, answer.batch_makespan)
    held = replace(problem, conflicts=[*problem.conflicts, *pairs])
    model = Model(held)
    start = replay(held, order)[0]
    order.sort(key=lambda task: (task not in problem.done, start[task]))
    number = {task: k for k, task in enumerate(model.task)}
    sequence = [[number[task] for task in batch] for batch in answer.batches]
    floor = max(lower_bound(model), round(answer.batch_makespan * model.scale) if answer.batches_proven_optimal else 0)
    return answer_of(held, model, arrange(held, model, order), sequence, _bound(problem), floor), pairs


def _bound(problem: Problem) -> int:
    """What no schedule can beat, whatever is held apart in it."""
    model = Model(problem)
    return max(bounds.lower_bound(model), bounds.sharper(model)[0] if model.n <= _SHARP_BOUND_TASKS else 0)


def _fewest(problem: Problem, order: Sequence[int], pairs: list[Pair], limit: float) -> list[Pair]:
    """As few of the pairs as keep the replay within the limit: halves are left out, then quarters, down to one pair."""
    tries = max(40, _REPLAYED_TASKS // len(order))
    size = len(pairs)
    while size and tries > 0:
        at = 0
        while at < len(pairs) and tries > 0:
            fewer = pairs[:at] + pairs[at + size :]
            tries -= 1
            if max(replay(replace(problem, conflicts=[*problem.conflicts, *fewer]), order)[1]) <= limit:
                pairs = fewer
            else:
                at += size
        size //= 2
    return pairs
