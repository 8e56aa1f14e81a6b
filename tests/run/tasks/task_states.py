"""A task put into a state, and a change that is tried on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hooks.desk import Desk

from fanout.errors import FanoutError
from fanout.run.store.db import Write
from fanout.run.store.records import Task
from fanout.run.tasks import tasks

STATES = ("pending", "running", "done", "failed", "blocked", "skipped", "cancelled")
Change = Callable[[Any, str, str], Any]


def set_state(desk: Desk, state: str, outcome: str = "was", name: str = "01") -> None:
    with Write(desk.db):
        desk.db.execute(
            "UPDATE task SET state = ?, outcome = ?, attempts = 2, bounces = 1, started = 5.0, ended = 6.0 WHERE id = ?",
            (state, outcome, name),
        )


def get(desk: Desk, name: str = "01") -> Task:
    return tasks.get(desk.db, desk.run, name)


def changed(desk: Desk, change: Change) -> bool:
    """False when it was refused."""
    with Write(desk.db):
        try:
            return change(desk.db, desk.run, "01") is not False
        except FanoutError:
            return False


def refused(run: Desk, change: Change) -> str:
    with pytest.raises(FanoutError) as raised, Write(run.db):
        change(run.db, run.run, "01")
    return str(raised.value)
