"""An agent in a worktree of its own: what it changed there, and how that gets into the folder that the run works on.

The client makes the worktree from HEAD; what finished tasks of the run left uncommitted is laid into it before the agent
begins (isolated_base.py). Each file's step, from there to what the agent left, is laid onto what the run's folder holds
by then, all of them or none.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents, attempts, claims
from fanout.run.changes import git, objects, snapshot, step, written
from fanout.run.commits import isolated_base
from fanout.run.store import base, meta, paths
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fanout.run.store.records import Agent

Step = tuple[str, str]  # objects, before and after
AT_ONCE = 200  # paths of one git command


def steps(db: sqlite3.Connection, root: str, agent: Agent) -> dict[str, Step]:
    """What the agent changed in its worktree, by the path below the top of the work tree. Raises FanoutError."""
    place = agent.worktree
    tree = base.tree(root, base.folder(db, root, agent.run))
    start = _start(db, tree, agent)
    tracked = git.run(place, "diff", "--name-only", "-z", "--no-renames", "--ignore-submodules", start)
    new = git.run(place, "ls-files", "--others", "--exclude-standard", "-z")
    laid = isolated_base.of(db, place)
    made = {}
    ignored = isolated_base.ignored(db, root, tree, agent, place)
    names = sorted({*tracked.split("\0"), *new.split("\0"), *laid, *ignored} - {""})
    entries = _entries(place, start, names)
    for name in names:
        committed = _at(root, place, f"{start}:{name}", entries.get(name))
        after = objects.keep(root, os.path.join(place, name))
        before = laid.get(name, committed)
        if after not in (before, committed):  # what was laid there and is as committed again was only put back
            made[name] = (before, after)
    return made


def _start(db: sqlite3.Connection, tree: str, agent: Agent) -> str:
    """The commit that the worktree began at."""
    attempt = attempts.of_agent(db, agent.id)
    if attempt is not None:
        return attempt.base
    return git.run(agent.worktree, "merge-base", "HEAD", git.run(tree, "rev-parse", "HEAD"))


def named(db: sqlite3.Connection, root: str, agent: Agent, names: Iterable[str]) -> list[str]:
    """These paths below the top of the work tree, relative to the run's base where they are below it."""
    folder = base.folder(db, root, agent.run)
    tree = base.tree(root, folder)
    return [base.inside(tree, folder, name) or name for name in names]


def bring_in(db: sqlite3.Connection, root: str, agent: Agent) -> str:
    """Lays the agent's steps onto the run's folder. What stands against it, in words; then nothing is changed."""
    tree = base.tree(root, base.folder(db, root, agent.run))
    clashes: list[str] = []
    todo: dict[str, tuple[bytes | None, str]] = {}
    with Write(db):
        folds = meta.folds_case(db)
        for name, (before, after) in steps(db, root, agent).items():
            owners = claims.owners(db, paths.key(base.named(root, tree, name), folds), agent.id)
            current = objects.keep(root, os.path.join(tree, name))
            new = step.laid(root, before, current, after)
            if owners:
                clashes.append(f"{name} belongs to {agents.name_of(owners[0].owner, agent.run)}")
            elif new is None:
                clashes.append(f"{name} was changed in the same lines")
            elif current != after:
                todo[name] = new
        if clashes:
            shown = os.path.relpath(agent.worktree, root)
            return f"its work stands in the worktree {shown} and was not brought in: {'; '.join(clashes[:5])}"
        snapshot.ended(db, root, agent.id)  # what siblings' commands have done so far is not laid at this door
        for name, (data, kind) in todo.items():
            written.note(db, root, agent, base.named(root, tree, name), os.path.join(tree, name), "worktree")
            isolated_base.put(os.path.join(tree, name), data, kind)
        snapshot.put_by_us(db, root, [base.named(root, tree, name) for name in todo], agent.id)
    return ""


def _entries(place: str, commit: str, names: list[str]) -> dict[str, tuple[str, str]]:
    """The mode and the blob of those of the paths that the commit has as files."""
    found = {}
    for some in (names[n : n + AT_ONCE] for n in range(0, len(names), AT_ONCE)):
        listed = git.run(place, "--literal-pathspecs", "ls-tree", "-z", commit, "--", *some)
        for entry in filter(None, listed.split("\0")):
            facts, name = entry.split("\t", 1)
            mode, kind, blob = facts.split()
            if kind == "blob":
                found[name] = (mode, blob)
    return found


def _at(root: str, place: str, name: str, entry: tuple[str, str] | None) -> str:
    """The file `COMMIT:PATH`, as a work tree would hold it."""
    if entry is None:
        return objects.ABSENT
    mode, blob = entry
    is_link = mode == "120000"
    data = git.blob(place, blob) if is_link else git.filtered(place, name)
    return objects.keep_bytes(root, data, objects.LINK if is_link else objects.EXECUTABLE if mode == "100755" else "")
