"""Sizes that the list does not give."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.plan import DEFAULT_MINUTES
from fanout.plan.reading import Remark


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Tasks without an estimate count as one minute: the order then rests on the number of tasks alone."""
    tasks = facts.plan.tasks
    missing = [task.id for task in tasks if task.estimate_minutes is None]
    if missing:
        which = "no task has an" if len(missing) == len(tasks) else f"{len(missing)} of {len(tasks)} tasks have no"
        message = f"{which} estimate: {DEFAULT_MINUTES:g} minute each is assumed"
        native = facts.plan.reading.format == "native"
        fix = "Add estimate_minutes to plan by real sizes." if native else "State sizes to plan by real ones."
        yield Remark("estimate-missing", message, "", fix)
