"""What else could be done with the same tasks: split one of them, or deal them out in turn."""

from __future__ import annotations

from typing import NamedTuple

from fanout.plan.plan import Plan
from fanout.plan.schedule import solve
from fanout.plan.schedule.halve import Halves, halved

_CANDIDATE_TASKS = 12
_TRIED_TASKS = 4_000  # tasks times candidates: about 0.1 s
_SOLVED_AGAIN_TASKS = 200
_LEAST_SAVED_SHARE = 0.02
_LEAST_SPLIT_MINUTES = 2.0


class Split(NamedTuple):
    """The task, by index, and how long the plan would take with it in two halves that can run side by side.

    `gated` are the tasks that can start only after all of it, however they are ordered (see `gated_by`).
    """

    task: int
    makespan: float
    saves: float
    gated: list[int]


def split(plan: Plan) -> Split | None:
    """The task whose halving shortens the rolling plan most; None when no single split saves 2 per cent.

    Only tasks on the chain that ends last, or on the critical path, can shorten it, and by no more than a half: the
    longest of those that could be worth it are tried, each through the real dispatcher.
    """
    answer = plan.answer
    worth = max(0.5, _LEAST_SAVED_SHARE * answer.makespan)
    chain = dict.fromkeys([*answer.binding, *answer.critical_path])
    tried = [i for i in chain if i not in plan.done and plan.durations[i] >= max(_LEAST_SPLIT_MINUTES, 2 * worth)]
    tried.sort(key=lambda i: -plan.durations[i])
    tried = tried[: min(_CANDIDATE_TASKS, max(2, _TRIED_TASKS // len(plan.tasks)))] if plan.tasks else []
    if not tried:
        return None
    base = Halves(plan.problem, answer.order)
    halvings = [(_makespan(plan, base, i), i) for i in tried]
    makespan, best = min(halvings)
    saves = answer.makespan - makespan
    return Split(best, makespan, saves, gated_by(plan, best)) if saves >= worth else None


def gated_by(plan: Plan, task: int) -> list[int]:
    """The tasks left to do that the task dominates: every dependency of theirs leads to it, so that it must end first."""
    needs, done = plan.problem.needs, plan.done
    behind = {task}
    for index in plan.answer.order:
        left = [need for need in needs[index] if need not in done]
        if index not in done and left and behind.issuperset(left):
            behind.add(index)
    return sorted(behind - {task})


def round_robin(plan: Plan) -> float:
    """Minutes when the tasks are dealt to the agents in turn, in the order of the list, each agent doing its own.

    Dependencies and hazards are respected, so this is what a careful round-robin would take, not what a careless one
    hopes for.
    """
    problem = plan.problem
    finish = [0.0] * len(plan.tasks)
    lanes = [0.0] * problem.slots
    foes = _foes(plan)
    placed: set[int] = set()
    for dealt, index in enumerate(_in_order(plan)):
        lane = dealt % len(lanes)
        start = max([lanes[lane], *(finish[need] for need in problem.needs[index])])
        start = max([start, *map(finish.__getitem__, foes[index])])
        for members, capacity in problem.groups:
            if index in members:
                ends = sorted((finish[i] for i in members if i in placed), reverse=True)
                start = max(start, ends[capacity - 1] if len(ends) >= capacity else 0.0)
        finish[index] = lanes[lane] = start + problem.durations[index]
        placed.add(index)
    return max(finish, default=0.0)


def _foes(plan: Plan) -> list[list[int]]:
    """Whom each task must not overlap, those aside that only the rolling schedule keeps apart."""
    foes: list[list[int]] = [[] for _ in plan.tasks]
    held = {(hazard.a, hazard.b) for hazard in plan.held}
    for a, b in plan.problem.conflicts:
        if (min(a, b), max(a, b)) not in held:
            foes[a].append(b)
            foes[b].append(a)
    return foes


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


def _makespan(plan: Plan, base: Halves, task: int) -> float:
    """In the plan's own order, the second half right behind the first; of small plans also in a fresh order."""
    again = base.makespan(task)
    return (
        min(again, solve(halved(plan.problem, task), effort="quick").makespan)
        if len(plan.tasks) <= _SOLVED_AGAIN_TASKS
        else again
    )
