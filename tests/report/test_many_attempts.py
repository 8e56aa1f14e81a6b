"""A look at a run of thousands: what it asks of the journal does not grow with the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from engines.simulated import play

from fanout.report import run_facts
from fanout.run.store.db import connect


def asked(folder: Path, count: int) -> int:
    """The statements of a look at a run of so many tasks."""
    folder.mkdir()
    play(folder, count)
    db = connect(str(folder))
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    found = run_facts.of_run(db, "demo-1")
    db.close()
    assert len(found["driven"]["attempts"]) >= count
    return len(statements)


def test_a_look_takes_as_many_statements_for_few_tasks_as_for_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    assert asked(tmp_path / "few", 20) == asked(tmp_path / "many", 120)
