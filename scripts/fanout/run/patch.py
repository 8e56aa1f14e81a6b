"""What a task changed, as a unified diff."""

from __future__ import annotations

import difflib
import os
import sqlite3

from fanout.run import agents, changes, files, objects

BINARY = b"\0"


def of_task(db: sqlite3.Connection, root: str, run: str, task: str) -> str:
    """The task's changes; of a task that still runs, up to now. Files too large or binary are named only."""
    return "".join(_file(root, path, *change) for path, change in changed(db, root, run, task).items())


def changed(db: sqlite3.Connection, root: str, run: str, task: str) -> dict[str, tuple[str, str]]:
    """Each path that the task changed, in order: the objects before and after."""
    found = changes.of_task(db, run, task)
    agent = agents.of_task(db, run, task)
    if agent is not None:
        for path, before in changes.before_of(db, root, agent).items():
            full = path if os.path.isabs(path) else os.path.join(root, path)
            found[path] = (found.get(path, (before, ""))[0], objects.keep(root, full))
    return {path: change for path, change in sorted(found.items()) if changes.differs(*change)}


def keep(db: sqlite3.Connection, root: str, run: str, task: str) -> str:
    """Writes the patch beside the task's result. Returns its path, relative to the root."""
    path = files.result(root, run, task)[: -len(".md")] + ".patch"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(of_task(db, root, run, task))
    return files.shown(root, path)


def _file(root: str, path: str, before: str, after: str) -> str:
    old, new = _load(root, before), _load(root, after)
    if old is None or new is None or BINARY in old or BINARY in new:
        return f"Binary or large file {path} changed\n"
    lines = difflib.unified_diff(
        _lines(old),
        _lines(new),
        "/dev/null" if before == objects.ABSENT else f"a/{path}",
        "/dev/null" if after == objects.ABSENT else f"b/{path}",
    )
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").splitlines(keepends=True)


def _load(root: str, name: str) -> bytes | None:
    if name == objects.NOT_KEPT:
        return None
    return b"" if name == objects.ABSENT else objects.load(root, name)
