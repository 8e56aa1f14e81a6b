"""YAML with the place of each value, for front matter that nests and files that are YAML as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fanout.errors import Problem, SourceError

_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: its text, where it lies in the whole text, and its line, counted from 1."""

    text: str
    start: int
    end: int
    line: int


Value = Scalar | dict[str, "Value"] | list["Value"]


def parse(text: str, place: str, offset: int = 0, first_line: int = 1) -> Value:
    """The text as scalars, maps and lists; `offset` and `first_line` say where it begins in its file.

    Raises SourceError with `place:line:column`.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        node = YAML(typ="safe", pure=True).compose(text)
        return Scalar("", offset, offset, first_line) if node is None else _value(node, offset, first_line, 0)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{place}:{mark.line + first_line}:{mark.column + 1}" if mark else place
        message = f"not valid YAML: {error.problem or error.context}"
        raise SourceError([Problem(where, "", "", message, "Quote the value, or fix the indent there.")]) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise SourceError([Problem(place, "", "", f"not valid YAML: {error}", "Fix it.")]) from None


def _value(node: Any, offset: int, line: int, depth: int) -> Value:
    if depth > _DEPTH:
        raise ValueError("it is nested too deeply")
    if node.id == "mapping":
        pairs = [(key, value) for key, value in node.value if key.id == "scalar"]
        return {str(key.value): _value(value, offset, line, depth + 1) for key, value in pairs}
    if node.id == "sequence":
        return [_value(item, offset, line, depth + 1) for item in node.value]
    start, end = node.start_mark, node.end_mark
    return Scalar(str(node.value), start.index + offset, end.index + offset, start.line + line)


def text_of(value: Value | None) -> str:
    """The text of a scalar, "" for anything else; null is nothing."""
    if not isinstance(value, Scalar) or value.text in ("null", "~"):
        return ""
    return value.text.strip()


def texts_of(value: Value | None) -> list[str]:
    """A list of texts; one text is a list of one."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [text for text in map(text_of, items) if text]


def quoted(value: Scalar, source: str, word: str) -> str:
    """`word` in the quotes that the value has in its source."""
    mark = source[value.start : value.start + 1]
    return f"{mark}{word}{mark}" if mark in ("'", '"') else word
