"""The scheduler's one door: problem in, answer with its reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from . import batches, bounds, dispatch
from .model import Model, repair
from .problem import Answer, Problem, Wait

Effort = Literal["quick", "normal", "high"]


def solve(problem: Problem, *, effort: Effort = "normal", seed: int = 0) -> Answer:
    """A rolling order and batches, improved until proven optimal or the effort is used.

    The effort is a number of steps that depends on the problem alone, never on the clock: the same problem, effort and
    seed give the same answer on every machine. "quick" is rules only, "normal" takes about a second and "high" about
    ten for up to 1,000 tasks.
    """
    model = Model(problem)
    bound = bounds.lower_bound(model)
    tail = bounds.tails(model)
    order = sorted(range(model.n), key=lambda k: (k >= model.running, -(tail[k] + model.dur[k]), k))
    order = repair(order, model.need, model.after)
    groups = batches.greedy(model)
    return _answer(problem, model, order, groups, bound)


def _answer(problem: Problem, model: Model, order: Sequence[int], groups: list[list[int]], bound: int) -> Answer:
    start, finish, waits = dispatch.unfold(problem, model, order)
    makespan = max(finish, default=0)
    length = batches.length(model, groups)
    return Answer(
        order=sorted(problem.done) + [model.task[k] for k in order],
        start=start,
        finish=finish,
        makespan=makespan,
        batches=[[model.task[k] for k in batch] for batch in groups],
        batch_makespan=model.minutes(length),
        lower_bound=model.minutes(bound),
        critical_path=[model.task[k] for k in bounds.critical_path(model)],
        binding=_binding(finish, waits),
        proven_optimal=makespan <= model.minutes(bound),
        batches_proven_optimal=length <= bound,
        waits=waits,
    )


def _binding(finish: list[float], waits: list[Wait]) -> list[int]:
    """The chain of waits that ends with the last task to finish, first task first."""
    why = {wait.task: wait.on for wait in waits}
    chain = [max(range(len(finish)), key=lambda i: (finish[i], -i))] if finish and max(finish) > 0 else []
    while chain and chain[-1] in why:
        chain.append(why[chain[-1]])
    return chain[::-1]
