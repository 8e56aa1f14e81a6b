"""What parsing can't see: owned files are looked at before and after a command, and a change is laid at its door.

Only files that live siblings own are looked at, so the cost follows the owned files and not the repository. Before a
command each one's bytes are kept when they changed since the last look; after it, a file that differs and that its
owner did not write meanwhile was changed by the command.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents, calls
from fanout.run.changes import heads, latest, objects, owned, written
from fanout.run.store import base, journal, meta, notice, paths, run_files, state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fanout.run.store.records import Agent


def folder(root: str) -> str:
    """Where versions that a command replaced are kept."""
    return os.path.join(state_dir.folder_of(root), "conflicts")


def before(db: sqlite3.Connection, root: str, agent: int, tree: str, tool_use: str, names: Iterable[str]) -> None:
    """Keeps siblings' files as they are, and where HEAD of the agent's work tree stands. Inside a transaction."""
    latest.look(db, root, names)
    calls.begin(db, tool_use, agent)
    heads.before(db, tree, tool_use)


def after(db: sqlite3.Connection, root: str, agent: Agent, tool_use: str) -> tuple[dict[str, Agent], list[str]]:
    """The others' files that the command changed, with their owners: each is a conflict, kept in both versions. And
    what commits took in meanwhile of files that siblings are at work on, in words. Inside a transaction.
    """
    call = calls.get(db, tool_use)
    if call is None:
        return {}, []
    calls.end(db, tool_use)
    conflicts, seen = {}, []
    others = owned.by_others(db, paths.Naming(root, meta.folds_case(db)), agent).files
    for name, owner in others.items():
        known = latest.get(db, name)
        if known is None or not latest.differs(root, known):
            continue
        if not _wrote_meanwhile(db, owner, name, call.at):
            _conflict(db, root, agent, owner, name, known.object)
            conflicts[name] = owner
        seen.append(name)
    latest.look(db, root, seen)
    at_work = {name: owner for name, owner in others.items() if owner.state != "ended"}
    return conflicts, heads.after(db, root, agent, tool_use, at_work)


def _wrote_meanwhile(db: sqlite3.Connection, owner: Agent, name: str, since: float) -> bool:
    """Whether the owner wrote the path, or had a command of its own under way, since the command began."""
    write = written.get(db, owner.id, name)
    if write is not None and write.last >= since:
        return True
    return calls.has(db, owner.id) or (write is None and owner.kind == "main" and owner.seen >= since)


def _conflict(db: sqlite3.Connection, root: str, agent: Agent, owner: Agent, name: str, before_: str) -> None:
    journal.note(
        db,
        "conflict",
        agent.run,
        agent.task,
        agent.id,
        path=name,
        before=before_,
        after=objects.keep(root, os.path.join(root, name)),
        owner=owner.id,
        of=agents.name_of(owner),
        finished=owner.state == "ended",
    )
    kept = _keep_version(root, base.folder(db, root, owner.run), name, before_)
    if not owner.is_live:
        return
    shown = base.shown(root, base.name(db, owner.run), name)
    text = (
        f"{shown} belongs to you and was changed by a command of {agents.name_of(agent, owner.run)}. Read it again "
        f"before you write it.{f' Your version is kept in {kept}.' if kept else ''}"
    )
    notice.leave(db, owner.id, text)


def _keep_version(root: str, home: str, name: str, object_: str) -> str:
    if object_ in (objects.ABSENT, objects.NOT_KEPT):
        return ""
    path = os.path.join(folder(root), object_[:8], name.lstrip("/"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(objects.load(root, object_))
    return run_files.shown(home, path)
