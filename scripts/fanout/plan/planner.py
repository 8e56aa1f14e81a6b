"""From a reading to a plan."""

from __future__ import annotations

from fanout.plan import hazards, schedule
from fanout.plan.model import Task
from fanout.plan.plan import DEFAULT_MINUTES, Plan
from fanout.plan.reading import Note, Reading, Remark
from fanout.plan.schedule import Effort, Problem
from fanout.plan.validate import validate


def make(reading: Reading, effort: Effort = "normal", case_insensitive: bool = False) -> Plan:
    """The plan of a reading. Raises SourceError when it can't be planned."""
    patterns = validate(reading)
    tasks = reading.document.tasks
    doubtful = [index for index, task in enumerate(tasks) if _note(reading, task).unsure]
    found = hazards.find(tasks, patterns, doubtful, case_insensitive)
    durations = [DEFAULT_MINUTES if task.estimate_minutes is None else task.estimate_minutes for task in tasks]
    done = {index for index, task in enumerate(tasks) if _note(reading, task).status in ("completed", "skipped")}
    answer = schedule.solve(_problem(reading, found, durations, done), effort=effort)
    return Plan(reading, patterns, found, durations, done, answer, reading.warnings + _estimates(tasks))


def _problem(reading: Reading, found: list[hazards.Hazard], durations: list[float], done: set[int]) -> Problem:
    document = reading.document
    index = {task.id: place for place, task in enumerate(document.tasks)}
    groups = [
        ([place for place, task in enumerate(document.tasks) if task.agent == name], capacity)
        for name, capacity in document.agent_capacity.items()
    ]
    return Problem(
        durations=durations,
        needs=[[index[name] for name in task.depends_on] for task in document.tasks],
        conflicts=[(hazard.a, hazard.b) for hazard in found if not hazard.ordered],
        slots=document.max_parallel,
        groups=[group for group in groups if group[0]],
        done=done,
    )


def _note(reading: Reading, task: Task) -> Note:
    return reading.notes.get(task.id) or Note()


def _estimates(tasks: list[Task]) -> list[Remark]:
    missing = [task.id for task in tasks if task.estimate_minutes is None]
    if not missing:
        return []
    which = "no task has an" if len(missing) == len(tasks) else f"{len(missing)} of {len(tasks)} tasks have no"
    message = f"{which} estimate: {DEFAULT_MINUTES:g} minute each is assumed"
    return [Remark("estimate-missing", message, "", "Add estimate_minutes to plan by real sizes.")]
