"""A run begins: from a plan as plain data."""

from __future__ import annotations

from fanout.errors import FanoutError
from fanout.run.changes import heads, undeclared_changes
from fanout.run.flow import hooks_switch
from fanout.run.store import base, journal, meta, planned
from fanout.run.store.db import Write
from fanout.run.tasks import runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any


def start(db: sqlite3.Connection, root: str, plan: dict[str, Any], session: str = "") -> str:
    """Records a run and its tasks in one transaction, and switches the hooks on. Returns the run's id.

    `plan`: {"title", "source", "format", "files": {path: sha256}, "document", "predicted", "mode", "base" (of run/store/base.py,
    "" when left out), "tasks": [{"id", "rank", "batch", "title", "agent", "estimate", "record", "needs": [ids],
    "state", "outcome" (may be left out)}], "hazards": [{"tasks": [a, b], "kind", "witness"}], "declared": [{"task", "mode",
    "anchor", "pattern", "regex"}]}. Raises FanoutError when an active run has the same source and base.
    """
    with Write(db):
        other = runs.active_of(db, plan["source"], plan.get("base", ""))
        if other is not None:
            raise FanoutError(
                f"run {other.id} of {other.source} is still active.",
                f"Go on with `fanout next {other.id}` or end it with `fanout cancel {other.id}`.",
            )
        run = runs.add(db, plan, session)
        meta.record(db, root)
        tasks.add(db, run, plan["tasks"])
        _add_plan(db, run, plan)
        undeclared_changes.begin(db, root, run)
        heads.begin(db, base.tree(root, base.folder(db, root, run)), run)
        journal.note(db, "run-started", run, tasks=len(plan["tasks"]))
        hooks_switch.turn_on(root)
    return run


def _add_plan(db: sqlite3.Connection, run: str, plan: dict[str, Any]) -> None:
    planned.add_needs(db, run, [(task["id"], need) for task in plan["tasks"] for need in task["needs"]])
    for hazard in plan["hazards"]:
        one, other = hazard["tasks"]
        planned.add_hazard(db, run, one, other, hazard["kind"], hazard["witness"])
    for item in plan["declared"]:
        planned.declare(db, run, *(item[name] for name in ("task", "mode", "anchor", "pattern", "regex")))
