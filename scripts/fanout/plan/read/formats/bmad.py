# ruff: noqa: RUF001 - dashes and full-width punctuation are what lists are written with
"""BMAD stories: one Markdown file a story, its tasks below "Tasks / Subtasks", its status in a line of its own."""

from __future__ import annotations

import re

from fanout.plan.read import outlined
from fanout.plan.read.formats import bmad_sprint
from fanout.plan.read.outlined import Grammar, Outline
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.text import listing, markdown
from fanout.plan.read.text.markdown import Page
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "bmad"
GRAMMAR = Grammar(parts=False, chain=True, only=re.compile(r"\A\W*tasks\b", re.IGNORECASE))
_TASKS = re.compile(
    r"^#{2,4}[ \t]+\W*Tasks?[ \t]*(?:/|&|and)[ \t]*Subtasks?|^#{2,4}[ \t]+Tasks\b", re.MULTILINE | re.IGNORECASE
)
_OWN = re.compile(
    r"^#{1,2}[ \t]+Story\b|^#{2,3}[ \t]+(?:Dev Agent Record|Dev Notes|QA Results|Acceptance Criteria)", re.MULTILINE
)
_STATUS = re.compile(r"\A\W*Status\W*[:：]?\W*\s*(?P<word>[A-Za-z][\w -]*)?", re.IGNORECASE)
_BOX = re.compile(r"^[ \t]*[-*+][ \t]+\[.?\][ \t]", re.MULTILINE)
_AC = re.compile(r"\s*\((?:AC|ACs)\s*:?\s*[^()]*\)\s*\Z", re.IGNORECASE)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s+Task\s", re.IGNORECASE)


def detect(source: Source) -> float:
    """Tasks and sub-tasks below a heading of that name, with the other headings of a story."""
    if source.is_folder or not _TASKS.search(source.text) or not _BOX.search(source.text):
        return 0.0
    found = {match[0].split()[-1].lower() for match in _OWN.finditer(source.text)}
    exact = re.search(
        r"^#{2,4}[ \t]+\W*Tasks?[ \t]*(?:/|&|and)[ \t]*Subtasks?", source.text, re.MULTILINE | re.IGNORECASE
    )
    return 0.92 if exact and found else 0.85 if len(found) > 2 else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(source.path), gather.name(source.path))
    outline = outlined.read(gather, page, source.path, GRAMMAR)
    for entry in gather.entries:
        entry.fields["title"] = _AC.sub("", str(entry.fields["title"]))
    _story(gather, outline, page)
    outlined.finish(gather, outline, GRAMMAR)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    if source.path.startswith(gather.base):
        gather.settings["context_files"] = [gather.name(source.path)]
    title = next((line.title for line in page.lines if line.level == 1 and line.plain), "")
    return gather.reading("", markdown.bare(title))


def _story(gather: Gather, outline: Outline, page: Page) -> None:
    """A story that is done has no open task; of one that is blocked none is started."""
    word = _word(page)
    status = bmad_sprint.status_of(word)
    still = [entry for entry in gather.entries if entry.note.status in ("pending", "in_progress")]
    if status == "completed" and still:
        message = f"the story's status is {word!r}, so its {len(still)} open tasks are taken as done"
        gather.warn("story-over", message, still[0].id, "Set the status back if there is still something to be done.")
    if status in ("completed", "blocked", "skipped"):
        for entry in still:
            entry.note.status = status


def _word(page: Page) -> str:
    """What the story says of itself: `Status: done`, or the line below the heading Status."""
    heading = False
    for line in page.lines:
        if not line.plain or not line.text.strip():
            continue
        if line.level:
            heading = bool(re.fullmatch(r"\W*Status\W*", line.title, re.IGNORECASE))
            match = _STATUS.match(line.title) if ":" in line.title else None
        else:
            match = re.match(r"\W*(?P<word>[A-Za-z][\w -]*)", line.text) if heading else None
            match = match or (_STATUS.match(line.text) if re.match(r"\W*Status\W*[:：]", line.text, re.I) else None)
            heading = False
        if match and match["word"]:
            return match["word"].strip()
    return ""


def mark(origin: Origin) -> list[Edit]:
    """Sets the task's box; the story's status is left to who reviews it."""
    return outlined.mark(origin, origin.source.path, GRAMMAR)


FORMAT = Format(NAME, detect, read, mark)
