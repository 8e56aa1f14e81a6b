"""The user's own task list after commits: marks of what is done are committed with it, other changes in it are theirs."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3

from fanout.run.changes import git
from fanout.run.store import base, journal
from fanout.run.tasks import runs

BOX = re.compile(r"\[[ xX]\]")
MESSAGE = "Mark what is done"


def said(db: sqlite3.Connection, root: str, run: str) -> list[str]:
    """A line when the run's list has marks of done tasks that no commit has; nothing else of it is known here."""
    found = _uncommitted(db, root, run)
    if found is None:
        return []
    quoted = shlex.quote(found[1])
    return [
        f"{found[1]}  not committed: the marks of what is done stand in it, and it is your file. "
        f"`git add {quoted} && git commit -m '{MESSAGE}' -- {quoted}` commits it as it stands."
    ]


def commit(db: sqlite3.Connection, root: str, run: str, trailers: tuple[str, ...]) -> list[str]:
    """Commits the list where nothing but boxes were ticked in it since the last commit. What was done, in a line; [] where it
    was left."""
    found = _uncommitted(db, root, run)
    if found is None or not _is_ticked_alone(*found):
        return []
    tree, name = found
    words = "".join(f"{line}\n" for line in trailers)
    body = f"{MESSAGE}\n\n{words}" if words else f"{MESSAGE}\n"
    code, _, err = git.attempt(tree, "commit", "--only", "--no-verify", "--quiet", "-m", body, "--", name)
    if code:
        return [f"{name}  not committed: {git.trouble(err)}"]
    made = git.attempt(tree, "rev-parse", "HEAD")[1].strip()
    return [f"{name}  {made[:12]}  {MESSAGE}"]


def _uncommitted(db: sqlite3.Connection, root: str, run: str) -> tuple[str, str] | None:
    """The work tree and the name in it of a list with marks that no commit has."""
    source = runs.get(db, run).source
    path = os.path.join(root, source)
    if source in ("", "-") or not journal.tasks_with(db, run, "marked") or not os.path.exists(path):
        return None
    tree = base.tree(root, base.folder(db, root, run))
    name = os.path.relpath(path, tree)
    code, out, _err = git.attempt(tree, "status", "--porcelain", "--", name)
    return None if code or not out.strip() else (tree, name)


def _is_ticked_alone(tree: str, name: str) -> bool:
    """Whether the file, unstaged, is what HEAD has but for boxes."""
    in_git = name.replace(os.sep, "/")
    code, before, _ = git.attempt(tree, "show", f"HEAD:./{in_git}")
    staged = git.attempt(tree, "diff", "--cached", "--quiet", "--", name)[0]
    if code or staged or not os.path.isfile(os.path.join(tree, name)):
        return False
    with open(os.path.join(tree, name), encoding="utf-8", errors="surrogateescape", newline="") as file:
        return BOX.sub("[ ]", file.read()) == BOX.sub("[ ]", before)
