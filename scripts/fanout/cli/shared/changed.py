"""What became of a run's task list since the run started. The run goes on with its own plan."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3

from fanout.errors import FanoutError
from fanout.run.store import base
from fanout.run.store.records import Run
from fanout.run.tasks import runs

MOST_DIFFERENCES = 8


def since(db: sqlite3.Connection, root: str, run: Run) -> list[str]:
    """Lines for a person; [] when nothing differs but what fanout itself marked as done."""
    if all(digest(path) == before for path, before in json.loads(run.files).items()):
        return []
    differences = _differences(db, root, run)
    if not differences:
        return []
    shown = [f"  {line}" for line in differences[:MOST_DIFFERENCES]]
    more = [f"  and {len(differences) - MOST_DIFFERENCES} more"] if len(differences) > MOST_DIFFERENCES else []
    return [
        f"{run.source} has changed since the run started:",
        *shown,
        *more,
        f"The run goes on with the plan as it was. To take the new one: `fanout cancel {run.id}`, then start it again.",
    ]


def _differences(db: sqlite3.Connection, root: str, run: Run) -> list[str]:
    from fanout.plan import compare
    from fanout.plan.read import registry
    from fanout.source.resolve import resolve

    try:
        reading = registry.read(resolve(os.path.join(root, run.source), base.of_run(root, run)), run.format)
    except FanoutError as error:
        return [f"it can't be read any more: {error}"]
    before = runs.document(db, run)
    now = reading.document.model_dump(mode="json", exclude_defaults=True)
    for document in (before, now):
        document.pop("max_parallel", None)  # the command line may have set it
    return compare.differences(before, now)


def digest(path: str) -> str:
    """The SHA-256 of a file, "" where it can not be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""
