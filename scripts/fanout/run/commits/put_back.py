"""A reader's tests, linters and builds may run: what one of them changed of the files that git tracks is put back.

Caches and build output, which git ignores or does not know, stay. What others own is theirs, whoever changed it: that is
judged in snapshot.py. The bytes that are put aside are kept.
"""

from __future__ import annotations

import json
import os

from fanout.run.changes import change_messages, git, objects
from fanout.run.store import base, meta, run_files

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container

KEY = "reader before "


def before(db: sqlite3.Connection, root: str, tree: str, tool_use: str) -> None:
    """Notes what of the tracked files differs from HEAD, and keeps it. Inside a transaction."""
    changed = {name: [_stamp(tree, name), objects.keep(root, os.path.join(tree, name))] for name in _changed(tree)}
    meta.put(db, KEY + tool_use, json.dumps(changed))


def after(db: sqlite3.Connection, root: str, tree: str, tool_use: str, others: Container[str]) -> list[str]:
    """Puts back what changed meanwhile and nobody else owns. Returns lines for the reader. Inside a transaction."""
    noted = meta.get(db, KEY + tool_use)
    if not noted:
        return []
    meta.drop(db, KEY + tool_use)
    known = json.loads(noted)
    names = [
        name
        for name in dict.fromkeys([*_changed(tree), *known])
        if known.get(name, [None])[0] != _stamp(tree, name) and base.named(root, tree, name) not in others
    ]
    if not names:
        return []
    folder = os.path.join(change_messages.folder(root), "reader")
    for name in names:
        _set_aside(tree, name, folder)
        _put_back(root, tree, name, known[name][1] if name in known else None)
    where = run_files.shown(tree, folder)
    return [
        f"This command changed {', '.join(names[:5])}{' and more' if len(names) > 5 else ''}, which git tracks. You only "
        f"read, so it is put back; what the command left is in {where}. Report it if it matters."
    ]


def _changed(tree: str) -> list[str]:
    """The tracked files that differ from HEAD, by their names in the tree; none without git."""
    code, out, _err = git.attempt(tree, "diff", "HEAD", "--name-only", "-z", "--no-renames", "--ignore-submodules")
    return [name for name in out.split("\0") if name] if code == 0 else []


def _stamp(tree: str, name: str) -> list[int]:
    try:
        status = os.lstat(os.path.join(tree, name))
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _set_aside(tree: str, name: str, folder: str) -> None:
    source, target = os.path.join(tree, name), os.path.join(folder, name)
    if os.path.isfile(source) and not os.path.islink(source):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(source, "rb") as file, open(target, "wb") as out:
            out.write(file.read())


def _put_back(root: str, tree: str, name: str, kept: str | None) -> None:
    """As it was before the command: its kept bytes, else what HEAD has."""
    path = os.path.join(tree, name)
    if kept is None:
        git.run(tree, "restore", "--source=HEAD", "--worktree", "--", f":(literal){name}")
    elif kept == objects.ABSENT:
        if os.path.lexists(path):
            os.unlink(path)
    elif kept != objects.NOT_KEPT:
        objects.put(path, objects.load(root, kept), objects.kind(kept))
