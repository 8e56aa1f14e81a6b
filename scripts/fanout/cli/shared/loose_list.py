"""The user's own task list after commits: its marks of what is done are theirs to commit."""

from __future__ import annotations

import os
import shlex
import sqlite3

from fanout.run.changes import git
from fanout.run.store import base, journal
from fanout.run.tasks import runs


def said(db: sqlite3.Connection, root: str, run: str) -> list[str]:
    """A line when the run's list has marks of done tasks that no commit has; nothing else of it is known here."""
    source = runs.get(db, run).source
    path = os.path.join(root, source)
    if source in ("", "-") or not journal.tasks_with(db, run, "marked") or not os.path.exists(path):
        return []
    tree = base.tree(root, base.folder(db, root, run))
    name = os.path.relpath(path, tree)
    code, out, _err = git.attempt(tree, "status", "--porcelain", "--", name)
    if code or not out.strip():
        return []
    quoted = shlex.quote(name)
    return [
        f"{name}  not committed: the marks of what is done stand in it, and it is your file. "
        f"`git add {quoted} && git commit -m 'Mark what is done' -- {quoted}` commits it as it stands."
    ]
