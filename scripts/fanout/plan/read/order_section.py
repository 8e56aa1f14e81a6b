# ruff: noqa: RUF001 - dashes as people type them
"""What a list says of its order in a section of its own: "Task 5 depends on Task 4." below "Dependency order"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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


# "Number 5 only after 3 and 4 are in.", in a paragraph of its own.
_NUMBER = r"#?\d{1,4}(?![\w%]|\.\d)"
_NUMBERS = rf"{_NUMBER}(?:\s*(?:,|and|&|or|und|et|y)\s*(?:and\s+)?{_NUMBER})*"
_CALLED = r"(?:numbers?|nos?\.|nr\.?|items?|points?|tasks?|steps?|nummer)"
_BY_NUMBER = re.compile(
    rf"\b{_CALLED}\s+(?P<who>{_NUMBERS})\s+(?:(?:is|are|has|have|must|should|can|may|will|only|to|be|comes?|goes|go|starts?|done|runs?|"
    r"waits?|not)\s+)*(?:after|once|when|until|before|needs?|depends?\s+on|for|builds?\s+on|requires?)\s+"
    rf"(?:both\s+|{_CALLED}\s+)?(?P<what>{_NUMBERS})"
    r"(?=\s*(?:[,;.:)!–—]|\Z|(?:are|is|have|has|exist|works?|stands?|and|or|but|if|as|which|that)\b))",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[-*+]\s|\d{1,6}[.)]\s|\(?[a-z\d]{1,4}\)\s|\||\s)")


def settle_numbers(gather: Gather, page: Page, path: str) -> set[str]:
    """Put to their tasks what paragraphs outside of tasks say of the order by numbers; the ids of those that wait by that."""
    counted = {int(entry.id): entry for entry in gather.entries if entry.id.isdigit()}
    tasks = {_line_of(gather, path, entry) for entry in gather.entries}
    told: set[str] = set()
    for line in _around(page, tasks):
        for match in _BY_NUMBER.finditer(markdown.bare(line.text)):
            who, what = ([counted.get(int(one)) for one in re.findall(r"\d+", match[part])] for part in ("who", "what"))
            if " before " in f" {match[0]} ":
                who, what = what, who
            told |= _put(gather, [one for one in who if one], [one.id for one in what if one], match[0])
    return told


def _put(gather: Gather, who: Iterable[Entry], what: Iterable[str], said: str) -> set[str]:
    """Has these tasks wait for those of the others that stand before them; the ids of the tasks that do now."""
    place = {entry.id: number for number, entry in enumerate(gather.entries)}
    told = set()
    for entry in who:
        names = [name for name in what if place[name] < place[entry.id]]
        if names:
            entry.add("depends_on", names, f'the list says "{" ".join(said.split())}"', 0.8)
            told.add(entry.id)
    return told


def _around(page: Page, tasks: set[int]) -> Iterator[Line]:
    """The lines of paragraphs above all headings and in sections that hold tasks."""
    section: list[Line] = []
    is_of_tasks = True
    for line in [*page.lines, None]:
        if line is None or (line.level and line.plain):
            if is_of_tasks or any(one.number in tasks for one in section):
                yield from (
                    one for one in section if one.plain and one.number not in tasks and not _ITEM.match(one.text)
                )
            section, is_of_tasks = [], line is not None and line.level == 1
        else:
            section.append(line)


def settle(gather: Gather, page: Page, path: str, phrases: Phrases) -> set[str]:
    """Put such sentences to their tasks, where the other one stands before; the ids of the tasks that wait by them."""
    known = {entry.id for entry in gather.entries}
    told: set[str] = set()
    for match in (match for line in _lines(gather, page, path) for match in _SAYS.finditer(markdown.bare(line.text))):
        who, what = ([name for name in phrases.ids(match[part]) if name in known] for part in ("who", "what"))
        told |= _put(gather, [gather.known[name] for name in who], what, match[0])
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
