"""The longest chain of a plan: tasks each of which waits for the one before, because it depends on it or conflicts with it."""

from __future__ import annotations

from fanout.plan.plan import Plan


def longest(plan: Plan) -> list[int]:
    """The open tasks of the chain that takes longest, first task first; of equal ones that of more tasks."""
    start = plan.answer.start
    after = _waits(plan)
    best: dict[int, tuple[float, int]] = {}
    before: dict[int, int] = {}
    for task in sorted((index for index in range(len(plan.tasks)) if index not in plan.done), key=start.__getitem__):
        minutes, count = 0.0, 0
        for other in after[task]:
            if other in best and best[other] > (minutes, count):
                (minutes, count), before[task] = best[other], other
        best[task] = (minutes + plan.durations[task], count + 1)
    if not best:
        return []
    chain = [max(best, key=best.__getitem__)]
    while chain[-1] in before:
        chain.append(before[chain[-1]])
    return chain[::-1]


def _waits(plan: Plan) -> list[set[int]]:
    """For each task those that it waits for: what it depends on, and whoever it conflicts with that starts before it."""
    start, index = plan.answer.start, plan.index
    after = [{index[name] for name in task.depends_on} for task in plan.tasks]
    for hazard in [*plan.hazards, *plan.held]:
        if start[hazard.a] != start[hazard.b]:
            first, then = sorted((hazard.a, hazard.b), key=start.__getitem__)
            after[then].add(first)
    return after
