"""ai-dev-tasks: tasks/tasks-<name>.md, with "Relevant Files" and boxes 1.0, 1.1, 1.2 below "Tasks"."""

from __future__ import annotations

import re

from fanout.plan.read import outlined
from fanout.plan.read.outlined import Grammar
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.text import listing, markdown
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "ai-dev-tasks"
GRAMMAR = Grammar(only=re.compile(r"\Atasks\b", re.IGNORECASE))
_WHOLE = re.compile(r"^[-*+][ \t]+\[.?\][ \t]+(?:\*\*)?\d{1,3}\.0[ \t]", re.MULTILINE)
_PART = re.compile(r"^[ \t]+[-*+][ \t]+\[.?\][ \t]+(?:\*\*)?\d{1,3}\.[1-9]\d?[ \t]", re.MULTILINE)
_FILES = re.compile(r"^#{1,4}[ \t]+Relevant Files", re.MULTILINE | re.IGNORECASE)
_OTHERS = re.compile(
    r"^#{2,5}[ \t]+(?:\*\*)?Task[ \t]+Group[ \t]+\d|^[ \t]*(?:[-*+][ \t]+)?_Requirements?:", re.M | re.I
)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s+\d")


def detect(source: Source) -> float:
    """Boxes 1.0 with 1.1 below them, the more so with "Relevant Files"."""
    if source.is_folder or not _WHOLE.search(source.text) or _OTHERS.search(source.text):
        return 0.0
    files = bool(_FILES.search(source.text))
    return 0.88 if files else 0.6 if _PART.search(source.text) else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(source.path), gather.name(source.path))
    found = outlined.read(gather, page, source.path, GRAMMAR)
    outlined.finish(gather, found, GRAMMAR)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    return gather.reading("", outlined.title(page, ""))


def mark(origin: Origin) -> list[Edit]:
    """Sets the sub-task's box; the parent's follows with its last part."""
    return outlined.mark(origin, origin.source.path, GRAMMAR)


FORMAT = Format(NAME, detect, read, mark)
