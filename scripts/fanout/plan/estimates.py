"""Estimates from experience: how long tasks of past runs really took, against what was estimated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from fanout.plan.model import Task
from fanout.plan.reading import Reading, Remark, with_tasks

TASKS_TO_LEARN_FROM = 3
LARGEST_FACTOR = 10.0


class Sample(NamedTuple):
    """One task that was done: its agent type ("" for none), what was estimated (None: nothing), what it took."""

    agent: str
    estimated: float | None
    minutes: float


@dataclass(frozen=True, slots=True)
class Learned:
    """By agent type, "" standing for all tasks together: real to estimated minutes, and usual minutes; how many tasks."""

    factor: dict[str, float] = field(default_factory=dict)
    usual: dict[str, float] = field(default_factory=dict)
    tasks: int = 0


def learn(samples: Iterable[Sample]) -> Learned:
    """Medians, which one odd task does not move; of a type with fewer than 3 tasks nothing is learned by itself."""
    tasks = 0
    factors: dict[str, list[float]] = {}
    usual: dict[str, list[float]] = {}
    for sample in samples:
        tasks += 1
        for agent in {sample.agent, ""}:
            usual.setdefault(agent, []).append(sample.minutes)
            if sample.estimated:
                factors.setdefault(agent, []).append(sample.minutes / sample.estimated)
    return Learned(
        {agent: _bounded(median(seen)) for agent, seen in factors.items() if len(seen) >= TASKS_TO_LEARN_FROM},
        {agent: median(seen) for agent, seen in usual.items() if len(seen) >= TASKS_TO_LEARN_FROM},
        tasks,
    )


def applied(reading: Reading, learned: Learned) -> Reading:
    """The reading with scaled estimates where one is stated, and the usual minutes where none is; a remark says so."""
    tasks, scaled, given = [], 0, 0
    for task in reading.document.tasks:
        minutes = _minutes(task, learned)
        if minutes is not None:
            scaled, given = (scaled + 1, given) if task.estimate_minutes is not None else (scaled, given + 1)
            task = task.model_copy(update={"estimate_minutes": minutes})
        tasks.append(task)
    return with_tasks(reading, tasks, Remark("estimates-learned", _said(learned, scaled, given)))


def as_stated(reading: Reading, before: Reading) -> Reading:
    """The reading with the estimates of `before`: a run keeps those, or it would learn from what it had learned."""
    stated = {task.id: task.estimate_minutes for task in before.document.tasks}
    tasks = [task.model_copy(update={"estimate_minutes": stated[task.id]}) for task in reading.document.tasks]
    return with_tasks(reading, tasks)


def _minutes(task: Task, learned: Learned) -> float | None:
    """What is learned for a task; None when it stays as it is."""
    agent = task.agent or ""
    if task.estimate_minutes is None:
        usual = learned.usual.get(agent, learned.usual.get(""))
        return None if usual is None else round(usual, 3)
    factor = learned.factor.get(agent, learned.factor.get(""))
    return None if factor is None else round(task.estimate_minutes * factor, 3)


def _said(learned: Learned, scaled: int, given: int) -> str:
    if not scaled and not given:
        return f"past runs have {learned.tasks} tasks to learn from, at least {TASKS_TO_LEARN_FROM} are needed: estimates stay"
    parts = [f"{scaled} estimates scaled ({_factors(learned)})"] if scaled else []
    parts += [f"{given} tasks without one given the usual time"] if given else []
    return f"from {learned.tasks} tasks of past runs: {'; '.join(parts)}"


def _factors(learned: Learned) -> str:
    return ", ".join(f"{agent or 'all'} x{factor:.2g}" for agent, factor in sorted(learned.factor.items()))


def _bounded(factor: float) -> float:
    return min(LARGEST_FACTOR, max(1 / LARGEST_FACTOR, factor))
