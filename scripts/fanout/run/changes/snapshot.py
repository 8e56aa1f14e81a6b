"""What parsing can't see: owned files are looked at before and after a command, and a change is laid at its door.

Only files that live siblings own are looked at, so the cost follows the owned files and not the repository. Before a
command each one's bytes are kept when they changed since the last look; after it, a file that differs and that its
owner did not write meanwhile was changed by the command.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents, claims
from fanout.run.changes import changes, heads, objects, watch
from fanout.run.store import base, journal, notice, run_files, state_dir
from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

MOST_FILES = 3000


def folder(root: str) -> str:
    """Where versions that a command replaced are kept."""
    return os.path.join(state_dir.folder_of(root), "conflicts")


def before(db: sqlite3.Connection, root: str, agent: int, tool_use: str) -> None:
    """Keeps siblings' files as they are. Inside a transaction."""
    for name in owned_by_others(db, root, agent):
        _look(db, root, name)
    db.execute("INSERT OR REPLACE INTO pending_call (tool_use, agent, at) VALUES (?, ?, ?)", (tool_use, agent, now()))
    run = db.execute("SELECT run FROM agent WHERE id = ?", (agent,)).fetchone()["run"]
    heads.before(db, root, run, tool_use)


def after(
    db: sqlite3.Connection, root: str, agent: sqlite3.Row, tool_use: str
) -> tuple[dict[str, sqlite3.Row], list[str]]:
    """The others' files that the command changed, with their owners: each is a conflict, kept in both versions. And
    what commits took in meanwhile of files that siblings are at work on, in words. Inside a transaction.
    """
    call = db.execute("SELECT * FROM pending_call WHERE tool_use = ?", (tool_use,)).fetchone()
    if call is None:
        return {}, []
    db.execute("DELETE FROM pending_call WHERE tool_use = ?", (tool_use,))
    found = {}
    others = owned_by_others(db, root, agent["id"])
    for name, owner in others.items():
        known = db.execute("SELECT * FROM latest WHERE path = ?", (name,)).fetchone()
        if known is None or not _differs(root, name, known):
            continue
        if not _wrote_meanwhile(db, owner, name, call["at"]):
            _conflict(db, root, agent, owner, name, known["object"])
            found[name] = owner
        _look(db, root, name)
    at_work = {name: owner for name, owner in others.items() if owner["state"] != "ended"}
    return found, heads.after(db, root, agent, tool_use, at_work)


def owned_by_others(db: sqlite3.Connection, root: str, agent: int) -> dict[str, sqlite3.Row]:
    """The files of the project, in any of its worktrees, that others count on, by path: what live siblings declared or
    wrote, at most MOST_FILES and of each its share, and what finished tasks left uncommitted."""
    family = set(agents.lineage(db, agent))
    live = [row for row in agents.live(db, ("task", "unplanned", "main")) if row["id"] not in family]
    share = MOST_FILES // max(1, len(live))
    foreign: dict[str, bool] = {}
    found: dict[str, sqlite3.Row] = {}
    for row in live:
        names = [name for name in _names_of(db, root, row, share) if not _is_foreign(root, name, foreign)]
        for name in names[:share]:
            found.setdefault(name, row)
    for name, row in changes.finished(db).items():
        if row["id"] not in family and not _is_foreign(root, name, foreign) and not _is_claimed_by(db, family, name):
            found.setdefault(name, row)
    return found


def has_finished(db: sqlite3.Connection) -> bool:
    """Whether finished tasks of active runs left work that is in no commit."""
    return bool(changes.finished(db))


def written_by(db: sqlite3.Connection, agent: int) -> set[str]:
    """The paths that the agent, or those that launched it, wrote."""
    family = agents.lineage(db, agent)
    marks = ", ".join("?" for _ in family)
    return {r["path"] for r in db.execute(f"SELECT path FROM written WHERE agent IN ({marks})", family)}


def _names_of(db: sqlite3.Connection, root: str, row: sqlite3.Row, most: int) -> list[str]:
    """The files of one live agent, those that it wrote before those that it may write."""
    wrote = "SELECT path FROM written WHERE agent = ? ORDER BY last DESC LIMIT ?"
    seen = "SELECT path FROM watched WHERE agent = ? AND path <> '' LIMIT ?"
    names = [r["path"] for query in (wrote, seen) for r in db.execute(query, (row["id"], most))]
    if row["task"] and not row["worktree"]:
        names += watch.declared_files(db, root, row["run"], row["task"], most)
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
    return any(row["id"] in family for row in claims.covering(db, name))


def _look(db: sqlite3.Connection, root: str, name: str) -> None:
    full = os.path.join(root, name)
    known = db.execute("SELECT * FROM latest WHERE path = ?", (name,)).fetchone()
    try:
        stat = os.stat(full)
        size, mtime = stat.st_size, stat.st_mtime_ns
    except OSError:
        size, mtime = -1, 0
    if known is not None and (known["size"], known["mtime"]) == (size, mtime):
        return
    kept = objects.keep(root, full) if size >= 0 else objects.ABSENT
    db.execute(
        "INSERT OR REPLACE INTO latest (path, size, mtime, object) VALUES (?, ?, ?, ?)", (name, size, mtime, kept)
    )


def _differs(root: str, name: str, known: sqlite3.Row) -> bool:
    try:
        stat = os.stat(os.path.join(root, name))
    except OSError:
        return bool(known["size"] >= 0)
    return (stat.st_size, stat.st_mtime_ns) != (known["size"], known["mtime"])


def _wrote_meanwhile(db: sqlite3.Connection, owner: sqlite3.Row, name: str, since: float) -> bool:
    """Whether the owner wrote the path, or had a command of its own under way, since the command began."""
    row = db.execute("SELECT last FROM written WHERE agent = ? AND path = ?", (owner["id"], name)).fetchone()
    if row is not None and row["last"] >= since:
        return True
    busy = db.execute("SELECT 1 FROM pending_call WHERE agent = ? LIMIT 1", (owner["id"],)).fetchone()
    seen = db.execute("SELECT seen FROM agent WHERE id = ?", (owner["id"],)).fetchone()
    return busy is not None or bool(row is None and seen["seen"] >= since and owner["kind"] == "main")


def _conflict(
    db: sqlite3.Connection, root: str, agent: sqlite3.Row, owner: sqlite3.Row, name: str, before_: str
) -> None:
    after_ = objects.keep(root, os.path.join(root, name))
    journal.note(
        db,
        "conflict",
        agent["run"],
        agent["task"],
        agent["id"],
        path=name,
        before=before_,
        after=after_,
        owner=owner["id"],
        of=agents.name_of(owner),
        finished=owner["state"] == "ended",
    )
    kept = _keep_version(root, base.folder(db, root, owner["run"]), name, before_)
    if owner["state"] not in ("open", "running"):
        return
    said = base.shown(root, base.name(db, owner["run"]), name)
    text = (
        f"{said} belongs to you and was changed by a command of {agents.name_of(agent, owner['run'])}. Read it again "
        f"before you write it.{f' Your version is kept in {kept}.' if kept else ''}"
    )
    notice.leave(db, owner["id"], text)


def _keep_version(root: str, home: str, name: str, object_: str) -> str:
    if object_ in (objects.ABSENT, objects.NOT_KEPT):
        return ""
    path = os.path.join(folder(root), object_[:8], name.lstrip("/"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(objects.load(root, object_))
    return run_files.shown(home, path)
