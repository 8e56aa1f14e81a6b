# ruff: noqa: RUF001 - dashes as people type them
"""What a list says of its order in a section of its own: "Task 5 depends on Task 4." below "Dependency order"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fanout.plan.read.prose.phrases import Phrases
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import markdown
from fanout.plan.read.text.markdown import Line, Page

_HEAD = re.compile(
    r"\b(?:dependenc(?:y|ies)|order|parallel\w*|sequenc\w*|execution|critical\s+path|graph)\b", re.IGNORECASE
)
_WORD = r"(?:Tasks?|Steps?|Units?)\s+"
_ID = r"#?[A-Z]{0,4}-?\d[\w.-]*(?<![.-])"
_IDS = rf"{_WORD}{_ID}(?:\s*(?:,|and|&|-|–|to|through)\s*(?:and\s+)?(?:{_WORD})?{_ID})*"
_NOTE = r"\s*(?:\([^()]*\)\s*)?"
_SAYS = re.compile(
    rf"(?P<who>{_IDS}){_NOTE}(?:(?:all|both|each|also|only|must|should|can)\s+)*(?:(?:start|begin|run)s?\s+(?:only\s+)?)?"
    r"(?:depends?\s+(?:only\s+)?on|rel(?:y|ies)\s+on|requires?|needs?|waits?\s+(?:for|on|until)|builds?\s+on|(?:is|are)\s+blocked\s+by|"
    rf"(?:comes?\s+)?after|follows?)\s+(?:both\s+|all\s+of\s+)?(?P<what>{_IDS})",
    re.IGNORECASE,
)


def settle(gather: Gather, page: Page, path: str, phrases: Phrases) -> set[str]:
    """Put such sentences to their tasks, where the other one stands before; the ids of the tasks that wait by them."""
    place = {entry.id: number for number, entry in enumerate(gather.entries)}
    told: set[str] = set()
    for match in (match for line in _lines(gather, page, path) for match in _SAYS.finditer(markdown.bare(line.text))):
        before = [name for name in phrases.ids(match["what"]) if name in place]
        quote = " ".join(match[0].split())
        for entry in (gather.known[name] for name in phrases.ids(match["who"]) if name in place):
            names = [name for name in before if place[name] < place[entry.id]]
            if names:
                entry.add("depends_on", names, f'the list says "{quote}"', 0.8)
                told.add(entry.id)
    return told


def _lines(gather: Gather, page: Page, path: str) -> Iterator[Line]:
    """Those below headings of the order that hold no task."""
    tasks = {_line_of(gather, path, entry) for entry in gather.entries}
    for index, line in enumerate(page.lines):
        if not (line.level > 1 and line.plain and _HEAD.search(line.title)) or line.number in tasks:
            continue
        below = markdown.section(page.lines, index)
        if not any(one.number in tasks for one in below):
            yield from (one for one in below if one.plain and not one.level)


def _line_of(gather: Gather, path: str, entry: Entry) -> int:
    name, _, number = entry.note.place.rpartition(":")
    return int(number) if name == gather.name(path) and number.isdigit() else 0
