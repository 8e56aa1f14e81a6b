"""What a worker forgets: all but the newest attempts that are over, and nothing of one that runs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from engines import simulated

from fanout.engines import driver
from fanout.engines.terms import Terms
from fanout.run.flow import start_run
from fanout.run.store import old_runs
from fanout.run.store.db import connect

FOLDERS = ("attempts", "briefs", "results", "scratch", "undo")  # what .fanout has of a run


def test_old_attempts_go_with_all_that_is_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    root = tmp_path / "clone"
    root.mkdir()
    db = connect(str(root), create=True)
    names = []
    for seed in range(4):
        chance = random.Random(seed)
        names.append(start_run.start(db, str(root), simulated.listed(3, chance)))
        driver.Driver(str(root), names[-1], Terms("acceptEdits"), simulated.Workers(str(root), chance)).go()
    live = start_run.start(db, str(root), simulated.listed(3, random.Random(9)))
    for name in (*names, live):
        for folder in FOLDERS:
            (root / ".fanout" / folder / name).mkdir(parents=True, exist_ok=True)
    assert old_runs.forget(db, str(root), kept=2) == [names[1], names[0]]
    assert old_runs.forget(db, str(root), kept=2) == []
    assert sorted(row[0] for row in db.execute("SELECT id FROM run")) == sorted([*names[2:], live])
    known = {row[0] for row in db.execute("SELECT id FROM agent")}
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        if "run" in columns:
            runs = {row[0] for row in db.execute(f"SELECT DISTINCT run FROM {table} WHERE run IS NOT NULL")}
            assert runs <= {*names[2:], live}, table
        if "agent" in columns and table != "task":
            of = {row[0] for row in db.execute(f"SELECT agent FROM {table} WHERE agent IS NOT NULL")}
            assert of <= known, table
    assert db.execute("SELECT COUNT(*) FROM task WHERE run = ?", (live,)).fetchone()[0] == 3
    for folder in FOLDERS:
        assert {path.name for path in (root / ".fanout" / folder).iterdir()} == {*names[2:], live}
    db.close()
