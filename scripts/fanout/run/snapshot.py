"""What parsing can't see: owned files are looked at before and after a command, and a change is laid at its door.

Only files that live siblings own are looked at, so the cost follows the owned files and not the repository. Before a
command each one's bytes are kept when they changed since the last look; after it, a file that differs and that its
owner did not write meanwhile was changed by the command.
"""

from __future__ import annotations

import os
import sqlite3

from fanout.run import agents, journal, notice, objects, place, watch
from fanout.run.db import now

MOST_FILES = 3000


def before(db: sqlite3.Connection, root: str, agent: int, tool_use: str) -> None:
    """Keeps siblings' files as they are. Inside a transaction."""
    for name in owned_by_others(db, root, agent):
        _look(db, root, name)
    db.execute("INSERT OR REPLACE INTO pending_call (tool_use, agent, at) VALUES (?, ?, ?)", (tool_use, agent, now()))


def after(db: sqlite3.Connection, root: str, agent: sqlite3.Row, tool_use: str) -> list[str]:
    """The siblings' files that the command changed; each is a conflict, kept in both versions. Inside a transaction."""
    call = db.execute("SELECT * FROM pending_call WHERE tool_use = ?", (tool_use,)).fetchone()
    if call is None:
        return []
    db.execute("DELETE FROM pending_call WHERE tool_use = ?", (tool_use,))
    found = []
    for name, owner in owned_by_others(db, root, agent["id"]).items():
        known = db.execute("SELECT * FROM latest WHERE path = ?", (name,)).fetchone()
        if known is None or not _differs(root, name, known):
            continue
        if not _wrote_meanwhile(db, owner, name, call["at"]):
            _conflict(db, root, agent, owner, name, known["object"])
            found.append(name)
        _look(db, root, name)
    return found


def owned_by_others(db: sqlite3.Connection, root: str, agent: int) -> dict[str, sqlite3.Row]:
    """The files inside the project that live siblings declared or wrote, by path."""
    family = set(agents.lineage(db, agent))
    found: dict[str, sqlite3.Row] = {}
    for row in agents.live(db, ("task", "unplanned", "main")):
        if row["id"] in family:
            continue
        names = [r["path"] for r in db.execute("SELECT path FROM written WHERE agent = ?", (row["id"],))]
        seen = db.execute("SELECT path FROM watched WHERE agent = ? AND path <> ?", (row["id"], watch.CUT))
        names += [r["path"] for r in seen]
        if row["task"] and not row["worktree"]:
            names += watch.declared_files(db, root, row["run"], row["task"], MOST_FILES)
        for name in names:
            if not os.path.isabs(name) and len(found) < MOST_FILES:
                found.setdefault(name, row)
    return found


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
    )
    kept = _keep_version(root, name, before_)
    text = (
        f"{name} belongs to you and was changed by a command of {agents.name_of(agent)}. Read it again before you "
        f"write it.{f' Your version is kept in {kept}.' if kept else ''}"
    )
    notice.leave(db, owner["id"], text)


def _keep_version(root: str, name: str, object_: str) -> str:
    if object_ in (objects.ABSENT, objects.NOT_KEPT):
        return ""
    path = os.path.join(place.folder_of(root), "conflicts", object_[:8], name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(objects.load(root, object_))
    return os.path.relpath(path, root)
