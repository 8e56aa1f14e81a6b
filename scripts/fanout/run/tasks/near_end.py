"""Whether an agent is near the end of its task, by the task's estimate and what the run's tasks really took."""

from __future__ import annotations

from fanout.run.agents import calls
from fanout.run.store.db import now
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Task

FEWEST = 3  # tasks that are done, before their times stand for an estimate
LATE = 1.5  # times what was expected: from then on nobody knows when it ends
SILENT_SECONDS = 300.0


def is_near(db: sqlite3.Connection, agent: Agent, seconds: float) -> bool:
    """Whether a task's agent should end within `seconds`: it is neither long before that, nor late, nor silent."""
    if agent.state != "running" or not agent.task:
        return False
    expected = _expected(db, agent)
    took = now() - agent.began
    if expected is None or not expected - seconds <= took <= expected * LATE:
        return False
    return now() - agent.seen <= SILENT_SECONDS or agent.id in calls.since(db)


def _expected(db: sqlite3.Connection, agent: Agent) -> float | None:
    """Seconds that the task should take: its stated estimate at the run's pace, else what others took; None: not known."""
    every = tasks.all_of(db, agent.run)
    done = [(one.ended - one.started, one) for one in every if one.state == "done" and one.started and one.ended]
    stated = _stated(next(one for one in every if one.id == agent.task))
    if stated is None:
        return _median([took for took, _ in done]) if len(done) >= FEWEST else None
    ratios = [took / minutes for took, one in done if (minutes := _stated(one))]
    return stated * (_median(ratios) if ratios else 1.0)


def _stated(task: Task) -> float | None:
    minutes = tasks.record(task).get("estimate_minutes")
    return float(minutes) * 60 if minutes else None


def _median(values: list[float]) -> float:
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
