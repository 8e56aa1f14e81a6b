"""OpenSpec: openspec/changes/<name>/tasks.md, with boxes 1.1, 1.2 below the heading `## 1. ...`."""

from __future__ import annotations

import re

from fanout.plan.read import list_files, outlined
from fanout.plan.read.outlined import Grammar
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.text import listing, markdown
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "openspec"
PLACE, FILE = "openspec/changes", "tasks.md"
GRAMMAR = Grammar(by_heading=True, numbered=True)
# A heading with a number, and a box right below it whose number begins with that one.
_PAIR = re.compile(
    r"^#{2,4}[ \t]+(?P<n>\d{1,3})[.):]?[ \t][^\n]*\n(?:[^#\n-][^\n]*\n|\s*\n)*[-*+][ \t]+\[.?\][ \t]+(?:\*\*)?(?P=n)\.\d",
    re.MULTILINE,
)
_BOX = re.compile(r"^[ \t]*[-*+][ \t]+\[.?\][ \t]", re.MULTILINE)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s")


def detect(source: Source) -> float:
    """Boxes that continue the number of the heading above them, or any boxes in OpenSpec's folder."""
    text, own = list_files.content_of(source, PLACE, FILE)
    if own and _BOX.search(text):
        return 0.94
    return 0.84 if _PAIR.search(text.replace("\r\n", "\n")) else 0.0


def read(source: Source) -> Reading:
    path = list_files.file_of(source, PLACE, FILE)
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(path), gather.name(path))
    outline = outlined.read(gather, page, path, GRAMMAR)
    outlined.finish(gather, outline, GRAMMAR)
    listing.leave_hidden(gather, page, path, _LOOKS)
    gather.settings["context_files"] = listing.neighbours(gather, path, ("proposal.md", "design.md", "specs"))
    return gather.reading(outlined.identity(path), outlined.title(page, path))


def mark(origin: Origin) -> list[Edit]:
    """Sets the task's box."""
    return outlined.mark(origin, list_files.file_of(origin.source, PLACE, FILE), GRAMMAR)


FORMAT = Format(NAME, detect, read, mark)
