"""The independence checklist: six lines, each with pass or fail and what shows it.

A failed line is no obstacle: the plan keeps the tasks apart. It says that the list, sent as it stands, would not be
safe to run at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fanout.plan import graph
from fanout.plan.check import acceptance_criteria
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.hazards import Hazard, clause
from fanout.plan.plan import Plan
from fanout.plan.project_facts import ProjectFacts
from fanout.plan.sentence import listed


class Line(NamedTuple):
    """One line: a stable id, what must hold, whether it does, what shows it, the tasks that it is about, and of a line that
    does not hold whether the plan keeps these tasks apart."""

    id: str
    title: str
    passed: bool
    witness: str
    tasks: list[str]
    kept_apart: bool = False


def lines(plan: Plan, project: ProjectFacts) -> list[Line]:
    """All six, in the order of the seeds' checklist."""
    facts = PlanFacts(plan, project)
    return [Line(name, title, *look(facts)) for name, title, look in CHECKS]


Verdict = tuple[bool, str, list[str]] | tuple[bool, str, list[str], bool]


def _data(facts: PlanFacts) -> Verdict:
    """A read of what another task creates or changes, with no order between the two."""
    plan = facts.plan
    if facts.missing:
        one = facts.missing[0]
        reader, writers = plan.tasks[one.reader].id, plan.ids(one.writers)
        others = len(facts.missing) - 1
        makes = "creates" if len(writers) == 1 else "create"
        return False, f"{reader} reads {one.path}, which {listed(writers)} {makes}{_more(others)}", [reader, *writers]
    return _apart(
        facts, lambda hazard: hazard.kind == "read-write", "no task reads what another one writes at the same time"
    )


def _writes(facts: PlanFacts) -> Verdict:
    """Shared paths, also of tasks that nothing but the list's order keeps apart; then tasks of which nobody knows what they
    write."""
    passed = "no two tasks that may run at the same time write the same path"
    for wanted in (
        lambda hazard: hazard.kind == "write-write",
        lambda hazard: hazard.kind == "exclusion" and _doubt(hazard),
    ):
        found = _apart(facts, wanted, passed)
        if not found[0]:
            return found
    if not facts.by_inference:
        return found
    first = facts.by_inference[0]
    before, after = sorted(
        facts.plan.ids([first.a, first.b]), key=lambda name: facts.plan.rank[facts.plan.names.index(name)]
    )
    why = (
        f"{before} and {after}: {clause(first.kind, first.witness)} ({after} waits for {before}, as the list has them)"
    )
    return False, why + _more(len(facts.by_inference) - 1), [before, after], True


def _doubt(hazard: Hazard) -> bool:
    return bool(hazard.witness)


def _resources(facts: PlanFacts) -> Verdict:
    return _apart(facts, lambda hazard: hazard.kind == "resource", "no two of them use one resource alone")


def _order(facts: PlanFacts) -> Verdict:
    """Exclusions, and proof that every batch is an antichain."""
    plan = facts.plan
    for number, batch in enumerate(plan.answer.batches, 1):
        mask = sum(1 << index for index in batch)
        for index in batch:
            needs = plan.ids(list(graph.members(plan.below[index] & mask)))
            if needs:
                task = plan.tasks[index].id
                return False, f"batch {number}: {task} needs {listed(needs)}", [task, *needs]
    count = len(plan.answer.batches)
    passed = f"in {count} {'batch' if count == 1 else 'batches'} no task needs another one of the same batch"
    return _apart(facts, lambda hazard: hazard.kind == "exclusion" and not _doubt(hazard), passed)


def _failures(facts: PlanFacts) -> Verdict:
    """What the policy stops, and what the worst single failure takes along."""
    plan = facts.plan
    policy = plan.reading.document.policy.on_failure
    if policy in ("fail-fast", "gate"):
        what = "the whole run" if policy == "fail-fast" else "everything behind its batch"
        return False, f"policy {policy}: the first failure stops {what}", []
    if not facts.left:
        return True, "nothing is left to do", []
    above = graph.descendants(plan.problem.needs)
    worst = max(facts.left, key=lambda index: (above[index].bit_count(), -index))
    count = above[worst].bit_count()
    name = plan.tasks[worst].id
    if not count:
        return True, "no task waits for another one: a failure stops nothing else", []
    return (
        True,
        f"a failure stops only what depends on it; the worst is {name}, which {_tasks(count)} behind it",
        [name],
    )


def _provable(facts: PlanFacts) -> Verdict:
    without = acceptance_criteria.missing(facts)
    if without:
        verb = "has" if len(without) == 1 else "have"
        return False, f"{listed(without)} {verb} no criteria of acceptance", without
    shared = acceptance_criteria.shared(facts)
    if shared:
        command, tasks = shared[0]
        return False, f"{command!r} judges {listed(tasks)} at the same time{_more(len(shared) - 1)}", tasks
    return True, "each task has its own criteria of acceptance", []


CHECKS: tuple[tuple[str, str, Callable[[PlanFacts], Verdict]], ...] = (
    ("data", "No data dependencies inside a batch", _data),
    ("writes", "No shared writes", _writes),
    ("resources", "No resource conflicts", _resources),
    ("order", "No ordering inside a batch", _order),
    ("failures", "Failures are isolated", _failures),
    ("results", "Results can be validated independently", _provable),
)


def _apart(facts: PlanFacts, wanted: Callable[[Hazard], bool], passed: str) -> Verdict:
    """Fails on the first unordered hazard that is wanted, and says how the plan resolves it."""
    hazards = [hazard for hazard in facts.loose if wanted(hazard)]
    if not hazards:
        return True, passed, []
    first: Hazard = hazards[0]
    ids = facts.plan.ids([first.a, first.b])
    tasks = sorted({index for hazard in hazards for index in (hazard.a, hazard.b)})
    why = f"{ids[0]} and {ids[1]}: {clause(first.kind, first.witness)}"
    said = f"{why} ({facts.plan.resolution(first)}){_more(len(hazards) - 1)}"
    return False, said, facts.plan.ids(tasks), True


def _more(count: int) -> str:
    return f"; {count} more such {'case' if count == 1 else 'cases'}" if count else ""


def _tasks(count: int) -> str:
    return "has 1 task" if count == 1 else f"has {count} tasks"
