"""A hook's input as a typed call: whatever it holds, the fields have their types."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.errors import FanoutError
from fanout.hooks import door
from fanout.hooks.hook_call import Call

TEXTS = {
    "hook_event_name": "event",
    "session_id": "session",
    "agent_id": "agent_id",
    "agent_type": "agent_type",
    "transcript_path": "transcript",
    "tool_name": "tool",
    "tool_use_id": "tool_use",
    "prompt": "prompt",
    "last_assistant_message": "last_message",
    "error": "error",
}
WRONG: list[Any] = [None, 0, 1.5, True, [], ["x"], {}, {"x": 1}]


@pytest.mark.parametrize("field", TEXTS)
def test_a_text_is_a_text(field: str) -> None:
    assert getattr(Call({field: "x"}, "/p"), TEXTS[field]) == "x"
    assert {getattr(Call(data, "/p"), TEXTS[field]) for data in [{}, *({field: wrong} for wrong in WRONG)]} == {""}


@pytest.mark.parametrize("field", ["tool_input", "tool_response"])
@pytest.mark.parametrize("given", [None, 0, "x", [], [{}]])
def test_an_object_is_an_object(field: str, given: object) -> None:
    assert getattr(Call({field: given}, "/p"), field) == getattr(Call({}, "/p"), field) == {}


@pytest.mark.parametrize("given", [None, 0, "x", {}, [None, "x", {"a": 1}]])
def test_the_calls_of_a_batch_are_objects(given: object) -> None:
    assert Call({"tool_calls": given}, "/p").tool_calls == ([{"a": 1}] if isinstance(given, list) else [])


def test_without_a_folder_it_is_made_in_the_root() -> None:
    assert (Call({}, "/p").cwd, Call({"cwd": 3}, "/p").cwd, Call({"cwd": "/q"}, "/p").cwd) == ("/p", "/p", "/q")


JSON = [
    b'{"a": [1, -2.5e3, true, null, "x\\u00e9\\n"]}',
    b' \n{"a": {"a": {}}}\t',
    '{"a": "é 😀"}'.encode(),
    b'{"a": NaN, "b": -Infinity}',
    b'{"a": "\\ud83d"}',
    b'{"a": "\xff"}',
    b'{"a": 1, "a": 2}',
]


@pytest.mark.parametrize("given", JSON)
def test_the_scanner_reads_what_json_reads(given: bytes) -> None:
    assert repr(door.parse(given)) == repr(json.loads(given.decode("utf-8", "replace")))


NO_OBJECT = [b"", b" ", b"{", b"[]", b'"x"', b"null", b"{} {}", b"{'a': 1}", b'{"a": "\n"}', b'\xef\xbb\xbf{"a": 1}']


@pytest.mark.parametrize("given", [*NO_OBJECT, b"[" * 100_000])
def test_anything_else_is_refused(given: bytes) -> None:
    with pytest.raises(FanoutError, match="the hook's input is not"):
        door.parse(given)


def test_the_journal_is_opened_once_and_only_when_it_is_asked_for(desk: Desk) -> None:
    with pytest.raises(FanoutError, match="there is no run in"):
        Call({}, str(desk.root)).db  # noqa: B018
    desk.start(plan({"01": {"writes": ["a.py"]}}))
    desk.launch("01")
    call = Call({"agent_id": "agent-01"}, str(desk.root))
    assert call.caller is not None and (call.caller.task, call.caller.state) == ("01", "running")
    assert call.db is call.db and call.naming is call.naming
    assert Call({"agent_id": "nobody"}, str(desk.root)).caller is None
    assert Call({}, str(desk.root)).caller is None
