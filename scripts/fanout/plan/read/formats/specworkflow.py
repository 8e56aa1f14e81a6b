"""spec-workflow-mcp: .spec-workflow/specs/<name>/tasks.md, Kiro's boxes with `File:`, `_Leverage:_` and `_Prompt:_`."""

from __future__ import annotations

import re

from fanout.plan.read import list_files, outlined
from fanout.plan.read.formats import kiro
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.text import listing, markdown
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "spec-workflow"
PLACE, FILE = ".spec-workflow/specs", "tasks.md"
_OWN = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?_(?:Leverage|Prompt):", re.MULTILINE | re.IGNORECASE)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s+\d")


def detect(source: Source) -> float:
    """Numbered boxes with `_Leverage:` or `_Prompt:` below them, or in the tool's folder."""
    text, own = list_files.content_of(source, PLACE, FILE)
    if not kiro.BOX.search(text):
        return 0.0
    return 0.95 if own else 0.9 if _OWN.search(text) else 0.0


def read(source: Source) -> Reading:
    path = list_files.file_of(source, PLACE, FILE)
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(path), gather.name(path))
    outline = outlined.read(gather, page, path, kiro.GRAMMAR)
    outlined.finish(gather, outline, kiro.GRAMMAR)
    listing.leave_hidden(gather, page, path, _LOOKS)
    gather.settings["context_files"] = listing.neighbours(gather, path, ("requirements.md", "design.md"))
    return gather.reading(outlined.identity(path), outlined.title(page, path))


def mark(origin: Origin) -> list[Edit]:
    """Sets the task's box: x, a blank, or - for in progress."""
    return outlined.mark(origin, list_files.file_of(origin.source, PLACE, FILE), kiro.GRAMMAR)


FORMAT = Format(NAME, detect, read, mark)
