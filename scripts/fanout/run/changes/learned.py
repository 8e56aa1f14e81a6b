"""What finished tasks of a run teach of those that wait: who may touch a file that two touched already waits for its turn.

Such a lock only keeps tasks apart (table hazard). It declares nothing, so it permits nothing.
"""

from __future__ import annotations

import json
import os
import re

from fanout.run.changes import changes
from fanout.run.store import journal, meta, paths, planned
from fanout.run.tasks import runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from fanout.run.store.records import Task

MANY = 3
NEARLY_ALL = 0.8  # of the tasks that are done: then it is everybody's file
MOST_FILES, MOST_TASKS = 200, 500  # of one result, and of those that wait


def from_result(db: sqlite3.Connection, run: str, task: str) -> None:
    """The task is done: locks what it touched as another one did before it. Inside a transaction."""
    touched = changes.touched_again(db, run, task)
    if not touched or len(touched) > MOST_FILES:
        return
    going = [one for one in tasks.all_of(db, run) if one.state in ("pending", "running")]
    if not any(one.state == "pending" for one in going) or len(going) > MOST_TASKS:
        return
    done = tasks.count(db, run).get("done", 0)
    hints = json.loads(runs.get(db, run).predicted).get("hints", {})
    for path, makers in touched.items():
        _lock(db, run, path, [one for one in going if _may_touch(db, one, path, makers, done, hints.get(one.id, ()))])


def _lock(db: sqlite3.Connection, run: str, path: str, which: list[Task]) -> None:
    """None of them at once with another, from now on."""
    new = set()
    for one, other in _pairs(which):
        if planned.add_hazard(db, run, one.id, other.id, "write-write", path):
            new |= {one.id, other.id}
    if new:
        journal.note(db, "learned", run, path=path, tasks=sorted(new))


def _pairs(which: list[Task]) -> Iterator[tuple[Task, Task]]:
    for place, one in enumerate(which):
        for other in which[:place]:
            if "pending" in (one.state, other.state):
                yield other, one


def _may_touch(db: sqlite3.Connection, task: Task, path: str, makers: list[str], done: int, hints: list[str]) -> bool:
    """A task that declares it, whose text or whose analyst names it; anyone, when nearly all had to touch it so far."""
    if len(makers) >= MANY and len(makers) >= NEARLY_ALL * done:
        return True
    key = paths.key(path, meta.folds_case(db))
    if any(re.fullmatch(one.regex, key) for one in planned.writes_of(db, task.run, task.id)):
        return True
    record = tasks.record(task)
    text = f"{task.title}\n{record.get('description', '')}"
    named = rf"(?<![\w.-]){re.escape(os.path.basename(path))}(?![\w-])"
    return path in hints or re.search(named, text) is not None
