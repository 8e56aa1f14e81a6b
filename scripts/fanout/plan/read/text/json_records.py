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
    for key, (begin, end) in _spans(plain, path):
        data = json.loads(plain[begin:end])
        if isinstance(data, dict):
            made.append(Record(key, data, begin, lines.line(begin)))
    return made


def others(text: str, path: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Line and text of what stands in that list, or in that map, and is no object."""
    plain = jsonc.plain(text)
    lines = jsonc.Lines(text)
    spans = [span for _key, span in _spans(plain, path)]
    return [(lines.line(begin), plain[begin:end]) for begin, end in spans if plain[begin] != "{"]


def _spans(plain: str, path: Sequence[str]) -> list[tuple[str, jsonc.Span]]:
    start = 0
    for key in path:
        spot = jsonc.members(plain, start).get(key)
        if spot is None:
            return []
        start = spot[0]
    return [("", span) for span in jsonc.elements(plain, start)] or list(jsonc.members(plain, start).items())


def set_value(
    content: Content, found: Sequence[Record], name: Callable[[int, Record], str], task: str, values: dict[str, object]
) -> list[Edit]:
    """The edits that give the record called `task` these values. Raises FanoutError when it is gone."""
    for index, record in enumerate(found):
        if name(index, record) == task:
            return json_edits(content, record.start, values, "title" if "title" in record.data else "id")
    raise FanoutError(f"{content.path} has no task {task} any more.", "Read it again.")
