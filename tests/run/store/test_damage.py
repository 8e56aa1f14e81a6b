"""What SQLite finds wrong with the journal's file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from fanout.run.store import db


def test_a_whole_file_and_one_whose_head_tells_of_pages_that_there_are_not(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE one (text TEXT)")
    connection.executemany("INSERT INTO one VALUES (?)", [("x" * 900,) for _ in range(50)])
    connection.commit()
    assert db.damage(connection) == ""
    connection.close()
    with open(file, "r+b") as raw:
        raw.seek(36)  # how many of the pages are free
        raw.write(b"\x00\x00\x00\x07")
    assert "reelist" in db.damage(sqlite3.connect(file))
