"""The scheduler's one door: problem in, answer with its reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fanout.plan.schedule.search_model import Model

from . import batches, bounds, dispatch, earlier, exact, rules
from .improve import Search
from .problem import Answer, Problem, Wait

Effort = Literal["quick", "normal", "high"]


_ORDER_LAUNCHES = {"quick": 0, "normal": 700_000, "high": 6_000_000}
_BATCHES_MICROSECONDS = {"quick": 0, "normal": 250_000, "high": 3_000_000}
_EARLIER_MICROSECONDS = {"quick": 5_000, "normal": 50_000, "high": 500_000}
_POLISH_PASSES = 4
_LEAST_LAUNCHES_A_TASK = 100
_SHARP_BOUND_TASKS = 300
_EXACT_NODES = 30_000


def solve(problem: Problem, *, effort: Effort = "normal", seed: int = 0) -> Answer:
    """A rolling order and batches, improved until proven optimal or the effort is used.

    The effort is a number of steps that depends on the problem alone, never on the clock: the same problem, effort and
    seed give the same answer on every machine. "quick" is rules only, "normal" takes about a second and "high" about
    ten for up to 1,000 tasks.
    """
    model = Model(problem)
    rated, bound = _order(model, bounds.lower_bound(model), _ORDER_LAUNCHES[effort], seed)
    sequence, floor = _sequence(model, bound, _BATCHES_MICROSECONDS[effort], seed)
    if not model.running:
        rated = _no_longer_than(model, rated, sequence)
        bound = min(bound, batches.length(model, sequence))
    tries = _EARLIER_MICROSECONDS[effort] * 1000 // (_launch_cost(model) * model.n) if model.n else 0
    order = earlier.start_earlier(model, rated, tries)[1]
    return answer_of(problem, model, order, sequence, bound, floor)


def _no_longer_than(model: Model, rated: rules.Rated, sequence: list[list[int]]) -> rules.Rated:
    """The order, or when batches end earlier than it does, what rolling dispatch makes of them where that is better."""
    if rated[0] <= batches.length(model, sequence):
        return rated
    return min(rated, rules.polish(model, [k for batch in sequence for k in batch], _POLISH_PASSES))


def _order(model: Model, bound: int, effort: int, seed: int) -> tuple[rules.Rated, int]:
    """The best order of the rules, then of the search for so many microseconds of a usual machine; a better bound."""
    best = _by_rules(model, bound)
    if best[0] <= bound:
        return best, bound
    tail = bounds.tails(model)
    if model.n <= _SHARP_BOUND_TASKS and effort:
        better, tail = bounds.sharper(model)
        bound = max(bound, better)
    if effort and best[0] > bound and model.n <= exact.EXACT_TASKS and not model.room:
        shorter, proven = exact.Orders(model, _EXACT_NODES).search(best[0], bound)
        if shorter is not None:
            best = rules.rated(model, shorter)
        bound = best[0] if proven else bound
    launches = effort * 1000 // _launch_cost(model)
    if launches < _LEAST_LAUNCHES_A_TASK * model.n or best[0] <= bound:
        return best, bound
    search = Search(model, tail, seed)
    schedule = search.anneal(search.schedule(best[1]), bound, launches)
    return (schedule.makespan, schedule.order), bound


def _by_rules(model: Model, bound: int) -> rules.Rated:
    """The best order of the rules, the first that reaches the bound."""
    best: rules.Rated | None = None
    for order in rules.orders(model):
        rated = rules.polish(model, order, _POLISH_PASSES)
        if best is None or rated[0] < best[0]:
            best = rated
        if best[0] <= bound:
            break
    assert best is not None
    return best


def _launch_cost(model: Model) -> int:
    """About how many nanoseconds the search takes for a launch on a usual machine."""
    return 300 + 80 * len(model.pairs) // model.n + min(250, model.n)


def _sequence(model: Model, bound: int, effort: int, seed: int) -> tuple[list[list[int]], int]:
    """Batches, and what no sequence of batches can beat."""
    if model.n == model.running:
        return [], 0
    if effort and model.n <= exact.EXACT_TASKS:
        shortest = exact.batches(model)
        return shortest, batches.length(model, shortest)
    floor = max(bound if not model.running else 0, batches.lower_bound(model))
    return batches.best(model, floor, effort, seed), floor


def answer_of(
    problem: Problem, model: Model, order: Sequence[int], sequence: list[list[int]], bound: int, floor: int
) -> Answer:
    """The answer that an order and batches of the model are; `bound` and `floor` are what none of them can beat."""
    start, finish, waits = dispatch.unfold(problem, model, order)
    makespan = max(finish, default=0)
    length = batches.length(model, sequence)
    return Answer(
        order=sorted(problem.done) + [model.task[k] for k in order],
        start=start,
        finish=finish,
        makespan=makespan,
        batches=[[model.task[k] for k in batch] for batch in sequence],
        batch_makespan=model.minutes(length),
        lower_bound=model.minutes(bound),
        critical_path=[model.task[k] for k in bounds.critical_path(model)],
        binding=_binding(finish, waits),
        proven_optimal=makespan <= model.minutes(bound),
        batches_proven_optimal=length <= floor,
        waits=waits,
    )


def _binding(finish: list[float], waits: list[Wait]) -> list[int]:
    """The chain of waits that ends with the last task to finish, first task first."""
    why = {wait.task: wait.on for wait in waits}
    chain = [max(range(len(finish)), key=lambda i: (finish[i], -i))] if finish and max(finish) > 0 else []
    while chain and chain[-1] in why:
        chain.append(why[chain[-1]])
    return chain[::-1]
