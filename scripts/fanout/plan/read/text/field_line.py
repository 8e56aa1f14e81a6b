# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Lines of names and values: `**Size**: M | **Depends on**: 1.1`, `- size: sm · deps: none`, `**Files Modified**`."""

from __future__ import annotations

import re
from typing import NamedTuple


class Field(NamedTuple):
    """One name, in lower case, and its value; `at` is where the value starts in the line."""

    name: str
    value: str
    at: int


_NAME = r"(?:\*\*|__)([^*_:：\n]{1,60}?)[ \t]*(?:[:：][ \t]*(?:\*\*|__)|(?:\*\*|__)[ \t]*[:：])"
_FIRST = re.compile(rf"[ \t]*(?:[-*+][ \t]+)?{_NAME}")
_NEXT = re.compile(rf"[ \t]*(?:[|·•;,/]|[–—-]|[ \t])[ \t]*{_NAME}")
_ROW = re.compile(r"[ \t]*\|[ \t]*(?:\*\*|__)([^*_|\n]{1,40})(?:\*\*|__)[ \t]*\|[ \t]*([^|\n]*?)[ \t]*\|?[ \t]*\Z")
# A label that people write without its colon.
_LABEL = re.compile(
    r"[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)((?:[\w/-]+[ \t]+){0,3}(?:files?|criteria|done|depend\w*|verification)"
    r"(?:[ \t]+(?:modified|changed|created|added|touched|affected|involved|to[ \t]+\w+)(?:[ \t]*[/,&][ \t]*\w+)*)?)"
    r"(?:\*\*|__)[ \t]*\Z",
    re.IGNORECASE,
)
_PART = re.compile(r"[ \t]*([A-Za-z][\w -]{0,24}?)[ \t]*:[ \t]*(\S.*?)?[ \t]*\Z")
_BULLET = re.compile(r"[ \t]*(?:[-*+][ \t]+)?")
_NEED = re.compile(r"dep|blocked", re.IGNORECASE)
_TASKS = re.compile(
    r"\W*(?:all|every|none|no|tasks?|groups?|phases?|steps?|stages?|sprints?|stor(?:y|ies))\b", re.IGNORECASE
)
# Names that make one plain pair a field: `- deps: 1.1`.
_KNOWN = re.compile(
    r"(?:depends[ _-]?on|dependenc(?:y|ies)|deps|blocked[ _-]?by|"
    r"size|effort|estimate|status|parallel[ _-]?with|priority|files?)\Z",
    re.IGNORECASE,
)


def emphasised(text: str) -> list[Field]:
    """The fields of a line that begins with a name in bold; none of any other line."""
    if "**" not in text and "__" not in text:  # looked up first: the searches take longer
        return []
    first = _FIRST.match(text)
    row = _ROW.match(text)
    if row:
        return [Field(row[1].strip().lower(), row[2], row.start(2))]
    if first is None:
        alone = _LABEL.match(text)
        return [Field(alone[1].strip().lower(), "", len(text))] if alone else []
    found: list[Field] = []
    name, at = first[1], first.end()
    for more in _NEXT.finditer(text, at):
        found.append(_field(name, text, at, more.start()))
        name, at = more[1], more.end()
    return [*found, _field(name, text, at, len(text))]


def _field(name: str, text: str, start: int, end: int) -> Field:
    value = text[start:end]
    return Field(name.strip().lower(), value.strip(), start + len(value) - len(value.lstrip()))


def plain(text: str) -> list[Field]:
    """The fields of a line without emphasis: several pairs between dots or bars, or one whose name is known."""
    if ":" not in text:
        return []
    start = _BULLET.match(text)
    begin = start.end() if start else 0
    parts = [(match.start(), match[0]) for match in re.finditer(r"[^·|•]+", text[begin:])]
    found = []
    for at, part in parts:
        match = _PART.match(part)
        if match is None:
            return []
        value = match[2] or ""
        found.append(Field(match[1].lower(), value, begin + at + (match.start(2) if match[2] else len(part))))
    return found if len(found) > 1 or (found and _alone(found[0])) else []


def _alone(field: Field) -> bool:
    """Whether one plain pair is a field: its name is known, and what it needs are names, not a sentence."""
    if not _KNOWN.match(field.name):
        return False
    if not _NEED.match(field.name) or _TASKS.match(field.value):
        return True
    return all(len(part.split()) <= 2 for part in field.value.split(","))


def fields(text: str) -> list[Field]:
    """Every field of a line, with or without emphasis."""
    return emphasised(text) or plain(text)
