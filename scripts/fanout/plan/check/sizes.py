"""Sizes that make agents a bad deal: too small to start one for, or so uneven that most wait for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed, minutes

INLINE_MINUTES = 0.5  # minutes; below that starting an agent takes longer than the work
HUGE_TIMES_MEDIAN = 4  # times the median of the others
HUGE_SHARE = 0.3  # of the makespan
TINY_TIMES_BELOW_MEAN = 10  # times smaller than the mean


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Only stated estimates count."""
    sizes = _stated(facts)
    small = [index for index, size in sizes.items() if size < INLINE_MINUTES]
    if small:
        names = facts.plan.ids(small)
        rest = _too(names[1:])
        message = f"takes under {minutes(INLINE_MINUTES)}{rest}: starting an agent takes longer"
        yield Remark("too-small", message, names[0], "Do it inline, or make it part of a neighbour.")
    if len(sizes) < 2:
        return
    yield from _huge(facts, sizes)
    yield from _tiny(facts, sizes)


def _huge(facts: PlanFacts, sizes: dict[int, float]) -> Iterator[Remark]:
    end = facts.plan.answer.makespan
    for index, size in sorted(sizes.items(), key=lambda item: -item[1])[:3]:
        others = median(other for place, other in sizes.items() if place != index)
        if size >= HUGE_TIMES_MEDIAN * others and size >= HUGE_SHARE * end and index in _deciding(facts):
            message = f"takes {minutes(size)} of the plan's {minutes(end)}, most others about {minutes(others)}"
            fix = "Split it: nothing else makes the plan end earlier."
            yield Remark("uneven-sizes", message, facts.plan.tasks[index].id, fix)


def _tiny(facts: PlanFacts, sizes: dict[int, float]) -> Iterator[Remark]:
    mean = sum(sizes.values()) / len(sizes)
    joints = _joints(facts)
    tiny = [
        index
        for index, size in sizes.items()
        if INLINE_MINUTES <= size <= mean / TINY_TIMES_BELOW_MEAN and index not in joints
    ]
    if tiny:
        names = facts.plan.ids(tiny)
        rest = _too(names[1:])
        message = (
            f"takes {minutes(max(sizes[index] for index in tiny))} at most{rest}, the average task {minutes(mean)}"
        )
        yield Remark("uneven-sizes", message, names[0], f"Merge it{_neighbour(facts, tiny)}: one agent less to start.")


def _too(others: list[str]) -> str:
    return f", and so {'does' if len(others) == 1 else 'do'} {listed(others)}" if others else ""


def _joints(facts: PlanFacts) -> set[int]:
    """Tasks that several others come together at or start from: they can't be part of one of them."""
    needs = facts.plan.problem.needs
    needed = Counter(need for wants in needs for need in wants)
    return {index for index, wants in enumerate(needs) if len(wants) > 1 or needed[index] > 1}


def _neighbour(facts: PlanFacts, tiny: list[int]) -> str:
    """Who could do it in passing: the task before it, or the first that waits for it."""
    if len(tiny) > 1:
        return " into a neighbour"
    needs = facts.plan.problem.needs
    near = list(needs[tiny[0]]) or [index for index, wants in enumerate(needs) if tiny[0] in wants]
    return f" into {facts.plan.tasks[near[0]].id}" if near else " into another task"


def _deciding(facts: PlanFacts) -> set[int]:
    """The tasks that the end of the plan hangs on."""
    return {*facts.plan.answer.binding, *facts.plan.answer.critical_path}


def _stated(facts: PlanFacts) -> dict[int, float]:
    tasks = facts.plan.tasks
    return {index: size for index in facts.left if (size := tasks[index].estimate_minutes) is not None}
