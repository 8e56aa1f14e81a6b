"""A journal that an older version wrote is brought up to date when it is opened; nothing in it is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from run.plans import plan

from fanout.run.agents import calls
from fanout.run.flow import start_run
from fanout.run.store import base, db, db_schema, state_dir
from fanout.run.tasks import runs, tasks

RUN = (
    "INSERT INTO run (id, title, source, format, files, plan, predicted, mode, cap, pace, on_failure, retries, joined,"
    " state, started) VALUES ('old-1', 'Old', 'old', 'native', '{}', '{}', '{}', 'rolling', 5, 5, 'gate', 1, 'all',"
    " 'active', 1.0)"
)


@pytest.mark.parametrize("version", range(1, db.VERSION))
def test_an_older_journal_opens(tmp_path: Path, version: int) -> None:
    state_dir.create(str(tmp_path))
    older = sqlite3.connect(db.path_of(str(tmp_path)))
    for step in range(version):
        older.executescript(db_schema.STEPS[step])
    older.execute(f"PRAGMA user_version = {version}")
    older.execute(RUN)
    older.commit()
    older.close()
    journal = db.connect(str(tmp_path))
    assert journal.execute("PRAGMA user_version").fetchone()[0] == db.VERSION
    assert runs.get(journal, "old-1").title == "Old" and base.folder(journal, str(tmp_path), "old-1") == str(tmp_path)
    new = start_run.start(journal, str(tmp_path), {**plan({"01": {}}), "base": "packages/app"})
    assert base.folder(journal, str(tmp_path), new) == str(tmp_path / "packages" / "app")
    assert tasks.get(journal, new, "01").state == "pending"


def test_where_head_stood_stays_known_for_a_command_under_way(tmp_path: Path) -> None:
    state_dir.create(str(tmp_path))
    older = sqlite3.connect(db.path_of(str(tmp_path)))
    for step in range(4):
        older.executescript(db_schema.STEPS[step])
    older.execute("PRAGMA user_version = 4")
    older.execute("INSERT INTO meta VALUES ('head before t1', 'abc'), ('folds_case', '0')")
    for name in ("t1", "t2"):
        older.execute(f"INSERT INTO call VALUES ('{name}', 1, 'Bash', 'command', 1, 1.0, 1, NULL, 0, '{{}}')")
    older.commit()
    older.close()
    journal = db.connect(str(tmp_path))
    heads = {name: call.head for name in ("t1", "t2") if (call := calls.get(journal, name))}
    assert heads == {"t1": "abc", "t2": ""}
    assert [row[0] for row in journal.execute("SELECT key FROM meta")] == ["folds_case"]


def test_every_version_has_its_step() -> None:
    assert sorted(db_schema.STEPS) == list(range(db.VERSION))
