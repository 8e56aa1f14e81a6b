"""Brings to its end what a killed command left half done; every command of the command line begins with it."""

from __future__ import annotations

import os

from fanout.run.changes import intents
from fanout.run.store import state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def finish(db: sqlite3.Connection, root: str) -> list[str]:
    """What could not be brought to its end, in words. Outside any transaction."""
    said: list[str] = []
    if intents.of_kind(db, intents.COMMIT):
        from fanout.run.changes import commit  # slow to import, and hardly ever needed

        said += commit.finish(db, root)
    if os.path.isdir(os.path.join(state_dir.folder_of(root), "undo")):
        from fanout.run.changes import undo

        said += undo.finish(db, root)
    return said
