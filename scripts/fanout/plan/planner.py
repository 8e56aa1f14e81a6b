"""From a reading to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fanout.plan import check, doubt, graph, hazards, perhaps, schedule
from fanout.plan.check import coupling
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.plan import DEFAULT_MINUTES, Plan
from fanout.plan.project_facts import NO_PROJECT, ProjectFacts
from fanout.plan.reading import Reading
from fanout.plan.schedule import Effort, Problem
from fanout.plan.validate import Patterns, validate

DONE = ("completed", "skipped")


def make(reading: Reading, effort: Effort = "normal", project: ProjectFacts = NO_PROJECT) -> Plan:
    """The plan of a reading, with its warnings. Raises SourceError when it can't be planned."""
    patterns = validate(reading)
    doubtful = doubt.reasons(reading, project.is_apart)
    if hazards.doubtful_pairs(reading.document.tasks, doubtful) > doubt.MOST_PAIRS:
        reading = doubt.keep_order(reading, doubtful)
    plan = _scheduled(reading, patterns, doubtful, effort, project)
    return replace(plan, warnings=[*reading.warnings, *check.remarks(plan, project)])


def _scheduled(
    reading: Reading, patterns: Patterns, doubtful: Mapping[int, str], effort: Effort, project: ProjectFacts
) -> Plan:
    """The plan without its warnings."""
    tasks = reading.document.tasks
    needs = hazards.needs_of(tasks)
    done = {index for index, task in enumerate(tasks) if _status(reading, task.id) in DONE}
    below = graph.ancestors(hazards.waits_of(tasks, done))
    free = {index for index, task in enumerate(tasks) if (note := reading.notes.get(task.id)) and note.any_time}
    clashes = hazards.find(tasks, patterns, doubtful, project.case_insensitive, done, below, free)
    durations = [DEFAULT_MINUTES if task.estimate_minutes is None else task.estimate_minutes for task in tasks]
    left_out = _left_out(reading, needs, done)
    problem = _problem(reading, needs, clashes, durations, done | left_out)
    answer, pairs = schedule.hold_back(problem, schedule.solve(problem, effort=effort))
    problem = replace(problem, conflicts=[*problem.conflicts, *pairs]) if pairs else problem
    held = [hazards.Hazard("exclusion", min(pair), max(pair), schedule.HELD) for pair in pairs]
    over = done | left_out
    maybe: dict[tuple[int, int], tuple[float, str]] = {}
    if not project.is_apart:
        so_far = Plan(reading, patterns, clashes, durations, over, answer, [], problem, below, held, left_out)
        maybe = coupling.chances(PlanFacts(so_far, project))
        maybe |= perhaps.pairs(reading, patterns, below, {*problem.conflicts}, over)
    answer, pairs = schedule.keep_apart(problem, answer, {pair: chance for pair, (chance, _) in maybe.items()})
    problem = replace(problem, conflicts=[*problem.conflicts, *pairs]) if pairs else problem
    held += [hazards.Hazard("exclusion", *pair, maybe[pair][1]) for pair in pairs]
    return Plan(reading, patterns, clashes, durations, over, answer, [], problem, below, held, left_out)


def _problem(
    reading: Reading, needs: list[list[int]], clashes: list[hazards.Hazard], durations: list[float], done: set[int]
) -> Problem:
    document = reading.document
    groups = [
        ([place for place, task in enumerate(document.tasks) if task.agent == name], capacity)
        for name, capacity in document.agent_capacity.items()
    ]
    return Problem(
        durations=durations,
        needs=needs,
        conflicts=[(hazard.a, hazard.b) for hazard in clashes if not hazard.ordered],
        slots=document.max_parallel,
        groups=[group for group in groups if group[0]],
        done=done,
    )


def _left_out(reading: Reading, needs: list[list[int]], done: set[int]) -> set[int]:
    """The tasks that the list calls blocked (or deferred, or on hold), and what waits for one of them."""
    blocked = {index for index, task in enumerate(reading.document.tasks) if _status(reading, task.id) == "blocked"}
    if not blocked:
        return blocked
    above = graph.descendants(needs)
    return (blocked | {one for index in blocked for one in graph.members(above[index])}) - done


def _status(reading: Reading, task: str) -> str:
    note = reading.notes.get(task)
    return note.status if note else "pending"
