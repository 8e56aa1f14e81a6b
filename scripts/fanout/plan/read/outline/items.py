# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Items without boxes: numbered ones, "1. Create `src/a.py`", whose numbers state an order; named ones, "- **BE-1:** ...";
lines in bold with a number, "**1. Store**";
below phases marked ones, "- ✅ Store"; and on a page of hardly anything else plain ones, "- contact form in src/contact.ts"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from fanout.plan.read.outline.boxes import PARALLEL, next_id
from fanout.plan.read.outline.groups import Groups
from fanout.plan.read.outline.tail import take
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.mentions import mentions
from fanout.plan.read.prose.vocabulary import CUE
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import criteria, labelled_sections, list_names, markdown, status_line, task_names
from fanout.plan.read.text.markdown import Line, Page

NUMBERED = re.compile(r"(\d{1,4})[.)]\s+(\S.*)\Z")
_INDENTED = re.compile(r" {1,3}(?=[\d(a-z])")
BRACKETED = re.compile(r"\((\d{1,4})\)\s+(\S.*)\Z")  # "(1) Create `src/a.py`", where all of them are written so
STEPPED = re.compile(
    r"(?:Step|Task|Schritt)\s+#?(\d{1,4})\s*(?:[:：.)]|\s[–—-])\s+(\S.*)\Z", re.IGNORECASE
)  # ... and so: "Step 1: ..."
LETTERED = re.compile(r"\(?([a-z])\)\s+(\S.*)\Z")  # ... and so: "a) Create `src/a.py`"
_MARK = r"(?P<mark>[✅☑✔🔄🚧⏳⏭⬜☐🔲📋🟡❌]\ufe0f?[ \t]+)?"
NAMED = re.compile(
    rf"[-*+][ \t]+{_MARK}\*\*\[?{task_names.FALSE}(?P<id>{task_names.LETTERS})\]?"
    r"(?:(?:\s*[:：.]\*\*|\*\*\s*[:：—–-])\s*(?P<rest>\S.*)|\s*(?:[:：]|[—–-]\s)\s*(?P<inner>[^*]*[^*\s])\*\*(?P<tail>.*))\Z"
)
_SAID = re.compile(
    rf"(?:[-*+]|\d{{1,4}}[.)])[ \t]+{_MARK}"
    rf"\*\*(?:{task_names.TASK_WORDS}|{task_names.STEP_WORDS})\s*#?(?P<id>\d{{1,4}}(?:\.\d+)*)\s*"
    r"(?:[:：](?P<rest>[^*]*\S)\*\*(?P<tail>.*)|(?:[:：]\*\*|\*\*\s*[:：])\s*(?P<words>\S.*))\Z",
    re.IGNORECASE,
)
_BOLD = re.compile(r"\*\*#?(?P<id>\d{1,3})[.)]\s+(?P<words>[^*]*[^*\s])\*\*(?P<tail>.*)\Z")
_MARKED = re.compile(r"[-*+][ \t]+(?=[✅☑✔🔄🚧⏳⏭⬜☐🔲📋🟡❌])\W+(\S.*)\Z")
_NO_WORK = re.compile(r"(?:US|UC|KPI|DEC|RISK|ASM|EC|GOAL)-")  # stories, decisions, goals: not what is to be done
_PLAIN = re.compile(r"[-*+][ \t]+(?!\[.?\]\s)(\S.*)\Z")
FEWEST_NAMED = 3
FEWEST_PLAIN = 2


def named(page: Page) -> bool:
    """Whether items with a name of their own are the page's tasks: they say Task, or most begin with what is to be done."""
    said = {match["id"] for line in page.lines for match in [_SAID.match(line.text)] if match and line.plain}
    if len(said) >= FEWEST_NAMED and len(said) > _boxes(page):
        return True
    found = [match for line in page.lines for match in [_named(line)] if match]
    work = sum(_begins_with_work(_words(match)[0]) for match in found)
    return len({match["id"] for match in found}) >= FEWEST_NAMED and 2 * work >= len(found)


def _boxes(page: Page) -> int:
    """How many boxes stand at the left edge, criteria left out."""
    ruled = criteria.lines_of(page.lines)
    return sum(bool(line.box()) for line in page.lines if line.plain and not line.indent and line.number not in ruled)


def _named(line: Line) -> re.Match[str] | None:
    match = (NAMED.match(line.text) or _SAID.match(line.text)) if line.plain else None
    return match if match and not _NO_WORK.match(match["id"]) else None


def read_named(gather: Gather, page: Page, path: str, groups: Groups) -> list[Entry]:
    """The tasks, with what stands below each; those with a number in front ("1. **Step 1**: ...") are steps."""
    ruled = criteria.lines_of(page.lines)
    steps: list[Entry] = []
    inside = False  # below a task: what is indented there is a step of it
    for index, line in enumerate(page.lines):
        match = _named(line)
        inside = bool(match) or (inside and (bool(line.indent) or not line.text.strip()))
        if line.level and line.plain:
            groups.enter(line)
        elif match and match["id"] not in gather.known:
            entry = _task(gather, page, path, index, match["id"], *_words(match))
            if match["mark"] and entry.note.status == "pending":
                entry.note.status = statuses.marked(match["mark"]) or "pending"
            groups.add(entry)
            steps += [entry] if line.text[:1].isdigit() else []
        elif match or (line.plain and (line.box() or (line.nearly() and not inside))):
            told = line.number in ruled or bool(_MARKED.match(line.text.strip()))
            gather.leave(gather.place(path, line.number), line.text, told)
    return steps


def _words(match: re.Match[str]) -> tuple[str, str]:
    """The words of a named item, and its title where they go on behind that."""
    parts = match.groupdict()
    said = parts.get("rest") or parts.get("inner") or parts.get("words") or ""
    words, tail = said.strip(), parts.get("tail") or ""
    return f"{words}{tail}".strip(), words if tail else ""


def marked(page: Page) -> bool:
    """Whether bullets below phases are the page's tasks: most of them begin with a mark of how far they are."""
    found = [line.text for line in _in_phases(page) if _bullet(line)]
    return len(found) >= FEWEST_NAMED and 2 * sum(bool(_MARKED.match(text)) for text in found) > len(found)


def _in_phases(page: Page) -> list[Line]:
    """The lines below the headings of phases, criteria left out."""
    return list_names.sections(page, task_names.is_phase)


def read_marked(gather: Gather, page: Page, path: str, groups: Groups) -> list[Entry]:
    """The tasks, with what stands below each; none of them is a step."""
    inside = {line.number for line in _in_phases(page)}
    for index, line in enumerate(page.lines):
        match = _bullet(line) if line.number in inside and line.field() is None else None
        if line.level and line.plain:
            groups.enter(line)
        elif match:
            led = _MARKED.match(line.text)
            words = markdown.bare(led[1] if led else match[1])
            groups.add(_task(gather, page, path, index, next_id(gather), match[1], words))
        elif line.plain and line.nearly() and not line.indent:
            gather.leave(gather.place(path, line.number), line.text)
    return []


def in_bold(page: Page, aside: Collection[int]) -> bool:
    """Whether lines in bold with a number are the page's tasks: "**1. Store** in src/store.py". A table may speak of them."""
    rows = sum(line.text.lstrip().startswith("|") for line in page.lines if line.plain)
    return sum(bool(_bold(line, aside)) for line in page.lines) >= max(FEWEST_NAMED, rows - 1)


def _bold(line: Line, aside: Collection[int]) -> re.Match[str] | None:
    return _BOLD.match(line.text) if line.plain and line.number not in aside else None


def read_bold(gather: Gather, page: Page, path: str, groups: Groups, aside: Collection[int]) -> list[Entry]:
    """The tasks, each with all that stands below it up to the next one or a heading; they are no steps."""
    starts = [index for index, line in enumerate(page.lines) if (line.level and line.plain) or _bold(line, aside)]
    for index, end in zip(starts, [*starts[1:], len(page.lines)], strict=True):
        match = _bold(page.lines[index], aside)
        if match is None:
            groups.enter(page.lines[index])
            continue
        name = match["id"] if match["id"] not in gather.known else next_id(gather)
        words = match["words"].strip()
        entry = _task(gather, page, path, index, name, f"{words} {match['tail'].strip()}", markdown.bare(words))
        below = page.lines[index + 1 : end]
        _settle_status(entry, words, match["tail"])
        labelled_sections.body(entry, below)
        entry.fields["description"] = "\n".join(
            [str(entry.fields["description"]), *(one.text for one in below)]
        ).strip()
        groups.add(entry)
    return []


def _settle_status(entry: Entry, words: str, tail: str) -> None:
    """What is struck out is done where a mark behind it says so, else it is left out."""
    if statuses.struck(words):
        entry.note.status = "completed" if statuses.marked(tail.strip()[:1]) == "completed" else "skipped"
    elif entry.note.status == "pending":
        entry.note.status = statuses.marked(tail.strip()[:2]) or "pending"


def numbered(page: Page, aside: Collection[int]) -> bool:
    """Whether there are numbered items outside of what stands aside."""
    form = _form(page, aside)
    return any(form.match(line.text) for line in page.lines if line.plain and line.number not in aside)


def _form(page: Page, aside: Collection[int]) -> re.Pattern[str]:
    """How the page writes its numbers: in brackets, or behind "Step", only where all stand so, from 1 on and one by one."""
    lines = [line.text for line in page.lines if line.plain and line.number not in aside]
    numbered = _set_in(NUMBERED, lines)
    if any(map(numbered.match, lines)):
        return numbered
    others = (_set_in(BRACKETED, lines), STEPPED, _set_in(LETTERED, lines))
    return next((form for form in others if _counts(form, lines)), numbered)


def _counts(form: re.Pattern[str], lines: Sequence[str]) -> bool:
    """Whether the lines of this form are a list: from 1 on and one after the other."""
    found = [_place(match) for match in map(form.match, lines) if match]
    return len(found) >= FEWEST_PLAIN and found == [*range(1, len(found) + 1)]


def _place(match: re.Match[str]) -> int:
    """Its number, or that of its letter."""
    return int(match[1]) if match[1].isdigit() else ord(match[1]) - ord("a") + 1


def _set_in(form: re.Pattern[str], lines: Sequence[str]) -> re.Pattern[str]:
    """The form behind up to three blanks, where the first item of the page has that many and none has fewer."""
    if any(map(form.match, lines)):
        return form
    heads = (_INDENTED.match(line) for line in lines)
    least = next((head[0] for head in heads if head and form.match(head.string, head.end())), "")
    return re.compile(least + form.pattern) if least else form


def numbered_in_phases(page: Page) -> bool:
    """Whether phases hold numbered items."""
    return any(NUMBERED.match(line.text) for line in _in_phases(page))


def plain(page: Page, aside: Collection[int] = ()) -> bool:
    """Whether bullets are the page's tasks: at least half of them name a file or begin with what is to be done, and there is
    little else on the page, but for the lines `aside`. Of a to-do list, and below "Next" and "Done", all of them are."""
    lines, todo = _scope(page, aside), list_names.is_todo(page)
    found = [(line, match) for line in lines for match in [_bullet(line)] if match]
    flush = sum(1 for line in lines if line.plain and not line.level and not line.indent and line.text.strip())
    if len(found) < (1 if todo else FEWEST_PLAIN) or 2 * (flush - len(found)) > len(found):
        return False
    planned = list_names.planned(page)
    said = planned | list_names.done(page) if planned else planned  # what only tells what was done is a report
    return todo or 2 * sum(line.number in said or _is_work(match[1]) for line, match in found) >= len(found)


def _scope(page: Page, aside: Collection[int]) -> list[Line]:
    """The lines that may be tasks: of a roadmap those below what is planned and done, where it has such headings."""
    lines = [line for line in page.lines if line.number not in aside]
    if list_names.is_roadmap(page):
        planned = list_names.planned(page)
        told = planned | list_names.done(page)
        if sum(line.number in planned and bool(_bullet(line)) for line in lines) >= FEWEST_PLAIN:
            return [line for line in lines if line.number in told]
    return lines


def _bullet(line: Line) -> re.Match[str] | None:
    return _PLAIN.match(line.text) if line.plain and not line.indent and not line.level else None


def _is_work(text: str) -> bool:
    return _begins_with_work(text) or any(one.mode == "write" for one in mentions(text))


def _begins_with_work(text: str) -> bool:
    cue = CUE.match(text)
    return cue is not None and str(cue.lastgroup).startswith("write")


def read_plain(gather: Gather, page: Page, path: str, groups: Groups, aside: Collection[int]) -> list[Entry]:
    """The tasks, with what stands below each; none of them is a step."""
    inside = {line.number for line in _scope(page, aside)}
    for index, line in enumerate(page.lines):
        match = _bullet(line) if line.number in inside else None
        if line.level and line.plain:
            groups.enter(line)
        elif match:
            groups.add(_task(gather, page, path, index, next_id(gather), match[1]))
    return []


def close_done(gather: Gather, page: Page) -> None:
    """A task without a mark of its own below a heading such as "Recently shipped" is done."""
    done = list_names.done(page)
    for entry in gather.entries if done else ():
        if entry.note.status == "pending" and int(entry.note.place.rpartition(":")[2]) in done:
            entry.note.status = "completed"


def read(gather: Gather, page: Page, path: str, aside: Collection[int] = ()) -> list[Entry]:
    """The tasks, all of them steps; those in the lines `aside` are none. Where numbers are left out between them, each is
    called by its own: "after 5" means that one."""
    form = _form(page, aside)
    found = [form.match(line.text) for line in page.lines if line.plain and line.number not in aside]
    numbers = [_place(one) for one in found if one]
    own = numbers == sorted(set(numbers)) and numbers != list(range(1, len(numbers) + 1))
    for index, line in enumerate(page.lines):
        match = form.match(line.text) if line.plain else None
        if match and line.number in aside:
            gather.leave(gather.place(path, line.number), line.text, True, "below a heading that holds no task")
        elif match:
            _task(gather, page, path, index, f"{_place(match):02d}" if own else next_id(gather), match[2])
    return list(gather.entries)


def _task(gather: Gather, page: Page, path: str, index: int, name: str, text: str, title: str = "") -> Entry:
    """The task of a line, with what that and the lines below it say: of its end, of what proves it, of files.

    `title`: its words without the mark of how far it is.
    """
    said = status_line.status(lines_below(page, index)) or statuses.marked(text)
    said = said or (statuses.marked(text.removeprefix(title)) if title else None)
    status = said or ("skipped" if re.fullmatch(r"~~.+~~\s*", text) else "pending")
    entry = gather.task(name, title or markdown.bare(text), gather.place(path, page.lines[index].number), status)
    entry.note.parallel = True if PARALLEL.search(text) else None
    below = _below(page, index)
    entry.fields["description"] = "\n".join([text, *below])
    take(entry, text)
    for line_below in below:
        _ = labelled_sections.proof(entry, line_below) or labelled_sections.passed(entry, line_below)
    touched.from_prose(entry, str(entry.fields["description"]))
    return entry


def _below(page: Page, index: int) -> list[str]:
    """The text of what stands indented below a line."""
    return [one.text.strip() for one in lines_below(page, index) if one.plain and one.text.strip()]


def lines_below(page: Page, index: int) -> list[Line]:
    """What stands indented below a line; what is fenced or hidden divides nothing."""
    end, edge = index + 1, page.lines[index].indent
    while end < len(page.lines) and _is_below(page.lines[end], edge):
        end += 1
    return page.lines[index + 1 : end]


def _is_below(line: Line, edge: int) -> bool:
    return line.indent > edge or not line.plain or not line.text.strip()
