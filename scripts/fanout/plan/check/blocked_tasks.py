"""What the list says of the state of its tasks, where that decides whether they are started."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Tasks that are not started, because they or what they wait for is blocked; and those begun by somebody."""
    yield from _held_back(facts)
    notes = facts.plan.reading.notes
    skipped = [task.id for task in facts.plan.tasks if task.id in notes and notes[task.id].status == "skipped"]
    if dropped := [name for name in skipped if not notes[name].unasked]:
        message = f"is cancelled or skipped in the list{_also(dropped)}: not started, and nothing waits for that"
        yield Remark("cancelled", message, dropped[0], "Mark it open there to have it done.")
    left = facts.plan.ids(facts.left)
    if begun := [name for name in left if name in notes and notes[name].status == "in_progress"]:
        message = f"is in progress in the list{_also(begun)}, and is started all the same"
        yield Remark("under-way", message, begun[0], "If somebody works on it now, mark it blocked there.")


def _held_back(facts: PlanFacts) -> Iterator[Remark]:
    plan, notes = facts.plan, facts.plan.reading.notes
    names = plan.ids(sorted(plan.left_out))
    if blocked := [name for name in names if notes[name].status == "blocked" and not notes[name].person]:
        behind = _behind([name for name in names if name not in blocked])
        message = f"is blocked, deferred or on hold in the list{_also(blocked)}: not started{behind}"
        fix = "Mark it open there to have it done, or cancelled to go on without it."
        yield Remark("held-back", message, blocked[0], fix)


def _also(names: list[str]) -> str:
    return f", as are {listed(names[1:])}" if len(names) > 1 else ""


def _behind(names: list[str]) -> str:
    """Who needs one of those that are not started."""
    if len(names) == 1:
        return f", nor is {names[0]}, which needs that"
    return f", nor are {listed(names)}, which need that" if names else ""
