"""Text in columns: safe to print, as wide as it looks. Titles and paths come from task lists: they are data."""

from __future__ import annotations

import unicodedata

from fanout.run.store import odd_names

ELLIPSIS = "…"
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def clean(text: str) -> str:
    """The text in one line, without what could move the cursor, colour the terminal or turn the reading direction."""
    if text.isascii() and text.isprintable():
        return text
    text = odd_names.shown(text)
    shown = "".join(" " if unicodedata.category(char) in _HIDDEN and char != "\u200d" else char for char in text)
    return " ".join(shown.split())


def width(text: str) -> int:
    """How many cells of a terminal it takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(char) for char in text)


def cut(text: str, cells: int) -> str:
    """The text, cleaned, in at most so many cells, with an ellipsis where something is missing."""
    text = clean(text)
    if width(text) <= cells:
        return text
    kept, left = [], cells - 1
    for char in text:
        left -= _cells(char)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + ELLIPSIS if cells > 0 else ""


def pad(text: str, cells: int) -> str:
    """`cut`, filled with spaces at the end."""
    text = cut(text, cells)
    return text + " " * (cells - width(text))


def few(names: list[str], most: int = 6) -> str:
    """The names in a line, the rest counted."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(number: int, noun: str) -> str:
    """`1 task`, `3 tasks`, `2 batches`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}es" if noun.endswith("h") else f"{number} {noun}s"


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
