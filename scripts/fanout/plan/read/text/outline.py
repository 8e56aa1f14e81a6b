# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""A page of check boxes as a tree: groups below headings, items with their numbers, what stands below each item.

The structure is read line by line and not by a Markdown parser: an item must know the offset of its box, and five
megabytes must not take ten seconds. A test reads made-up lists with a parser as well and compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fanout.plan.read.text import criteria
from fanout.plan.read.text.markdown import Box, Line, Page
from fanout.plan.read.text.task_names import FALSE, LETTERS

_KIND = r"(?:sub[-\s]?)?tasks?|steps?|milestones?|子?任务|步骤|サブタスク|タスク|tareas?|tâches?|aufgaben?|задач[аи]"
# What stands in front of an item's words: "1.", "1.1", "**Task 2:**", "SubTask 2.1:". A number alone that is followed
# by words only ("3 new tests") is none.
_NUMBERED = re.compile(
    rf"(?:~~)?(?:\*\*|__|`)?\s*(?:(?P<kind>{_KIND})\s*#?\s*)?(?P<number>(?:\d{{1,4}}(?:\.\d{{1,4}})*|\d\d-\d\d)[a-z]?)"
    r"(?P<end>[.):：]?(?:\s*[–—-](?=\s))?)(?:\*\*|__|`)?(?P<colon>[:：]?)(?=\s|\Z|\*\*|\()\s*(?P<rest>.*)\Z",
    re.IGNORECASE,
)
# An id that begins with letters: "A1.1 ...", "M.1 ...", "NAV-001: ...", "**T-AB-016** — ...", "[B2] ...", "A3: ...".
_LETTERED = re.compile(
    rf"(?:~~)?(?:\*\*|`)?\[?{FALSE}(?P<id>{LETTERS}|[A-Z]{{1,3}}\d{{1,3}}(?:\.\d{{1,3}}){{1,4}}[a-z]?|"
    r"[A-Z](?:\.\d{1,3}){1,4}[a-z]?|[A-Z]{1,2}\d{1,3}(?=(?:\*\*|`|\])*[.:：)]|\]))"
    r"\]?(?!\.?[\w-])[.):：]?(?:\*\*|`)?[:：]?(?:\s*[–—-](?=\s))?\s+(?:\*\*)?(?P<rest>\S.*)\Z"
)
_NAMED = re.compile(rf"(?:\*\*|__)?(?P<kind>{_KIND})\s*(?:\*\*|__)?[:：](?:\*\*|__)?\s*(?P<rest>\S.*)\Z", re.IGNORECASE)
_FIELD = re.compile(r"\s*[-*+]\s+[_*]{1,2}\w[\w /()-]{0,30}[:：]")


@dataclass(slots=True)
class Item:
    """A check box: `number` as written ("" for none), `kind` the word in front of it, `words` what is to be done; `name`
    an id that begins with letters, where there is no number."""

    line: Line
    box: Box
    number: str
    kind: str
    words: str
    name: str = ""
    items: list[Item] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)  # below it, but for the boxes and what is below those

    @property
    def starred(self) -> bool:
        """`[ ]*`, or `[ ]\\*` as formatters write it: the task is optional."""
        return self.box.optional

    def walk(self) -> Iterator[Item]:
        """The item and all below it, in the page's order."""
        yield self
        for item in self.items:
            yield from item.walk()


@dataclass(slots=True)
class Group:
    """What stands below one heading, up to the next: `trail` are the titles of the headings above it, its own last."""

    head: Line | None
    trail: tuple[str, ...]
    items: list[Item] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    ruled: list[Line] = field(default_factory=list)  # of the lines the boxes below a label of criteria

    @property
    def title(self) -> str:
        return self.trail[-1] if self.trail else ""


def groups(page: Page) -> list[Group]:
    """The page as groups, the first one without a heading."""
    made = [Group(None, ())]
    heads: list[tuple[int, str]] = []
    stack: list[Item] = []
    ruled = criteria.lines_of(page.lines, headings=False)
    for line in page.lines:
        plain = not (line.fenced or line.hidden)
        if line.level and plain:
            heads = [*(head for head in heads if head[0] < line.level), (line.level, line.title)]
            made.append(Group(line, tuple(title for _level, title in heads)))
            stack = []
            continue
        box = line.box() if plain else None
        if box is not None:
            item = _item(line, box)
            stack = _above(stack, item)
            if not stack and line.number in ruled and not (item.number or item.name):
                made[-1].ruled.append(line)
                made[-1].lines.append(line)
                continue
            (stack[-1].items if stack else made[-1].items).append(item)
            stack.append(item)
            continue
        stack = _around(stack, line)
        (stack[-1].lines if stack else made[-1].lines).append(line)
    return made


def _item(line: Line, box: Box) -> Item:
    number, kind, words = words_of(box.text)
    lettered = None if number or kind else _LETTERED.match(box.text.strip())
    if lettered:
        return Item(line, box, "", "", _clean(lettered["rest"]), lettered["id"])
    return Item(line, box, number, kind, words)


def words_of(text: str) -> tuple[str, str, str]:
    """Number, kind and words of an item's or heading's text: "**Task 1.2:** Add it" is ("1.2", "task", "Add it")."""
    text = text.strip()
    match = _NUMBERED.match(text)
    if match and (match["kind"] or match["end"] or match["colon"] or "." in match["number"] or not match["rest"]):
        return match["number"], (match["kind"] or "").lower(), _clean(match["rest"]) or _clean(text)
    match = _NAMED.match(text)
    if match:
        return "", match["kind"].lower(), _clean(match["rest"])
    return "", "", _clean(text)


def inside(number: str, whole: str) -> bool:
    """Whether 2.1 is a part of 2, and of 2.0."""
    stem = whole[:-2] if whole.endswith(".0") else whole
    return bool(stem) and number != whole and number.startswith(f"{stem}.")


def _clean(text: str) -> str:
    """Without emphasis, and without the end of a strike whose beginning stood before the number."""
    text = text.replace("~~", "", 1) if text.count("~~") == 1 else text
    return text.replace("**", "").strip(" \t:：")


def _above(stack: list[Item], item: Item) -> list[Item]:
    """Those of the stack that hold the item: further out, or at the same indent with the number of its whole."""
    kept = list(stack)
    while kept:
        top = kept[-1]
        same = top.box.indent == item.box.indent
        if top.box.indent < item.box.indent or (same and item.number and inside(item.number, top.number)):
            return kept
        kept.pop()
    return kept


def _around(stack: list[Item], line: Line) -> list[Item]:
    """Those of the stack that a line without a box belongs to: a field such as `- _Requirements: 1_` stays at its item."""
    if not stack or not line.text.strip():
        return stack
    indent = line.indent
    if indent > stack[-1].box.indent or (line.fenced and indent == stack[-1].box.indent):
        return stack
    kept = list(stack)
    while kept and indent <= kept[-1].box.indent:
        if indent == kept[-1].box.indent and _FIELD.match(line.text):
            return kept
        kept.pop()
    return kept
