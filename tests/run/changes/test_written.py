"""What each agent wrote, and what was there before: kept once, asked by path and by agent."""

from __future__ import annotations

import sqlite3

import pytest
from hooks.desk import Desk

from fanout.run.agents import agents
from fanout.run.changes import objects, written
from fanout.run.store import db as journal


@pytest.fixture
def db(desk: Desk) -> sqlite3.Connection:
    desk.db = journal.connect(str(desk.root), create=True)
    for number in (1, 2, 3):
        assert agents.open_launch(desk.db, "s", "", "", "") == number
    return desk.db


def write(desk: Desk, agent: int, name: str, at: float = 0) -> str:
    full = str(desk.root / name)
    before = written.note(desk.db, str(desk.root), agents.get(desk.db, agent), name, full, "Write")
    if at:
        desk.db.execute("UPDATE written SET last = ? WHERE agent = ? AND path = ?", (at, agent, name))
    return before


def test_the_bytes_are_kept_at_the_first_write_of_each_agent(desk: Desk, db: sqlite3.Connection) -> None:
    file = desk.root / "a.txt"
    assert write(desk, 1, "a.txt") == objects.ABSENT
    file.write_text("one\n")
    assert write(desk, 1, "a.txt") == objects.ABSENT, "of its own version it needs none"
    before = write(desk, 2, "a.txt")
    assert objects.load(str(desk.root), before) == b"one\n" and objects.load(str(desk.root), write(desk, 2, "a.txt"))
    assert written.knows(db, 1, "a.txt") and not written.knows(db, 3, "a.txt") and not written.knows(db, 1, "b.txt")


def test_a_folder_and_a_link_to_one_are_told_apart(desk: Desk, db: sqlite3.Connection) -> None:
    (desk.root / "folder").mkdir()
    (desk.root / "link").symlink_to("folder")
    assert write(desk, 1, "folder") == objects.FOLDER
    assert objects.kind(write(desk, 1, "link")) == objects.LINK


def test_each_write_opens_the_file_again(desk: Desk, db: sqlite3.Connection) -> None:
    write(desk, 1, "a.txt")
    row = written.get(db, 1, "a.txt")
    assert row is not None
    row.is_open, row.seen, row.own, row.stamp = False, "s", "o", "t"
    written.see(db, row)
    found = written.get(db, 1, "a.txt")
    assert found is not None and (found.seen, found.own, found.stamp) == ("s", "o", "t")
    assert written.open_of(db, 1) == []
    write(desk, 1, "a.txt")
    write(desk, 2, "a.txt")
    assert [(row.agent, row.path) for row in written.open_of(db, 1)] == [(1, "a.txt")]


def test_who_wrote_what(desk: Desk, db: sqlite3.Connection) -> None:
    for agent, name, at in ((1, "a", 10), (1, "b", 30), (1, "c", 20), (2, "a", 15), (3, "d", 5)):
        write(desk, agent, name, at)
    assert [row.path for row in written.of_agent(db, 1)] == ["a", "b", "c"]
    assert written.newest_of(db, 1, 2) == ["b", "c"] and written.newest_of(db, 1, 9) == ["b", "c", "a"]
    assert written.by_any_of(db, [1, 3]) == {"a", "b", "c", "d"} and written.by_any_of(db, []) == set()
    assert written.by_others(db, 1) == {"a", "d"} and written.by_anybody(db) == {"a", "b", "c", "d"}
    assert written.is_by_anybody(db, "d") and not written.is_by_anybody(db, "e")


def test_who_wrote_it_since(desk: Desk, db: sqlite3.Connection) -> None:
    for agent, at in ((1, 10), (2, 15), (3, 20)):
        write(desk, agent, "a", at)
    write(desk, 2, "b", 99)

    def since(agent: int, at: float) -> list[int]:
        return [row.agent for row in written.by_others_since(db, "a", agent, at)]

    assert since(1, 0) == [3, 2] and since(1, 15) == [3] and since(3, 9) == [2, 1] and since(1, 20) == []
    newest = written.last_by_other(db, "a", 3, 0)
    assert newest is not None and newest.agent == 2 and written.last_by_other(db, "a", 3, 15) is None
    rows = {agent: written.get(db, agent, "a") for agent in (1, 2, 3)}
    assert [bool(row and written.is_by_another_since(db, row)) for row in rows.values()] == [True, True, False]
    db.execute("UPDATE written SET last = 15 WHERE path = 'a'")
    row = written.get(db, 3, "a")
    assert row is not None and written.is_by_another_since(db, row), "of the same moment"


def test_what_was_not_written_is_forgotten_of_that_agent(desk: Desk, db: sqlite3.Connection) -> None:
    for agent, name in ((1, "a"), (1, "b"), (2, "a")):
        write(desk, agent, name)
    written.forget(db, 1, "a")
    assert written.by_any_of(db, [1]) == {"b"} and written.by_any_of(db, [2]) == {"a"}
