"""The journal as a file: opened, upgraded or refused in words, changed whole or not at all, and its own time."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import pytest

from fanout.errors import Busy, Damaged, FanoutError, NewerSchema
from fanout.run.store import db, db_schema, journal, meta


@pytest.fixture
def opened(tmp_path: Path) -> sqlite3.Connection:
    return db.connect(str(tmp_path), create=True)


def test_without_a_run_there_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(FanoutError) as raised:
        db.connect(str(tmp_path))
    assert str(raised.value) == f"there is no run in {tmp_path}. Start one with `fanout start SOURCE`."
    assert list(tmp_path.iterdir()) == []
    db.connect(str(tmp_path), create=True).close()
    assert (tmp_path / ".fanout" / "state.db").is_file()
    assert sorted(path.name for path in (tmp_path / ".fanout").glob("*.probe")) == []


def test_one_of_a_newer_fanout_is_refused_by_name(tmp_path: Path, opened: sqlite3.Connection) -> None:
    opened.execute(f"PRAGMA user_version = {db.VERSION + 1}")
    with pytest.raises(NewerSchema) as raised:
        db.connect(str(tmp_path))
    known = f"has schema {db.VERSION + 1}, this fanout knows up to {db.VERSION}. Update the plugin 'spec'."
    assert str(raised.value) == f"{db.path_of(str(tmp_path))} {known}"


def test_what_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / ".fanout").mkdir()
    Path(db.path_of(str(tmp_path))).write_bytes(b"no database at all" * 100)
    with pytest.raises(Damaged, match=r"state\.db is damaged: .*`fanout doctor --fix` moves it aside"):
        db.connect(str(tmp_path))


def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = db.VERSION - 1
    broken = {**db_schema.STEPS, last: "CREATE TABLE half (x);\nCREATE nonsense"}
    with monkeypatch.context() as patch:
        patch.setattr(db_schema, "STEPS", broken)
        with pytest.raises(FanoutError):
            db.connect(str(tmp_path), create=True)
    found = sqlite3.connect(db.path_of(str(tmp_path)))
    assert found.execute("PRAGMA user_version").fetchone()[0] == 0
    assert found.execute("SELECT name FROM sqlite_master").fetchall() == []
    found.close()
    assert db.damage(db.connect(str(tmp_path))) == "", "the next one makes it whole"


SAID = [
    ("database is locked", Busy, "x stayed locked for 4 s. Try again."),
    ("database table is busy", Busy, "x stayed locked for 4 s. Try again."),
    ("unable to open database file", FanoutError, "x can't be opened: unable to open database file. Check the perm"),
    ("attempt to write a readonly database", FanoutError, "x can't be opened: attempt to write a readonly database."),
    ("disk I/O error", FanoutError, "x can't be read or written: disk I/O error. Is the disk full or gone?"),
    ("database disk image is malformed", Damaged, "x is damaged: database disk image is malformed. `fanout doctor"),
]


@pytest.mark.parametrize(("text", "kind", "said"), SAID)
def test_what_went_wrong_in_words(text: str, kind: type[FanoutError], said: str) -> None:
    found = db.explained(sqlite3.OperationalError(text), "x")
    assert type(found) is kind and str(found).startswith(said)


def test_a_change_is_whole_or_none(opened: sqlite3.Connection) -> None:
    with pytest.raises(ZeroDivisionError), db.Write(opened):
        meta.put(opened, "one", "1")
        raise ZeroDivisionError
    assert meta.get(opened, "one") == "" and not opened.in_transaction
    with db.Write(opened) as same:
        meta.put(same, "one", "1")
    assert meta.get(opened, "one") == "1" and same is opened


def test_one_at_a_time_changes_it(tmp_path: Path, opened: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "WAIT_SECONDS", 0.01)
    other = db.connect(str(tmp_path))
    with db.Write(opened):
        with pytest.raises(Busy, match="the journal stayed locked"), db.Write(other):
            pass
        if db.is_shared(opened):
            assert meta.get(other, "one") == "", "reading it waits for nobody"
    with db.Write(other):
        meta.put(other, "one", "1")
    other.close()


# -- its own time ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> db.Clock:
    clock = db.Clock()
    monkeypatch.setattr(db, "_clock", clock)
    return clock


def newest(connection: sqlite3.Connection, at: float) -> float:
    """The newest event is of this time."""
    journal.note(connection, "run-started", None)
    connection.execute("UPDATE event SET at = ?", (at,))
    return at


def test_a_clock_that_goes_right_is_the_systems(opened: sqlite3.Connection, clock: db.Clock) -> None:
    clock.set(opened, None, newest(opened, time.time() - 5))
    assert (clock.ahead, clock.since, str(clock)) == (0.0, 0.0, "0 0")
    assert abs(db.now() - time.time()) < 1 and db.by_system(7.0) == 7.0
    assert meta.get(opened, "clock") == ""


def test_after_it_was_set_back_the_journal_goes_on_from_its_newest_time(
    tmp_path: Path, opened: sqlite3.Connection, clock: db.Clock
) -> None:
    high = newest(opened, time.time() + 3600)
    clock.set(opened, None, high)
    assert 3590 < clock.ahead < 3601 and clock.since == high
    assert high < db.now() < high + 10
    kept = meta.get(opened, "clock")
    assert kept == str(clock) == f"{clock.ahead!r} {clock.since!r}"
    later, earlier = high + 60, high - 60
    assert db.by_system(later) == later - clock.ahead and db.by_system(earlier) == earlier
    assert db.earliest_by_system(earlier) == earlier - clock.ahead
    again = db.Clock()
    again.set(opened, kept, high)
    assert (again.ahead, again.since) == (clock.ahead, clock.since), "as an earlier connection left it"


def test_when_the_system_has_caught_up_it_is_the_systems_again(opened: sqlite3.Connection, clock: db.Clock) -> None:
    high = newest(opened, time.time() - 60)
    meta.put(opened, "clock", "3600.0 5.0")
    clock.set(opened, "3600.0 5.0", high)
    assert str(clock) == "0 0" and meta.get(opened, "clock") == "0 0"


def test_a_journal_that_can_not_be_written_has_the_same_time(opened: sqlite3.Connection, clock: db.Clock) -> None:
    high = newest(opened, time.time() + 3600)
    opened.execute("PRAGMA query_only = 1")
    clock.set(opened, None, high)
    assert 3590 < clock.ahead < 3601 and meta.get(opened, "clock") == ""


@pytest.mark.parametrize("there", [True, False])
def test_whether_memory_can_be_mapped_leaves_nothing_behind(tmp_path: Path, there: bool) -> None:
    folder = tmp_path if there else tmp_path / "none"
    assert db.maps_memory(str(folder)) is there
    assert os.listdir(tmp_path) == []
