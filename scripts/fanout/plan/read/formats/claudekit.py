# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""claudekit: a breakdown with `### Task 1.1: ...`, its dependencies, size and what it can run beside."""

from __future__ import annotations

import re

from fanout.plan.read import edges, order_section
from fanout.plan.read.outline import groups, headings, rows
from fanout.plan.read.prose import touched, waiting_words
from fanout.plan.read.prose.mentions import mentions
from fanout.plan.read.prose.phrases import Phrases
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import labelled_sections, listing, markdown
from fanout.plan.read.text.markdown import Line, Page
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "claudekit"
_ID = r"(?:Tasks?\s+|任务\s*)?#?\d+\.\d+(?:\.\d+)*[a-z]?"
_TITLE = re.compile(r"(?:\[.\]\s*)?(?:Task|任务)\s+(\d+\.\d+(?:\.\d+)*[a-z]?)\b\s*[:：.–—-]?\s*(.*)\Z", re.IGNORECASE)
_LOOKS = re.compile(r"\s*#{2,6}\s+(?:\[.?\]\s*)?(?:Task|任务)\s+\d+\.\d+", re.IGNORECASE)
_PHASE = re.compile(r"(?:Phase|阶段|Stage|Epic)\s*(?P<number>\d+(?:\.\d+)*)", re.IGNORECASE)
_OF_TASK = re.compile(
    r"\(\s*(?:phase|stage|epic)\b|\bof\s+(?:phase|stage|epic)\b", re.IGNORECASE
)  # where a task is, no need
_NEEDS = re.compile(rf"deps\Z|dependenc|depends|blocked|waits for|requires|prerequisite|{waiting_words.FIELD}")
_INLINE = re.compile(
    r"(?:\b(?:deps|depends(?:\s+on)?|dependencies|blocked\s+by)\s*[:：]|[·|(]\s*depends\s+on)\s*"
    r"(?P<what>(?:none|(?:Tasks?\s+)?\d+\.\d+[\d.]*[a-z]?(?:\s*(?:,|and|&)\s*(?:Tasks?\s+)?\d+\.\d+[\d.]*[a-z]?)*))",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"(?:can (?:be )?run |can be done )?(?:in )?parallel|可并行")


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
    phrases = listing.phrases(gather, _ID)
    beside: dict[str, list[str]] = {}
    told = rows.needs(gather, page, source.path, phrases) | order_section.settle(gather, page, source.path, phrases)
    for place, (entry, lines) in enumerate(zip(gather.entries, bodies, strict=True)):
        before = gather.entries[place - 1] if place else None
        _order(entry, None if entry.id in told else before, lines, phrases, beside, gather.entries[:place])
        touched.staged(entry, "\n".join(line.text for line in lines if line.fenced))
        labelled_sections.body(entry, lines)
        _from_title(entry)
        labelled_sections.describe(entry, lines)
        touched.settle(gather, entry, str(entry.fields["title"]))
    listing.keep_doubtful(gather)
    _one_sided(gather, beside)
    edges.same_files(gather)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    listing.leave_boxes(gather, page, source.path, bodies)
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
        lines = _body(page, index)
        entry = gather.task(
            match[1], match[2] or match[0], gather.place(path, line.number), headings.status(line, lines)
        )
        entry.note.phase = phase
        bodies.append(lines)
    return bodies


def _body(page: Page, index: int) -> list[Line]:
    return headings.below(page, index, _TITLE)


def _from_title(entry: Entry) -> None:
    """The files that the title says are written, where the text below names none: "Create schemas/rules.json"."""
    if entry.get("writes"):
        return
    for mention in mentions(str(entry.fields["title"])):
        named = any(path.endswith(f"/{mention.pattern}") for path in entry.get("reads"))
        if mention.mode == "write" and "." in mention.pattern.rsplit("/", 1)[-1] and not named:
            entry.add("writes", [mention.pattern], mention.why, mention.confidence)


def _order(
    entry: Entry,
    before: Entry | None,
    lines: list[Line],
    phrases: Phrases,
    beside: dict[str, list[str]],
    earlier: list[Entry],
) -> None:
    stated = False
    for index, line in enumerate(lines):
        for name, value in markdown.fields_below(lines, index) if line.plain else []:
            if _NEEDS.match(name):
                phased = _of_phases(entry, value, phrases, earlier)
                stated = phased or listing.need_value(phrases, entry, value) or stated
            elif _BESIDE.match(name):
                names = phrases.ids(value)
                beside[entry.id] = names
                entry.note.parallel = bool(names) or bool(re.match(r"all|yes|true", value, re.IGNORECASE))
    if not stated:
        stated = _inline(entry, lines, phrases)
    if not stated and before is not None and not entry.note.parallel:
        edges.after(entry, [before], "it states no dependencies, so the list's order holds", 0.5)


def _of_phases(entry: Entry, value: str, phrases: Phrases, earlier: list[Entry]) -> bool:
    """Put the last tasks of the phases that a field names, and those beside them: "Phase 1, Task 2.3". False: no phase."""
    numbers = groups.numbers(value)
    named = [one for one in earlier if (match := _PHASE.match(one.note.phase)) and match["number"] in numbers]
    if not named or _OF_TASK.search(value):
        return False
    wanted = {one.id for one in edges.sinks(named)}.union(phrases.ids(value))
    entry.add("depends_on", [one.id for one in earlier if one.id in wanted])
    return True


def _inline(entry: Entry, lines: list[Line], found: Phrases) -> bool:
    """What a task's title or the end of a sentence states: "... · medium · depends on 1.1", "Deps: 1.1. Size: small."."""
    text = "\n".join([str(entry.fields["title"]), markdown.prose(lines)])
    said = [match["what"] for match in _INLINE.finditer(re.sub(r"\*\*|__|`", "", text))]
    told = [what for what in said if found.ids(what) or waiting_words.NOTHING.match(what)]
    for what in told:
        listing.need_value(found, entry, what)
    return bool(told)


def _one_sided(gather: Gather, beside: dict[str, list[str]]) -> None:
    for name, others in beside.items():
        for other in others:
            if other in beside and name not in beside[other]:
                message = f"it can run parallel with {other}, but {other} does not say so of it"
                gather.warn("parallel-one-sided", message, name, "Say it in both tasks, or in neither.")


def mark(origin: Origin) -> list[Edit]:
    """Flips the heading's box, sets the word of the `**Status**:` line, or flips the boxes of the task's steps."""
    note = read(origin.source).notes.get(origin.task)
    return headings.mark_noted(origin, note, _body, "**Status**: line to write to", "Add one.")


FORMAT = Format(NAME, detect, read, mark)
