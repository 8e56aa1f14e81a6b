"""Owned files as they were when last looked at: what counts as written since, and what is kept of it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fanout.run.changes import latest, objects
from fanout.run.store import db as journal
from fanout.run.store.records import Latest

OLD = 10 * latest.FRESH_NS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("one\n")
    return tmp_path


@pytest.fixture
def db(root: Path) -> sqlite3.Connection:
    return journal.connect(str(root), create=True)


def aged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file was written long ago, by the clock of the look."""
    at = os.lstat(file).st_ctime_ns + OLD
    monkeypatch.setattr(time, "time_ns", lambda: at)


def look(root: Path, before: Latest | None = None) -> Latest:
    return latest.observe(str(root), "a.txt", 7, 3, before)


def test_a_file_is_seen_with_its_bytes_its_owner_and_the_tick(root: Path) -> None:
    seen = look(root)
    stat = (root / "a.txt").lstat()
    assert latest.stamp_of(seen) == (4, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
    assert objects.load(str(root), seen.object) == b"one\n"
    assert (seen.path, seen.owner, seen.tick, seen.is_held, seen.is_disputed) == ("a.txt", 7, 3, 0, 0)
    assert latest.stamp_at(str(root / "a.txt")) == ":".join(map(str, latest.stamp_of(seen)))


def test_what_is_not_there_is_absent_and_fresh(root: Path) -> None:
    (root / "a.txt").unlink()
    seen = look(root)
    assert (seen.size, seen.object, bool(seen.is_fresh)) == (-1, objects.ABSENT, True)
    assert look(root, seen) is seen and latest.stamp_at(str(root / "a.txt")) == "-1:0:0:0"


def test_a_link_that_leads_nowhere_is_there(root: Path) -> None:
    (root / "a.txt").unlink()
    (root / "a.txt").symlink_to("none")
    assert objects.kind(look(root).object) == objects.LINK


def test_a_stamp_as_before_is_believed_only_of_what_was_old_then(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the coarsest clock a write may leave the stamp as it was: then the bytes are read again."""
    reads, keep = [], objects.keep

    def keeping(root: str, path: str) -> str:
        reads.append(path)
        return keep(root, path)

    monkeypatch.setattr(objects, "keep", keeping)
    fresh = look(root)
    assert fresh.is_fresh and look(root, fresh) is fresh and len(reads) == 2
    aged(root / "a.txt", monkeypatch)
    old = look(root)
    assert not old.is_fresh and look(root, old) is old and len(reads) == 3


@pytest.mark.parametrize(("later", "is_fresh"), [(latest.FRESH_NS - 1, True), (latest.FRESH_NS, False)])
def test_how_long_a_file_is_fresh(root: Path, monkeypatch: pytest.MonkeyPatch, later: int, is_fresh: bool) -> None:
    stat = (root / "a.txt").lstat()
    monkeypatch.setattr(time, "time_ns", lambda: max(stat.st_mtime_ns, stat.st_ctime_ns) + later)
    assert bool(look(root).is_fresh) == is_fresh


def touched(file: Path) -> None:
    os.utime(file, ns=(1, 1))


def replaced(file: Path) -> None:
    other = file.with_name("other")
    other.write_text("one\n")
    os.replace(other, file)


def rewritten(file: Path) -> None:
    stat = file.lstat()
    file.write_text("two\n")
    os.utime(file, ns=(stat.st_mtime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("change", [touched, replaced, rewritten, Path.unlink])
def test_each_part_of_the_stamp_tells_a_write(
    root: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    before = look(root)
    before.is_fresh = False
    change(root / "a.txt")
    now = look(root, before)
    assert now is not before and (now.object == before.object) == (change in (touched, replaced))


def test_a_file_that_changes_while_it_is_read_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep, texts = objects.keep, ["two\n", "three\n"]

    def keeping(root_: str, path: str) -> str:
        kept = keep(root_, path)
        if texts:
            Path(path).write_text(texts.pop(0))
        return kept

    monkeypatch.setattr(objects, "keep", keeping)
    seen = look(root)
    assert objects.load(str(root), seen.object) == b"three\n" and seen.size == 6


def test_what_was_seen_is_on_record_by_its_path(root: Path, db: sqlite3.Connection) -> None:
    rows = [look(root) for _ in range(2 * latest.AT_ONCE + 1)]
    for number, row in enumerate(rows):
        row.path, row.tick = f"{number}", number + 1
    latest.put(db, rows)
    rows[5].object = "changed"
    latest.put(db, rows[5:6])
    present, known = latest.known(db)
    assert len(known) == len(rows) and known["5"].object == "changed" and present.next == len(rows) + 1
    found = latest.get(db, "160")
    assert found is not None and found.tick == 161 and latest.get(db, "161") is None
    latest.drop(db, ["5", "6"])
    latest.drop(db, [])
    assert len(latest.known(db)[1]) == len(rows) - 2 and latest.get(db, "5") is None
    latest.clear(db)
    assert latest.known(db)[1] == {}
