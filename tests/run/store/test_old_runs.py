"""What a worker forgets: all but the newest attempts that are over, and nothing of one that runs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from engines import simulated
from hooks.desk import Desk
from run.plans import plan

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


@pytest.mark.parametrize(("kept", "gone"), [(0, [3, 2, 1]), (1, [2, 1]), (2, [1]), (3, [])])
def test_the_newest_that_are_over_stay_with_their_files(desk: Desk, kept: int, gone: list[int]) -> None:
    """And the one that goes on, however old it is."""
    names = []
    for number in range(4):
        names.append(Desk(desk.root).start(plan({"01": {}}, title=f"List {number}")))
    desk.join(names[0])
    desk.db.execute("UPDATE run SET state = CASE WHEN id = ? THEN 'active' ELSE 'ended' END", (names[0],))
    for folder in FOLDERS:
        for name in names:
            (desk.root / ".fanout" / folder / name).mkdir(parents=True, exist_ok=True)
            (desk.root / ".fanout" / folder / name / "01.txt").write_text("x")
    assert old_runs.forget(desk.db, str(desk.root), kept) == [names[number] for number in gone]
    left = {name for number, name in enumerate(names) if number not in gone}
    assert {row["id"] for row in desk.rows("SELECT id FROM run")} == left
    assert {row["run"] for row in desk.rows("SELECT run FROM task")} == left
    for folder in FOLDERS:
        assert {path.name for path in (desk.root / ".fanout" / folder).iterdir()} == left
