"""What the source says may run in parallel, held against the hazards."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.check.contested import NO_HUB, contested
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.hazards import Hazard, Kind, clause
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

KINDS: tuple[Kind, ...] = ("write-write", "read-write", "resource")
SEVERAL = {
    "write-write": "all write {}",
    "read-write": "some write {}, the others read it",
    "resource": "all use {}",
}


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Tasks that are both said to be parallel, and are not. `excludes` beside the claim is no contradiction."""
    plan, false = facts.plan, _false(facts)
    for kind in KINDS:
        for one in contested((hazard for hazard in false if hazard.kind == kind), set()):
            ids = plan.ids(one.tasks)
            if one.hub != NO_HUB:
                last = plan.tasks[one.hub].id
                why = f"they meet in several places, such as {one.witness}"
            else:
                last = ids[-1]
                why = clause(kind, one.witness) if len(ids) == 2 else SEVERAL[kind].format(one.witness)
            others = listed([name for name in ids if name != last])
            message = f"said to be parallel with {others}, but {why}"
            yield Remark("false-parallel", message, last, _fix(kind))


def pairs(facts: PlanFacts) -> set[tuple[int, int]]:
    """The pairs that a remark of this rule names."""
    return {(hazard.a, hazard.b) for hazard in _false(facts)}


def _false(facts: PlanFacts) -> list[Hazard]:
    notes = facts.plan.reading.notes
    claimed = {index for index, task in enumerate(facts.plan.tasks) if task.id in notes and notes[task.id].parallel}
    if not claimed:
        return []
    return [h for h in facts.loose if h.kind != "exclusion" and h.a in claimed and h.b in claimed]


def _fix(kind: str) -> str:
    if kind in ("write-write", "read-write"):
        return "The plan keeps them apart; take the mark away, or give each its own files."
    return "The plan keeps them apart; take the mark away."
