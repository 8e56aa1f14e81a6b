"""A problem with one of its tasks in two halves that can run side by side."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from operator import add

from fanout.plan.schedule.search_model import Model

from .dispatch import arrange, dispatch, replay
from .problem import Problem


def halved(problem: Problem, task: int) -> Problem:
    """The problem with `task` in two halves, the second as the last task: it needs, and keeps off, what the first does."""
    twin = len(problem.durations)
    durations = [*problem.durations, problem.durations[task] / 2]
    durations[task] /= 2
    conflicts = [*problem.conflicts]
    conflicts += [(other, twin) for pair in problem.conflicts if task in pair for other in pair if other != task]
    return replace(
        problem,
        durations=durations,
        needs=[*([*wants, twin] if task in wants else wants for wants in problem.needs), problem.needs[task]],
        conflicts=conflicts,
        groups=[([*members, twin] if task in members else members, room) for members, room in problem.groups],
    )


class Halves:
    """Replays of one order with one task or another in halves; the model is built once for all of them."""

    def __init__(self, problem: Problem, order: Sequence[int]) -> None:
        self.problem = problem
        self.given = order
        self.model = Model(problem)
        self.order = arrange(problem, self.model, order)
        self.number = {task: k for k, task in enumerate(self.model.task)}

    def makespan(self, task: int) -> float:
        """Minutes when the second half stands right behind the first in the order; `task` is left to do."""
        if self.problem.groups:  # a group that had room for all its members may be too small for one more
            twin = len(self.problem.durations)
            return max(replay(halved(self.problem, task), _doubled(self.given, task, twin))[1])
        k = self.number[task]
        model = _halved(self.model, k)
        start = dispatch(model, _doubled(self.order, k, self.model.n))
        return model.minutes(max(map(add, start, model.dur)))


def _doubled(order: Sequence[int], task: int, twin: int) -> list[int]:
    at = order.index(task) + 1
    return [*order[:at], twin, *order[at:]]


def _halved(model: Model, k: int) -> Model:
    """The model with k in two halves, the second as the last number, as far as the dispatcher looks at it."""
    twin, made = model.n, copy.copy(model)
    made.n = twin + 1
    made.scale = 2 * model.scale
    made.dur = [*(2 * units for units in model.dur), model.dur[k]]
    made.dur[k] = model.dur[k]
    made.need, made.after, made.foes = ([*rows, rows[k]] for rows in (model.need, model.after, model.foes))
    for rows, near in ((made.need, model.after[k]), (made.after, model.need[k]), (made.foes, model.foes[k])):
        for other in near:
            rows[other] = [*rows[other], twin]
    made.member = [*model.member, model.member[k]]
    return made
