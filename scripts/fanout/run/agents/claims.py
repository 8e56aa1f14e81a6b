"""Claims: who may write a path now. Looked up by the folders above the path: the cost does not follow their number."""

from __future__ import annotations

import os
import re

from fanout.run.agents import agents
from fanout.run.store import paths
from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.paths import Naming


def covering(db: sqlite3.Connection, name: str) -> list[sqlite3.Row]:
    """The live claims that cover a path, with their owners' columns. `name` as `paths.Naming` gives it."""
    anchors = paths.above(name)
    marks = ", ".join("?" for _ in anchors)
    rows = db.execute(
        "SELECT claim.anchor, claim.pattern, claim.regex, claim.kind AS claim_kind, claim.since, agent.*"
        f" FROM claim JOIN agent ON agent.id = claim.agent WHERE claim.anchor IN ({marks})",
        anchors,
    ).fetchall()
    return [row for row in rows if _covers(row, name)]


def below(db: sqlite3.Connection, folder: str) -> list[sqlite3.Row]:
    """The live claims whose paths begin under `folder` (itself included)."""
    prefix = "" if folder == "." else folder.rstrip("/") + "/"
    return db.execute(
        "SELECT claim.anchor, claim.pattern, claim.regex, claim.kind AS claim_kind, claim.since, agent.*"
        " FROM claim JOIN agent ON agent.id = claim.agent"
        " WHERE claim.anchor = ? OR (claim.anchor >= ? AND claim.anchor < ?)",
        (folder, prefix, prefix[:-1] + "0" if prefix else "\U0010ffff"),
    ).fetchall()


def owners(db: sqlite3.Connection, name: str, me: int | None) -> list[sqlite3.Row]:
    """The claims on a path that belong to live agents other than `me` and those that launched me. Reads only."""
    mine = set(agents.lineage(db, me)) if me is not None else set()
    rows = covering(db, name)
    found = [row for row in rows if row["id"] not in mine]
    if any(
        row["id"] in mine and row["claim_kind"] == "declared" for row in rows
    ):  # the plan goes before who came first
        found = [row for row in found if row["claim_kind"] != "first-write"]
    return [row for row in found if not _is_gone(row)]


def owners_below(db: sqlite3.Connection, naming: Naming, folder: str, me: int) -> list[sqlite3.Row]:
    """The claims of live agents outside my family on anything below a folder: begun there, or reaching into it."""
    mine = set(agents.lineage(db, me))
    rows = below(db, folder)
    marks = ", ".join("?" for _ in paths.above(folder))
    wide = db.execute(
        "SELECT claim.anchor, claim.pattern, claim.regex, claim.kind AS claim_kind, claim.since, agent.*"
        f" FROM claim JOIN agent ON agent.id = claim.agent WHERE claim.regex <> '' AND claim.anchor IN ({marks})",
        paths.above(folder),
    ).fetchall()
    if wide:
        names = paths.files_below(naming, folder)
        rows += [row for row in wide if any(_covers(row, name) for name in names)]
    return [row for row in rows if row["id"] not in mine and not _is_gone(row)]


def has_other_names(full: str) -> bool:
    """Whether the file has hard links: another name of it may be somebody's."""
    try:
        status = os.stat(full)
    except OSError:
        return False
    return status.st_nlink > 1 and not os.path.isdir(full)


def owners_of_same_file(db: sqlite3.Connection, naming: Naming, name: str, me: int) -> list[sqlite3.Row]:
    """The claims of live agents outside my family on another name of the same file, where the claim names a file."""
    mine = set(agents.lineage(db, me))
    full = naming.full(name)
    rows = db.execute(
        "SELECT claim.anchor, claim.pattern, claim.regex, claim.kind AS claim_kind, claim.since, agent.*"
        " FROM claim JOIN agent ON agent.id = claim.agent WHERE claim.pattern = claim.anchor AND claim.anchor <> ?",
        (name,),
    ).fetchall()
    return [
        row for row in rows if row["id"] not in mine and _same(full, naming.full(row["anchor"])) and not _is_gone(row)
    ]


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def drop_first_writes(db: sqlite3.Connection, me: int) -> None:
    """Ends what an agent holds only because it wrote first. Inside a transaction."""
    db.execute("DELETE FROM claim WHERE agent = ? AND kind = 'first-write'", (me,))


def take(db: sqlite3.Connection, me: int, name: str, kind: str = "first-write") -> None:
    """Claims exactly one path. Runs inside the transaction that looked for other owners."""
    db.execute(
        "INSERT OR IGNORE INTO claim (anchor, pattern, agent, regex, kind, since) VALUES (?, ?, ?, '', ?, ?)",
        (name, name, me, kind, now()),
    )


def take_declared(db: sqlite3.Connection, me: int, run: str, task: str) -> None:
    """Claims what a task's plan declares as its writes. Runs inside the gate's transaction."""
    db.execute(
        "INSERT OR IGNORE INTO claim (anchor, pattern, agent, regex, kind, since)"
        " SELECT anchor, pattern, ?, regex, 'declared', ? FROM declared WHERE run = ? AND task = ? AND mode = 'write'",
        (me, now(), run, task),
    )


def _covers(row: sqlite3.Row, name: str) -> bool:
    if not row["regex"]:
        return bool(row["pattern"] == name)
    return re.fullmatch(row["regex"], name) is not None


def _is_gone(row: sqlite3.Row) -> bool:
    """Whether the owner's client is gone, so that its claim holds nobody up."""
    from fanout.run.agents import client_process

    return client_process.is_gone(row["client"], row["client_start"])
