"""Numbered items without boxes: "1. Create `src/a.py`". Their numbers state an order."""

from __future__ import annotations

import re

from fanout.plan.read.outline.boxes import PARALLEL, next_id
from fanout.plan.read.outline.tail import take
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import labelled_sections, markdown
from fanout.plan.read.text.markdown import Page

NUMBERED = re.compile(r"(\d{1,4})[.)]\s+(\S.*)\Z")


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
    for entry in gather.entries:
        first, *below = str(entry.fields["description"]).split("\n")
        take(entry, first)
        for line_below in below:
            labelled_sections.proof(entry, line_below)
        touched.from_prose(entry, str(entry.fields["description"]))
    return list(gather.entries)
