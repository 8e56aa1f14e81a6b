"""Kiro and cc-sdd: .kiro/specs/<name>/tasks.md with numbered boxes, two deep; `[-]` is in progress, `[ ]*` optional."""

from __future__ import annotations

import re

from fanout.plan.read import list_files, outlined
from fanout.plan.read.outlined import Grammar
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.text import listing, markdown
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "kiro"
PLACE, FILE = ".kiro/specs", "tasks.md"
GRAMMAR = Grammar(begun="-")
BOX = re.compile(
    r"^[ \t]*[-*+][ \t]+\[.?\]\*?[ \t]+(?:\*\*)?\d+(?:\.\d+)*(?:[.)]|(?<=\.\d)|(?<=\.\d\d))[ \t]", re.MULTILINE
)
_OWN = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?_Requirements?:|^[ \t]*[-*+] \[.?\]\*[ \t]", re.MULTILINE | re.IGNORECASE)
_OTHERS = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?_(?:Leverage|Prompt):", re.MULTILINE | re.IGNORECASE)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\*?\s+\d")


def detect(source: Source) -> float:
    """Numbered boxes with `_Requirements:` below them or an asterisk behind the box, or any boxes in Kiro's folder."""
    text, own = list_files.content_of(source, PLACE, FILE)
    if not BOX.search(text) or _OTHERS.search(text):
        return 0.5 if own and re.search(r"^[ \t]*[-*+][ \t]+\[.?\]", text, re.MULTILINE) else 0.0
    return 0.94 if own else 0.86 if _OWN.search(text) else 0.0


def read(source: Source) -> Reading:
    path = list_files.file_of(source, PLACE, FILE)
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(path), gather.name(path))
    outline = outlined.read(gather, page, path, GRAMMAR)
    outlined.finish(gather, outline, GRAMMAR)
    listing.leave_hidden(gather, page, path, _LOOKS)
    gather.settings["context_files"] = listing.neighbours(gather, path, ("requirements.md", "bugfix.md", "design.md"))
    return gather.reading(outlined.identity(path), outlined.title(page, path))


def mark(origin: Origin) -> list[Edit]:
    """Sets the task's box: x, a blank, or - for in progress."""
    return outlined.mark(origin, list_files.file_of(origin.source, PLACE, FILE), GRAMMAR)


FORMAT = Format(NAME, detect, read, mark)
