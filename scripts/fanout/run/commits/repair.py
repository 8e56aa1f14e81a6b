"""Brings to its end what a killed command left half done. Every command of the command line begins with it; a hook does
where git or the user comes next, and finds out from one mark (fanout.run.store.under_way) that there is nothing to do."""

from __future__ import annotations

from fanout.run.commits import intents
from fanout.run.store import under_way
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def finish(db: sqlite3.Connection, root: str) -> list[str]:
    """What could not be brought to its end, in words. Outside any transaction."""
    if not under_way.is_marked(root):
        return []
    from fanout.run.commits import commit, undo  # slow to import, and hardly ever needed

    said = commit.finish(db, root) + undo.finish(db, root)
    with Write(db):
        settle(db, root)
    return said


def settle(db: sqlite3.Connection, root: str) -> None:
    """Takes the mark away when nothing is half done. Inside a transaction."""
    from fanout.run.commits import restore

    if not restore.unfinished(root) and not any(intents.of_kind(db, kind) for kind in (intents.COMMIT, intents.UNDO)):
        under_way.unmark(root)
