"""PreToolUse on Bash: what would this command line write, and what would its git commands do to siblings?

What parsing names is decided before, like any write. What it can't name runs, and siblings' files are looked at before
and after (run/changes/snapshot.py).
"""

from __future__ import annotations

import os

from fanout import shell
from fanout.hooks import caller, event
from fanout.hooks.guarding import verdict
from fanout.run.agents import agents
from fanout.run.changes import snapshot
from fanout.run.store import meta, paths
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent


def decide(db: sqlite3.Connection, root: str, data: dict[str, object], line: str) -> str:
    """Why this command may not run, "" when it may."""
    others = _others(db, data)
    if not others and not event.text(data, "agent_id"):
        return ""
    cwd = event.text(data, "cwd") or root
    effects = shell.analyse(line, cwd, home=os.path.expanduser("~"), env=_environment())
    naming = paths.Naming(root, meta.folds_case(db))
    reason = _read_only(db, data, effects) or verdict.decide(db, naming, data, _targets(naming, effects))
    if reason or not (effects.unknown or effects.writes or effects.git):
        return reason
    if effects.git and (others or snapshot.has_finished(db)):
        from fanout.hooks.guarding import git_line

        reason = git_line.decide(db, naming, data, effects, cwd)
    if not reason:
        look(db, root, data)
    return reason


def look(db: sqlite3.Connection, root: str, data: dict[str, object]) -> None:
    """Others' files as they are before a call whose writes are not all known; after it they are compared."""
    others = _others(db, data)
    if others or (event.text(data, "agent_id") and snapshot.has_finished(db)):
        with Write(db):
            snapshot.before(db, root, caller.identify(db, data), event.text(data, "tool_use_id"))


def _others(db: sqlite3.Connection, data: dict[str, object]) -> list[Agent]:
    agent_id = event.text(data, "agent_id")
    return [row for row in agents.live(db) if not agent_id or row["agent_id"] != agent_id]


def _environment() -> dict[str, str]:
    """What the command's shell would know, as far as paths are made of it."""
    return {name: os.environ[name] for name in ("HOME", "TMPDIR", "USER") if name in os.environ}


def _targets(naming: paths.Naming, effects: shell.Effects) -> list[verdict.Target]:
    found: dict[tuple[str, bool, tuple[str, ...]], verdict.Target] = {}
    for write in effects.writes:
        if write.kind == "create" and not write.recursive and os.path.isdir(write.path):
            continue  # mkdir -p of what is there
        name = naming.name(write.path, naming.root) if not _is_link(write) else naming.link(write.path)
        recursive = write.recursive and os.path.isdir(write.path)
        found[name, recursive, write.kinds] = verdict.Target(name, recursive, write.kinds, write.upkeep)
    return list(found.values())


def _is_link(write: shell.Write) -> bool:
    """Deleting or moving a symlink touches the link, not what it points to."""
    return write.kind in ("delete", "move") and os.path.islink(write.path)


def _read_only(db: sqlite3.Connection, data: dict[str, object], effects: shell.Effects) -> str:
    me = caller.known(db, data)
    if me is None and event.text(data, "agent_id"):
        with Write(db):
            me = agents.get(db, caller.identify(db, data))
    if me is None or not me["read_only"] or shell.is_read_only(effects):
        return ""
    from fanout.run.tasks import quorum

    if quorum.has_lost(db, me):
        return quorum.told(db, me)
    why = effects.reasons[0] if effects.reasons else "it may write"
    return f"{agents.name_of(me)} is read-only, and this command is not: {why}. Use commands that only read."
