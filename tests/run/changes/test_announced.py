"""What a call of a file tool says of its file, before it runs and after: one table for each."""

from __future__ import annotations

from typing import Any

import pytest

from fanout.run.changes import announced, texts
from fanout.run.changes.announced import ABSENT, MARK

name = texts.name_of


def whole(text: str, ends: str) -> dict[str, object]:
    return {"after": [name(text), name(MARK + text)], "ends": ends}


GIVEN: list[tuple[dict[str, Any], dict[str, object]]] = [
    ({"content": "a\nb\n"}, whole("a\nb\n", texts.LF)),
    ({"content": "a\r\nb\r\n"}, whole("a\nb\n", texts.CRLF)),
    ({"content": ""}, whole("", texts.NO_LINES)),
    ({"old_string": "a", "new_string": "b"}, {"edits": [("a", "b", False)]}),
    ({"old_string": "a\r\n", "new_string": "b\r\n", "replace_all": True}, {"edits": [("a\n", "b\n", True)]}),
    ({"edits": [{"old_string": "a", "new_string": "b"}] * 2}, {"edits": [("a", "b", False)] * 2}),
    ({"edits": []}, {}),
    ({"edits": [{"old_string": "a", "new_string": "b"}, "x"]}, {}),
    ({"edits": [{"old_string": "a", "new_string": "b"}, {"old_string": "a"}]}, {}),
    ({"old_string": "a"}, {}),
    ({"new_string": "a"}, {}),
    ({"old_string": 1, "new_string": "b"}, {}),
    ({"new_source": "x"}, {}),
    ({}, {}),
]


@pytest.mark.parametrize(("given", "announces"), GIVEN)
def test_before_it_runs(given: dict[str, Any], announces: dict[str, object]) -> None:
    assert announced.of_input(given) == announces


@pytest.mark.parametrize(("size", "says"), [(0, True), (announced.LARGEST - 1, True), (announced.LARGEST, False)])
def test_of_an_edit_that_is_too_large_nothing_is_said(size: int, says: bool) -> None:
    assert bool(announced.of_input({"old_string": "a", "new_string": "b" * size})) == says


def edit(old: str, new: str, before: str | None, **more: Any) -> dict[str, Any]:
    return {"oldString": old, "newString": new, "originalFile": before, **more}


PATCH = [{"oldStart": 1, "lines": ["-a", "+b"]}]
ANSWERED: list[tuple[dict[str, Any], object, dict[str, object] | None]] = [
    (
        {"content": "b\n"},
        {"content": "b\n", "originalFile": "a\n"},
        {"before": ["a\n"], "after": ["b\n"], "ends": texts.LF},
    ),
    (
        {"content": "b\r\n"},
        {"content": "b\r\n", "originalFile": "a\r\n"},
        {"before": ["a\n"], "after": ["b\n"], "ends": texts.CRLF},
    ),
    (
        {"content": "b\n"},
        {"content": "b\n", "originalFile": None},
        {"before": [None], "after": ["b\n"], "ends": texts.LF},
    ),
    (
        {"content": "b\n"},
        {"content": "b\n", "originalFile": ""},
        {"before": ["", None], "after": ["b\n"], "ends": texts.LF},
    ),
    ({}, {"updated_file": "n\n", "original_file": "m\n"}, {"before": ["m\n"], "after": ["n\n"]}),
    ({}, edit("a", "b", "a\n"), {"before": ["a\n"], "after": ["b\n"]}),
    ({}, edit("a", "b", "a a\n"), {"before": ["a a\n"], "after": ["b a\n"]}),
    ({}, edit("a", "b", "a a\n", replaceAll=True), {"before": ["a a\n"], "after": ["b b\n"]}),
    ({}, edit("a", "b", "a\n", structuredPatch=PATCH), {"before": ["a\n"], "after": ["b\n"]}),
    ({}, edit("a", "c", "a\n", structuredPatch=PATCH), {"before": ["a\n"], "after": ["b\n", "c\n"]}),
    ({}, edit("a", "c", "a\n", structuredPatch=PATCH, userModified=True), {"before": ["a\n"], "after": ["b\n"]}),
    ({}, edit("a", "c", "a\n", userModified=True), None),
    ({}, edit("", "new\n", ""), {"before": ["", None], "after": ["new\n"]}),
    ({}, {"oldString": "a", "newString": "b"}, None),
    ({}, {"content": "b\n", "originalFile": 7}, None),
    ({}, {}, None),
    ({}, "denied", None),
    ({}, None, None),
]


@pytest.mark.parametrize(("given", "answer", "says"), ANSWERED)
def test_after_it_ran(given: dict[str, Any], answer: object, says: dict[str, Any] | None) -> None:
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return name(text)

    found = announced.of_response(given, answer, keep)
    if says is None:
        assert found is None and kept == []
        return
    assert kept == says["after"], "what it left is kept"
    named = {key: [ABSENT if text is None else name(text) for text in says[key]] for key in ("before", "after")}
    assert found == {**says, **named}
