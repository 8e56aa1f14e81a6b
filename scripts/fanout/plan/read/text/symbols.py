"""Symbols that say how far a task is, "- ✅ Store": found, and set in those that the page itself uses."""

from __future__ import annotations

import re

from fanout.plan.read.text.content import Content
from fanout.plan.reading import Edit, Status

_MEANS: dict[str, Status] = {
    **dict.fromkeys("✅☑✔", "completed"),
    **dict.fromkeys("🔄🚧⏳", "in_progress"),
    **dict.fromkeys("⬜☐🔲📋", "pending"),
}
_FIRST: dict[Status, str] = {"completed": "✅", "in_progress": "🔄", "pending": "⬜"}
_SYMBOL = re.compile(r"[✅☑✔🔄🚧⏳⏭⬜☐🔲📋🟡❌]\ufe0f?")
_BULLET = re.compile(r"[-*+][ \t]+")


def edits(content: Content, start: int, end: int, to: Status) -> list[Edit] | None:
    """The edit that sets the symbol between two places, or puts one there where they are the same; None: none fits."""
    used = (found for found in _SYMBOL.findall(content.text) if _MEANS.get(found[0]) == to)
    new = next(used, _FIRST.get(to, ""))
    if not new:
        return None
    return [content.edit(start, end, new if end > start else f"{new} ")]


def before(content: Content, at: int, to: Status) -> list[Edit]:
    """The edit of a symbol that stands before a status word and says something else than it now does."""
    near = content.text[max(0, at - 6) : at]
    found = re.search(rf"({_SYMBOL.pattern})[ *_]*\Z", near)
    if found is None or _MEANS.get(found[1][0], to) == to:
        return []
    start = at - len(near) + found.start(1)
    return edits(content, start, start + len(found[1]), to) or []


def in_cell(text: str) -> tuple[int, int] | None:
    """Where the symbol of a cell lies that begins with one."""
    found = _SYMBOL.match(text)
    return found.span() if found else None


def of_bullet(text: str) -> tuple[int, int]:
    """Where the symbol of a bullet lies, or would."""
    bullet = _BULLET.match(text)
    at = bullet.end() if bullet else 0
    found = _SYMBOL.match(text, at)
    return found.span() if found else (at, at)
