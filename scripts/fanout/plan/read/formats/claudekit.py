# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""claudekit: a breakdown with `### Task 1.1: ...`, its dependencies, size and what it can run beside."""

from __future__ import annotations

import re

from fanout.errors import FanoutError
from fanout.plan.read import edges
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.phrases import Phrases
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import labelled_sections, listing, markdown
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.markdown import Line, Page
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "claudekit"
_ID = r"(?:Tasks?\s+|任务\s*)?#?\d+\.\d+(?:\.\d+)*[a-z]?"
_TITLE = re.compile(r"(?:\[.\]\s*)?(?:Task|任务)\s+(\d+\.\d+(?:\.\d+)*[a-z]?)\b\s*[:：.–—-]?\s*(.*)\Z", re.IGNORECASE)
_LOOKS = re.compile(r"\s*#{2,6}\s+(?:Task|任务)\s+\d+\.\d+", re.IGNORECASE)
_PHASE = re.compile(r"(?:Phase|阶段|Stage|Epic)\s*\d", re.IGNORECASE)
_WORD: dict[Status, str] = {
    "pending": "Pending",
    "in_progress": "In Progress",
    "completed": "Completed",
    "blocked": "Blocked",
    "skipped": "Skipped",
}


def detect(source: Source) -> float:
    """Headings with Task and a dotted number."""
    if source.is_folder:
        return 0.0
    heads = len(re.findall(r"^#{2,6}[ \t]+(?:\[.\][ \t]*)?(?:Task|任务)[ \t]+\d+\.\d+", source.text, re.M | re.I))
    if not heads:
        return 0.0
    own = re.search(r"^\*\*(?:Dependencies|Can run parallel with|Size)\*{0,2}:?", source.text, re.MULTILINE | re.I)
    return 0.92 if own else 0.75


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(source.path), gather.name(source.path))
    bodies = _tasks(gather, page, source.path)
    found = listing.phrases(gather, _ID)
    beside: dict[str, list[str]] = {}
    for place, (entry, lines) in enumerate(zip(gather.entries, bodies, strict=True)):
        before = gather.entries[place - 1] if place else None
        _order(entry, before, lines, found, beside)
        labelled_sections.body(entry, lines)
        labelled_sections.describe(entry, lines)
        touched.settle(gather, entry, str(entry.fields["title"]))
    listing.keep_doubtful(gather)
    _one_sided(gather, beside)
    edges.same_files(gather)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    listing.stated_counts(gather, page.lines, source.path)
    title = next((line.title for line in page.lines if line.level == 1 and line.plain), "")
    return gather.reading("", markdown.bare(title))


def _tasks(gather: Gather, page: Page, path: str) -> list[list[Line]]:
    bodies: list[list[Line]] = []
    phase = ""
    for index, line in enumerate(page.lines):
        if not line.level or not line.plain:
            box = line.box() if line.plain and not line.indent else None
            if box and re.match(r"(?:\*\*)?Task\s+\d+\.\d+", box.text):
                gather.leave(gather.place(path, line.number), line.text)
            continue
        match = _TITLE.match(markdown.bare(line.title))
        if match is None:
            phase = markdown.bare(line.title) if _PHASE.match(markdown.bare(line.title)) else phase
            continue
        lines = markdown.section(page.lines, index)
        until = next(
            (at for at, item in enumerate(lines) if item.level and _TITLE.match(markdown.bare(item.title))), None
        )
        entry = gather.task(match[1], match[2] or match[0], gather.place(path, line.number), _status(line, lines))
        entry.note.phase = phase
        bodies.append(lines[:until])
    return bodies


def _status(head: Line, lines: list[Line]) -> Status:
    for line in lines:
        field = line.field() if line.plain else None
        if field and field[0] in ("status", "状态"):
            return statuses.within(field[1])
    return "completed" if "✅" in head.title else "pending"


def _order(entry: Entry, before: Entry | None, lines: list[Line], found: Phrases, beside: dict[str, list[str]]) -> None:
    stated = False
    for index, line in enumerate(lines):
        field = markdown.field_below(lines, index) if line.plain else None
        if field is None:
            continue
        if re.match(r"dependenc|depends|blocked|waits for|requires|prerequisite|依赖", field[0]):
            stated = listing.need_value(found, entry, field[1]) or stated
        elif re.match(r"(?:can (?:be )?run |can be done )?(?:in )?parallel|可并行", field[0]):
            names = found.ids(field[1])
            beside[entry.id] = names
            entry.note.parallel = bool(names) or bool(re.match(r"all|yes|true", field[1], re.IGNORECASE))
    if not stated and before is not None and not entry.note.parallel:
        edges.after(entry, [before], "it states no dependencies, so the list's order holds", 0.5)


def _one_sided(gather: Gather, beside: dict[str, list[str]]) -> None:
    for name, others in beside.items():
        for other in others:
            if other in beside and name not in beside[other]:
                message = f"it can run parallel with {other}, but {other} does not say so of it"
                gather.warn("parallel-one-sided", message, name, "Say it in both tasks, or in neither.")


def mark(origin: Origin) -> list[Edit]:
    """Sets the word of the task's `**Status**:` line; without one the format holds no status."""
    content = Content(origin.source.files, origin.source.path)
    page = markdown.page(content.text, origin.source.path)
    for index, line in enumerate(page.lines):
        match = _TITLE.match(markdown.bare(line.title)) if line.level and line.plain else None
        if match is None or match[1] != origin.task:
            continue
        for item in markdown.section(page.lines, index):
            field = item.field() if item.plain else None
            spot = statuses.token(field[1]) if field and field[0] in ("status", "状态") else None
            if field and spot:
                at = item.start + item.text.rindex(field[1]) + spot[0]
                word = _WORD[origin.status]
                old = content.text[at : at + spot[1] - spot[0]]
                return [] if old == word else [content.edit(at, at + len(old), word)]
        raise FanoutError(f"{origin.source.path}: task {origin.task} has no **Status**: line to write to.", "Add one.")
    raise FanoutError(f"{origin.source.path} has no task {origin.task} any more.", "Read it again.")


FORMAT = Format(NAME, detect, read, mark)
