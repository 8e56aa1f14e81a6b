"""An edit of the list's file while its run goes on: new words of tasks that wait are taken in, everything else is named.

What decides who may write, what has to be done before, and which commands are run stays as it was when the run started.
"""

from __future__ import annotations

import json
import os
import sqlite3
from typing import Any

from fanout.cli.shared.changed import digest
from fanout.errors import FanoutError
from fanout.run.store import base, journal, meta
from fanout.run.store.db import Write
from fanout.run.store.records import Run
from fanout.run.tasks import amendments, list_edited, runs, tasks

WORDS = ("title", "description")
SEEN = "list-seen"  # of a run: the digests of its files at the last look
KEPT = ("writes", "reads", "accept", "agent")


def take_in(db: sqlite3.Connection, root: str, run: Run) -> None:
    """Looks at the list once more. What is to be said of it is in the journal; see run/flow/next_message.py.

    Nothing is read, and no large library loaded, while its files are as they were at the last look.
    """
    files = {path: digest(path) for path in json.loads(run.files)}
    seen = meta.get(db, f"{SEEN} {run.id}")
    if files == json.loads(seen or run.files):
        return
    now = _read(root, run)
    if now is None:
        return
    before = {task["id"]: task for task in runs.document(db, run).get("tasks", [])}
    known = {task["id"]: task for task in now.get("tasks", [])}
    with Write(db):
        meta.put(db, f"{SEEN} {run.id}", json.dumps(files))
        states = {task.id: task.state for task in tasks.all_of(db, run.id)}
        for name, task in known.items():
            if name in before:
                _compare(db, run.id, name, before[name], task, states.get(name, ""))
            elif name not in states:  # else it was added to the run as well
                _say(
                    db, run.id, name, f"{list_edited.NEW} {run.source}; `fanout add {run.id} 'what'` makes a task of it"
                )
        for name in before:
            if name not in known and states.get(name) == "pending":
                _say(db, run.id, name, f"is gone from {run.source}; `fanout skip {run.id}/{name}` leaves it out")


def _compare(db: sqlite3.Connection, run: str, name: str, old: dict[str, Any], new: dict[str, Any], state: str) -> None:
    words = {key: new.get(key, "") for key in WORDS if old.get(key, "") != new.get(key, "")}
    other = [key for key in KEPT if old.get(key) != new.get(key)]
    if words and state == "pending":
        amendments.reword(db, run, name, words)
        runs.reword(db, run, name, words)
        _say(db, run, name, "has other words in the list now; its brief has them")
    elif words and state == "running":
        said = " ".join(str(value) for value in words.values())[:300]
        _say(db, run, name, f"has other words in the list now, and its agent works by the old ones: send it {said!r}")
    if other and state in ("pending", "running"):
        fields = " and ".join(other)
        _say(db, run, name, f"has other {fields} in the list now: not taken in, the run keeps what it began with")


def _say(db: sqlite3.Connection, run: str, name: str, what: str) -> None:
    if journal.say_once(db, run, f"list {name} {what}"):
        journal.note(db, "list-edited", run, name, what=what)


def _read(root: str, run: Run) -> dict[str, Any] | None:
    """The list as it is now; None where there is none to look at."""
    from fanout.plan.read import registry
    from fanout.source.resolve import resolve

    if run.state != "active" or not run.has_list:
        return None
    try:
        reading = registry.read(resolve(os.path.join(root, run.source), base.of_run(root, run)), run.format)
    except (FanoutError, OSError):
        return None  # half written: the next look finds it whole
    return reading.document.model_dump(mode="json", exclude_defaults=True)
