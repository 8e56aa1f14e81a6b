"""What parsing can't see: owned files are looked at before and after a command, and a change is laid at its door.

Only files that live siblings own are looked at, so the cost follows the owned files and not the repository. Before a
command each one's bytes are kept when they changed since the last look; after it, a file that differs and that its
owner did not write meanwhile was changed by the command.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents, calls, claims
from fanout.run.changes import changes, heads, latest, objects, watch, written
from fanout.run.store import base, journal, notice, run_files, state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

MOST_FILES = 3000


def folder(root: str) -> str:
    """Where versions that a command replaced are kept."""
    return os.path.join(state_dir.folder_of(root), "conflicts")


def before(db: sqlite3.Connection, root: str, agent: int, tool_use: str) -> None:
    """Keeps siblings' files as they are. Inside a transaction."""
    for name in owned_by_others(db, root, agent):
        latest.look(db, root, name)
    calls.begin(db, tool_use, agent)
    heads.before(db, root, agents.get(db, agent).run, tool_use)


def after(db: sqlite3.Connection, root: str, agent: Agent, tool_use: str) -> tuple[dict[str, Agent], list[str]]:
    """The others' files that the command changed, with their owners: each is a conflict, kept in both versions. And
    what commits took in meanwhile of files that siblings are at work on, in words. Inside a transaction.
    """
    call = calls.get(db, tool_use)
    if call is None:
        return {}, []
    calls.end(db, tool_use)
    conflicts = {}
    others = owned_by_others(db, root, agent.id)
    for name, owner in others.items():
        known = latest.get(db, name)
        if known is None or not latest.differs(root, known):
            continue
        if not _wrote_meanwhile(db, owner, name, call.at):
            _conflict(db, root, agent, owner, name, known.object)
            conflicts[name] = owner
        latest.look(db, root, name)
    at_work = {name: owner for name, owner in others.items() if owner.state != "ended"}
    return conflicts, heads.after(db, root, agent, tool_use, at_work)


def owned_by_others(db: sqlite3.Connection, root: str, agent: int) -> dict[str, Agent]:
    """The files of the project, in any of its worktrees, that others count on, by path: what live siblings declared or
    wrote, at most MOST_FILES and of each its share, and what finished tasks left uncommitted."""
    family = set(agents.lineage(db, agent))
    live = [other for other in agents.live(db, agents.EVERY_KIND) if other.id not in family]
    share = MOST_FILES // max(1, len(live))
    foreign: dict[str, bool] = {}
    owners: dict[str, Agent] = {}
    for other in live:
        names = [name for name in _names_of(db, root, other, share) if not _is_foreign(root, name, foreign)]
        for name in names[:share]:
            owners.setdefault(name, other)
    for name, other in changes.finished(db).items():
        if other.id not in family and not _is_foreign(root, name, foreign) and not _is_claimed_by(db, family, name):
            owners.setdefault(name, other)
    return owners


def has_finished(db: sqlite3.Connection) -> bool:
    """Whether finished tasks of active runs left work that is in no commit."""
    return bool(changes.finished(db))


def written_by(db: sqlite3.Connection, agent: int) -> set[str]:
    """The paths that the agent, or those that launched it, wrote."""
    return written.by_any_of(db, agents.lineage(db, agent))


def _names_of(db: sqlite3.Connection, root: str, agent: Agent, most: int) -> list[str]:
    """The files of one live agent, those that it wrote before those that it may write."""
    names = written.newest_of(db, agent.id, most) + watch.names_of(db, agent.id, most)
    if agent.task and not agent.worktree:
        names += watch.declared_files(db, root, agent.run, agent.task, most)
    return list(dict.fromkeys(names))


def _is_foreign(root: str, name: str, known: dict[str, bool]) -> bool:
    """Whether a path is in no worktree of the project; `known` keeps the answer for each folder."""
    if not os.path.isabs(name):
        return False
    above = os.path.dirname(name)
    if above not in known:
        known[above] = state_dir.find(above) != os.path.realpath(root)
    return known[above]


def _is_claimed_by(db: sqlite3.Connection, family: set[int], name: str) -> bool:
    return any(claim.owner.id in family for claim in claims.covering(db, name))


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
