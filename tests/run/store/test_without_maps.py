"""The journal where processes can't share a file's memory, as on a network share: slower, and whole."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from project import Project

from fanout.errors import Damaged
from fanout.run.store import db, meta

TASKS = {"tasks": [{"id": "a", "writes": ["a.py"]}, {"id": "b", "writes": ["b.py"]}]}


@pytest.fixture
def place(mount_without_maps: Path, tmp_path: Path) -> Path:
    found = mount_without_maps / tmp_path.name
    found.mkdir()
    return found


def test_the_journal_there_is_kept_in_one_file(place: Path) -> None:
    assert not db.maps_memory(str(place))
    connection = db.connect(str(place), create=True)
    with db.Write(connection):
        meta.put(connection, "x", "1")
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    connection.close()
    again = db.connect(str(place))
    assert meta.get(again, "x") == "1" and not list((place / ".fanout").glob("*.probe"))
    again.close()


def test_writers_wait_for_each_other_there(place: Path) -> None:
    db.connect(str(place), create=True).close()

    def write(name: str) -> None:
        connection = db.connect(str(place))
        for number in range(5):
            with db.Write(connection):
                meta.put(connection, f"{name}{number}", "1")
        connection.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection = db.connect(str(place))
    assert len([name for name in "abc" for number in range(5) if meta.get(connection, f"{name}{number}")]) == 15
    connection.close()


def test_a_run_goes_on_there_and_doctor_says_what_it_costs(place: Path) -> None:
    project = Project(place)
    project.write({"tasks.json": json.dumps(TASKS)})
    assert project.fanout("start", "tasks.json").code == 0
    assert "0 of 2 done" in project.fanout("status").out
    assert "on a file system without shared memory: hooks wait for each other" in project.fanout("doctor").out


def test_elsewhere_readers_do_not_wait(tmp_path: Path) -> None:
    assert db.maps_memory(str(tmp_path))
    connection = db.connect(str(tmp_path), create=True)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()


def test_a_disk_that_fails_is_no_damage() -> None:
    """So `fanout doctor --fix` moves no good journal aside."""
    error = db.explained(sqlite3.OperationalError("disk I/O error"), "state.db")
    assert not isinstance(error, Damaged) and "can't be read or written: disk I/O error" in error.message
