"""A run begins: from a plan as plain data."""

from __future__ import annotations

from fanout.errors import FanoutError
from fanout.run.agents import patterns_overlap
from fanout.run.changes import heads, undeclared_changes
from fanout.run.commits import users_work
from fanout.run.flow import hooks_switch
from fanout.run.store import base, journal, meta, paths, planned, through_links
from fanout.run.store.db import Write
from fanout.run.tasks import runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from fanout.run.store.records import HazardKind


def start(db: sqlite3.Connection, root: str, plan: dict[str, Any], session: str = "") -> str:
    """Records a run and its tasks in one transaction, and switches the hooks on. Returns the run's id.

    `plan`: {"title", "source", "format", "files": {path: sha256}, "document", "predicted", "mode", "base" (of run/store/base.py,
    "" when left out), "tasks": [{"id", "rank", "batch", "title", "agent", "estimate", "record", "needs": [ids], "follows" (of
    them, by the list's order alone), "state", "outcome" (both may be left out)}], "hazards": [{"tasks": [a, b], "kind",
    "witness"}], "declared": [{"task", "mode", "anchor", "pattern", "regex"}]}. Raises FanoutError when an active run has the
    same source and base.
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
        _add_plan(db, root, run, plan)
        if not runs.get(db, run).is_driven:  # another engine's agents don't work in the run's folder
            undeclared_changes.begin(db, root, run)
            users_work.begin(db, root, run)
            heads.begin(db, base.tree(root, base.folder(db, root, run)), run)
        journal.note(db, "run-started", run, tasks=len(plan["tasks"]))
        hooks_switch.turn_on(root)
    return run


def extend(db: sqlite3.Connection, root: str, run: str, plan: dict[str, Any]) -> str:
    """One more task of a run: {"task", "hazards", "declared", "base"}, each as `start` takes it. Returns its id.

    Inside a transaction. Raises FanoutError when its id has been taken meanwhile.
    """
    every = tasks.all_of(db, run)
    task = plan["task"]
    if task["id"] in {other.id for other in every}:
        raise FanoutError(f"task {task['id']} has been added by somebody else meanwhile.", "Add it once more.")
    last = {"rank": max(other.rank for other in every) + 1, "batch": max(other.batch for other in every)}
    tasks.add(db, run, [task | last])
    _add_plan(db, root, run, plan | {"tasks": [task]})
    journal.note(db, "task-added", run, task["id"])
    return str(task["id"])


def declare_anew(db: sqlite3.Connection, root: str, run: str, name: str, plan: dict[str, Any]) -> None:
    """A task that waits writes other files from now on; `plan` as `extend` takes it.

    Inside a transaction. Raises FanoutError when an agent has begun the task, or it is over.
    """
    tasks.write_others(db, run, name, plan["task"]["record"]["writes"])
    planned.forget(db, run, name)
    _add_plan(db, root, run, plan | {"tasks": []})


def _add_plan(db: sqlite3.Connection, root: str, run: str, plan: dict[str, Any]) -> None:
    needs = [(task["id"], need, need in task.get("follows", ())) for task in plan["tasks"] for need in task["needs"]]
    planned.add_needs(db, run, needs)
    for hazard in plan["hazards"]:
        one, other = hazard["tasks"]
        planned.add_hazard(db, run, one, other, hazard["kind"], hazard["witness"])
    moved = set()
    for item in plan["declared"]:
        as_planned = (item["anchor"], item["pattern"], item["regex"])
        for pattern in through_links.resolve(db, root, plan.get("base", ""), as_planned):
            planned.declare(db, run, item["task"], item["mode"], *pattern)
            if pattern != as_planned:
                moved.add((item["task"], pattern))
    _hold_apart(db, root, run, moved)


def _hold_apart(db: sqlite3.Connection, root: str, run: str, moved: set[tuple[str, tuple[str, str, str]]]) -> None:
    """Tasks that reach one file by two names may not overlap: the plan could not know."""
    there = planned.declared(db, run) if moved else []
    naming = paths.Naming(root, meta.folds_case(db))
    for one in there:
        if (one.task, (one.anchor, one.pattern, one.regex)) not in moved:
            continue
        for other in there:
            if other.task != one.task and "write" in (one.mode, other.mode) and patterns_overlap.may(one, other):
                kind: HazardKind = "write-write" if one.mode == other.mode else "read-write"
                witness = naming.as_written(one.anchor, one.pattern)
                planned.add_hazard(db, run, one.task, other.task, kind, witness)
