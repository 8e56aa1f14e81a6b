"""What else could be done with the same tasks: split one of them, or deal them out in turn."""

from __future__ import annotations

from typing import NamedTuple

from fanout.plan.plan import Plan
from fanout.plan.schedule import Problem, replay, solve

_CANDIDATES = 12
_WORK = 4_000  # tasks times candidates: about 0.1 s
_SMALL = 200
_WORTH = 0.02
_SHORTEST = 2.0


class Split(NamedTuple):
    """The task, by index, and how long the plan would take with it in two halves that can run side by side."""

    task: int
    makespan: float
    saves: float


def split(plan: Plan) -> Split | None:
    """The task whose halving shortens the rolling plan most; None when no single split saves 2 per cent.

    Only tasks on the chain that ends last, or on the critical path, can shorten it: the longest of them are tried,
    each through the real dispatcher.
    """
    answer = plan.answer
    chain = dict.fromkeys([*answer.binding, *answer.critical_path])
    tried = [i for i in chain if i not in plan.done and plan.durations[i] >= _SHORTEST]
    tried.sort(key=lambda i: -plan.durations[i])
    tried = tried[: min(_CANDIDATES, max(2, _WORK // len(plan.tasks)))] if plan.tasks else []
    found = [(_makespan(plan, _halved(plan, i), i), i) for i in tried]
    if not found:
        return None
    makespan, best = min(found)
    saves = answer.makespan - makespan
    return Split(best, makespan, saves) if saves >= max(0.5, _WORTH * answer.makespan) else None


def round_robin(plan: Plan) -> float:
    """Minutes when the tasks are dealt to the agents in turn, in the order of the list, each agent doing its own.

    Dependencies and hazards are respected, so this is what a careful round-robin would take, not what a careless one
    hopes for.
    """
    problem = plan.problem
    finish = [0.0] * len(plan.tasks)
    lanes = [0.0] * problem.slots
    foes: list[list[int]] = [[] for _ in plan.tasks]
    held = {(hazard.a, hazard.b) for hazard in plan.held}
    for a, b in problem.conflicts:
        if (min(a, b), max(a, b)) not in held:
            foes[a].append(b)
            foes[b].append(a)
    placed: set[int] = set()
    for dealt, index in enumerate(_in_order(plan)):
        lane = dealt % len(lanes)
        start = max([lanes[lane], *(finish[need] for need in problem.needs[index])])
        start = max([start, *(finish[foe] for foe in foes[index] if foe in placed)])
        for members, capacity in problem.groups:
            if index in members:
                ends = sorted((finish[i] for i in members if i in placed), reverse=True)
                start = max(start, ends[capacity - 1] if len(ends) >= capacity else 0.0)
        finish[index] = lanes[lane] = start + problem.durations[index]
        placed.add(index)
    return max(finish, default=0.0)


def _in_order(plan: Plan) -> list[int]:
    """What is left to do in the list's order, each task behind what it needs."""
    left = {i: {need for need in needs if need not in plan.done} for i, needs in enumerate(plan.problem.needs)}
    for done in plan.done:
        left.pop(done)
    after: dict[int, list[int]] = {}
    for i, needs in left.items():
        for need in needs:
            after.setdefault(need, []).append(i)
    ready = [i for i, needs in left.items() if not needs]
    for i in ready:
        for other in after.get(i, ()):
            left[other].discard(i)
            if not left[other]:
                ready.append(other)
    return ready


def _makespan(plan: Plan, halved: Problem, task: int) -> float:
    """In the plan's own order, the second half right behind the first; of small plans also in a fresh order."""
    order = []
    for index in plan.answer.order:
        order += [index, len(plan.tasks)] if index == task else [index]
    again = max(replay(halved, order)[1])
    return min(again, solve(halved, effort="quick").makespan) if len(plan.tasks) <= _SMALL else again


def _halved(plan: Plan, task: int) -> Problem:
    """The plan's problem with `task` in two halves, the second as the last task."""
    problem, twin = plan.problem, len(plan.tasks)
    durations = [*problem.durations, problem.durations[task] / 2]
    durations[task] /= 2
    needs = [[*wants, twin] if task in wants else wants for wants in problem.needs]
    conflicts = [*problem.conflicts]
    conflicts += [(other, twin) for pair in problem.conflicts if task in pair for other in pair if other != task]
    return Problem(
        durations=durations,
        needs=[*needs, problem.needs[task]],
        conflicts=conflicts,
        slots=problem.slots,
        groups=[([*members, twin] if task in members else members, room) for members, room in problem.groups],
        done=problem.done,
    )
