"""What to do where a JSON text can't be read."""

from __future__ import annotations

import json
import re

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_WORD = re.compile(r"(?:True|False|None|undefined|NaN)\b")
_CLOSERS = {"{": "}", "[": "]"}
_FIXES = (
    ("Expecting ':'", "Write a colon between the name and its value."),
    ("Expecting property name", 'Write names in double quotes, as "id".'),
    ("Invalid control character", 'Write a line break in a text as \\n and a tab as \\t; or its closing " is missing.'),
    ("Unterminated string", 'Write the closing " of the text that begins there.'),
    ("Invalid \\", "Write a backslash in a text twice: \\\\."),
    ("Extra data", "Remove what stands there behind the end, or the bracket that closes too early."),
)


def fix(text: str, error: json.JSONDecodeError) -> str:
    """The words that say how to mend `error` of strict JSON `text`."""
    rest = text[error.pos :]
    missing = _missing(text)
    if not rest.strip() and missing:
        return f"The text ends too early: write {missing} at its end."
    if error.msg.startswith("Expecting ','"):
        return _comma(text, error.pos, missing)
    if rest.startswith("'"):
        return "Write texts and names in double quotes."
    if error.msg.startswith("Expecting value"):
        return _value(rest)
    return next((words for begin, words in _FIXES if error.msg.startswith(begin)), "Fix the syntax there.")


def _comma(text: str, position: int, missing: str) -> str:
    if text[position] in "]}":
        return f"Another bracket is open there: write {missing[:1] or 'the one that fits'} before it."
    before = text[:position].rstrip()
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    where = "before it" if line == text.count("\n", 0, position) + 1 else f"at the end of line {line}, column {column}"
    return f"A comma is missing: write it {where}."


def _value(rest: str) -> str:
    if _WORD.match(rest):
        return "Write true, false or null, in small letters."
    if rest[:1] in (",", "]", "}"):
        return "A value is missing there, or a comma stands there too many."
    return "Write a text in double quotes, a number, true, false, null, an object or an array."


def _missing(text: str) -> str:
    """The brackets that close what is still open at the end, in their order."""
    stack: list[str] = []
    for char in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        if char in _CLOSERS:
            stack.append(_CLOSERS[char])
        elif stack and stack[-1] == char:
            stack.pop()
    return "".join(reversed(stack))
