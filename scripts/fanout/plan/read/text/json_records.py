"""The records of a list in a JSON file, each with its place: for reading with a line, and for changing one value."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fanout.errors import FanoutError
from fanout.plan.read.text import jsonc
from fanout.plan.read.text.content import Content, json_edits
from fanout.plan.reading import Edit


@dataclass(frozen=True, slots=True)
class Record:
    """One object: `key` is its name in a map, "" in a list; `start` its offset, `line` counted from 1."""

    key: str
    data: dict[str, object]
    start: int
    line: int


def records(text: str, path: Sequence[str] = ()) -> list[Record]:
    """The objects in the list or map that the keys of `path` lead to; `others` are what is no object."""
    plain = jsonc.plain(text)
    lines = jsonc.Lines(text)
    made = []
    for key, (begin, _end), data in _decoded(plain, path):
        if isinstance(data, dict):
            made.append(Record(key, data, begin, lines.line(begin)))
    return made


def inside(text: str, record: Record, key: str) -> list[Record]:
    """The objects in the list that a record has in its member `key`."""
    plain = jsonc.plain(text)
    spot = jsonc.members(plain, record.start).get(key)
    lines = jsonc.Lines(text)
    found = jsonc.decoded(plain, spot[0]) if spot else []
    return [Record("", data, begin, lines.line(begin)) for (begin, _end), data in found if isinstance(data, dict)]


def others(text: str, path: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Line and text of what stands in that list, or in that map, and is no object."""
    plain = jsonc.plain(text)
    lines = jsonc.Lines(text)
    found = _decoded(plain, path)
    return [(lines.line(begin), plain[begin:end]) for _key, (begin, end), _data in found if plain[begin] != "{"]


def _decoded(plain: str, path: Sequence[str]) -> list[tuple[str, jsonc.Span, object]]:
    """The members that the keys of `path` lead to: name, place and value."""
    start = 0
    for key in path:
        spot = jsonc.members(plain, start).get(key)
        if spot is None:
            return []
        start = spot[0]
    listed = [("", span, jsonc.clean(value)) for span, value in jsonc.decoded(plain, start)]
    return listed or [
        (key, (begin, end), jsonc.clean(json.loads(plain[begin:end])))
        for key, (begin, end) in jsonc.members(plain, start).items()
    ]


def set_value(
    content: Content, found: Sequence[Record], name: Callable[[int, Record], str], task: str, values: dict[str, object]
) -> list[Edit]:
    """The edits that give the record called `task` these values. Raises FanoutError when it is gone."""
    for index, record in enumerate(found):
        if name(index, record) == task:
            return json_edits(content, record.start, values, "title" if "title" in record.data else "id")
    raise FanoutError(f"{content.path} has no task {task} any more.", "Read it again.")
