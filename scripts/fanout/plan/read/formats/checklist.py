"""Free Markdown: check boxes, numbered headings, numbered items, or plain bullets. Everything beyond the words is inferred."""

from __future__ import annotations

import os
import re
from itertools import pairwise

from fanout.errors import FanoutError, NothingToMark
from fanout.plan.read.outline import boxes, cards, for_all, headings, items, order, rows, style
from fanout.plan.read.outline.groups import Groups
from fanout.plan.read.outline.style import Style
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import front, listing, markdown, status_line, symbols
from fanout.plan.read.text.content import Content, flip
from fanout.plan.read.text.markdown import Line, Page
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "markdown"
_HEADS = (
    r"(?:(?:Task|Step|Unit|Story|Ticket|Milestone|任务|步骤|タスク|태스크|Tarea|Aufgabe|Tâche)[ \t]*#?)?"
    r"(?:[A-Z]{0,10}-?\d|[A-Z]\.\d)"
)
_MAY = re.compile(
    r"^(?:#{2,6}[ \t]|[-*+][ \t]|\*\*#?\d)", re.MULTILINE
)  # a line that a list without numbers begins with
_UNNUMBERED = ("named items", "lines in bold", "marked items", "bullets", "phases")
_UNDERLINE = re.compile(r"={3,}[ \t]*\Z")
_NEAR_THE_TOP = 5
_LOOKS = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\[.?\]\s|#{2,6}\s+(?:Task|Step|任务|步骤)\s*#?\d", re.IGNORECASE)
_OPENS = re.compile(r"\s*\[[ xX]?\][ \t]+[^\s,\]}]")  # "[] Add a form": words behind it are no JSON
# "(1) Create `a.py`", "Step 1: create `a.py`", "a) Create `a.py`"
_COUNTED = re.compile(
    r"^(?: {0,3}\(([12])\)| {0,3}\(?([ab])\)|(?:Step|Task|Schritt) +#?([12])[ \t]*(?:[:：.)]| [–—-]))[ \t]+\S",  # noqa: RUF001
    re.MULTILINE | re.IGNORECASE,
)


def detect(source: Source) -> float:
    """Any Markdown with check boxes, with headings or items that are numbered, or with bullets of work and little else."""
    if source.is_folder:
        return 0.3 if cards.find(source.files, source.path) else 0.0
    text = source.text
    if text.lstrip()[:1] in ("{", "[") and not _OPENS.match(text):
        return 0.0 if not re.match(r"\s*\[.?\]\s", text) else 0.1
    if re.search(r"^[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+\[.?\]|\[[ xX]?\])[ \t]", text, re.MULTILINE):
        return 0.3
    if set(cards.KEYS) & front.peek(text).values.keys():
        return 0.35
    numbered = re.search(r"^ {0,3}\d+[.)][ \t]+\S", text, re.MULTILINE)
    heads = re.search(rf"^#{{1,6}}[ \t]+[^\w\n]*(?:\[.\][^\w\n]*)?{_HEADS}", text, re.MULTILINE | re.IGNORECASE)
    table = re.search(r"^\|.*\|[ \t]*\r?\n\|[ \t:|-]+\|[ \t]*\r?$", text, re.MULTILINE)
    begun = {found[1] or found[2] or found[3] for found in _COUNTED.finditer(text)}
    counted = begun >= {"1", "2"} or begun >= {"a", "b"}
    if not (heads or numbered) and counted and items.numbered(markdown.page(text, source.path), ()):
        return 0.15
    if heads or numbered:
        return 0.25 if heads else 0.15
    if not table and not _MAY.search(text):
        return 0.0
    page = markdown.page(text, source.path)
    if table and (rows.of_tasks(page) or rows.of_phases(page) or rows.of_words(page)):
        return 0.12
    return 0.05 if style.of(page).name in _UNNUMBERED or len(headings.heads(page)) > 1 else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    if source.is_folder:
        for path in cards.find(source.files, source.path):
            cards.read(gather, path)
        return gather.reading(os.path.basename(source.path))
    page = markdown.page(gather.text(source.path), gather.name(source.path))
    head = front.parse(page.lines)
    if any(key in head.values for key in cards.KEYS):
        cards.read(gather, source.path)
        return gather.reading()
    groups = Groups()
    order.settle(gather, groups, page, _tasks(gather, page, source.path, groups))
    for_all.settle(gather, page, source.path)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    return gather.reading("", markdown.bare(_title(page)))


def _title(page: Page) -> str:
    """The page's heading of the first level, also one that is underlined; else its only heading."""
    first = next((line.title for line in page.lines if line.level == 1 and line.plain), "")
    if first:
        return first
    for line, below in pairwise(page.lines):
        if line.plain and line.text.strip() and not line.level and _UNDERLINE.match(below.text):
            return line.text.strip()
    heads = [line for line in page.lines if line.level and line.plain]
    return heads[0].title if len(heads) == 1 and heads[0].number <= _NEAR_THE_TOP else ""


def _tasks(gather: Gather, page: Page, path: str, groups: Groups) -> list[Entry]:
    """Collect the tasks of the page; the answer are those that are steps."""
    found = style.of(page)
    steps = _of_style(gather, page, path, groups, found)
    if found.name in ("named items", "items", "lines in bold", "bullets"):
        items.close_done(gather, page)
    return steps


def _of_style(gather: Gather, page: Page, path: str, groups: Groups, found: Style) -> list[Entry]:
    if found.name in ("headings", "phases"):
        return headings.read(gather, page, path, groups, found.aside)
    if found.name == "boxes":
        beside = headings.beside(gather, page, path, found.unboxed)
        steps = boxes.Boxes(gather, page, path, groups, found.unboxed, beside).read()
        rows.leave_beside(gather, page, path)
        return steps
    if found.name == "named items":
        return items.read_named(gather, page, path, groups)
    if found.name == "items":
        return items.read(gather, page, path, found.aside)
    if found.name == "lines in bold":
        return items.read_bold(gather, page, path, groups, found.aside)
    if found.name == "marked items":
        return items.read_marked(gather, page, path, groups)
    if found.name == "bullets":
        return items.read_plain(gather, page, path, groups, found.aside)
    if found.name == "rows":
        rows.read(gather, page, path)
        return []
    if found.name == "worded rows":
        rows.read_words(gather, page, path, groups)
        return []
    raise _nothing(gather, page, path)


def _nothing(gather: Gather, page: Page, path: str) -> FanoutError:
    hidden = any(_LOOKS.match(line.text) for line in page.lines if not line.plain)
    where = " outside code fences and comments" if hidden else ""
    return FanoutError(
        f"{gather.name(path)} has no task{where}.",
        "Write tasks as '- [ ] Add the form in `src/form.ts`', one a line; "
        "or the user types /spec:decompose, which makes tasks of it.",
    )


def mark(origin: Origin) -> list[Edit]:
    """Flips the task's check box, sets the word of its status line, or flips the boxes of its steps."""
    source = origin.source
    gather = Gather(source, NAME)
    now = read(source)
    note = now.notes.get(origin.task)
    if note is None or source.is_folder:
        raise FanoutError(f"{source.path} has no check box for task {origin.task}.", "Mark it by hand.")
    index = int(note.place.rsplit(":", 1)[1]) - 1
    content = Content(source.files, source.path)
    page = markdown.page(content.text, gather.name(source.path))
    line = page.lines[index]
    below = markdown.section(page.lines, index) if line.level else []
    box = line.box()
    word = None
    if not box and not line.level:
        word = rows.status_word(content, page, line) or status_line.find(items.lines_below(page, index))
    if word:
        return status_line.edits(content, word, origin.status)
    symbol = None if box or line.level else _symbol(content, page, line, origin)
    if symbol is not None:
        return symbol
    found = (
        flip(content, box.at, box.token, origin.status) if box else headings.mark(content, line, below, origin.status)
    )
    if found is None:
        raise NothingToMark(f"{note.place}: task {origin.task} has no check box to mark.", "Write it as '- [ ] ...'.")
    return found


def _symbol(content: Content, page: Page, line: Line, origin: Origin) -> list[Edit] | None:
    """The edits of a symbol: that of a row, of a named bullet, or of one in a list whose bullets have some; None: none."""
    row = rows.status_symbol(page, line)
    if row:
        return symbols.edits(content, *row, origin.status)
    start, end = symbols.of_bullet(line.text)
    if style.of(page).name not in (("marked items", "named items") if end > start else ("marked items",)):
        return None
    return symbols.edits(content, line.start + start, line.start + end, origin.status)


FORMAT = Format(NAME, detect, read, mark)
