"""What an agent wrote before any hook saw it is read off its transcript: its own, and nobody's where two may have written."""

from __future__ import annotations

import datetime
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.hooks.launching import earlier_writes
from fanout.hooks.launching.earlier_writes import Earlier
from fanout.run.agents import agents, claims
from fanout.run.store.db import Write

BEGAN = 1767225600.0  # the first of January 2026


def stamp(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat().replace("+00:00", "Z")


def used(tool: str, at: float = BEGAN, name: str = "t1", cwd: str = "", **given: object) -> dict[str, Any]:
    block = {"type": "tool_use", "id": name, "name": tool, "input": given}
    return {"message": {"content": [block]}, "timestamp": stamp(at), "cwd": cwd}


def ended(at: float, name: str = "t1") -> dict[str, Any]:
    return {"message": {"content": [{"type": "tool_result", "tool_use_id": name}]}, "timestamp": stamp(at)}


def record(folder: Path, *entries: object) -> str:
    place = folder / "agent-a.jsonl"
    place.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in entries))
    return str(place)


FILE_TOOLS = [
    ("Edit", "file_path", True),
    ("Write", "file_path", True),
    ("MultiEdit", "file_path", True),
    ("NotebookEdit", "notebook_path", True),
    ("Read", "file_path", False),
    ("Grep", "path", False),
    ("Bash", "file_path", False),
]


@pytest.mark.parametrize(("tool", "field", "writes"), FILE_TOOLS)
def test_a_tool_that_writes_names_its_file(tmp_path: Path, tool: str, field: str, writes: bool) -> None:
    given: dict[str, Any] = {field: "/p/a"}
    found = earlier_writes.of(record(tmp_path, used(tool, **given)), BEGAN)
    assert (found.named, found.spans) == (["/p/a"] if writes else [], {})


@pytest.mark.parametrize(
    "line",
    [
        '{"tool_use": cut off',
        {"message": {"content": "tool_use"}},
        {"message": {"content": ["tool_use", 7, None]}},
        {"message": ["tool_use"]},
        {"message": {"content": [{"type": "tool_result", "tool_use_id": "none"}]}},
        {"message": {"content": [{"type": "text", "text": "x", "name": "Write", "input": {"file_path": "/p/b"}}]}},
        used("Write"),
    ],
)
def test_what_is_no_writing_call_names_nothing(tmp_path: Path, line: object) -> None:
    found = earlier_writes.of(record(tmp_path, line, used("Write", file_path="/p/a")), BEGAN)
    assert (found.named, found.spans) == (["/p/a"], {})


LINES: list[tuple[str, list[str], bool]] = [
    # the line, the files that it left, whether it may have written others
    ("echo x > made", ["made"], False),
    ("sed -i s/a/b/ made && rm gone", ["made"], False),
    ("echo x > not-there-any-more", [], False),
    ("mkdir made-folder", [], False),
    ("cat made", [], False),
    ("make", [], True),
    ("python gen.py; echo x > made", ["made"], True),
]


@pytest.mark.parametrize(("line", "named", "wide"), LINES)
def test_a_command_names_the_files_that_it_left(tmp_path: Path, line: str, named: list[str], wide: bool) -> None:
    (tmp_path / "made").write_text("x\n")
    (tmp_path / "made-folder").mkdir()
    calls = used("Bash", BEGAN + 5, command=line, cwd=str(tmp_path)), ended(BEGAN + 9)
    found = earlier_writes.of(record(tmp_path, *calls), BEGAN)
    assert found.named == [str(tmp_path / name) for name in named]
    assert found.spans == ({"t1": (BEGAN + 5, BEGAN + 9)} if wide else {})


def test_a_command_from_an_unknown_folder_is_left_out(tmp_path: Path) -> None:
    found = earlier_writes.of(record(tmp_path, used("Bash", command="make", cwd="src")), BEGAN)
    assert (found.named, found.spans) == ([], {})


def test_a_program_counts_from_the_launch_on_and_until_now_while_it_goes_on(tmp_path: Path) -> None:
    before = time.time()
    found = earlier_writes.of(record(tmp_path, used("Bash", BEGAN - 5, command="make", cwd="/p")), BEGAN)
    began, until = found.spans["t1"]
    assert began == BEGAN and before <= until <= time.time()


def test_of_an_agent_without_a_record_all_since_its_launch_may_be_its_own(tmp_path: Path) -> None:
    before = time.time()
    found = earlier_writes.of(str(tmp_path / "none.jsonl"), BEGAN)
    began, until = found.spans[""]
    assert found.named == [] and began == BEGAN and before <= until <= time.time()


def test_the_call_that_is_asked_about_is_no_earlier_one(tmp_path: Path) -> None:
    place = record(tmp_path, used("Write", name="t1", file_path="/p/a"), used("Write", name="t2", file_path="/p/b"))
    assert earlier_writes.before(place, "t2").named == ["/p/a"]
    assert earlier_writes.before(place, "").named == ["/p/a", "/p/b"]
    none = earlier_writes.before(str(tmp_path / "none.jsonl"), "t2")
    assert (none.named, none.spans) == ([], {})


def test_of_the_conversation_its_newest_calls_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = record(tmp_path, used("Write", file_path="/p/old"), used("Write", file_path="/p/new"))
    assert earlier_writes.of_main(place).named == ["/p/old", "/p/new"]
    monkeypatch.setattr(earlier_writes, "LAST_BYTES", os.path.getsize(place) - 10)
    assert earlier_writes.of_main(place).named == ["/p/new"]
    assert earlier_writes.of_main(str(tmp_path / "none")).named == []


@pytest.fixture
def met(desk: Desk) -> tuple[Desk, int, int]:
    """Two agents, found at work in a project; file `told` is the conversation's."""
    Project(desk.root).write({"one": "x", "two": "x", "told": "x", "late": "x"})
    desk.start(plan({"01": {}}))
    for name, at in (("one", BEGAN), ("two", BEGAN), ("told", BEGAN), ("late", BEGAN + 100)):
        os.utime(desk.root / name, (at, at))
    with Write(desk.db):
        both = tuple(agents.adopt(desk.db, "s1", name, "general-purpose") for name in ("a", "b"))
    return desk, both[0], both[1]


def wrote(desk: Desk, *named: str, span: tuple[float, float] | None = None) -> Earlier:
    found = Earlier(0.0)
    found.named = [str(desk.root / name) for name in named]
    found.spans = {"t1": span} if span else {}
    return found


def claim(desk: Desk, found: dict[int, Earlier], *main: str) -> None:
    with Write(desk.db):
        earlier_writes.claim(desk.db, desk.naming, found, wrote(desk, *main))


def owned(desk: Desk, agent: int) -> dict[str, str]:
    rows = desk.rows("SELECT pattern, kind FROM claim WHERE agent = ?", agent)
    return {row["pattern"]: row["kind"] for row in rows}


def test_what_both_named_is_of_the_first_and_outside_is_nobodys(met: tuple[Desk, int, int]) -> None:
    desk, one, two = met
    outside = str(desk.root.parent / "outside")
    claim(desk, {one: wrote(desk, "one", outside, ".fanout/x"), two: wrote(desk, "one", "two")})
    assert owned(desk, one) == {"one": "first-write"} and owned(desk, two) == {"two": "first-write"}


def test_what_somebody_owns_by_now_stays_theirs(met: tuple[Desk, int, int]) -> None:
    desk, one, two = met
    with Write(desk.db):
        claims.take(desk.db, two, "one", desk.naming.key("one"), "first-write")
    claim(desk, {one: wrote(desk, "one")})
    assert owned(desk, one) == {}


@pytest.fixture
def by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count by their own time: that of their folder's entry is today's."""
    monkeypatch.setattr(earlier_writes, "_changed_at", lambda path: os.lstat(path).st_mtime)


@pytest.mark.usefixtures("by_time")
def test_what_changed_while_one_program_ran_is_its_agents(met: tuple[Desk, int, int]) -> None:
    desk, one, two = met
    claim(desk, {one: wrote(desk, span=(BEGAN - 1, BEGAN + 1)), two: wrote(desk, "two")}, "told")
    assert owned(desk, one) == {"one": "meanwhile"} and owned(desk, two) == {"two": "first-write"}


@pytest.mark.usefixtures("by_time")
def test_what_two_programs_may_have_written_is_nobodys(met: tuple[Desk, int, int]) -> None:
    desk, one, two = met
    claim(desk, {one: wrote(desk, span=(BEGAN, BEGAN)), two: wrote(desk, span=(BEGAN - 1, BEGAN + 100))})
    assert owned(desk, one) == {} and owned(desk, two) == {"late": "meanwhile"}


@pytest.mark.usefixtures("by_time")
@pytest.mark.parametrize(
    ("begin", "end", "its"), [(0.04, 9, True), (0.06, 9, False), (-9, -0.01, False), (-9, 0, True)]
)
def test_a_file_systems_clock_may_lag(met: tuple[Desk, int, int], begin: float, end: float, its: bool) -> None:
    desk, one, _ = met
    claim(desk, {one: wrote(desk, span=(BEGAN + begin, BEGAN + end))})
    assert ("one" in owned(desk, one)) is its


def test_a_copy_that_keeps_an_old_time_counts_as_changed_now(met: tuple[Desk, int, int]) -> None:
    desk, one, _ = met
    claim(desk, {one: wrote(desk, span=(time.time() - 60, time.time() + 60))})
    assert set(owned(desk, one)) == {"one", "two", "told", "late"}


def test_what_git_ignores_and_what_is_as_committed_is_nobodys(project: Project) -> None:
    project.write({".gitignore": "build/\n", "same": "x", "changed": "x", "gone": "x"})
    project.commit_all()
    project.write({"build/out": "x", "changed": "y", "new": "x"})
    (project.path / "gone").unlink()
    desk = Desk(project.path)
    desk.start(plan({"01": {}}))
    with Write(desk.db):
        one = agents.adopt(desk.db, "s1", "a", "general-purpose")
    claim(desk, {one: wrote(desk, span=(0.0, time.time() + 60))})
    assert set(owned(desk, one)) == {"changed", "new"}
