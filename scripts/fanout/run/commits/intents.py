"""What a command is about to do to git or to files: in the journal before it begins, out of it when all is done.

A process may be killed at any moment. The next one finds the intent and brings it to its end (fanout.run.commits.repair).
"""

from __future__ import annotations

import json

from fanout.run.store import meta, under_way

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

COMMIT, UNDO = "commit under way ", "undo under way "


def put(db: sqlite3.Connection, kind: str, run: str, task: str, **facts: object) -> None:
    """`facts` must be JSON. Inside a transaction."""
    under_way.mark(meta.root(db))
    meta.put(db, f"{kind}{run}/{task}", json.dumps({"run": run, "task": task, **facts}))


def of_kind(db: sqlite3.Connection, kind: str) -> list[dict[str, Any]]:
    """Those that are not done: what was put, with "run" and "task"."""
    return [json.loads(value) for value in meta.below(db, kind)]


def drop(db: sqlite3.Connection, kind: str, run: str, task: str) -> None:
    """Inside a transaction."""
    meta.drop(db, f"{kind}{run}/{task}")
