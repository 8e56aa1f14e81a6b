# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Items without boxes: numbered ones, "1. Create `src/a.py`", whose numbers state an order; named ones, "- **BE-1:** ...";
and on a page of hardly anything else plain ones, "- contact form in src/contact.ts"."""

from __future__ import annotations

import itertools
import re

from fanout.plan.read.outline.boxes import PARALLEL, next_id
from fanout.plan.read.outline.groups import Groups
from fanout.plan.read.outline.tail import take
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.mentions import mentions
from fanout.plan.read.prose.vocabulary import CUE
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import criteria, labelled_sections, markdown, task_names
from fanout.plan.read.text.markdown import Line, Page

NUMBERED = re.compile(r"(\d{1,4})[.)]\s+(\S.*)\Z")
NAMED = re.compile(
    rf"[-*+][ \t]+\*\*\[?{task_names.FALSE}(?P<id>{task_names.LETTERS})\]?(?:\s*[:：.]\*\*|\*\*\s*[:：—–-])\s*(?P<rest>\S.*)\Z"
)
_NO_WORK = re.compile(r"(?:US|UC|KPI|DEC|RISK|ASM|EC|GOAL)-")  # stories, decisions, goals: not what is to be done
_PLAIN = re.compile(r"[-*+][ \t]+(?!\[.?\]\s)(\S.*)\Z")
FEWEST_NAMED = 3
FEWEST_PLAIN = 2


def named(page: Page) -> bool:
    """Whether items with a name of their own are the page's tasks: most of them begin with what is to be done."""
    found = [match for line in page.lines for match in [_named(line)] if match]
    work = sum(_begins_with_work(match["rest"]) for match in found)
    return len({match["id"] for match in found}) >= FEWEST_NAMED and 2 * work >= len(found)


def _named(line: Line) -> re.Match[str] | None:
    match = NAMED.match(line.text) if line.plain else None
    return match if match and not _NO_WORK.match(match["id"]) else None


def read_named(gather: Gather, page: Page, path: str, groups: Groups) -> list[Entry]:
    """The tasks, with what stands below each; none of them is a step."""
    ruled = criteria.lines_of(page.lines)
    for index, line in enumerate(page.lines):
        match = _named(line)
        if line.level and line.plain:
            groups.enter(line)
        elif match and match["id"] not in gather.known:
            groups.add(_task(gather, page, path, index, match["id"], match["rest"]))
        elif match or (line.plain and (line.box() or line.nearly())):
            gather.leave(gather.place(path, line.number), line.text, told=line.number in ruled)
    return []


def plain(page: Page) -> bool:
    """Whether bullets are the page's tasks: at least half of them name a file or begin with what is to be done, and there is
    little else on the page."""
    texts = [match[1] for line in page.lines for match in [_bullet(line)] if match]
    other = sum(
        1 for line in page.lines if line.plain and not line.level and not line.indent and line.text.strip()
    ) - len(texts)
    if len(texts) < FEWEST_PLAIN or 2 * other > len(texts):
        return False
    return 2 * sum(map(_is_work, texts)) >= len(texts)


def _bullet(line: Line) -> re.Match[str] | None:
    return _PLAIN.match(line.text) if line.plain and not line.indent and not line.level else None


def _is_work(text: str) -> bool:
    return _begins_with_work(text) or any(one.mode == "write" for one in mentions(text))


def _begins_with_work(text: str) -> bool:
    cue = CUE.match(text)
    return cue is not None and str(cue.lastgroup).startswith("write")


def read_plain(gather: Gather, page: Page, path: str, groups: Groups) -> list[Entry]:
    """The tasks, with what stands below each; none of them is a step."""
    for index, line in enumerate(page.lines):
        match = _bullet(line)
        if line.level and line.plain:
            groups.enter(line)
        elif match:
            groups.add(_task(gather, page, path, index, next_id(gather), match[1]))
    return []


def read(gather: Gather, page: Page, path: str) -> list[Entry]:
    """The tasks, all of them steps."""
    for index, line in enumerate(page.lines):
        match = NUMBERED.match(line.text) if line.plain else None
        if match:
            _task(gather, page, path, index, next_id(gather), match[2])
    return list(gather.entries)


def _task(gather: Gather, page: Page, path: str, index: int, name: str, text: str) -> Entry:
    """The task of a line, with what that and the lines below it say: of its end, of what proves it, of files."""
    status = statuses.marked(text) or ("skipped" if re.fullmatch(r"~~.+~~\s*", text) else "pending")
    entry = gather.task(name, markdown.bare(text), gather.place(path, page.lines[index].number), status)
    entry.note.parallel = True if PARALLEL.search(text) else None
    below = _below(page, index)
    entry.fields["description"] = "\n".join([text, *below])
    take(entry, text)
    for line_below in below:
        labelled_sections.proof(entry, line_below)
    touched.from_prose(entry, str(entry.fields["description"]))
    return entry


def _below(page: Page, index: int) -> list[str]:
    """What stands indented below a line; what is fenced or hidden divides nothing."""
    lines = itertools.takewhile(
        lambda one: one.indent or not one.plain or not one.text.strip(), page.lines[index + 1 :]
    )
    return [one.text.strip() for one in lines if one.plain and one.text.strip()]
