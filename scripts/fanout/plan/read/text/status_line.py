"""A line that states a task's status in words: `**Status**: Pending`. Found, and written to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fanout.plan.read.prose import status_words, statuses
from fanout.plan.read.text import symbols
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.markdown import Line
from fanout.plan.reading import Edit, Status

NAMES = ("status", "状态", "estado", "statut", "stato", "ステータス", "状態", "상태", "статус", "狀態")
WORDS: dict[Status, str] = {
    "pending": "Pending",
    "in_progress": "In Progress",
    "completed": "Completed",
    "blocked": "Blocked",
    "skipped": "Skipped",
}


class Word(NamedTuple):
    """The status word of a line: where it starts and ends in the text."""

    start: int
    end: int


def status(lines: Sequence[Line]) -> Status | None:
    """What the first status line says, or None when there is none."""
    for line in lines:
        for field in line.fields() if line.plain and not line.level and line.box() is None else []:
            if field.name in NAMES:
                return statuses.within(field.value)
    return None


def find(lines: Sequence[Line]) -> Word | None:
    """The word of the first status line, or None when there is none."""
    for line in lines:
        for field in line.fields() if line.plain and not line.level and line.box() is None else []:
            spot = statuses.token(field.value) if field.name in NAMES else None
            if spot:
                return Word(line.start + field.at + spot[0], line.start + field.at + spot[1])
    return None


def edits(content: Content, word: Word, to: Status) -> list[Edit]:
    """Replace the word, in the letters that it is written in."""
    old = content.text[word.start : word.end]
    if old.endswith("%"):
        return _share(content, word, old, to)
    new = _like(old, status_words.beside(old, to) or WORDS[to])
    if old == new:
        return []
    return [*symbols.before(content, word.start, to), content.edit(word.start, word.end, new)]


def _share(content: Content, word: Word, old: str, to: Status) -> list[Edit]:
    """All or nothing of a share, "100 %"; what is begun keeps the one that it has."""
    number = {"completed": "100", "pending": "0"}.get(to)
    new = number + old.lstrip("0123456789.,") if number else old
    return [] if old == new else [content.edit(word.start, word.end, new)]


def _like(old: str, new: str) -> str:
    if old.islower():
        return new if status_words.beside(old, "completed") else new.lower()
    return new.upper() if old.isupper() and len(old) > 1 else new[:1].upper() + new[1:]
