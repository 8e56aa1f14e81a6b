"""What is in no commit is kept as a run and each of its agents begin: a program may take away what no line names.

Kept are files that git would commit, the smallest first, up to MOST_BYTES each time, and small ones that it ignores
(`.env`); without git, nothing. The bytes stand under the names that the files had (kept.py).
"""

from __future__ import annotations

import os

from fanout.run.agents import agents, claims
from fanout.run.changes import changes, git, heads, objects, written
from fanout.run.commits import kept, staged
from fanout.run.store import base, meta, noted_work, paths, staged_names, state_dir
from fanout.run.store.db import Write, now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.noted_work import Noted

MOST_FILES = 1000
MOST_BYTES = 30_000_000
LARGEST_IGNORED = 65_536
MOST_IGNORED = 100
EVERY_SECONDS = 15.0  # agents are launched several at once


def begin(db: sqlite3.Connection, root: str, run: str = "") -> None:
    """A run, or work without a plan, starts: what there is now is the user's. Inside a transaction."""
    tree = _tree(db, root, run)
    found = _keep(root, tree, {}, is_users=bool(run))
    noted_work.put(db, _with_own(db, root, tree, found, agents.is_any_live(db)) if run else found)
    if run and not agents.is_any_live(db):
        staged_names.forget(db)


def again(db: sqlite3.Connection, root: str, run: str = "") -> None:
    """An agent begins. Outside any transaction."""
    at = meta.get(db, noted_work.LAST)
    if at and now() - float(at) < EVERY_SECONDS:
        return
    tree = _tree(db, root, run)
    found = _with_own(db, root, tree, _keep(root, tree, noted_work.of(db), is_users=False), True)
    with Write(db):
        noted_work.put(db, found)


def _with_own(
    db: sqlite3.Connection, root: str, tree: str, found: dict[str, Noted], is_beside: bool
) -> dict[str, Noted]:
    """Notes beside each of the user's files what it holds of the user's alone. `is_beside` others that may write: then what
    an agent has written, or claims, is as it was noted before."""
    known = noted_work.own(db)
    names = [name for name, noted in found.items() if noted[3] and noted[2] != objects.NOT_KEPT]
    names = [name for name in names if found[name][noted_work.OWN :][:1] != [found[name][2]]]
    ignored = git.ignored(tree, [base.inside(root, tree, name) for name in names])
    by_agents = written.by_anybody(db) | changes.by_anybody(db) if is_beside else set()
    folds, commit = meta.folds_case(db), heads.of(tree)
    for name in names:
        is_agents = name in by_agents or (is_beside and claims.covering(db, paths.key(name, folds)))
        if base.inside(root, tree, name) not in ignored:
            own = known.get(name, ("", "")) if is_agents else (found[name][2], commit)
            found[name] = [*found[name][: noted_work.OWN], *own]
    return found


def _tree(db: sqlite3.Connection, root: str, run: str) -> str:
    return base.tree(root, base.folder(db, root, run) if run else root)


def _keep(root: str, tree: str, known: dict[str, Noted], is_users: bool) -> dict[str, Noted]:
    """Keeps what has changed since it was noted, and what is staged alone. What is not there any more stays noted."""
    staged.keep_all(root, tree)
    found = dict(known)
    left = MOST_BYTES
    for name in sorted(_names(tree), key=lambda one: _size(os.path.join(tree, one))):  # a large one crowds none out
        named = base.named(root, tree, name)
        try:
            stat = os.lstat(os.path.join(root, named))
        except OSError:
            continue
        old = known.get(named)
        if stat.st_size > left or (old and old[:2] == [stat.st_size, stat.st_mtime_ns]):
            continue
        left -= stat.st_size
        object_ = kept.keep(root, [named]).get(named, objects.NOT_KEPT)
        own = old[noted_work.OWN :] if old else []
        found[named] = [stat.st_size, stat.st_mtime_ns, object_, bool(old[3]) if old else is_users, *own]
    return found


def _names(tree: str) -> list[str]:
    """The files that differ from the index or from HEAD, new ones, and small ignored ones, from the top of the work tree."""
    if not os.path.isdir(tree):
        return []
    code, out, _err = git.attempt(tree, "ls-files", "-z", "-m", "-o", "--exclude-standard", "--deduplicate")
    if code != 0:
        return []
    _, staged_ones, _err = git.attempt(tree, "diff", "--cached", "--name-only", "--no-renames", "--no-ext-diff", "-z")
    _, more, _err = git.attempt(tree, "ls-files", "-z", "-o", "-i", "--exclude-standard", "--directory")
    ignored = [name for name in more.split("\0") if name and not name.endswith("/")][:MOST_IGNORED]
    small = [name for name in ignored if _size(os.path.join(tree, name)) <= LARGEST_IGNORED]
    names = [name for name in dict.fromkeys(f"{out}{staged_ones}".split("\0")) if name and not name.endswith("/")][
        :MOST_FILES
    ]
    return [name for name in [*names, *small] if not state_dir.is_inside(name)]


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
