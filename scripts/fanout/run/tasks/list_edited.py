"""What became of the list's file while its run goes on, said to Claude once."""

from __future__ import annotations

from fanout.run.store import journal

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container

MOST = 5
NEW = "is new in"  # how it begins of an item that no task is of


def lines(db: sqlite3.Connection, run: str) -> list[str]:
    """Inside a transaction."""
    fresh = journal.untold(db, run, "list-edited")
    said = [f"Task {event.task} {event.facts['what']}." for event in fresh[:MOST]]
    more = len(fresh) - len(said)
    return [*said, *([f"{more} more edits of the list: `fanout resume {run}` names them."] if more else [])]


def not_taken(db: sqlite3.Connection, run: str, names: Container[str]) -> list[str]:
    """The items that somebody wrote into the list while the run went on, and that are none of its tasks, `names`."""
    new = [event.task for event in journal.events(db, run, "list-edited") if event.facts["what"].startswith(NEW)]
    return [name for name in dict.fromkeys(new) if name not in names]
