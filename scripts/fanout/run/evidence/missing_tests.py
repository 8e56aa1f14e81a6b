"""Tests that a task's words ask for, and that are not among what it changed: Claude is told, and the report says it."""

from __future__ import annotations

from fanout.run.changes import changes
from fanout.run.store import journal
from fanout.run.tasks import asked_tests, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from typing import Any

    from fanout.run.store.records import Agent

TOLD = "the list asks it for tests, and no file of tests is among what it changed"


def note(db: sqlite3.Connection, agent: Agent) -> None:
    """Journals it as the agent's task is done, inside a transaction."""
    record = tasks.record(tasks.get(db, agent.run, agent.task))
    if not asked_tests.are_asked_for(record):
        return
    made = changes.of_task(db, agent.run, agent.task)
    if made and not any(asked_tests.is_test(path) or _is_checked_by(record, path) for path in made):
        journal.note(db, "tests-missing", agent.run, agent.task, agent.id)


def _is_checked_by(record: Mapping[str, Any], path: str) -> bool:
    """Whether a command that checks the task names the file."""
    commands = [item.get("command") or "" for item in record.get("accept") or ()]
    return any(path in command.split() for command in commands)


def lines(db: sqlite3.Connection, run: str) -> list[str]:
    """What Claude is told of it, once. Inside a transaction."""
    return [f"{tasks.called(event.task)}: {TOLD}. Tell the user." for event in journal.untold(db, run, "tests-missing")]
