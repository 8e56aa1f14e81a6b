"""Front matter: the part of YAML that task files use, read without a YAML package."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from fanout.plan.read.text.markdown import Line, page, width

_KEY = re.compile(r"([ \t]*)(?:- +)?([\w][\w .-]{0,60}?|\"[^\"\n]{1,60}\")[ \t]*:(?:[ \t]+|\Z)(.*)\Z")
_END = re.compile(r"[\r\n](?:---|\.\.\.)[^\S\r\n]*(?=[\r\n]|\Z)")
_OPEN = re.compile(r"[\w-]+:(?:\s|\Z)|[ \t]+\S|-[ \t]|\s*\Z")
_LOOKED_AT = 40  # lines: what goes on so long as a map is nothing else
_QUOTED = re.compile(r"'(?P<single>(?:[^']|'')*)'(?!')|\"(?P<double>(?:[^\"\\]|\\.)*)\"")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "0": "", "N": "\x85", "_": "\xa0"}
_COMMENT = re.compile(r"\s+#")
_ITEM = re.compile(r"([ \t]*)-(?:[ \t]+|\Z)(.*)\Z")


@dataclass(slots=True)
class Front:
    """The top-level keys. Values are texts, lists of texts or maps, or lists of maps; nothing is a number.

    `lines` is the number of each key's line; `spots` where each one-line value lies in the text; `end` is the index of
    the first line behind the front matter, 0 when there is none; `strange` are lines that could not be read.
    """

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    spots: dict[str, tuple[int, int]] = field(default_factory=dict)
    strange: list[Line] = field(default_factory=list)
    end: int = 0

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """A list; one text is a list of one, and "" or null of none."""
        value = self.values.get(name)
        if isinstance(value, str):
            return [] if value in ("", "null", "~", "none", "None") else [part.strip() for part in value.split(",")]
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def flag(self, name: str) -> bool | None:
        return {"true": True, "yes": True, "false": False, "no": False}.get(self.text(name).lower())

    def map(self, name: str) -> dict[str, object]:
        value = self.values.get(name)
        return value if isinstance(value, dict) else {}


@lru_cache(maxsize=4)
def peek(text: str) -> Front:
    """The front matter of a text, without a look at what is below it: for detection."""
    end = _END.search(text, 3) if text.startswith("---") else None
    if end is None and _is_open(text.splitlines()[:_LOOKED_AT]):
        return parse(page(text, "").lines)
    return parse(page(text[: end.end()], "").lines) if end else Front()


def parse(lines: list[Line]) -> Front:
    """The front matter at the top of the lines: between two lines of three dashes, or all of a page that is nothing else."""
    front = Front()
    if not lines or lines[0].text.rstrip() != "---":
        return front
    end = next((index for index in range(1, len(lines)) if lines[index].text.rstrip() in ("---", "...")), 0)
    if not end and not _is_open([line.text for line in lines[:_LOOKED_AT]]):
        return front
    end = end or len(lines)
    front.end = min(end + 1, len(lines))
    kept = [line for line in lines[1:end] if line.text.strip() and not line.text.lstrip().startswith("#")]
    value, rest = _map(kept, 0, 0, front)
    front.values = value
    front.strange += kept[rest:]
    return front


def _is_open(texts: list[str]) -> bool:
    """Whether a page that never ends its front matter is nothing else."""
    top = len(texts) > 2 and texts[0].rstrip() == "---" and bool(re.match(r"[\w-]+:", texts[1]))
    return top and all(_OPEN.match(text) for text in texts[1:])


def _map(lines: list[Line], index: int, indent: int, front: Front, depth: int = 0) -> tuple[dict[str, object], int]:
    values: dict[str, object] = {}
    while index < len(lines):
        line = lines[index]
        match = _KEY.match(line.text)
        if match is None or width(match[1]) < indent:
            if line.indent >= indent and match is None and not _ITEM.match(line.text):
                front.strange.append(line)
                index += 1
                continue
            break
        key, text = match[2].strip('"'), match[3].strip()
        if depth == 0:
            front.lines[key] = line.number
            start, end = match.span(3)
            front.spots[key] = (line.start + start, line.start + start + len(line.text[start:end].rstrip()))
        values[key], index = _value(lines, index, indent, text, front, depth)
    return values, index


def _value(lines: list[Line], index: int, indent: int, text: str, front: Front, depth: int) -> tuple[object, int]:
    """The value whose key stands on line `index`, and the index of the line behind it."""
    if text[:1] in ("|", ">") and len(text) <= 3:
        return _block(lines, index + 1, indent, " " if text[0] == ">" else "\n")
    if text and not text.startswith("#"):
        if text[0] == "[" and "]" not in text:
            return _long_list(lines, index, text)
        return _long_text(lines, index, indent, text)
    index += 1
    if index >= len(lines) or depth > 8:
        return "", index
    item = _ITEM.match(lines[index].text)
    if item and width(item[1]) >= indent:
        return _list(lines, index, width(item[1]), front, depth + 1)
    if lines[index].indent > indent:
        return _map(lines, index, lines[index].indent, front, depth + 1)
    return "", index


def _list(lines: list[Line], index: int, indent: int, front: Front, depth: int) -> tuple[list[object], int]:
    values: list[object] = []
    while index < len(lines):
        item = _ITEM.match(lines[index].text)
        if item is None or width(item[1]) != indent:
            break
        text = item[2].strip()
        key = _KEY.match(item[2]) if text and text[0] not in "\"'[{" else None
        if key and depth < 8:
            inner = lines[index].text.index("-") + 1
            gap = len(lines[index].text[inner:]) - len(lines[index].text[inner:].lstrip())
            first = lines[index]
            moved = Line(first.number, " " * (inner + gap) + first.text[inner + gap :], first.start)
            block = [moved]
            index += 1
            while index < len(lines) and lines[index].indent > indent:
                block.append(lines[index])
                index += 1
            values.append(_map(block, 0, width(moved.text[: inner + gap]), front, depth + 1)[0])
        else:
            values.append(scalar(text))
            index += 1
    return values, index


def _block(lines: list[Line], index: int, indent: int, join: str) -> tuple[str, int]:
    start = index
    while index < len(lines) and lines[index].indent > indent:
        index += 1
    return join.join(line.text.strip() for line in lines[start:index]), index


def _long_list(lines: list[Line], index: int, text: str) -> tuple[object, int]:
    """An inline list over several lines."""
    parts = [text]
    index += 1
    while index < len(lines) and "]" not in parts[-1] and len(parts) < 1000:
        parts.append(lines[index].text.strip())
        index += 1
    return scalar(" ".join(parts)), index


def _long_text(lines: list[Line], index: int, indent: int, text: str) -> tuple[object, int]:
    """A value that goes on in deeper lines, as writers of YAML fold what is long."""
    index += 1
    while index < len(lines) and lines[index].indent > indent and _goes_on(text, lines[index].text):
        text = f"{text} {lines[index].text.strip()}"
        index += 1
    return scalar(text), index


def _goes_on(text: str, below: str) -> bool:
    """Whether the line below belongs to the value: the quotes are open, or it is neither a key nor an item."""
    if text[0] in "'\"":
        return _QUOTED.match(text) is None
    return text[0] not in "[{" and not (_COMMENT.search(text) or _KEY.match(below) or _ITEM.match(below))


def scalar(text: str) -> object:
    """One value on a line: quoted, an inline list or map, or plain with its comment cut off."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        start, end = inside(text)
        words = text[start:end]
        return _whole(_ESCAPE.sub(_meant, words)) if text[0] == '"' else words.replace("''", "'")
    if text.startswith("["):
        inner = text[1 : text.rindex("]")] if "]" in text else text[1:]
        return [item for item in (_plain(part) for part in _split(inner)) if item]
    start, end = inside(text)
    return text[start:end]


def inside(text: str) -> tuple[int, int]:
    """Where in the text of a value its words stand: without blanks, quotes and a comment."""
    start = len(text) - len(text.lstrip())
    quoted = _QUOTED.match(text, start)
    if quoted:
        return quoted.span("single" if quoted["single"] is not None else "double")
    if text[start : start + 1] in ("'", '"'):
        return start + 1, len(text)
    return start, start + len(_COMMENT.split(text[start:], maxsplit=1)[0].strip())


def _meant(escape: re.Match[str]) -> str:
    """The character that an escape in double quotes stands for."""
    sign = escape[1]
    if len(sign) > 1 and int(sign[1:], 16) < 0x110000:
        return chr(int(sign[1:], 16))
    return _SIGNS.get(sign, sign)


def _whole(text: str) -> str:
    """The text with the characters that were written as two halves, as JSON does."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _plain(text: str) -> str:
    value = scalar(text)
    return value if isinstance(value, str) else ", ".join(map(str, value)) if isinstance(value, list) else ""


def _split(text: str) -> list[str]:
    """The parts between commas that stand outside quotes and brackets."""
    parts, start, quote, nesting = [], 0, "", 0
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"" and (not text[start:index].strip() or text[index - 1] == char == "'"):
            quote = char
        elif char in "[{":
            nesting += 1
        elif char in "]}":
            nesting -= 1
        elif char == "," and nesting <= 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]
