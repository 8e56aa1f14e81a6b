# ruff: noqa: RUF001 - dashes and full-width punctuation are what lists are written with
"""Tables whose rows are tasks, or say what the tasks of the list depend on."""

from __future__ import annotations

import re

from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.phrases import Phrases
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import labelled_sections, listing, markdown
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.markdown import Line, Page
from fanout.plan.read.text.status_line import Word
from fanout.plan.read.text.tables import Row, Table, tables

# "3. Auth", "Phase 3: Auth": the id and the words in one cell.
_CALLED = re.compile(
    r"[^\w]*(?:\w+\s+)?#?(?P<id>\d+(?:\.\d+)*[a-z]?)\W{0,2}(?:[.:：)]|\s[–—-])\W{0,2}\s(?P<words>[^\W\d].*)\Z"
)
_ID = re.compile(r"[^\w]*(?:\w+\s+)?#?(?P<id>[A-Z]{0,10}-?\d+(?:[.-]\d+)*[a-z]?)[^\w]*\Z", re.IGNORECASE)


def of_tasks(page: Page) -> list[Table]:
    """The tables whose rows are tasks: two rows with an id, and words or files for each."""
    return [
        table
        for table in tables(page.lines)
        if {"title", "needs", "files"} & table.columns.keys()
        and sum(bool(_ID.match(row.text("id"))) for row in table.rows) > 1
    ]


def of_phases(page: Page) -> list[Table]:
    """The tables that say how far each phase or task is, id and words in one cell."""
    return [table for table in tables(page.lines) if "status" in table.columns and _all_called(table)]


def _all_called(table: Table) -> bool:
    rows = [row for row in table.rows if row.text("id") or row.text("phase")]
    said = sum(_says(row.text("status")) for row in rows)
    return len(rows) > 1 and all(map(_called, rows)) and 2 * said >= len(rows)


def _says(status: str) -> bool:
    return bool(statuses.token(status) or statuses.marked(status))


def _called(row: Row) -> tuple[str, str] | None:
    """The id and the words of a row that has both in one cell."""
    match = _CALLED.match(markdown.bare(row.text("id") or row.text("phase")))
    return (match["id"], match["words"]) if match else None


def _named(row: Row) -> tuple[str, str] | None:
    """The id and the words of a row, or None when it has no id."""
    match = _ID.match(row.text("id"))
    return _called(row) or ((match["id"], "") if match else None)


def read(gather: Gather, page: Page, path: str) -> None:
    """A task for each row that has an id."""
    for table in of_tasks(page) or of_phases(page):
        for row in table.rows:
            named = _named(row)
            if named and named[0] not in gather.known:
                _task(gather, row, named, gather.place(path, row.line.number))


def _task(gather: Gather, row: Row, named: tuple[str, str], place: str) -> None:
    identity, words = named
    title = markdown.bare(row.text("title")) or words or identity
    status = statuses.exact(row.text("status")) or statuses.marked(row.text("id")) or statuses.marked(row.text("title"))
    if not status and row.text("status"):
        status = statuses.within(row.text("status"))
    entry = gather.task(identity, title, place, status or "pending")
    entry.fields["description"] = row.line.text.strip()
    labelled_sections.effort(entry, "size", row.text("size"))
    for part in labelled_sections.split_files(row.text("files")):
        labelled_sections.file_item(entry, part)
    touched.from_prose(entry, row.text("title"), only_reads=entry.stated_writes())


def needs(gather: Gather, page: Page, phrases: Phrases) -> set[str]:
    """Put what the column of dependencies names to each task; the ids of the tasks that it speaks of."""
    stated: set[str] = set()
    for table in tables(page.lines):
        for row in table.rows if "needs" in table.columns else ():
            entry = _owner(gather, row, phrases)
            if entry is not None and entry.id not in stated and listing.need_value(phrases, entry, row.text("needs")):
                stated.add(entry.id)
    return stated


def _owner(gather: Gather, row: Row, found: Phrases) -> Entry | None:
    match = _ID.match(row.text("id"))
    names = found.ids(match["id"]) if match else []
    return gather.known.get(names[0] if names else match["id"] if match else "")


def status_word(content: Content, page: Page, line: Line) -> Word | None:
    """Where the status of a row stands, when its table has such a column."""
    for table in tables(page.lines):
        for row in table.rows:
            spot = statuses.token(row.text("status")) if row.line is line else None
            if spot:
                at = line.start + row.cells["status"].at
                return Word(at + spot[0], at + spot[1])
    return None
