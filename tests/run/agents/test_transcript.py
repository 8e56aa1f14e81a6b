"""What is read off the client's record of an agent: whether it called a tool, and how long it waited for the user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanout.run.agents import transcript

CALL = {"type": "tool_use", "id": "t1", "name": "Read", "input": {"file_path": "/a"}}
RESULT_CALL = {"type": "tool_use", "id": "t9", "name": "StructuredOutput", "input": {}}
TEXT = {"type": "text", "text": "I looked."}


def entry(kind: str, *content: object, at: int | str = 0, **more: object) -> str:
    stamp = f"2026-01-01T00:00:{at:02}.000Z" if isinstance(at, int) else at
    record = {"type": kind, "message": {"content": list(content)}, "timestamp": stamp, **more}
    return json.dumps(record, separators=(",", ":"))


def answered(name: str, at: int) -> str:
    return entry("user", {"type": "tool_result", "tool_use_id": name}, at=at, source="user")


def asked(*names: str, at: int | str = 0) -> str:
    return entry("assistant", *[{**CALL, "id": name} for name in names], at=at)


def record(folder: Path, lines: list[str]) -> str:
    """The main conversation's transcript, beside which the agent's stands."""
    place = folder / "s1" / "subagents" / "agent-a.jsonl"
    place.parent.mkdir(parents=True)
    place.write_text("\n".join(lines) + "\n")
    return str(folder / "s1.jsonl")


@pytest.mark.parametrize(
    ("main", "agent", "found"),
    [
        ("/h/s1.jsonl", "a", "/h/s1/subagents/agent-a.jsonl"),
        ("/h/s1", "a", "/h/s1/subagents/agent-a.jsonl"),
        ("/h/s1.jsonl", "", "/h/s1.jsonl"),
    ],
)
def test_where_the_record_is(main: str, agent: str, found: str) -> None:
    assert transcript.of_agent(main, agent) == found


@pytest.mark.parametrize(
    ("lines", "no_call"),
    [
        ([entry("assistant", TEXT)], True),
        ([entry("assistant", TEXT), entry("assistant", RESULT_CALL)], True),
        ([entry("assistant", TEXT), entry("assistant", CALL)], False),
        ([entry("assistant", CALL), entry("assistant", TEXT)], False),
        ([entry("user", {"type": "text", "text": "Do it."})], False),  # it has not spoken yet
        ([entry("assistant", TEXT), entry("user", TEXT)], True),
        ([], False),
    ],
)
def test_an_agent_that_never_looked(tmp_path: Path, lines: list[str], no_call: bool) -> None:
    assert transcript.shows_no_call(record(tmp_path, lines), "a") is no_call


def test_without_a_record_nothing_is_known(tmp_path: Path) -> None:
    assert not transcript.shows_no_call(str(tmp_path / "s1.jsonl"), "a")
    assert transcript.waits(str(tmp_path / "s1.jsonl"), "a") == []


@pytest.mark.parametrize(
    ("lines", "spans"),
    [
        ([asked("t1", at=1), answered("t1", 5)], [(1, 5)]),
        ([asked("t1", at=1), answered("t2", 5)], []),
        ([asked("t1", at=1)], []),
        ([answered("t1", 5)], []),
        ([asked("t1", at=5), answered("t1", 5)], []),
        ([asked("t1", at=6), answered("t1", 5)], []),  # a clock that was set back
        ([asked("t1", "t2", at=1), answered("t1", 5), answered("t2", 9)], [(1, 9)]),
        ([asked("t1", "t2", at=1), answered("t1", 9), answered("t2", 5)], [(1, 9)]),
        ([asked("t1", at=1), asked("t2", at=5), answered("t1", 5), answered("t2", 8)], [(1, 8)]),
        ([asked("t1", at=1), answered("t1", 3), asked("t2", at=5), answered("t2", 8)], [(1, 3), (5, 8)]),
        ([asked("t2", at=5), answered("t2", 8), asked("t1", at=1), answered("t1", 3)], [(1, 3), (5, 8)]),
        ([asked("t1", at=1), answered("t1", 3), answered("t1", 9)], [(1, 3)]),  # answered once
        ([asked("t1", at=1), entry("user", {"type": "tool_result", "tool_use_id": "t1"}, at=9)], []),  # not the user
        ([entry("assistant", {**CALL, "input": {"command": "ls"}}, at=1), answered("t1", 9)], []),
        ([asked("t1", at="yesterday"), answered("t1", 9)], []),
        ([entry("assistant", "file_path", {**CALL, "type": "text"}, at=1), answered("t1", 9)], []),
        (['{"tool_use" "file_path"', asked("t1", at=1), '"source":"user"', answered("t1", 5)], [(1, 5)]),
        ([entry("assistant", {"type": "tool_use", "input": {"file_path": "/a"}}, at=1), answered("t1", 5)], []),
    ],
)
def test_how_long_it_waited_for_the_user(tmp_path: Path, lines: list[str], spans: list[tuple[int, int]]) -> None:
    began = 1767225600.0  # the first of January
    found = transcript.waits(record(tmp_path, lines), "a")
    assert [(start - began, end - began) for start, end in found] == spans


def second_part(folder: Path, lines: list[str], agent: str = "a") -> str:
    """The conversation that goes on after `/clear`, beside which the client writes the rest of the agent's record."""
    place = folder / "s2" / "subagents" / f"agent-{agent}.jsonl"
    place.parent.mkdir(parents=True)
    place.write_text("\n".join(lines) + "\n")
    return str(folder / "s2.jsonl")


def test_a_record_goes_on_beside_the_next_conversation(tmp_path: Path) -> None:
    record(tmp_path, [asked("t1", at=1), answered("t1", 5)])
    (tmp_path / "s1.jsonl").write_text("")
    main = second_part(tmp_path, [entry("assistant", TEXT), asked("t2", at=7), answered("t2", 9)])
    assert not transcript.shows_no_call(main, "a")
    assert [end - start for start, end in transcript.waits(main, "a")] == [4, 2]
    assert transcript.parts_of_agent(main, "")[0] == main, "the main conversation's is one"


def test_another_agents_record_elsewhere_is_none_of_its(tmp_path: Path) -> None:
    record(tmp_path, [asked("t1", at=1), answered("t1", 5)])
    main = second_part(tmp_path, [entry("assistant", TEXT)], agent="b")
    assert transcript.shows_no_call(main, "b")
