"""Sizes that the list does not give."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.plan import DEFAULT_MINUTES, Plan
from fanout.plan.reading import Remark
from fanout.plan.world import World


def rule(plan: Plan, world: World) -> Iterator[Remark]:
    """Tasks without an estimate count as one minute: the order then rests on the number of tasks alone."""
    missing = [task.id for index, task in enumerate(plan.tasks) if task.estimate_minutes is None]
    if missing:
        which = "no task has an" if len(missing) == len(plan.tasks) else f"{len(missing)} of {len(plan.tasks)} tasks have no"
        message = f"{which} estimate: {DEFAULT_MINUTES:g} minute each is assumed"
        yield Remark("estimate-missing", message, "", "Add estimate_minutes to plan by real sizes.")
