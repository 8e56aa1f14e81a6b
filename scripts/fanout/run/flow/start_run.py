"""A run begins: from a plan as plain data."""

from __future__ import annotations

from fanout.errors import FanoutError
from fanout.run.changes import heads, undeclared_changes
from fanout.run.commits import users_work
from fanout.run.flow import hooks_switch
from fanout.run.store import base, journal, meta, planned, through_links
from fanout.run.store.db import Write
from fanout.run.tasks import amendments, hold_apart, runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any


def start(db: sqlite3.Connection, root: str, plan: dict[str, Any], session: str = "") -> str:
    """Records a run and its tasks in one transaction, and switches the hooks on. Returns the run's id.

    `plan`: {"title", "source", "format", "files": {path: sha256}, "document", "predicted", "mode", "base" (of run/store/base.py,
    "" when left out), "tasks": [{"id", "rank", "batch", "title", "agent", "estimate", "record", "needs": [ids], "follows" (of
    them, by the list's order alone), "steps" (of them, counted steps), "state", "outcome" (the last four may be left out)}],
    "hazards": [{"tasks": [a, b], "kind", "witness"}], "declared": [{"task", "mode", "anchor", "pattern", "regex"}]}.
    Raises FanoutError when an active run has the same source and base.
    """
    with Write(db):
        other = runs.active_of(db, plan["source"], plan.get("base", ""))
        if other is not None:
            raise FanoutError(
                f"run {other.id} of {other.source} is still active.",
                f"`fanout resume {other.id}` goes on with it, also in another session; `fanout cancel {other.id}` ends it.",
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


def declare_anew(db: sqlite3.Connection, root: str, run: str, name: str, plan: dict[str, Any]) -> list[tuple[str, str]]:
    """A task that waits writes other files from now on; `plan` as `extend` takes it. Returns what it waits for no more.

    Inside a transaction. Raises FanoutError when an agent has begun the task, or it is over.
    """
    amendments.write_others(db, run, name, plan["task"]["record"]["writes"])
    planned.forget(db, run, name)
    _add_plan(db, root, run, plan | {"tasks": []})
    others = [task for task in tasks.in_state(db, run, "pending") if '"inferred"' in task.record]
    # relax and the readers say so: "2 names no file, so the list's order holds"
    for_its_sake = {task.id for task in others if tasks.record(task)["inferred"].get(name, "").startswith(f"{name} ")}
    return planned.no_longer_follows(db, run, name, for_its_sake)


def _add_plan(db: sqlite3.Connection, root: str, run: str, plan: dict[str, Any]) -> None:
    planned.add_needs(
        db, run, [(task["id"], need, _why(task, need)) for task in plan["tasks"] for need in task["needs"]]
    )
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
    if moved:  # tasks that reach one file by two names: the plan could not know
        hold_apart.hold_apart(db, root, run, lambda one: (one.task, (one.anchor, one.pattern, one.regex)) in moved)


def _why(task: dict[str, Any], need: str) -> int:
    return planned.FOLLOWS if need in task.get("follows", ()) else planned.STEP if need in task.get("steps", ()) else 0
