"""One more task for a run: planned beside its other tasks, so that its conflicts are known."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Any

from fanout.cli.shared import starting
from fanout.errors import FanoutError
from fanout.plan import planner
from fanout.plan.model import Task
from fanout.plan.project_facts import ProjectFacts
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.run.store import base, case_folding
from fanout.run.store.records import Run
from fanout.run.tasks import tasks

NUMBER = re.compile(r"(.*?)(\d+)")


def planned(db: sqlite3.Connection, root: str, run: Run, task: dict[str, Any]) -> dict[str, Any]:
    """As fanout.run.flow.start_run takes a plan, with the new task alone, and the hazards and declarations that it is in.

    `task` is a record without an id. Raises FanoutError, SourceError where it can't be planned.
    """
    every = tasks.all_of(db, run.id)
    unknown = [need for need in task.get("depends_on", ()) if need not in {other.id for other in every}]
    if unknown:
        known = ", ".join(other.id for other in every)
        raise FanoutError(f"--after: run {run.id} has no task {unknown[0]!r}.", f"Its tasks: {known}.")
    return _beside(db, root, run, {"id": _next_id([other.id for other in every]), **task})


def planned_anew(db: sqlite3.Connection, root: str, run: Run, name: str, writes: list[str]) -> dict[str, Any]:
    """The same of a task that the run has, with other files to write."""
    return _beside(
        db, root, run, _independent(tasks.record(tasks.get(db, run.id, name))) | {"id": name, "writes": writes}
    )


def _beside(db: sqlite3.Connection, root: str, run: Run, task: dict[str, Any]) -> dict[str, Any]:
    name = task["id"]
    others = [_independent(tasks.record(other)) for other in tasks.all_of(db, run.id) if other.id != name]
    document = {"schema_version": 1, "tasks": [*others, task]}
    source = Source(given="-", path="", text=json.dumps(document), root=base.of_run(root, run))
    plan = planner.make(registry.read(source, "native"), "quick", ProjectFacts(is_apart=run.is_driven))
    data = starting.as_data(plan, root, run.source, run.mode, case_folding.is_on(root))
    return {
        "base": run.base,
        "task": next(one for one in data["tasks"] if one["id"] == name),  # type: ignore[attr-defined]
        "hazards": [one for one in data["hazards"] if name in one["tasks"]],  # type: ignore[attr-defined]
        "declared": [one for one in data["declared"] if one["task"] == name],  # type: ignore[attr-defined]
    }


def _independent(record: dict[str, Any]) -> dict[str, Any]:
    """A record whose order is known already: only its paths and resources matter to the new one."""
    order = ("depends_on", "excludes", "accept")
    return {key: value for key, value in record.items() if key in Task.model_fields and key not in order}


def _next_id(known: list[str]) -> str:
    """The id after the greatest number, written as that one: `07` after `06`, `T010` after `T009`."""
    numbered = [(int(found[2]), found) for name in known if (found := NUMBER.fullmatch(name))]
    if not numbered:
        return next(name for number in range(1, len(known) + 2) if (name := f"added-{number}") not in known)
    number, found = max(numbered, key=lambda pair: pair[0])
    return f"{found[1]}{str(number + 1).zfill(len(found[2]))}"
