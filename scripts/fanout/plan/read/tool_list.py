"""The list of a tool that keeps its tasks as boxes, in one file of a folder of its own: read and marked alike by all formats.

list_files.file_of -> outlined.read -> what is particular to the format -> outlined.finish
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from fanout.plan.read import list_files, outlined
from fanout.plan.read.outlined import Grammar, Outline
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.text import listing, markdown
from fanout.plan.reading import Edit, Origin, Reading, Source


@dataclass(frozen=True, slots=True)
class ToolList:
    """The format called `name`, with `place/<any name>/file` as the list and the files `beside` it as context. `looks`: a line
    in a comment or fence that looks like a task."""

    name: str
    place: str
    file: str
    beside: tuple[str, ...]
    grammar: Grammar
    looks: re.Pattern[str]
    particular: Callable[[Gather, Outline, str], None] | None = None  # with the path of the list

    def content(self, source: Source) -> tuple[str, bool]:
        """The text to detect the format by, and whether the tool's own folder holds it."""
        return list_files.content_of(source, self.place, self.file)

    def read(self, source: Source) -> Reading:
        path = list_files.file_of(source, self.place, self.file)
        gather = Gather(source, self.name)
        page = markdown.page(gather.text(path), gather.name(path))
        outline = outlined.read(gather, page, path, self.grammar)
        if self.particular is not None:
            self.particular(gather, outline, path)
        outlined.finish(gather, outline, self.grammar)
        listing.leave_hidden(gather, page, path, self.looks)
        gather.settings["context_files"] = listing.neighbours(gather, path, self.beside)
        return gather.reading(outlined.identity(path), outlined.title(page, path))

    def mark(self, origin: Origin) -> list[Edit]:
        """Sets the task's box: x, a blank, or the grammar's character for in progress."""
        return outlined.mark(origin, list_files.file_of(origin.source, self.place, self.file), self.grammar)
