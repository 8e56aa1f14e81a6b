"""What an agent changed, from before to after, recorded when it ends: the ground of diff, undo and commit."""

from __future__ import annotations

import os
import sqlite3
import stat

from fanout.run import objects, watch


def record(db: sqlite3.Connection, root: str, agent: sqlite3.Row) -> list[str]:
    """Keeps the present bytes of every path that the agent changed. Returns the paths. Inside a transaction."""
    before = before_of(db, agent)
    if agent["task"]:
        for name in watch.changed(db, root, agent["id"], agent["run"], agent["task"]):
            before.setdefault(name, objects.ABSENT)
    found = []
    for name, old in sorted(before.items()):
        full = name if os.path.isabs(name) else os.path.join(root, name)
        new = objects.keep(root, full)
        if not differs(old, new):
            continue
        db.execute(
            "INSERT OR REPLACE INTO changed (agent, path, before, after, mode) VALUES (?, ?, ?, ?, ?)",
            (agent["id"], name, old, new, _mode(full)),
        )
        found.append(name)
    return found


def before_of(db: sqlite3.Connection, agent: sqlite3.Row) -> dict[str, str]:
    """For every path that the agent is known to have touched, or that its task declares: the object before it."""
    found = {row["path"]: row["object"] for row in db.execute("SELECT * FROM watched WHERE agent = ?", (agent["id"],))}
    for row in db.execute("SELECT path, before FROM written WHERE agent = ?", (agent["id"],)):
        found.setdefault(row["path"], row["before"])
    return found


def of_task(db: sqlite3.Connection, run: str, task: str) -> dict[str, tuple[str, str, int]]:
    """Each path that the task's agents changed: (before the first, after the last, mode). Net no-ops are out."""
    found: dict[str, tuple[str, str, int]] = {}
    for row in db.execute(
        "SELECT changed.* FROM changed JOIN agent ON agent.id = changed.agent"
        " WHERE agent.run = ? AND agent.task = ? ORDER BY agent.id",
        (run, task),
    ):
        first = found[row["path"]][0] if row["path"] in found else row["before"]
        found[row["path"]] = (first, row["after"], row["mode"])
    return {path: change for path, change in sorted(found.items()) if differs(*change[:2])}


def differs(before: str, after: str) -> bool:
    """Whether two objects are, or may be, different bytes."""
    return before != after or before == objects.NOT_KEPT


def _mode(full: str) -> int:
    try:
        return stat.S_IMODE(os.lstat(full).st_mode)
    except OSError:
        return 0
