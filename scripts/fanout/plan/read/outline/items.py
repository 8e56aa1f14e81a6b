# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Items without boxes: numbered ones, "1. Create `src/a.py`", whose numbers state an order; and named ones, "- **BE-1:** ..."."""

from __future__ import annotations

import itertools
import re

from fanout.plan.read.outline import task_names
from fanout.plan.read.outline.boxes import PARALLEL, next_id
from fanout.plan.read.outline.groups import Groups
from fanout.plan.read.outline.tail import take
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.vocabulary import CUE
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import criteria, labelled_sections, markdown
from fanout.plan.read.text.markdown import Line, Page

NUMBERED = re.compile(r"(\d{1,4})[.)]\s+(\S.*)\Z")
NAMED = re.compile(
    rf"[-*+][ \t]+\*\*\[?{task_names.FALSE}(?P<id>{task_names.LETTERS})\]?(?:\s*[:：.]\*\*|\*\*\s*[:：—–-])\s*(?P<rest>\S.*)\Z"
)
_NO_WORK = re.compile(r"(?:US|UC|KPI|DEC|RISK|ASM|EC|GOAL)-")  # stories, decisions, goals: not what is to be done
FEWEST_NAMED = 3


def named(page: Page) -> bool:
    """Whether items with a name of their own are the page's tasks: most of them begin with what is to be done."""
    found = [match for line in page.lines for match in [_named(line)] if match]
    work = sum(str(cue.lastgroup).startswith("write") for match in found for cue in [CUE.match(match["rest"])] if cue)
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
            entry = _task(gather, match["id"], match["rest"], gather.place(path, line.number))
            entry.fields["description"] = "\n".join([match["rest"], *_texts_below(page, index)])
            groups.add(entry)
        elif match or (line.plain and (line.box() or line.nearly())):
            gather.leave(gather.place(path, line.number), line.text, told=line.number in ruled)
    _take_in(gather)
    return []


def _task(gather: Gather, name: str, text: str, place: str) -> Entry:
    entry = gather.task(name, markdown.bare(text), place, statuses.marked(text) or "pending")
    entry.note.parallel = True if PARALLEL.search(text) else None
    return entry


def _texts_below(page: Page, index: int) -> list[str]:
    """What stands indented below a line."""
    below = itertools.takewhile(lambda one: one.indent > 0 or not one.text.strip(), page.lines[index + 1 :])
    return [one.text.strip() for one in below if one.plain and one.text.strip()]


def _take_in(gather: Gather) -> None:
    """What the words of each task say: of its end, of what proves it, of files."""
    for entry in gather.entries:
        first, *below = str(entry.fields["description"]).split("\n")
        take(entry, first)
        for line_below in below:
            labelled_sections.proof(entry, line_below)
        touched.from_prose(entry, str(entry.fields["description"]))


def read(gather: Gather, page: Page, path: str) -> list[Entry]:
    """The tasks, all of them steps."""
    last: Entry | None = None
    for line in page.lines:
        match = NUMBERED.match(line.text) if line.plain else None
        if match:
            status = statuses.marked(match[2]) or ("skipped" if re.fullmatch(r"~~.+~~\s*", match[2]) else "pending")
            last = gather.task(next_id(gather), markdown.bare(match[2]), gather.place(path, line.number), status)
            last.note.parallel = True if PARALLEL.search(match[2]) else None
            last.fields["description"] = match[2]
        elif last is not None and line.plain and line.indent and line.text.strip():
            last.fields["description"] += "\n" + line.text.strip()
        elif line.text.strip() and line.plain:
            last = None
    _take_in(gather)
    return list(gather.entries)
