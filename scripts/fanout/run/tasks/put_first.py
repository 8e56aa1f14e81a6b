"""The tasks that somebody put before all others, in the rolling order and in every later one."""

from __future__ import annotations

from fanout.run.store import journal, planned
from fanout.run.tasks import hold_apart, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def put_first(
    db: sqlite3.Connection, root: str, run: str, names: list[str], at_once: bool = False
) -> list[tuple[str, str]]:
    """These tasks, and all that they need, stand before the others, also when the order is planned again.

    Whoever says so overrules the list's order: what they waited for by that alone is lifted, and given back as (task, what
    it waited for); `at_once` also what has evidence. What is stated stays, and so do conflicts. Inside a transaction.
    """
    more = [(name, need) for name in names for need in tasks.inferred(tasks.get(db, run, name))] if at_once else []
    lifted = planned.lift(db, run, names, more)
    freed = {name for name, _ in lifted}
    if freed:
        hold_apart.hold_apart(db, root, run, lambda one: one.task in freed)
    journal.note(db, "put-first", run, tasks=names, lifted=lifted)
    every = tasks.all_of(db, run)
    tasks.rank(db, run, {name: place for place, name in enumerate(at_front(db, run, [task.id for task in every]))})
    return lifted


def at_front(db: sqlite3.Connection, run: str, order: list[str]) -> list[str]:
    """An order of the run's tasks with those that were put first, and what they wait for, at its front."""
    wanted = [name for event in reversed(journal.events(db, run, "put-first")) for name in event.facts["tasks"]]
    if not wanted:
        return order
    needs: dict[str, list[str]] = {}
    for task, need in planned.needs(db, run):
        needs.setdefault(task, []).append(need)
    front: dict[str, None] = {}
    for name in wanted:
        ancestors = planned.reached(name, lambda one: needs.get(one, ()))
        for before in [*sorted(ancestors, key=order.index), name]:
            front.setdefault(before)
    return [*front, *(name for name in order if name not in front)]
