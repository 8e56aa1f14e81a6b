# ruff: noqa: RUF001 - dashes and full-width punctuation are what lists are written with
"""ExecPlans (PLANS.md): one living document; the boxes below its Progress are the tasks, in order."""

from __future__ import annotations

import re

from fanout.plan.read import outlined
from fanout.plan.read.outlined import Grammar
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.text import listing, markdown
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "exec-plan"
GRAMMAR = Grammar(chain=True, parts=False, only=re.compile(r"\Aprogress\b|\A进度", re.IGNORECASE))
_PROGRESS = re.compile(r"^#{1,3}[ \t]+Progress\b", re.MULTILINE | re.IGNORECASE)
_OWN = re.compile(
    r"^#{1,3}[ \t]+(?:Decision Log|Surprises (?:&|and) Discoveries|Outcomes (?:&|and) Retrospective)",
    re.MULTILINE | re.IGNORECASE,
)
_BOX = re.compile(r"^[ \t]*[-*+][ \t]+\[.?\][ \t]", re.MULTILINE)
_TIME = re.compile(
    r"\A(?:\(?\[?\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?\s*(?:Z|UTC|[+-]\d\d:?\d\d|[A-Z]{2,4})?)?\]?\)?)\s*[:–—-]?\s*"
)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s")


def detect(source: Source) -> float:
    """The headings that an ExecPlan must have, and boxes."""
    if source.is_folder or not _PROGRESS.search(source.text) or not _BOX.search(source.text):
        return 0.0
    return 0.9 if len(set(_OWN.findall(source.text))) > 1 else 0.5 if _OWN.search(source.text) else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(source.path), gather.name(source.path))
    outline = outlined.read(gather, page, source.path, GRAMMAR)
    for entry in gather.entries:
        entry.fields["title"] = _TIME.sub("", str(entry.fields["title"])) or entry.fields["title"]
    outlined.finish(gather, outline, GRAMMAR)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    if source.path.startswith(gather.base):
        gather.settings["context_files"] = [gather.name(source.path)]
    return gather.reading("", outlined.title(page, ""))


def mark(origin: Origin) -> list[Edit]:
    """Sets the box below Progress."""
    return outlined.mark(origin, origin.source.path, GRAMMAR)


FORMAT = Format(NAME, detect, read, mark)
