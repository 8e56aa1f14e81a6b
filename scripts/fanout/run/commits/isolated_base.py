"""What a worktree of an agent's own begins with: its commit, what finished tasks of the run left uncommitted, and the
files that its task declares as they stand in the run's folder.

Without that an agent would work on what its dependencies had not done yet, and two on one file, or one on a file that the
user has changed, would clash at each try.
"""

from __future__ import annotations

import json
import os
import re

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.changes import changes, git, matching_files, objects, step
from fanout.run.store import base, journal, meta, notice, paths, planned
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent, Declared

    Step = tuple[str, str, str]  # a path below the tree's top, and the objects before and after

KEY = "worktree-base "
MADE_AGAIN = paths.PASSED_OVER | {".pytest_cache", ".mypy_cache", ".ruff_cache"}
WHOLE = objects.NOT_KEPT  # in place of a version before: nothing is merged
BEGINS = "Your worktree begins with what the project has uncommitted: {paths}. git shows that as changed; leave it in."
LACKS = "Your worktree lacks what the project has uncommitted in {paths}: read it in {tree} before you build on it."


def of(db: sqlite3.Connection, worktree: str) -> dict[str, str]:
    """The objects that were laid into the worktree before its agent began, by their paths below its top."""
    kept = meta.get(db, KEY + worktree)
    return json.loads(kept) if kept else {}


def nothing(db: sqlite3.Connection, worktree: str) -> None:
    """Nothing is laid into this worktree: it begins as its commit is. Inside a transaction."""
    meta.put(db, KEY + worktree, "{}")


def begin(db: sqlite3.Connection, root: str, agent: Agent) -> None:
    """Lays what the run has so far into the fresh worktree of an agent that has one, once. Inside a transaction."""
    place = agent.worktree
    if not agent.task or meta.get(db, KEY + place) or not os.path.isdir(place):
        return
    tree = base.tree(root, base.folder(db, root, agent.run))
    done: dict[str, str] = {}
    lacking: list[str] = []
    for path, before, after in [*_finished(db, root, tree, agent), *_declared(db, root, tree, agent)]:
        if _lay(root, os.path.join(place, path), before, after):
            done[path] = objects.keep(root, os.path.join(place, path))
        else:
            lacking.append(path)
    meta.put(db, KEY + place, json.dumps(done))
    if done:
        notice.leave(db, agent.id, BEGINS.format(paths=tasks.few(sorted(done))))
    if lacking:
        notice.leave(db, agent.id, LACKS.format(paths=tasks.few(sorted(set(lacking))), tree=tree))


def _finished(db: sqlite3.Connection, root: str, tree: str, agent: Agent) -> list[Step]:
    """The steps of the run's tasks that are done and not committed, as their agents came."""
    committed, opened = journal.committed(db, agent.run), agents.last_of_tasks(db, agent.run)
    names = [task.id for task in tasks.in_state(db, agent.run, "done") if task.id not in committed]
    steps = []
    for task in sorted(names, key=lambda name: opened.get(name, 0)):
        for name, (before, after) in changes.of_task(db, agent.run, task).items():
            path = base.inside(root, tree, name)
            if path:
                steps.append((path, before, after))
    return steps


def _declared(db: sqlite3.Connection, root: str, tree: str, agent: Agent) -> list[Step]:
    """The files that the agent's task declares and that are not as committed: nobody else writes them now."""
    naming = paths.Naming(root, meta.folds_case(db))
    covers = [_covers(naming, item) for item in planned.writes_of(db, agent.run, agent.task)]
    dirty, _ = git.status(tree)
    names = [path for _, path in dirty if any(covered(base.named(root, tree, path)) for covered in covers)]
    names += ignored(db, root, tree, agent, tree)
    return [(path, WHOLE, objects.keep(root, os.path.join(tree, path))) for path in names]


def ignored(db: sqlite3.Connection, root: str, tree: str, agent: Agent, place: str) -> list[str]:
    """The files in `place`, a worktree of `tree`, that the agent's task declares and git ignores, below its top.

    What a wide pattern reaches beside its own files (caches, build output below `src/**`) is made again, and left out.
    """
    found = []
    naming = paths.Naming(root, meta.folds_case(db))
    for item in planned.writes_of(db, agent.run, agent.task):
        anchor = base.inside(root, tree, matching_files.start(naming, item.anchor, item.pattern))
        if not anchor:
            continue
        listed = git.attempt(place, "--literal-pathspecs", "ls-files", "-z", "-oi", "--exclude-standard", "--", anchor)[
            1
        ]
        names = [name for name in listed.split("\0") if name and not MADE_AGAIN & set(name.split("/"))]
        if names and "**" in item.pattern and git.attempt(place, "check-ignore", "-q", "--", anchor)[0] != 0:
            continue
        covered = _covers(naming, item)
        found += [name for name in names if covered(base.named(root, tree, name))]
    return list(dict.fromkeys(found))


def _covers(naming: Naming, item: Declared) -> Callable[[str], object]:
    """Whether a path, by its name, is one that the pattern means."""
    matches: Callable[[str], object] = re.compile(item.regex).fullmatch if item.regex else item.anchor.__eq__
    return lambda name: matches(naming.key(name))


def _lay(root: str, full: str, before: str, after: str) -> bool:
    """Brings a step into a file: merged with what is there, else whole, as the run's folder had it then."""
    if after == objects.NOT_KEPT:
        return False
    try:
        current = objects.keep(root, full)
        new = (step.laid(root, before, current, after) if before != WHOLE else None) or step.laid(
            root, current, current, after
        )
        if new is None:
            return False
        put(full, *new)
    except (OSError, FanoutError):
        return False
    return True


def put(full: str, data: bytes | None, kind: str) -> None:
    """Makes the path hold the bytes as a file of the kind; no file for None. Raises OSError."""
    if data is not None:
        objects.put(full, data, kind)
    elif os.path.lexists(full):
        os.unlink(full)
