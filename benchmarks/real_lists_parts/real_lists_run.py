"""A run of a plan as it would have gone: what the tasks really changed decides who collides, and what came too early."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from real_lists_truth import Truth

from fanout.plan import advice, graph
from fanout.plan.plan import Plan
from fanout.plan.reading import Reading
from fanout.plan.schedule import Problem, solve

SLOTS = 5
TRIES = 5
SPREAD = (0.5, 1.5)


@dataclass
class Figures:
    """Of one list at one way of planning it; pairs are of tasks whose commits are known."""

    tasks: int
    speed: float
    guarded_speed: float  # with the guard: the second writer of a file waits for the first
    conflicts: int
    apart: int
    used: int
    ordered: int
    free: int
    free_apart: int
    mistakes: float  # a simulated run: begun before what it needs was there
    collisions: float  # a simulated run: two at once in one file, without a guard
    waits: float = field(default=0.0)  # a simulated run: writers that the guard made wait
    no_go: bool = False  # the plan says, as known, that agents don't pay


@dataclass(frozen=True)
class _Way:
    """Whom each known task waits for, and whom it may not meet."""

    needs: list[set[int]]
    conflicts: set[tuple[int, int]]


def planned(plan: Plan, truth: Truth) -> Figures:
    """The figures of a plan of the whole list, for the tasks that are known."""
    index = plan.index
    places = [index[name] for name in truth.ids]
    needs = [{early for early, one in enumerate(places) if plan.below[place] >> one & 1} for place in places]
    known = {place: number for number, place in enumerate(places)}
    conflicts = {
        (min(known[one.a], known[one.b]), max(known[one.a], known[one.b]))
        for one in [*plan.hazards, *plan.held]
        if not one.ordered and one.a in known and one.b in known
    }
    advised = advice.of_plan(plan, try_caps=False)
    return replace(_figures(_Way(needs, conflicts), truth), no_go=not advised.go and advised.known)


def dropped(low: Plan, normal: Plan, truth: Truth) -> tuple[int, int]:
    """How many pairs of known tasks `low` orders and `normal` does not, and of how many the later one uses the earlier one's."""
    pairs = [
        (early, late)
        for late, name in enumerate(truth.ids)
        for early, other in enumerate(truth.ids[:late])
        if _is_before(low, other, name) and not _is_before(normal, other, name)
    ]
    return len(pairs), sum(early in truth.needs[late] for early, late in pairs)


def _is_before(plan: Plan, early: str, late: str) -> bool:
    return bool(plan.below[plan.index[late]] >> plan.index[early] & 1)


def ceiling(truth: Truth, stated: list[set[int]] | None = None) -> Figures:
    """The figures of a plan that knows it all; with what the list states, which holds whether it was needed or not."""
    more = stated or [set[int]() for _ in truth.ids]
    needs = [set(one) | more[place] for place, one in enumerate(truth.needs)]
    return _figures(_Way(needs, set(truth.conflicts())), truth)


def stated(reading: Reading, truth: Truth) -> list[set[int]]:
    """For each known task the known ones before it by what the list states alone."""
    tasks = reading.document.tasks
    index = {task.id: place for place, task in enumerate(tasks)}
    needs = [[index[name] for name in task.depends_on if name not in reading.notes[task.id].order] for task in tasks]
    masks = graph.ancestors(needs)
    known = {index[name]: number for number, name in enumerate(truth.ids)}
    return [{known[other] for other in known if masks[place] >> other & 1} for place in known]


def _figures(way: _Way, truth: Truth) -> Figures:
    n = len(truth.ids)
    below = _closed(way.needs)
    real = set(truth.conflicts())
    used = {(early, late) for late, found in enumerate(truth.needs) for early in found}

    def apart(early: int, late: int) -> bool:
        return early in below[late] or late in below[early] or (early, late) in way.conflicts

    free = [(early, late) for late in range(n) for early in range(late) if (early, late) not in real | used]
    problem = Problem([1.0] * n, [sorted(one) for one in way.needs], sorted(way.conflicts), SLOTS)
    answer = solve(problem, effort="quick")
    runs = [_run(way, truth, real, answer.order, seed) for seed in range(TRIES)]
    return Figures(
        n,
        n / answer.makespan,
        sum(run.speed for run in runs) / TRIES,
        len(real),
        sum(apart(*pair) for pair in real),
        len(used),
        sum(early in below[late] for early, late in used),
        len(free),
        sum(apart(*pair) for pair in free),
        sum(run.mistakes for run in runs) / TRIES,
        sum(run.collisions for run in runs) / TRIES,
        sum(run.waits for run in runs) / TRIES,
    )


def _closed(needs: list[set[int]]) -> list[set[int]]:
    below: dict[int, set[int]] = {}

    def of(task: int) -> set[int]:
        if task not in below:
            below[task] = set(needs[task])
            for other in needs[task]:
                below[task] |= of(other)
        return below[task]

    return [of(task) for task in range(len(needs))]


@dataclass
class _Run:
    speed: float
    mistakes: int
    collisions: int
    waits: int


def _run(way: _Way, truth: Truth, real: set[tuple[int, int]], order: list[int], seed: int) -> _Run:
    """Rolling dispatch with durations that differ, once without the guard and once with it."""
    chance = random.Random(seed)
    minutes = [chance.uniform(*SPREAD) for _ in order]
    start, finish = _dispatch(way, order, minutes, set(), truth)
    mistakes = sum(start[late] < finish[early] - 1e-9 for late, found in enumerate(truth.needs) for early in found)
    collisions = sum(start[a] < finish[b] - 1e-9 and start[b] < finish[a] - 1e-9 for a, b in real)
    waiting: set[int] = set()
    _, guarded = _dispatch(way, order, minutes, real, truth, waiting)
    return _Run(sum(minutes) / max(guarded.values()), mistakes, collisions, len(waiting))


def _dispatch(
    way: _Way,
    order: list[int],
    minutes: list[float],
    guarded: set[tuple[int, int]],
    truth: Truth,
    waiting: set[int] | None = None,
) -> tuple[dict[int, float], dict[int, float]]:
    """When each task starts and ends. A guarded pair that meets: the second does its last half after the first ends."""
    start: dict[int, float] = {}
    finish: dict[int, float] = {}
    now = 0.0
    while len(start) < len(order):
        running = [task for task in start if finish[task] > now + 1e-9]
        for place, task in enumerate(order):
            if task in start or len(running) >= SLOTS or not _ready(way, task, order[:place], finish, now):
                continue
            met = [finish[one] for one in running if (min(one, task), max(one, task)) in guarded]
            start[task] = now
            finish[task] = max([now + minutes[task], *(end + minutes[task] / 2 for end in met)])
            running.append(task)
            if met and waiting is not None:
                waiting.add(task)
        now = min(end for end in finish.values() if end > now + 1e-9)
    return start, finish


def _ready(way: _Way, task: int, before: list[int], finish: dict[int, float], now: float) -> bool:
    def done(one: int) -> bool:
        return one in finish and finish[one] <= now + 1e-9

    return (
        all(done(one) for one in way.needs[task])
        and all(done(one) for one in before if (min(one, task), max(one, task)) in way.conflicts)
        and not any(
            one in finish and not done(one) for one in finish if (min(one, task), max(one, task)) in way.conflicts
        )
    )
