"""The files a task declares, as they were when it began: what it changed is told by comparison, whoever wrote it."""

from __future__ import annotations

import os
import re
import sqlite3

from fanout.run import meta, objects

MOST_FILES = 5000
PASSED_OVER = {".git", ".fanout", "node_modules", "__pycache__", ".venv"}


def begin(db: sqlite3.Connection, root: str, agent: int, run: str, task: str) -> None:
    """Keeps every existing file that the task declares as a write. Runs inside the gate's transaction."""
    for name in declared_files(db, root, run, task):
        full = os.path.join(root, name)
        try:
            stat = os.stat(full)
        except OSError:
            continue
        db.execute(
            "INSERT OR REPLACE INTO watched (agent, path, size, mtime, object) VALUES (?, ?, ?, ?, ?)",
            (agent, name, stat.st_size, stat.st_mtime_ns, objects.keep(root, full)),
        )


def changed(db: sqlite3.Connection, root: str, agent: int, run: str, task: str) -> list[str]:
    """The declared paths whose files differ from how the agent found them: created, changed or deleted. Sorted."""
    before = {row["path"]: row for row in db.execute("SELECT * FROM watched WHERE agent = ?", (agent,))}
    now = set(declared_files(db, root, run, task))
    found = [name for name in now if name not in before or _differs(root, before[name])]
    return sorted(found + [name for name in before if name not in now])


def declared_files(db: sqlite3.Connection, root: str, run: str, task: str) -> list[str]:
    """The existing files that match what the task declares as its writes, at most MOST_FILES."""
    rows = db.execute(
        "SELECT anchor, regex FROM declared WHERE run = ? AND task = ? AND mode = 'write'", (run, task)
    ).fetchall()
    folds = meta.folds_case(db)
    found: set[str] = set()
    for row in rows:
        matches = re.compile(row["regex"]).fullmatch
        for name in _below(root, row["anchor"]):
            if matches(name.casefold() if folds else name):
                found.add(name)
                if len(found) >= MOST_FILES:
                    return sorted(found)
    return sorted(found)


def _below(root: str, anchor: str) -> list[str]:
    """The file at the anchor, or the files below the folder there, relative to the root."""
    start = os.path.join(root, anchor) if anchor not in ("", ".") else root
    if os.path.isfile(start):
        return [anchor]
    found: list[str] = []
    for folder, folders, files in os.walk(start):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        prefix = os.path.relpath(folder, root).replace(os.sep, "/")
        found += [name if prefix == "." else f"{prefix}/{name}" for name in sorted(files)]
        if len(found) > 4 * MOST_FILES:
            break
    return found


def _differs(root: str, row: sqlite3.Row) -> bool:
    full = os.path.join(root, row["path"])
    try:
        stat = os.stat(full)
        if (stat.st_size, stat.st_mtime_ns) == (row["size"], row["mtime"]):
            return False
        if stat.st_size != row["size"] or row["object"] in (objects.NOT_KEPT, objects.ABSENT):
            return True
        with open(full, "rb") as file:
            return objects.digest(file.read()) != str(row["object"])
    except OSError:
        return True
