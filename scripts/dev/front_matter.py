"""Front matter of skills, commands and agents, read strictly: the client takes broken YAML in silence.

The subset: one `key: value` a line; a value is plain text, a "double-quoted" string, true or false, a list of plain
texts in [brackets], or nothing and then `  key: value` lines below it.
"""

from __future__ import annotations

import json
import re

Value = str | bool | list[str] | dict[str, str]

_KEY = re.compile(r"([A-Za-z][\w-]*):(?: (.*))?\Z")
_INDENTED = re.compile(r"  ([A-Za-z][\w-]*): (.+)\Z")
_SPECIAL = "[]{}&*!|>'\"%@`#,?-"


class BadFrontMatter(ValueError):
    """A line that YAML reads otherwise than it looks, or not at all; names the line."""


def parse(text: str) -> tuple[dict[str, Value], str]:
    """The front matter and the body of a Markdown file. Raises BadFrontMatter, also when there is none."""
    if not text.startswith("---\n"):
        raise BadFrontMatter("line 1: front matter begins with ---")
    head, closed, body = text[4:].partition("\n---\n")
    if not closed:
        raise BadFrontMatter("the front matter has no closing ---")
    found: dict[str, Value] = {}
    last = ""
    for number, line in enumerate(head.split("\n"), 2):
        if nested := _INDENTED.match(line):
            below = found.get(last)
            if not isinstance(below, dict):
                raise BadFrontMatter(f"line {number}: {line!r} is indented under nothing")
            below[nested[1]] = _plain(nested[2], number)
            continue
        match = _KEY.match(line)
        if match is None:
            raise BadFrontMatter(f"line {number}: {line!r} is not `key: value`")
        last = match[1]
        if last in found:
            raise BadFrontMatter(f"line {number}: {last} stands there twice")
        found[last] = _value(match[2] or "", number)
    if empty := [key for key, value in found.items() if value == {}]:
        raise BadFrontMatter(f"{empty[0]} has no value")
    return found, body


def _value(text: str, number: int) -> Value:
    if not text:
        return {}
    if text in ("true", "false"):
        return text == "true"
    if text.startswith("["):
        if not text.endswith("]"):
            raise BadFrontMatter(f"line {number}: {text!r} has to be quoted")
        return [_plain(item.strip(), number) for item in text[1:-1].split(",") if item.strip()]
    return _plain(text, number)


def _plain(text: str, number: int) -> str:
    if text.startswith('"'):
        try:
            found = json.loads(text)
        except ValueError:
            raise BadFrontMatter(f"line {number}: {text!r} is not a quoted string") from None
        return str(found)
    wrong = text[0] in _SPECIAL or ": " in text or text.endswith(":") or " #" in text or text != text.strip()
    if wrong:
        raise BadFrontMatter(f"line {number}: {text!r} has to be quoted")
    return text
