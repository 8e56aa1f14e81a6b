"""What the list says of the state of its tasks, where that decides whether they are started."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Tasks that are not started, because they or what they wait for is blocked; and those begun by somebody."""
    plan, notes = facts.plan, facts.plan.reading.notes
    names = plan.ids(sorted(plan.left_out))
    blocked = [name for name in names if notes[name].status == "blocked"]
    if blocked:
        others = [name for name in names if name not in blocked]
        one = len(others) == 1
        behind = (
            f", nor {'is' if one else 'are'} {listed(others)}, which {'needs' if one else 'need'} that"
            if others
            else ""
        )
        also = f", as are {listed(blocked[1:])}" if len(blocked) > 1 else ""
        message = f"is blocked, deferred or on hold in the list{also}: not started{behind}"
        yield Remark(
            "held-back", message, blocked[0], "Mark it open there to have it done, or cancelled to go on without it."
        )
    dropped = [task.id for task in plan.tasks if task.id in notes and notes[task.id].status == "skipped"]
    if dropped:
        also = f", as are {listed(dropped[1:])}" if len(dropped) > 1 else ""
        message = f"is cancelled or skipped in the list{also}: not started, and nothing waits for that"
        yield Remark("cancelled", message, dropped[0], "Mark it open there to have it done.")
    begun = [name for name in plan.ids(facts.left) if name in notes and notes[name].status == "in_progress"]
    if begun:
        also = f", as are {listed(begun[1:])}" if len(begun) > 1 else ""
        message = f"is in progress in the list{also}, and is started all the same"
        yield Remark("under-way", message, begun[0], "If somebody works on it now, mark it blocked there.")
