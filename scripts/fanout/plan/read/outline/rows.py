# ruff: noqa: RUF001 - dashes and full-width punctuation are what lists are written with
"""Tables whose rows are tasks, or say what the tasks of the list depend on."""

from __future__ import annotations

import re

from fanout.plan.read.outline.boxes import next_id
from fanout.plan.read.outline.groups import Groups
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.phrases import Phrases
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import columns, labelled_sections, listing, markdown, symbols
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.markdown import Line, Page
from fanout.plan.read.text.status_line import Word
from fanout.plan.read.text.tables import Row, Table, tables

# "3. Auth", "Phase 3: Auth": the id and the words in one cell.
_CALLED = re.compile(
    r"[^\w]*(?:\w+\s+)?#?(?P<id>\d+(?:\.\d+)*[a-z]?)\W{0,2}(?:[.:：)]|\s[–—-])\W{0,2}\s(?P<words>[^\W\d].*)\Z"
)
_FIXED = re.compile(r"\|\s*\**(?:done|completed?|fixed|resolved|shipped|superseded)\b", re.IGNORECASE)
_ID = re.compile(r"[^\w]*(?:\w+\s+)?#?(?P<id>[A-Z]{0,10}-?\d+(?:[.-]\d+)*[a-z]?)[^\w]*\Z", re.IGNORECASE)


_PRICE = re.compile(
    r"(?:unit\s+)?(?:prices?|costs?|amounts?|totals?|sums?|qty|quantit(?:y|ies)|counts?|stock|preise?|kosten|beträge?|anzahl|menge|prix|"
    r"montants?|precios?|preços?|prezz[oi]|价格|数量|価格)\b",
    re.IGNORECASE,
)
_SUM = re.compile(r"\|\s*(?:[€$£¥]\s*\d[\d.,]*|\d[\d.,]*\s*(?:[€$£¥]|EUR|USD)|\d+[.,]\d\d)\s*(?:\||\Z)")
_ALL = re.compile(
    r"[\s*_`(]*(?:all|everything|the\s+rest|all\s+(?:others?|above|of\s+(?:them|the\s+above))|alles?|alle\s+anderen|tou(?:t|tes|s)|tod[oa]s?|全部|所有)[\s*_`).]*\Z",
    re.IGNORECASE,
)


def of_tasks(page: Page) -> list[Table]:
    """The tables whose rows are tasks: two rows with an id, and words or files for each."""
    return [
        table
        for table in tables(page.lines)
        if {"title", "needs", "files"} & table.columns.keys()
        and sum(bool(_identity(row)) for row in table.rows) > 1
        and not _is_of_prices(table)
    ]


def _identity(row: Row) -> str:
    """The id of a row, where a cell holds nothing else; "" for none."""
    match = _ID.match(row.text("id"))
    return row.name or (match["id"] if match else "")


def _is_of_prices(table: Table) -> bool:
    """Whether it tells what things cost, or how many there are, and nothing of work."""
    if {"needs", "files", "status", "size"} & table.columns.keys():
        return False
    sums = sum(bool(_SUM.search(row.line.text)) for row in table.rows)
    return 2 * sums > len(table.rows) or any(_PRICE.match(head.strip(" *_`")) for head in table.heads)


def of_phases(page: Page) -> list[Table]:
    """The tables that say how far each phase or task is, id and words in one cell."""
    return [table for table in tables(page.lines) if "status" in table.columns and _all_called(table)]


def _all_called(table: Table) -> bool:
    rows = [row for row in table.rows if row.text("id") or row.text("phase")]
    said = sum(_says(row.text("status")) for row in rows)
    return len(rows) > 1 and all(map(_called, rows)) and 2 * said >= len(rows)


def _says(status: str) -> bool:
    return bool(statuses.token(status) or statuses.marked(status) or symbols.in_cell(status))


def of_words(page: Page) -> list[Table]:
    """The tables that say how far each piece of work is, which they call by its words alone."""
    made = [table for table in tables(page.lines) if _may_be_worded(table) and not _has_ids(table)]
    return [table for table in made if 2 * sum(map(_tells_work, _worded(table))) > len(table.rows) > 1]


def _may_be_worded(table: Table) -> bool:
    """Whether the table says how far each row is; or where it is done and after what, and gives the rows no other name."""
    kinds = table.columns.keys()
    return "status" in kinds or (kinds >= {"title", "files", "needs"} and "id" not in kinds)


def _tells_work(row: Row) -> bool:
    """Whether a row without an id says how far it is, or where it is done."""
    return _says(row.text("status")) or any(
        map(labelled_sections.written, labelled_sections.split_files(row.text("files")))
    )


def _has_ids(table: Table) -> bool:
    """Whether a row is called by an id or by the number of its phase."""
    return "phase" in table.columns or any(map(_identity, table.rows))


def _worded(table: Table) -> list[Row]:
    """The rows that have words."""
    return [row for row in table.rows if re.search(r"[^\W\d]", _words(row))]


def _words(row: Row) -> str:
    return row.text("id") or row.text("title")


def _called(row: Row) -> tuple[str, str] | None:
    """The id and the words of a row that has both in one cell, or a phase's number and its words in the next."""
    match = _CALLED.match(markdown.bare(row.text("id") or row.text("phase")))
    if match is None and row.text("title") and "phase" in row.cells:
        number = _ID.match(row.text("phase"))
        return (number["id"], markdown.bare(row.text("title"))) if number else None
    return (match["id"], match["words"]) if match else None


def _named(row: Row) -> tuple[str, str] | None:
    """The id and the words of a row, or None when it has no id."""
    identity = _identity(row)
    return _called(row) or ((identity, "") if identity else None)


def read(gather: Gather, page: Page, path: str) -> None:
    """A task for each row that has an id."""
    for table in of_tasks(page) or of_phases(page):
        for row in table.rows:
            named = _named(row)
            if named and named[0] not in gather.known:
                title = markdown.bare(row.text("title")) or named[1] or named[0]
                _task(gather, row, named[0], title, gather.place(path, row.line.number))


def leave_beside(gather: Gather, page: Page, path: str) -> None:
    """Name the rows that say how far a piece of work is, where the list is one of boxes: none is lost without a word."""
    titles = {str(entry.fields["title"]).lower() for entry in gather.entries}
    left = {one.place for one in gather.unread}
    for row in (row for table in of_words(page) for row in _worded(table)):
        place, words = gather.place(path, row.line.number), markdown.bare(_words(row))
        if place not in left:
            told = words.lower() in titles or statuses.within(row.text("status")) == "completed"
            gather.leave(place, row.line.text, told, "a row of a table beside the list's boxes")


def read_words(gather: Gather, page: Page, path: str, groups: Groups) -> None:
    """A task for each row of the tables that call their work by words; the headings above are its groups."""
    rows = {row.line.number: row for table in of_words(page) for row in _worded(table)}
    for line in page.lines:
        row = rows.get(line.number)
        if line.level and line.plain:
            groups.enter(line)
        elif row is not None:
            title = markdown.bare(_words(row))
            groups.add(_task(gather, row, next_id(gather), title, gather.place(path, line.number)))


def _task(gather: Gather, row: Row, identity: str, title: str, place: str) -> Entry:
    status = statuses.exact(row.text("status")) or statuses.marked(row.text("id")) or statuses.marked(row.text("title"))
    if not status and row.text("status"):
        status = statuses.within(row.text("status"))
    if status != "completed" and statuses.struck(row.text("title")):
        status = "completed" if _FIXED.search(row.line.text) else "skipped"
    entry = gather.task(identity, title, place, status or "pending")
    entry.fields["description"] = row.line.text.strip()
    labelled_sections.effort(entry, "size", row.text("size"))
    for part in labelled_sections.split_files(row.text("files")):
        labelled_sections.file_item(entry, part)
    touched.from_prose(entry, row.text("title"), only_reads=entry.stated_writes())
    return entry


def needs(gather: Gather, page: Page, path: str, phrases: Phrases) -> set[str]:
    """Put what the column of dependencies names to each task; the ids of the tasks that it speaks of."""
    stated: set[str] = set()
    for table in tables(page.lines):
        owners = [_owner(gather, row, path, phrases) for row in table.rows] if "needs" in table.columns else []
        ids = [entry.id if entry else row.name for entry, row in zip(owners, table.rows, strict=False)]
        for entry, row in zip(owners, table.rows, strict=False):
            if entry is not None and entry.id not in stated and _waits(phrases, entry, row, ids):
                stated.add(entry.id)
    return stated


def _waits(phrases: Phrases, entry: Entry, row: Row, ids: list[str]) -> bool:
    """Put the needs of one row; `ids` are those of the rows. False: it can't be told what they name."""
    said = row.text("needs")
    if row.name and _ALL.match(said):
        named: list[str] | None = ids[: ids.index(entry.id)]
    else:
        named = columns.named_in(said, ids) if row.name else None
    if named is None:
        return listing.need_value(phrases, entry, said)
    entry.add("depends_on", [one for one in named if one != entry.id])
    return True


def _owner(gather: Gather, row: Row, path: str, found: Phrases) -> Entry | None:
    identity = _identity(row)
    names = found.ids(identity) if identity and not row.name else []
    entry = gather.known.get(names[0] if names else identity)
    place = gather.place(path, row.line.number)
    return entry or next((one for one in gather.entries if not identity and one.note.place == place), None)


def status_symbol(page: Page, line: Line) -> tuple[int, int] | None:
    """Where the symbol of a row's status stands, when it says it with one."""
    for table in tables(page.lines):
        for row in table.rows if "status" in table.columns else ():
            spot = symbols.in_cell(row.text("status")) if row.line is line else None
            if spot:
                at = line.start + row.cells["status"].at
                return at + spot[0], at + spot[1]
    return None


def status_word(content: Content, page: Page, line: Line) -> Word | None:
    """Where the status of a row stands, when its table has such a column."""
    for table in tables(page.lines):
        for row in table.rows:
            spot = statuses.token(row.text("status")) if row.line is line else None
            if spot:
                at = line.start + row.cells["status"].at
                return Word(at + spot[0], at + spot[1])
    return None
