"""What the client said after calls of file tools, as hooks/start leaves it: read once, in order, whatever was cut off."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from pathlib import Path

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents, calls
from fanout.run.changes import announced, authored, spool, withdrawn
from fanout.run.store import ticks

ONE, TWO = '{"tool_use_id": "one"}', '{"tool_use_id": "two"}'
READ: dict[str, tuple[str, bool, list[str] | None]] = {
    # what the file holds, whether its hook is long over, and the calls that it tells of; None: it is being written
    "one": (ONE, False, ["one"]),
    "two": (ONE + TWO, False, ["one", "two"]),
    "two lines": (f" {ONE}\n\n {TWO}\n", False, None),
    "lines": (f"{ONE}\n\n {TWO}\n", False, ["one", "two"]),
    "cut off": (ONE[:-3], False, None),
    "cut off, and left": (ONE[:-3], True, []),
    "cut off behind one": (ONE + TWO[:-3], False, None),
    "cut off behind one, and left": (ONE + TWO[:-3], True, ["one"]),
    "no object": (f"[1] {ONE} 7", False, ["one"]),
    "nothing": ("", False, None),
    "nothing, and left": (" \n", True, []),
}


@pytest.mark.parametrize("case", READ)
def test_what_a_file_tells(tmp_path: Path, case: str) -> None:
    text, is_left, names = READ[case]
    file = tmp_path / "f"
    file.write_text(text)
    if is_left:
        at = time.time() - 2 * spool.BROKEN_AFTER_SECONDS
        os.utime(file, (at, at))
    events = spool._read(str(file))
    assert (events if events is None else [event["tool_use_id"] for event in events]) == names
    file.unlink()
    assert spool._read(str(file)) == []


@pytest.fixture
def db(desk: Desk) -> sqlite3.Connection:
    """Two calls of file tools and a command under way."""
    run = desk.start(plan({"01": {"writes": ["a.txt"]}}))
    agent = agents.open_launch(desk.db, "s", "", "", "", run, "01")
    agents.bind(desk.db, agent, "a")
    for name, kind in (("one", "file"), ("two", "file"), ("line", "command")):
        calls.begin(desk.db, name, agent, "Write", kind, False, {"a.txt": {}})  # type: ignore[arg-type]
    return desk.db


def left(desk: Desk, file: str, *events: tuple[str, str]) -> None:
    folder = Path(spool.folder(str(desk.root)))
    folder.mkdir(exist_ok=True)
    texts = [json.dumps({"hook_event_name": name, "tool_use_id": use, "tool_input": {}}) for name, use in events]
    (folder / file).write_text("".join(texts))
    at = len(list(folder.iterdir()))
    os.utime(folder / file, (at, at))


def take_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """The calls that are heard to have written, and those that are withdrawn."""
    heard: list[str] = []
    gone: list[str] = []
    monkeypatch.setattr(authored, "heard", lambda db, root, some: heard.extend(call.tool_use for call, _ in some))
    monkeypatch.setattr(withdrawn, "withdraw", lambda db, root, call: gone.append(call.tool_use))
    spool.take_in(desk.db, str(desk.root), ticks.present(desk.db))
    return heard, gone


def test_each_call_ends_as_it_is_told_in_the_order_of_the_files(
    desk: Desk, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(desk.root)
    assert not spool.is_any(root) and take_in(desk, monkeypatch) == ([], [])
    left(desk, "z", ("PostToolUse", "two"))
    left(desk, "a", ("PostToolUse", "one"), ("PostToolUse", "of nobody"), ("PostToolUse", "line"))
    assert spool.is_any(root) and take_in(desk, monkeypatch) == (["two", "one"], [])
    assert not spool.is_any(root) and sorted(calls.tools_under_way(db)) == []
    line = calls.get(db, "line")
    assert line is not None and line.closed is None, "a command's end is told elsewhere"


def test_a_call_that_failed_is_withdrawn_and_the_others_are_heard(
    desk: Desk, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(desk, "a", ("PostToolUseFailure", "one"), ("PostToolUse", "two"))
    assert take_in(desk, monkeypatch) == (["two"], ["one"])


def test_what_is_being_written_is_left_for_later(
    desk: Desk, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(desk, "a", ("PostToolUse", "one"))
    half = Path(spool.folder(str(desk.root))) / "b"
    half.write_text(TWO[:-4])
    assert take_in(desk, monkeypatch) == (["one"], []) and half.exists() and spool.is_any(str(desk.root))


@pytest.mark.parametrize("is_asked", [True, False])
def test_what_it_made_is_on_record_while_a_look_is_to_come(
    desk: Desk, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, is_asked: bool
) -> None:
    """Where no command is under way nobody asks who wrote."""
    monkeypatch.setattr(announced, "of_response", lambda *_: {"after": ["x"]})
    if not is_asked:
        calls.close(db, "line", ticks.present(db).next)
        calls.forget(db)
    left(desk, "a", ("PostToolUse", "one"))
    take_in(desk, monkeypatch)
    call = calls.get(db, "one")
    found = None if call is None else (call.has_written, calls.targets_of(call))
    assert found == ((1, {"a.txt": {"after": ["x"]}}) if is_asked else None)
