"""Tracked files that changed during a run though nobody declared them and no hook saw them written.

A program that an agent ran may have done it, or the user. It can't be told which, so nobody is sent back for it: Claude
is told once for each file, and the report names it. Needs git.
"""

from __future__ import annotations

import json
import os
import re

from fanout.run.changes import changes, git, written
from fanout.run.store import base, journal, meta, noted_work, paths, planned, run_files
from fanout.run.store.db import Write, earliest_by_system
from fanout.run.tasks import runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from fanout.run.store.records import Agent

DIRTY = "dirty at start of "
DELETED = "deleted"
MIXED = ", and with it the uncommitted changes of before"


def begin(db: sqlite3.Connection, root: str, run: str) -> None:
    """Notes what is not committed as a run starts: that is the user's own. Inside a transaction."""
    dirty = _dirty(db, root, run)
    if dirty is not None:
        meta.put(db, DIRTY + run, json.dumps({name: _stamp(root, name) for name in dirty}))


def note(db: sqlite3.Connection, root: str, agent: Agent) -> None:
    """Journals what strayed while the agent of a task worked, each file once in a run. Outside any transaction."""
    run = agent.run
    before = meta.get(db, DIRTY + run)
    dirty = _dirty(db, root, run) if before else None
    if dirty is None:
        return
    gone = _gone(db, root)
    if not dirty and not gone:
        return
    known = json.loads(before)
    owned = _accounted(db, root, run)
    dirty += [name for name in gone if name not in dirty]
    strays = [
        name
        for name in dirty
        if known.get(name) != _stamp(root, name)
        and not owned(name)
        and changed_at(root, name) >= earliest_by_system(agent.opened)
    ]
    with Write(db):
        for name in strays:
            if journal.say_once(db, run, f"stray {name}"):
                how = "" if os.path.lexists(os.path.join(root, name)) else DELETED
                kept = _kept(root, name, gone.get(name) or noted_work.own(db).get(name, ("", ""))[0])
                journal.note(db, "stray", run, agent.task, agent.id, path=name, how=how, kept=kept)


def _gone(db: sqlite3.Connection, root: str) -> dict[str, str]:
    """The user's files that were in no commit as the run began and are not there any more, with what each held."""
    return {name: kept for name, kept in noted_work.users(db).items() if not os.path.lexists(os.path.join(root, name))}


def _kept(root: str, name: str, kept: str) -> str:
    """Where the bytes of the file are, "" where none are kept."""
    place = run_files.kept(root, name, kept) if kept else ""
    return os.path.relpath(place, root) if os.path.lexists(place) else ""


def lines(db: sqlite3.Connection, run: str) -> list[str]:
    """What Claude is told of it, once. Inside a transaction."""
    by_task: dict[str, list[str]] = {}
    mixed: set[str] = set()
    for event in journal.untold(db, run, "stray"):
        item = event.facts
        name = base.in_tree(db, meta.root(db), run, item["path"])
        kept = f"kept in {item['kept']}" if item.get("kept") else ""
        if kept and not item["how"]:
            mixed.add(event.task)
            kept = f"it had uncommitted changes before: {kept}"
        about = ", ".join(filter(None, [item["how"], kept]))
        by_task.setdefault(event.task, []).append(f"{name} ({about})" if about else name)
    return [
        f"Changed while {tasks.called(task, 'task')} worked, declared by no open task and by no write that a hook saw: "
        f"{tasks.few(names)}. If it was not the user, a program did it that an agent ran: tell the user; `git diff` shows it, "
        f"`fanout discard PATH` takes it back{MIXED if task in mixed else ''}."
        for task, names in by_task.items()
    ]


def _dirty(db: sqlite3.Connection, root: str, run: str) -> list[str] | None:
    """The names of the tracked files that differ from HEAD in the run's work tree; None without git."""
    tree = base.tree(root, base.folder(db, root, run))
    if not os.path.isdir(tree):
        return None
    code, out, _err = git.attempt(
        tree, "diff", "HEAD", "--name-only", "-z", "--relative", "--no-renames", "--ignore-submodules"
    )
    return [base.named(root, tree, name) for name in out.split("\0") if name] if code == 0 else None


def _stamp(root: str, name: str) -> list[int]:
    try:
        stat = os.lstat(os.path.join(root, name))
    except OSError:
        return []
    return [stat.st_size, stat.st_mtime_ns]


def changed_at(root: str, name: str) -> float:
    """When the file was changed last; of a deleted one, when its folder was."""
    path = os.path.join(root, name)
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    return os.lstat(path).st_mtime


def _accounted(db: sqlite3.Connection, root: str, run: str) -> Callable[[str], bool]:
    """Whether a path is declared by a task of any run that is active, was written by an agent, or is a run's own list."""
    run_ = runs.get(db, run)
    own = {base.inside(root, root, path) or path for path in json.loads(run_.files)}
    folds = meta.folds_case(db)
    accounted_for = {paths.key(name, folds) for name in own | written.by_anybody(db) | changes.by_anybody(db)}
    declared = [re.compile(regex).fullmatch for regex in planned.writes_since(db, run_.started)]

    def accounted(name: str) -> bool:
        key = paths.key(name, folds)
        return key in accounted_for or any(matches(key) for matches in declared)

    return accounted
