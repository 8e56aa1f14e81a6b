"""What an agent changed, from before to after, recorded when it ends: the ground of diff, undo and commit."""

from __future__ import annotations

import os
import re

from fanout.run.changes import objects, watch
from fanout.run.store import base

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

COMMITTED = (  # whether a row of `task` is committed, and was not undone since
    "(SELECT kind FROM event WHERE event.run = task.run AND event.task = task.id"
    " AND kind IN ('committed', 'undone') ORDER BY event.id DESC LIMIT 1) IS 'committed'"
)
MODES = {"": 0o644, objects.EXECUTABLE: 0o755, objects.LINK: 0o777}


def record(db: sqlite3.Connection, root: str, agent: sqlite3.Row) -> list[str]:
    """Keeps the present bytes of every path that the agent changed. Returns the paths. Inside a transaction."""
    found = []
    for name, old in sorted(before_of(db, root, agent).items()):
        new = objects.keep(root, name if os.path.isabs(name) else os.path.join(root, name))
        if not differs(old, new):
            continue
        db.execute(
            "INSERT OR REPLACE INTO changed (agent, path, before, after, mode) VALUES (?, ?, ?, ?, ?)",
            (agent["id"], name, old, new, MODES[objects.kind(new)]),
        )
        found.append(name)
    return found


def before_of(db: sqlite3.Connection, root: str, agent: sqlite3.Row) -> dict[str, str]:
    """For every path that the agent may have changed, declared or not: the object before it."""
    found: dict[str, str] = {}
    if agent["task"]:
        changed = watch.changed(db, root, agent["id"], agent["run"], agent["task"])
        found.update(dict.fromkeys(changed, objects.ABSENT))
    for row in db.execute("SELECT path, object FROM watched WHERE agent = ?", (agent["id"],)):
        if row["path"] in found or row["object"] != objects.NOT_KEPT:
            found[row["path"]] = row["object"]
    own = (base.inside(root, root, agent["worktree"]) or agent["worktree"]) + "/" if agent["worktree"] else ""
    for row in db.execute("SELECT path, before FROM written WHERE agent = ?", (agent["id"],)):
        if own and row["path"].startswith(own):
            continue  # what counts of a worktree of its own is what was brought in
        if row["before"] == objects.ABSENT:
            found.update(
                {name: objects.ABSENT for name in _made_below(db, root, agent, row["path"]) if name not in found}
            )
        if row["before"] != objects.FOLDER:
            found.setdefault(row["path"], row["before"])
    return found


def _made_below(db: sqlite3.Connection, root: str, agent: sqlite3.Row, folder: str) -> list[str]:
    """The files below a folder that the agent made, without those that others wrote there or are to write."""
    tree = base.tree(root, base.folder(db, root, agent["run"]))
    if not base.inside(root, tree, folder) or not os.path.isdir(os.path.join(root, folder)):
        return []
    others = [
        re.compile(row["regex"]).fullmatch
        for row in db.execute(
            "SELECT regex FROM declared WHERE run = ? AND task <> ? AND mode = 'write'", (agent["run"], agent["task"])
        )
    ]
    wrote = {r["path"] for r in db.execute("SELECT path FROM written WHERE agent <> ?", (agent["id"],))}
    names = watch.below(root, folder, watch.MOST_KEPT)
    return [name for name in names if name not in wrote and not any(matches(name) for matches in others)]


def of_task(db: sqlite3.Connection, run: str, task: str) -> dict[str, tuple[str, str]]:
    """Each path that the task's agents changed: the objects before the first and after the last. Net no-ops are out."""
    found: dict[str, tuple[str, str]] = {}
    for row in db.execute(
        "SELECT changed.* FROM changed JOIN agent ON agent.id = changed.agent"
        " WHERE agent.run = ? AND agent.task = ? ORDER BY agent.id",
        (run, task),
    ):
        first = found[row["path"]][0] if row["path"] in found else row["before"]
        found[row["path"]] = (first, row["after"])
    return {path: change for path, change in sorted(found.items()) if differs(*change)}


def finished(db: sqlite3.Connection) -> dict[str, sqlite3.Row]:
    """The paths that agents of active runs changed and left behind uncommitted, with the agent that was last."""
    rows = db.execute(
        "SELECT changed.path, agent.* FROM changed JOIN agent ON agent.id = changed.agent"
        " JOIN task ON task.run = agent.run AND task.id = agent.task JOIN run ON run.id = agent.run"
        f" WHERE run.state = 'active' AND NOT {COMMITTED} ORDER BY agent.id"
    )
    return {row["path"]: row for row in rows}


def differs(before: str, after: str) -> bool:
    """Whether two objects are, or may be, different bytes."""
    return before != after or before == objects.NOT_KEPT
