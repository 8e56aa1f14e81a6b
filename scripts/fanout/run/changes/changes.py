"""What an agent changed, from before to after, recorded when it ends: the ground of diff, undo and commit.

Everything that is written to the table `changed` is written here.
"""

from __future__ import annotations

import os
import re

from fanout.run.changes import authored, matching_files, objects, spool, step, watch, written
from fanout.run.store import base, meta, paths, planned, select, ticks
from fanout.run.store.records import Changed

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fanout.run.store.records import Agent

OF_TASK = "SELECT id FROM agent WHERE run = ? AND task = ?"
MODES = {"": 0o644, objects.EXECUTABLE: 0o755, objects.LINK: 0o777}


def record(db: sqlite3.Connection, root: str, agent: Agent) -> list[str]:
    """Keeps what the agent left of every path that it changed. Returns the paths. Inside a transaction."""
    spool.take_in(db, root, ticks.present(db))
    names = []
    for name, (old, full) in sorted(_spelled(db, root, before_of(db, root, agent)).items()):
        new = authored.left(db, root, agent.id, name, old, objects.keep(root, full)) if full else objects.ABSENT
        if not differs(old, new):
            continue
        db.execute(
            "INSERT OR REPLACE INTO changed (agent, path, before, after, mode) VALUES (?, ?, ?, ?, ?)",
            (agent.id, name, old, new, MODES[objects.kind(new)]),
        )
        names.append(name)
    return names


def take(db: sqlite3.Connection, root: str, agent: Agent) -> None:
    """What stands in the agent's paths now is its task's, whoever wrote it: somebody says that the task is done with that. A path
    that another task has changed since stays as it is on record. Inside a transaction."""
    for name, (old, full) in sorted(_spelled(db, root, before_of(db, root, agent)).items()):
        if any(task != agent.task for task in makers(db, agent.run, name)):
            continue
        new = objects.keep(root, full) if full else objects.ABSENT
        db.execute("DELETE FROM changed WHERE agent = ? AND path = ?", (agent.id, name))
        if differs(old, new):
            db.execute(
                "INSERT INTO changed (agent, path, before, after, mode) VALUES (?, ?, ?, ?, ?)",
                (agent.id, name, old, new, MODES[objects.kind(new)]),
            )


def has_any(db: sqlite3.Connection, root: str, agent: Agent) -> bool:
    """Whether something that is on record as the agent's differs now from what it was."""
    for old, full in _spelled(db, root, before_of(db, root, agent)).values():
        try:
            new = objects.name_of(full) if full else objects.ABSENT
        except OSError:
            new = objects.ABSENT
        if differs(old, new):
            return True
    return False


def before_of(db: sqlite3.Connection, root: str, agent: Agent) -> dict[str, str]:
    """For every path that the agent may have changed, declared or not: the object before it."""
    before: dict[str, str] = {}
    if agent.task:
        changed = watch.changed(db, root, agent.id, agent.run, agent.task)
        before.update(dict.fromkeys(changed, objects.ABSENT))
    for seen in watch.of_agent(db, agent.id):
        if seen.path in before or seen.object != objects.NOT_KEPT:
            before[seen.path] = seen.object
    own = (base.inside(root, root, agent.worktree) or agent.worktree) + "/" if agent.worktree else ""
    for write in written.of_agent(db, agent.id):
        if own and write.path.startswith(own):
            continue  # what counts of a worktree of its own is what was brought in
        if write.before == objects.ABSENT:
            for name in _made_below(db, root, agent, write.path):
                before.setdefault(name, objects.ABSENT)
        if write.before != objects.FOLDER:
            before.setdefault(write.path, write.before)
    return before


def _spelled(db: sqlite3.Connection, root: str, before: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Each path with what was there before and its absolute path, "" where the folder lists another spelling of it now:
    renamed so, it is gone under the one name and new under the other."""
    naming = paths.Naming(root, meta.folds_case(db))
    found = {}
    for name, old in before.items():
        full = naming.full(name)
        now = naming.spelled(full)
        found[name] = (old, full if now == full else "")
        if now != full:
            other = naming.link(now)
            found.setdefault(other, (before.get(other, objects.ABSENT), now))
    return found


def _made_below(db: sqlite3.Connection, root: str, agent: Agent, folder: str) -> list[str]:
    """The files below a folder that the agent made, without those that others wrote there or are to write."""
    tree = base.tree(root, base.folder(db, root, agent.run))
    if not base.inside(root, tree, folder) or not os.path.isdir(os.path.join(root, folder)):
        return []
    theirs = planned.writes_of_others(db, agent.run, agent.task)
    others = [re.compile(declared.regex).fullmatch for declared in theirs]
    wrote, folds = written.by_others(db, agent.id), meta.folds_case(db)
    names = [name for name in matching_files.below(root, folder, watch.MOST_KEPT) if name not in wrote]
    return [name for name in names if not any(matches(paths.key(name, folds)) for matches in others)]


def of_task(db: sqlite3.Connection, run: str, task: str) -> dict[str, tuple[str, str]]:
    """Each path that the task's agents changed: the objects before the first and after the last. Net no-ops are out."""
    changes: dict[str, tuple[str, str]] = {}
    tail = f"WHERE agent IN ({OF_TASK}) ORDER BY agent"
    for made in select.every(db, Changed, tail, run, task):
        known = changes.get(made.path)
        changes[made.path] = (made.before, made.after) if known is None else (known[0], _joined(db, known[1], made))
    return {path: change for path, change in sorted(changes.items()) if differs(*change)}


def _joined(db: sqlite3.Connection, left: str, made: Changed) -> str:
    """What a second agent of a task left, without what was written between the two."""
    if made.before == left:
        return made.after
    alone = step.kept(meta.root(db), made.before, left, made.after)
    return made.after if alone is None else alone


def forget(db: sqlite3.Connection, run: str, task: str) -> None:
    """The task's changes were taken back. Inside a transaction."""
    db.execute(f"DELETE FROM changed WHERE agent IN ({OF_TASK})", (run, task))


def forget_some(db: sqlite3.Connection, run: str, task: str, names: Iterable[str]) -> None:
    """The task's changes of these paths were taken back. Inside a transaction."""
    statement = f"DELETE FROM changed WHERE agent IN ({OF_TASK}) AND path = ?"
    db.executemany(statement, [(run, task, name) for name in names])


def makers(db: sqlite3.Connection, run: str, path: str) -> list[str]:
    """The tasks of the run that changed the path, in the order of their agents."""
    rows = db.execute(
        "SELECT agent.task FROM changed JOIN agent ON agent.id = changed.agent"
        " WHERE agent.run = ? AND changed.path = ? ORDER BY agent.id",
        (run, path),
    )
    return list(dict.fromkeys(row[0] for row in rows))


def tasks_of(db: sqlite3.Connection, path: str) -> list[tuple[str, str]]:
    """The (run, task) pairs that changed the path, in the order of the last agent of each that did."""
    rows = db.execute(
        "SELECT agent.run, agent.task FROM changed JOIN agent ON agent.id = changed.agent"
        " WHERE changed.path = ? AND agent.task != '' GROUP BY agent.run, agent.task ORDER BY MAX(agent.id)",
        (path,),
    )
    return [(run, task) for run, task in rows]


def touched_again(db: sqlite3.Connection, run: str, task: str) -> dict[str, list[str]]:
    """The paths that the task changed and another one of the run did, too: every task that is done and changed them."""
    rows = db.execute(
        "SELECT DISTINCT also.path, agent.task FROM agent AS own CROSS JOIN changed ON changed.agent = own.id"
        " CROSS JOIN changed AS also ON also.path = changed.path"
        " CROSS JOIN agent ON agent.id = also.agent AND agent.run = own.run"
        " JOIN task ON task.run = agent.run AND task.id = agent.task AND task.state = 'done'"
        " WHERE own.run = ? AND own.task = ? ORDER BY also.path, agent.id",
        (run, task),
    )
    found: dict[str, list[str]] = {}
    for path, name in rows:
        found.setdefault(path, []).append(name)
    return {path: names for path, names in found.items() if len(names) > 1}


def newest(db: sqlite3.Connection, path: str) -> int:
    """The agent that changed the path last, of those that have ended; 0 for nobody."""
    return int(db.execute("SELECT COALESCE(MAX(agent), 0) FROM changed WHERE path = ?", (path,)).fetchone()[0])


def by_anybody(db: sqlite3.Connection) -> set[str]:
    """Every path that some agent changed."""
    return {row[0] for row in db.execute("SELECT path FROM changed")}


def differs(before: str, after: str) -> bool:
    """Whether two objects are, or may be, different bytes."""
    return before != after or before == objects.NOT_KEPT
