"""What became of the list's file while its run goes on, said to Claude once."""

from __future__ import annotations

from fanout.run.store import journal

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

MOST = 5


def lines(db: sqlite3.Connection, run: str) -> list[str]:
    """Inside a transaction."""
    fresh = journal.untold(db, run, "list-edited")
    said = [f"Task {event.task} {event.facts['what']}." for event in fresh[:MOST]]
    more = len(fresh) - len(said)
    return [*said, *([f"{more} more edits of the list: `fanout resume {run}` names them."] if more else [])]
