"""The files of a superpowers task: in its own fields and sections, as another task's, or in the plan's file structure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fanout.plan.read.prose import touched
from fanout.plan.read.prose.phrases import Phrases
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import labelled_sections, listing, markdown
from fanout.plan.read.text.markdown import Line, Page

_ID = r"(?:Tasks?\s+#?|#)\d+[a-z]?(?!\.\d)"
_SAME = re.compile(r"\W*(?:(?:the\s+)?same\b|(?:as|see)\s+(?:in\s+|for\s+)?(?:above|task\b))", re.IGNORECASE)
_STRUCTURE = re.compile(r"(?:\d+\.\s*)?(?:file\s+(?:structure|map|layout|list|overview)|files)\b", re.IGNORECASE)
_OF = re.compile(r"[(|]\s*(Tasks?\s+#?\d[^()|]*)[)|]", re.IGNORECASE)
SURE = 0.85


def read(entry: Entry, lines: list[Line]) -> None:
    """What its fields, sections, steps and `git add` lines say of its files."""
    for item in _file_items(lines):
        labelled_sections.file_item(entry, item)
    steps = "\n".join(box.text for line in lines if line.plain for box in [line.box()] if box)
    touched.staged(entry, "\n".join(line.text for line in lines if line.fenced))
    touched.from_prose(entry, f"{entry.fields['title']}\n{steps}", only_reads=bool(entry.get("writes")))


def _file_items(lines: list[Line]) -> Iterator[str]:
    """What the fields and the sections of files hold: on their own line, and in the list below, be it in a fence."""
    inside = False  # below a field or a heading of files
    for line in lines:
        item = _item(line) if inside else None
        if item is not None:
            yield item
        elif line.plain and line.level:
            inside = labelled_sections.is_files(line.title)
        elif line.plain and (line.field() or line.box()):
            files = _files_field(line)
            inside = files is not None
            yield from labelled_sections.split_files(files or "")


def _files_field(line: Line) -> str | None:
    """The value of a field of files, None for another line."""
    field = line.field()
    return field[1] if field and labelled_sections.is_files(field[0]) else None


def _item(line: Line) -> str | None:
    """What a line says as an item of a list of files: in a fence a path alone; None where it is no item."""
    if not line.plain:
        return (line.bullet() or line.text) if line.fenced and labelled_sections.PATH_ALONE.match(line.text) else None
    if line.level or line.box():
        return None
    field = line.field()
    if field is None:
        return line.bullet()
    return f"{field[0]}: {field[1]}" if _is_item(line, field[0]) else None


def _is_item(line: Line, name: str) -> bool:
    """Whether a field is an item of the list above it, as "- **Create**: `src/a.py`", and no list of files itself."""
    return line.bullet() is not None and not line.box() and not labelled_sections.is_files(name)


def share(gather: Gather, page: Page, bodies: list[list[Line]]) -> None:
    """Files for the tasks that name none: those of the task that they point to, or what the file structure gives them."""
    ids = listing.phrases(gather, _ID)
    owned = {line.number for lines in bodies for line in lines}
    lists = _structure(page, ids, owned)
    for place, (entry, lines) in enumerate(zip(gather.entries, bodies, strict=True)):
        if entry.get("writes"):
            continue
        for other in _pointed_to(gather, place, lines, ids):
            entry.add("writes", other.get("writes"), f"its files are those of {other.id}", SURE)
        if not entry.get("writes"):
            entry.add("writes", lists.get(entry.id, ()), "the plan's file structure gives it to the task", SURE)


def _pointed_to(gather: Gather, place: int, lines: list[Line], ids: Phrases) -> list[Entry]:
    """The tasks whose files are its own: "**Files:** same pattern as Task 5"; without a name the one before it."""
    values = [value for line in lines if line.plain for value in [_files_field(line)] if value and _SAME.match(value)]
    if not values or not place:
        return []
    named = [name for value in values for name in ids.ids(value)]
    return [gather.known[name] for name in named if name in gather.known] or [gather.entries[place - 1]]


def _structure(page: Page, ids: Phrases, owned: set[int]) -> dict[str, list[str]]:
    """By task the paths of lines below "File Structure", none of a task's, that name it: "Modify: `src/a.py` (Tasks 2-4)"."""
    found: dict[str, list[str]] = {}
    for index, line in enumerate(page.lines):
        if not (line.level and line.plain and _STRUCTURE.match(markdown.bare(line.title))):
            continue
        for one in markdown.section(page.lines, index):
            of = _OF.findall(one.text) if one.plain and one.number not in owned else []
            named = [name for part in of for name in ids.ids(part)]
            paths = labelled_sections.written(one.bullet() or one.text) if named else []
            for name in named:
                found.setdefault(name, []).extend(paths)
    return found
