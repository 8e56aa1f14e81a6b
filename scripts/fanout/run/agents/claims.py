"""Claims: who may write a path now. Looked up by the folders above the path: the cost does not follow their number.

Everything that is written to the table `claim` is written here.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents
from fanout.run.store import paths, select
from fanout.run.store.db import now
from fanout.run.store.records import Claim

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.paths import Naming
    from fanout.run.store.records import ClaimKind
    from fanout.run.store.standing import Standing

BY_WRITING = ("first-write", "meanwhile")


def covering(db: sqlite3.Connection, key: str) -> list[Claim]:
    """The live claims that cover a path, by its key (paths.Naming.key)."""
    anchors = paths.above(key)
    return [claim for claim in _at(db, anchors) if claim.covers(key)]


def below(db: sqlite3.Connection, folder: str) -> list[Claim]:
    """The live claims whose paths begin under a folder (itself included), by its key."""
    prefix = "" if folder == "." else folder.rstrip("/") + "/"
    after = prefix[:-1] + "0" if prefix else "\U0010ffff"
    tail = "WHERE claim.anchor = ? OR (claim.anchor >= ? AND claim.anchor < ?)"
    return select.every(db, Claim, tail, folder, prefix, after)


def owners(db: sqlite3.Connection, key: str, me: int | None) -> list[Claim]:
    """The claims on a path, by its key, that belong to live agents other than `me` and those that launched me. Reads only."""
    family = agents.lineage(db, me) if me is not None else []
    return of_others(covering(db, key), family)


def of_others(there: list[Claim], family: list[int]) -> list[Claim]:
    """Those of the claims on a path that keep the family from writing it."""
    others = [claim for claim in there if claim.owner.id not in family]
    if any(claim.owner.id in family and claim.kind == "declared" for claim in there):
        others = [claim for claim in others if claim.kind not in BY_WRITING]  # the plan goes before who came first
    return [claim for claim in others if not _is_gone(claim)]


def owners_in(db: sqlite3.Connection, standing: Standing) -> list[Claim]:
    """`owners` of a path and for an agent, as they have been read together."""
    mine = standing.agent.id
    if all(claim.owner.id == mine for claim in standing.claims):
        return []
    return of_others(standing.claims, agents.family(db, standing.agent))


def owners_below(db: sqlite3.Connection, naming: Naming, folder: str, me: int) -> list[Claim]:
    """The claims of live agents outside my family on anything below a folder: begun there, or reaching into it."""
    family = set(agents.lineage(db, me))
    there = below(db, naming.key(folder))
    wide = [claim for claim in _at(db, paths.above(naming.key(folder))) if claim.regex]
    if wide:
        keys = [naming.key(name) for name in paths.files_below(naming, folder)]
        there += [claim for claim in wide if any(map(claim.covers, keys))]
    return [claim for claim in there if claim.owner.id not in family and not _is_gone(claim)]


def owners_of_same_file(db: sqlite3.Connection, naming: Naming, name: str, me: int) -> list[Claim]:
    """The claims of live agents outside my family on another name of the same file, where the claim names a file."""
    family = set(agents.lineage(db, me))
    full = naming.full(name)
    return [
        claim
        for claim in select.every(db, Claim, "WHERE claim.anchor <> ?", naming.key(name))
        if naming.key(claim.pattern) == claim.anchor
        and claim.owner.id not in family
        and _is_same_file(full, naming.full(claim.pattern))
        and not _is_gone(claim)
    ]


def has_other_names(full: str) -> bool:
    """Whether the file has hard links: another name of it may be somebody's."""
    try:
        status = os.stat(full)
    except OSError:
        return False
    return status.st_nlink > 1 and not os.path.isdir(full)


def foreign(db: sqlite3.Connection, run: str) -> list[Claim]:
    """What live agents hold and a run's own hazards do not know of: taken by writing, or declared in another run."""
    tail = "WHERE (claim.kind <> 'declared' OR agent.run <> ?) AND agent.kind <> 'main' ORDER BY claim.pattern"
    return select.every(db, Claim, tail, run)


def of_run(db: sqlite3.Connection, run: str) -> list[Claim]:
    """What the agents of a run hold, by pattern."""
    return select.every(db, Claim, "WHERE agent.run = ? ORDER BY claim.pattern", run)


def of_agents(db: sqlite3.Connection, owners: list[int]) -> list[Claim]:
    """What any of these agents holds."""
    marks = ", ".join("?" for _ in owners)
    return select.every(db, Claim, f"WHERE claim.agent IN ({marks})", *owners)


def patterns_of(db: sqlite3.Connection, agent: int) -> list[str]:
    """What an agent holds, what its plan declares first."""
    return [row[0] for row in db.execute("SELECT pattern FROM claim WHERE agent = ? ORDER BY kind, pattern", (agent,))]


def count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT COUNT(*) FROM claim").fetchone()[0])


def take(db: sqlite3.Connection, agent: int, name: str, key: str, kind: ClaimKind = "first-write") -> None:
    """Claims exactly one path, by its name and its key. Runs inside the transaction that looked for other owners."""
    db.execute(
        "INSERT OR IGNORE INTO claim (anchor, pattern, agent, regex, kind, since) VALUES (?, ?, ?, '', ?, ?)",
        (key, name, agent, kind, now()),
    )


def take_declared(db: sqlite3.Connection, agent: int, run: str, task: str) -> None:
    """Claims what a task's plan declares as its writes. Runs inside the gate's transaction."""
    db.execute(
        "INSERT OR IGNORE INTO claim (anchor, pattern, agent, regex, kind, since)"
        " SELECT anchor, pattern, ?, regex, 'declared', ? FROM declared WHERE run = ? AND task = ? AND mode = 'write'",
        (agent, now(), run, task),
    )


def release(db: sqlite3.Connection, agent: int) -> None:
    """Ends all that an agent holds. Inside a transaction."""
    db.execute("DELETE FROM claim WHERE agent = ?", (agent,))


def drop_first_writes(db: sqlite3.Connection, agent: int) -> None:
    """Ends what an agent holds only because it wrote first. Inside a transaction."""
    db.execute(f"DELETE FROM claim WHERE agent = ? AND kind IN {BY_WRITING}", (agent,))


def give_back(db: sqlite3.Connection, agent: int, key: str) -> None:
    """Ends what an agent holds of one path, by its key, only because it wrote first. Inside a transaction."""
    db.execute(f"DELETE FROM claim WHERE agent = ? AND anchor = ? AND kind IN {BY_WRITING}", (agent, key))


def _at(db: sqlite3.Connection, anchors: list[str]) -> list[Claim]:
    marks = ", ".join("?" for _ in anchors)
    return select.every(db, Claim, f"WHERE claim.anchor IN ({marks})", *anchors)


def _is_same_file(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _is_gone(claim: Claim) -> bool:
    """Whether the owner's client is gone, so that its claim holds nobody up."""
    from fanout.run.agents import client_process

    return client_process.is_gone(claim.owner.client, claim.owner.client_start)
