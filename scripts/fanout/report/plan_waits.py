"""Why tasks of a plan wait, tasks with the same reason together."""

from __future__ import annotations

from fanout.plan.hazards import clause
from fanout.plan.plan import Plan
from fanout.plan.schedule import Wait
from fanout.report.cells import clean, few

_ORDER = ("conflict", "group", "depends", "slot")


def lines(plan: Plan, names: int = 6) -> list[str]:
    """`checkout waits for users: both write src/routes.ts`; conflicts first, waits for a free slot counted in one.

    Of the rolling schedule. A dependency that the list does not state is said to be inferred, and from what.
    """
    pairs = {(min(w.task, w.on), max(w.task, w.on)) for w in plan.answer.waits if w.kind == "conflict"}
    why = {(h.a, h.b): clause(h.kind, clean(h.witness)) for h in [*plan.hazards, *plan.held] if (h.a, h.b) in pairs}
    groups: dict[tuple[int, int, str], list[int]] = {}
    for wait in plan.answer.waits:
        on = -1 if wait.kind == "slot" else wait.on
        groups.setdefault((_ORDER.index(wait.kind), on, _reason(plan, wait, why)), []).append(wait.task)
    return [_line(plan, kind, on, reason, tasks, names) for (kind, on, reason), tasks in sorted(groups.items())]


def _reason(plan: Plan, wait: Wait, why: dict[tuple[int, int], str]) -> str:
    if wait.kind == "conflict":
        return why.get((min(wait.task, wait.on), max(wait.task, wait.on)), "")
    return plan.inferred(wait.task, wait.on) if wait.kind == "depends" else ""


def _line(plan: Plan, kind: int, on: int, reason: str, tasks: list[int], names: int) -> str:
    who, verb = few(plan.ids(sorted(tasks)), names), "wait" if len(tasks) > 1 else "waits"
    if on < 0:
        return f"{who} {verb} for a free slot: {plan.reading.document.max_parallel} at once"
    name = plan.tasks[on].id
    if _ORDER[kind] == "conflict":
        return f"{who} {verb} for {name}: {reason or 'they may not overlap'}{_too(plan, tasks, [name])}"
    if _ORDER[kind] == "group":
        return f"{who} {verb} for {name}: no more agents of this type at once"
    if reason:
        each = [_for_that(plan, task, on) for task in tasks]
        same = each[0] if all(one == each[0] for one in each) else []
        said = same if len(same) > 1 else [name]
        return f"{who} {verb} for {few(said, 6)}: {clean(reason)}{_too(plan, tasks, said)}"
    needs = _stated(plan, tasks[0]) if len(tasks) == 1 else []
    if len(needs) > 1:
        return f"{who} {verb} for {name}, the last of {few(needs, 6)} that it needs"
    return f"{who} {verb} for {name}: {'they need' if len(tasks) > 1 else 'it needs'} it"


def _for_that(plan: Plan, task: int, on: int) -> list[str]:
    """All that the task waits for by the same words, in the list's order."""
    why = plan.edge(task, on).why
    return plan.ids(sorted(other for other, edge in plan.edges(task) if edge.why == why))


def _too(plan: Plan, tasks: list[int], named: list[str]) -> str:
    """What one task waits for beside those that are named, and what these wait for themselves."""
    if len(tasks) > 1:
        return ""
    index = plan.index
    told = [index[name] for name in named]
    more = [
        name
        for name in plan.tasks[tasks[0]].depends_on
        if name not in named
        and index[name] not in plan.done
        and not any(plan.below[one] >> index[name] & 1 for one in told)
    ]
    return f"; and for {few(more, 6)}" if more else ""


def _stated(plan: Plan, task: int) -> list[str]:
    """What the list says that the task needs."""
    note = plan.reading.notes.get(plan.tasks[task].id)
    return [name for name in plan.tasks[task].depends_on if note is None or name not in note.order]
