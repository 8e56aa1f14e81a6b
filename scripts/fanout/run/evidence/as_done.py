"""What is looked at as a task is done, and told beside it: changes beyond what it declares, changed checks, tests that lack."""

from __future__ import annotations

from fanout.run.changes import beyond_declared
from fanout.run.evidence import missing_tests, own_checks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent


def note(db: sqlite3.Connection, root: str, agent: Agent) -> None:
    """Journals all of it. Inside a transaction."""
    beyond_declared.note(db, root, agent)
    own_checks.note(db, root, agent)
    missing_tests.note(db, agent)
