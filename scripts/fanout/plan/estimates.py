"""Estimates from experience: how long tasks of past runs really took, against what was estimated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from fanout.plan.reading import Reading, Remark

ENOUGH = 3
MOST = 10.0


class Sample(NamedTuple):
    """One task that was done: its agent type ("" for none), what was estimated (None: nothing), what it took."""

    agent: str
    estimated: float | None
    minutes: float


@dataclass(slots=True)
class Learned:
    """By agent type, "" standing for all tasks together: real to estimated minutes, and usual minutes; how many tasks."""

    factor: dict[str, float] = field(default_factory=dict)
    usual: dict[str, float] = field(default_factory=dict)
    tasks: int = 0


def learn(samples: Iterable[Sample]) -> Learned:
    """Medians, which one odd task does not move; of a type with fewer than 3 tasks nothing is learned by itself."""
    found = Learned()
    factors: dict[str, list[float]] = {}
    usual: dict[str, list[float]] = {}
    for sample in samples:
        found.tasks += 1
        for agent in {sample.agent, ""}:
            usual.setdefault(agent, []).append(sample.minutes)
            if sample.estimated:
                factors.setdefault(agent, []).append(sample.minutes / sample.estimated)
    found.factor = {agent: _bounded(median(seen)) for agent, seen in factors.items() if len(seen) >= ENOUGH}
    found.usual = {agent: median(seen) for agent, seen in usual.items() if len(seen) >= ENOUGH}
    return found


def apply(reading: Reading, learned: Learned) -> dict[str, float | None]:
    """Scales the estimates of the tasks that have one, gives the others the usual minutes, and says so in a remark.

    Returns what the tasks stated, for `restore`: a run keeps that, or it would learn from what it had learned.
    """
    stated = {task.id: task.estimate_minutes for task in reading.document.tasks}
    scaled = given = 0
    for task in reading.document.tasks:
        agent = task.agent or ""
        if task.estimate_minutes is not None:
            factor = learned.factor.get(agent, learned.factor.get(""))
            if factor is not None:
                task.estimate_minutes = round(task.estimate_minutes * factor, 3)
                scaled += 1
        else:
            usual = learned.usual.get(agent, learned.usual.get(""))
            if usual is not None:
                task.estimate_minutes = round(usual, 3)
                given += 1
    reading.warnings.append(Remark("estimates-learned", _said(learned, scaled, given)))
    return stated


def restore(reading: Reading, stated: dict[str, float | None]) -> None:
    """The estimates as the list has them."""
    for task in reading.document.tasks:
        task.estimate_minutes = stated[task.id]


def _said(learned: Learned, scaled: int, given: int) -> str:
    if not scaled and not given:
        return f"past runs have {learned.tasks} tasks to learn from, at least {ENOUGH} are needed: estimates stay"
    parts = [f"{scaled} estimates scaled ({_factors(learned)})"] if scaled else []
    parts += [f"{given} tasks without one given the usual time"] if given else []
    return f"from {learned.tasks} tasks of past runs: {'; '.join(parts)}"


def _factors(learned: Learned) -> str:
    return ", ".join(f"{agent or 'all'} x{factor:.2g}" for agent, factor in sorted(learned.factor.items()))


def _bounded(factor: float) -> float:
    return min(MOST, max(1 / MOST, factor))
