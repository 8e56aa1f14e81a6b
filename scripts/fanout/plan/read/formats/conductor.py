"""Conductor: conductor/tracks/<id>/plan.md, phases of `- [ ] Task: ...` with steps; a person verifies each phase."""

from __future__ import annotations

import re

from fanout.plan.read import list_files
from fanout.plan.read.outlined import Grammar, Outline
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.tool_list import ToolList
from fanout.plan.reading import Format, Source

NAME = "conductor"
GRAMMAR = Grammar(begun="~", parts=False, by_heading=True, numbered=True)
_TASK = re.compile(r"^[ \t]*[-*+][ \t]+\[.?\][ \t]+(?:\*\*)?Task[ \t]*(?:\*\*)?:", re.MULTILINE)
_VERIFIES = re.compile(r"\bUser Manual Verification\b|\bManual Verification\b.*\bProtocol\b", re.IGNORECASE)
_CHECKS = re.compile(r"\bConductor\s*-\s*.*\bVerification\b", re.IGNORECASE)
_DONE_IN = re.compile(r"\s*(?:\[(?:checkpoint:\s*)?(?=[a-z]*\d)[0-9a-z]{7,40}\]|\(?`?[0-9a-f]{7,40}`?\)?)\s*\Z")
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s+Task:", re.IGNORECASE)


def detect(source: Source) -> float:
    """Boxes that begin with "Task:", or any boxes in Conductor's folder."""
    text, own = LIST.content(source)
    own = own or list_files.within(source.path, "conductor")
    tasks = len(_TASK.findall(text))
    if own and (tasks or re.search(r"^[ \t]*[-*+][ \t]+\[.?\][ \t]", text, re.MULTILINE)):
        return 0.95
    return 0.88 if tasks > 1 or (tasks and "## Phase" in text) else 0.0


def _particular(gather: Gather, outline: Outline, _path: str) -> None:
    """Titles without the commit that did the task, and phases that a person verifies."""
    for entry in gather.entries:
        title = _DONE_IN.sub("", str(entry.fields["title"])).removesuffix(" (Protocol in workflow.md)")
        entry.fields["title"] = title or entry.fields["title"]
        if _CHECKS.search(title):
            entry.fields["writes"], entry.reasons = [], {}
    _verifications(gather, outline)


def _verifications(gather: Gather, outline: Outline) -> None:
    """What a person verifies comes last in its phase, is held for that person, and the next phase waits for it."""
    held = []
    for stage in outline.stages:
        stage.last = [entry for entry in stage.entries if _VERIFIES.search(str(entry.fields["title"]))]
        for entry in stage.last:
            entry.fields["read_only"] = True
            entry.fields["writes"], entry.reasons = [], {}
            if entry.note.status in ("pending", "in_progress"):
                entry.note.status, entry.note.person = "blocked", True
                held.append(entry)
    if held:
        also = f", as do {', '.join(entry.id for entry in held[1:12])}" if len(held) > 1 else ""
        message = f"waits for a person{also}: the next phase starts when its box is ticked"
        gather.warn("for-a-person", message, held[0].id, "Verify the phase, tick the box, and start again.")


LIST = ToolList(
    name=NAME,
    place="conductor/tracks",
    file="plan.md",
    beside=("spec.md",),
    grammar=GRAMMAR,
    looks=_LOOKS,
    particular=_particular,
)
FORMAT = Format(NAME, detect, LIST.read, LIST.mark)
