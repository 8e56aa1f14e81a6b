"""JSON as people write it: comments and trailing commas are blanked out, so that every offset stays true."""

from __future__ import annotations

import bisect
import json
import re
from functools import lru_cache

from fanout.errors import Problem, SourceError
from fanout.plan.read.text import json_fixes

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_COMMENT = re.compile(rf"{_STRING}|//[^\r\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)
_LAST_COMMA = re.compile(r",\s*[}\]]")  # where there is none, also in no string, nothing has to be blanked out
_SPACE = re.compile(r"[ \t\r\n]*")
_NOT_LINE_END = re.compile(r"[^\r\n]")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |\r?$)", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DECODER = json.JSONDecoder()
Span = tuple[int, int]


def parse(text: str, place: str, first_line: int = 1) -> object:
    """The decoded value. Raises SourceError with `place:line:column`; `text` starts on `first_line`."""
    try:
        return clean(_decode(text))
    except json.JSONDecodeError as error:
        conflict = _CONFLICT.search(text)
        if conflict:
            raise conflict_error(place, text.count("\n", 0, conflict.start()) + first_line) from None
        where = f"{place}:{error.lineno + first_line - 1}:{error.colno}"
        message = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise SourceError(
            [Problem(where, "", _near(text, error.pos), message, json_fixes.fix(plain(text), error))]
        ) from None
    except RecursionError:
        raise SourceError([Problem(place, "", "", "the JSON is nested too deeply", "Flatten it.")]) from None
    except ValueError as error:
        raise SourceError([Problem(place, "", "", f"the JSON can't be read: {error}", "Fix it.")]) from None


def conflict_error(place: str, line: int) -> SourceError:
    """A merge conflict that nobody has resolved."""
    fix = "Resolve the conflict (keep one side, remove the three marker lines), then try again."
    return SourceError([Problem(f"{place}:{line}:1", "", "", "an unresolved merge conflict", fix)])


def plain(text: str) -> str:
    """`text` as strict JSON of the same length: comments and trailing commas are spaces."""
    if "//" in text or "/*" in text:
        text = _COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else _NOT_LINE_END.sub(" ", m[0]), text)
    return _COMMA.sub(lambda m: m[0] if m[0][0] == '"' else " ", text) if _LAST_COMMA.search(text) else text


def members(text: str, start: int = 0) -> dict[str, Span]:
    """Where each value of the object at `start` of strict JSON lies; empty when there is no object."""
    spots: dict[str, Span] = {}
    index = _skip(text, start)
    if text[index : index + 1] != "{":
        return spots
    index = _skip(text, index + 1)
    while text[index : index + 1] == '"':
        key, index = _DECODER.raw_decode(text, index)
        index = _skip(text, _skip(text, index) + 1)
        end = _DECODER.raw_decode(text, index)[1]
        spots[key] = (index, end)
        index = _skip(text, end)
        if text[index : index + 1] == ",":
            index = _skip(text, index + 1)
    return spots


def elements(text: str, start: int = 0) -> list[Span]:
    """Where each element of the array at `start` of strict JSON lies; empty when there is no array."""
    return [span for span, _value in decoded(text, start)]


def decoded(text: str, start: int = 0) -> list[tuple[Span, object]]:
    """Each element of the array at `start` of strict JSON, and where it lies; empty when there is no array."""
    spots: list[tuple[Span, object]] = []
    index = _skip(text, start)
    if text[index : index + 1] != "[":
        return spots
    index = _skip(text, index + 1)
    while text[index : index + 1] not in ("]", ""):
        value, end = _DECODER.raw_decode(text, index)
        spots.append(((index, end), value))
        index = _skip(text, end)
        if text[index : index + 1] == ",":
            index = _skip(text, index + 1)
    return spots


class Lines:
    """Which line an offset is on, counted from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line(self, offset: int) -> int:
        return bisect.bisect_right(self._starts, offset)


def element_lines(text: str, *path: str) -> list[int]:
    """The line of each element of the array that the keys of `path` lead to."""
    text = plain(text)
    start = 0
    for key in path:
        spot = members(text, start).get(key)
        if spot is None:
            return []
        start = spot[0]
    lines = Lines(text)
    return [lines.line(begin) for begin, _end in elements(text, start)]


@lru_cache(maxsize=4)
def peek(text: str) -> object:
    """The decoded value, or None when it is not JSON: for detection."""
    try:
        return parse(text, "")
    except SourceError:
        return None


def _decode(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return json.loads(plain(text))


def clean(value: object) -> object:
    """The value without lone surrogates, which can't be printed or stored."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value) if not value.isascii() else value
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return value


def _near(text: str, position: int) -> str:
    line = text[position : position + 30].splitlines()
    return repr(line[0]) if line and line[0] else ""


def _skip(text: str, index: int) -> int:
    match = _SPACE.match(text, index)
    return match.end() if match else index
