"""What stands in the files of committed tasks beside what was committed: nobody is to take it for a part of that."""

from __future__ import annotations

import sqlite3

from fanout.run.changes import changes, git
from fanout.run.store import base, journal
from fanout.run.tasks import runs, tasks

MOST_ASKED = 200  # paths of one command


def said(db: sqlite3.Connection, root: str, run: str) -> list[str]:
    """What failed tasks have left, and whether files of committed ones still differ from HEAD."""
    return [*_of_failed(db, root, run), *_beside(db, root, run)]


def not_done(db: sqlite3.Connection, run: str) -> list[str]:
    """A line while the run goes on: what is committed is not all of it."""
    if runs.get(db, run).state != "active":
        return []
    words = {"running": "at work", "pending": "not begun"}
    some = {state: [task.id for task in tasks.in_state(db, run, state)] for state in tasks.OPEN}
    said = [f"{tasks.few(names)} ({words[state]})" for state, names in sorted(some.items(), reverse=True) if names]
    return [f"Not done yet, so not committed: {', '.join(said)}."] if said else []


def _of_failed(db: sqlite3.Connection, root: str, run: str) -> list[str]:
    """A line for each: what was made by one that has failed is in no commit, though others may build on it."""
    prefix = base.name(db, run)
    lines = []
    for task in tasks.all_of(db, run):
        left = list(changes.of_task(db, run, task.id)) if task.state in tasks.UNDONE else []
        if left:
            names = tasks.few([base.shown(root, prefix, path) for path in left])
            lines.append(
                f"{task.id}  not committed, it {'failed' if task.state == 'failed' else 'is blocked'}: {names}"
            )
    return lines


def _beside(db: sqlite3.Connection, root: str, run: str) -> list[str]:
    """A line when files of the run's committed tasks still differ from HEAD, and no task of it may still be at them."""
    paths = sorted({path for task in journal.committed(db, run) for path in journal.committed_paths(db, run, task)})
    tree = base.tree(root, base.folder(db, root, run))
    waiting = any(task.state in tasks.OPEN for task in tasks.all_of(db, run))
    if not paths or waiting:
        return []
    code, out, _err = git.attempt(tree, "status", "--porcelain", "-z", "--no-renames", "--", *paths[:MOST_ASKED])
    names = [entry[3:] for entry in out.split("\0") if entry] if code == 0 else []
    if not names:
        return []
    differ, hold = ("differs", "It holds") if len(names) == 1 else ("differ", "They hold")
    return [
        f"{tasks.few(names)} still {differ} from HEAD. {hold} changes that are not the tasks' own, of the user, of Claude or of "
        f"a program: they are in no commit."
    ]
