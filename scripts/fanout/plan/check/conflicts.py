"""Two tasks, no order between them, and something that both touch: write-write, read-write, resources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fanout.plan.check import parallel_flags, producers
from fanout.plan.check.contested import NO_HUB, Contested, contested
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.hazards import Kind
from fanout.plan.pattern import Pattern
from fanout.plan.plan import Plan
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

MOST_REMARKS = 8
APART = "Give each its own file, state their order with depends_on, or make them one task."
NARROW = "Claim fewer paths, split it, or let it run first or last with depends_on."
ORDER = "Add the writer to the reader's depends_on if the reader needs what is new, or the other way round."


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """What the claims and the producers have not said already. A shared file or resource only where somebody waits."""
    said = parallel_flags.pairs(facts) | producers.pairs(facts)
    rest = [hazard for hazard in facts.loose if (hazard.a, hazard.b) not in said]

    def groups(kind: Kind) -> list[Contested]:
        return contested((hazard for hazard in rest if hazard.kind == kind), facts.waits)

    yield from _capped(facts, "write-write", [one for one in groups("write-write") if one.wait])
    yield from _capped(facts, "read-write", groups("read-write"))
    yield from _capped(facts, "resource-clash", [one for one in groups("resource") if one.wait])


def _capped(facts: PlanFacts, code: str, groups: Sequence[Contested]) -> Iterator[Remark]:
    for one in groups[:MOST_REMARKS]:
        yield WORDS[code](facts.plan, one, facts.project.case_insensitive)
    if len(groups) > MOST_REMARKS:
        left = len(groups) - MOST_REMARKS
        message = f"{left} more such {'case' if left == 1 else 'cases'}: every pair stands in the plan's hazards"
        yield Remark(code, message, "", "Print them with fanout plan --json.")


def _write_write(plan: Plan, one: Contested, fold: bool) -> Remark:
    if one.hub != NO_HUB:
        return _hub(plan, one, "write-write", "writes what other tasks write", NARROW)
    first, *others = plan.ids(sorted(one.tasks, key=plan.rank.__getitem__))
    if len(others) == 1:
        return Remark(
            "write-write", f"writes {one.witness}, as {first} does, so it waits for {first}", others[0], APART
        )
    message = f"writes {one.witness}, as {listed(others)} do, so they run one after another"
    return Remark("write-write", message, first, APART)


def _read_write(plan: Plan, one: Contested, fold: bool) -> Remark:
    if one.hub != NO_HUB:
        writes = _touches(plan.patterns.writes[one.hub], one.witness, fold)
        what = "writes what other tasks read" if writes else "reads what other tasks write"
        return _hub(plan, one, "read-write", what, f"{ORDER} Or claim fewer paths.")
    writers = [index for index in one.tasks if _touches(plan.patterns.writes[index], one.witness, fold)]
    readers = [index for index in one.tasks if index not in writers] or one.tasks[-1:]
    count = len(readers) - 1
    others = f" ({count} other {'task reads' if count == 1 else 'tasks read'} it too)" if count else ""
    which = "writes" if len(writers) == 1 else "write"
    message = f"reads {one.witness}, which {listed(plan.ids(writers))} {which}, and no dependency says what comes first"
    return Remark("read-write", message + others, plan.tasks[readers[0]].id, ORDER)


def _resource(plan: Plan, one: Contested, fold: bool) -> Remark:
    fix = "Give each its own (another port, another database), or let one agent do them one after the other (a common `lane`)."
    if one.hub != NO_HUB:
        return _hub(plan, one, "resource-clash", "uses what other tasks use", fix)
    first, *others = plan.ids(sorted(one.tasks, key=plan.rank.__getitem__))
    if len(others) == 1:
        message = f"uses {one.witness}, as {first} does, so it waits for {first}"
        return Remark("resource-clash", message, others[0], fix)
    message = f"uses {one.witness}, as {listed(others)} do, so they run one after another"
    return Remark("resource-clash", message, first, fix)


def _hub(plan: Plan, one: Contested, code: str, what: str, fix: str) -> Remark:
    others = [index for index in one.tasks if index != one.hub]
    message = f"{what}: {listed(plan.ids(others))} (such as {one.witness})"
    return Remark(code, message, plan.tasks[one.hub].id, fix)


def _touches(patterns: Sequence[Pattern], path: str, fold: bool) -> bool:
    return any(pattern.matches(path, fold) for pattern in patterns)


WORDS = {"write-write": _write_write, "read-write": _read_write, "resource-clash": _resource}
