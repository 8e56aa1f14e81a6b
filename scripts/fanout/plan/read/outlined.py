# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Tasks of a list of check boxes that has numbers, wholes with parts, and steps: what many tools' lists share.

groups -> works (which boxes are tasks, and their ids) -> gather (one entry each) -> stages (order) ; marks (write-back)
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from fanout.errors import FanoutError
from fanout.plan.read import stages
from fanout.plan.read.prose import passing, statuses, touched
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import markdown, outline, task_fields
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.markdown import STATUS_OF_BOX, Page
from fanout.plan.read.text.outline import Group, Item
from fanout.plan.reading import Edit, Origin, Status

# Of a heading with a number of its own only what stands first says it: "2. Improve the agent instructions" is work.
_NUMBERED = r"\A\W*(?:\d+(?:\.\d+)*[.)]?\s+)?"
_CRITERIA = (
    r"(?:(?:acceptance|success|exit|completion|done)\s+criteria|definition\s+of\s+(?:done|ready)|done\s+when|验收|完成标准|"
    r"git\s+checkpoints?\b|(?:checkpoint|commit)\s+log\b)"
)
CRITERIA = re.compile(
    rf"{_NUMBERED}{_CRITERIA}|\A(?!\W*\d+(?:\.\d+)*[.)]?\s).*{_CRITERIA}|{_NUMBERED}how\s+to\b|"
    rf"{_NUMBERED}(?:(?:implementation|additional|general|important|execution|usage|agent|final|key|technical|other)\s+)?"
    r"(?:instructions?|notes?|legend)\W*(?:(?:[(:&/]|and\b|for\b|on\b).*)?\Z",
    re.IGNORECASE,
)
_PARALLEL = re.compile(r"\s*[(\[](?:P|parallel|in parallel|可并行)[)\]]", re.IGNORECASE)
_NUMBER = re.compile(r"\W*(?:[^\W\d_]+\s+){0,2}#?(\d{1,3}(?:\.\d{1,3})*)(?![\w%])")  # of "Phase 1: ...", "2. ..."


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one tool writes its boxes.

    `begun` is the character for "in progress"; `parts`: numbered boxes inside a box are the tasks, and the box is their
    sum; `by_heading`: each heading opens a stage, else each box with parts does; `chain`: one task after another;
    `numbered`: a task without a number is called by its stage's and its place in it.
    """

    begun: str = "~"
    parts: bool = True
    by_heading: bool = False
    chain: bool = False
    numbered: bool = False
    only: re.Pattern[str] | None = None  # headings below which the tasks are, where the page has such a heading
    left: re.Pattern[str] = CRITERIA  # headings below which boxes are no tasks


@dataclass(slots=True)
class Work:
    """One box that is a task; `wholes` are the boxes that it is a part of, outermost first."""

    id: str
    item: Item
    wholes: list[Item]
    group: Group
    stage: tuple[tuple[str, ...], str]
    twice: str = ""  # the id as written, where an earlier task has it


@dataclass(slots=True)
class Outline:
    """What `read` makes of a page, for what is particular to a format."""

    groups: list[Group]
    works: list[Work]
    entries: dict[str, Entry] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    waits: Waits = field(default_factory=Waits)

    def under(self) -> dict[int, list[Entry]]:
        """The tasks of each group, by the group's `id()`."""
        found: dict[int, list[Entry]] = {}
        for work in self.works:
            found.setdefault(id(work.group), []).append(self.entries[work.id])
        return found


def works(groups: list[Group], grammar: Grammar) -> list[Work]:
    """The tasks of the groups, with ids of their own."""
    made: list[Work] = []
    used: set[str] = set()
    open_ = _open(groups, grammar)
    many = sum(bool(group.items) for group in open_) > 1
    place = 0  # of the group among those with tasks
    for group in open_:
        leaves = [pair for item in group.items for pair in _leaves(item, [], grammar)]
        place += bool(leaves)
        number = _NUMBER.match(markdown.bare(group.title))
        own = number[1] if number else str(place) if many else ""
        for count, (leaf, wholes) in enumerate(leaves, 1):
            top = wholes[0].number or wholes[0].words if wholes else ""
            work = Work("", leaf, wholes, group, (_stage(group, leaf), "" if grammar.by_heading else top))
            counted = f"{own}.{count}" if grammar.numbered and own else f"{len(made) + 1:02d}"
            work.id = clean_id(leaf.number or leaf.name or counted)
            if work.id in used:
                _name_again(work, used, own)
            used.add(work.id)
            made.append(work)
    return made


def _open(groups: list[Group], grammar: Grammar) -> list[Group]:
    """The groups that may hold tasks."""
    only = [group for group in groups if grammar.only and any(grammar.only.search(title) for title in group.trail)]
    title = next((group.title for group in groups if group.head and group.head.level == 1), "")
    return [
        group
        for group in only or groups
        if not any(grammar.left.search(name) for name in group.trail[group.trail[:1] == (title,) :])
    ]


def _stage(group: Group, leaf: Item) -> tuple[str, ...]:
    """The headings that make a stage: one that only repeats the task's own number does not."""
    number, kind, _words = outline.words_of(markdown.bare(group.title))
    return group.trail[:-1] if kind in ("task", "step") and number == leaf.number else group.trail


def _leaves(item: Item, wholes: list[Item], grammar: Grammar) -> list[tuple[Item, list[Item]]]:
    parts = [part for part in item.items if _is_part(part, item)] if grammar.parts else []
    if not parts:
        return [(item, wholes)] if item.words else []
    if _goes_on(item, parts):
        return [(item, wholes), *_leaves(parts[0], wholes, grammar)]
    return [leaf for part in parts for leaf in _leaves(part, [*wholes, item], grammar)]


def _goes_on(item: Item, parts: list[Item]) -> bool:
    """Whether the only part stands beside its whole and is one more task: 2.1.1 below 2.1. A sum would have several."""
    return len(parts) == 1 and "." in item.number and parts[0].line.indent == item.line.indent


def _is_part(part: Item, whole: Item) -> bool:
    """A box with a number, or with an id that goes on from its whole's: A1.1 in A1."""
    if part.number:
        return not part.kind.startswith("sub")
    return bool(part.name and whole.name) and outline.inside(part.name, whole.name)


def _name_again(work: Work, used: set[str], stage: str) -> None:
    """A number that an earlier task has: of another stage it is one of that stage, else it is there twice."""
    inside = f"{stage}.{work.id}"
    if stage and inside not in used and not work.id.startswith(f"{stage}."):
        work.id = inside
        return
    work.twice = work.id
    work.id = next(name for name in (f"{work.id}-{count}" for count in range(2, len(used) + 3)) if name not in used)


def read(gather: Gather, page: Page, path: str, grammar: Grammar) -> Outline:
    """One entry for each task, with its status, fields, files and stated needs; `finish` puts them in order."""
    groups = outline.groups(page)
    outline_ = Outline(groups, works(groups, grammar))
    for work in outline_.works:
        entry = _entry(gather, work, path, grammar)
        outline_.entries[work.id] = entry
        outline_.waits.said += [(work.id, value) for value in task_fields.take(entry, work.item)]
        _touch(entry, work)
        _staged(outline_, work, entry)
    _leave(gather, outline_, path, grammar)
    if not outline_.works:
        shown = f"First: {gather.unread[0].place}: {gather.unread[0].text[:80]}." if gather.unread else ""
        raise FanoutError(f"{gather.name(path)} has no task.", shown or "Write one as '- [ ] 1. Add the form'.")
    return outline_


def _staged(found: Outline, work: Work, entry: Entry) -> None:
    if not found.stages or found.stages[-1].key != work.stage:
        title = work.wholes[0].words if work.stage[1] else markdown.bare(work.group.title)
        whole = bool(work.stage[1]) and bool(_PARALLEL.search(work.wholes[0].box.text))
        found.stages.append(Stage(work.stage, title, parallel=whole))
    found.stages[-1].entries.append(entry)


def _entry(gather: Gather, work: Work, path: str, grammar: Grammar) -> Entry:
    item = work.item
    words = _unmarked(item.words)
    entry = gather.task(work.id, markdown.bare(words), gather.place(path, item.line.number), status_of(item, grammar))
    entry.counted = not (item.number or item.name)
    entry.note.phase = markdown.bare(work.wholes[0].words if work.wholes else work.group.title)
    entry.note.parallel = (
        True if ("(" in item.box.text or "[" in item.box.text) and _PARALLEL.search(item.box.text) else None
    )
    entry.note.optional = item.starred or any([whole.starred for whole in work.wholes])  # noqa: C419
    if item.box.token not in STATUS_OF_BOX and item.box.token != grammar.begun:
        gather.warn(
            "unknown-status", f"[{item.box.token}] is taken as open", entry.id, "Known: [ ], [x], [-], [~], [!]."
        )
    if work.twice:
        message = f"its number {work.twice} is an earlier task's too: it is called {work.id} here"
        gather.warn("duplicate-id", message, entry.id, "Give it a number of its own.")
    return entry


def _unmarked(words: str) -> str:
    """The words of an item without "(P)"."""
    return (_PARALLEL.sub("", words) if "(" in words or "[" in words else words).strip()


def _touch(entry: Entry, work: Work) -> None:
    """The task's text, and the files in it."""
    item = work.item
    lines = [text for line in item.lines if (text := line.text.strip())]
    steps = [part.box.text.strip() for child in item.items for part in child.walk()]
    around = [text for whole in work.wholes for line in whole.lines if (text := line.text.strip())]
    words = _unmarked(item.words)
    for line in (words, *lines):
        passing.take(entry, line)
    entry.fields["description"] = "\n".join([words, *lines, *steps, *around])
    prose = task_fields.prose([words, *lines, *steps])
    if prose:
        touched.from_prose(entry, prose, only_reads=bool(entry.get("writes")))


def status_of(item: Item, grammar: Grammar) -> Status:
    """What the box says, in this grammar; words that are struck out are of a task that is dropped."""
    if item.box.text.startswith("~~") and statuses.struck(item.box.text):
        return "completed" if item.box.status == "completed" else "skipped"
    if item.box.token == grammar.begun:
        return "in_progress"
    return STATUS_OF_BOX.get(item.box.token, "pending")


def finish(gather: Gather, outline_: Outline, grammar: Grammar) -> None:
    """Stated needs, then the order of the list where nothing is stated."""
    names = outline_.waits.names
    for work in outline_.works:
        for whole in work.wholes:
            names.setdefault(whole.number or whole.name, []).append(work.id)
        if work.twice:
            names.setdefault(work.twice, [work.twice]).append(work.id)
    names.pop("", None)
    stages.stated(gather, outline_.waits)
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    stages.order(gather, outline_.stages, outline_.waits, grammar.chain)
    optional = [entry.id for entry in gather.entries if entry.note.optional]
    if optional:
        also = f", as are {', '.join(optional[1:12])}" if len(optional) > 1 else ""
        gather.warn("optional", f"is optional{also}: no task waits for it", optional[0], "Mark it [-] to leave it out.")


def _leave(gather: Gather, outline_: Outline, path: str, grammar: Grammar) -> None:
    """Boxes that are no tasks, and lines that nearly are."""
    held = {id(group) for group in _open(outline_.groups, grammar)}
    inside = {id((work.wholes or [work.item])[0]) for work in outline_.works}
    for group in outline_.groups:
        for line in group.ruled:
            gather.leave(gather.place(path, line.number), line.text, True, "below a label of criteria")
        for top in group.items:
            if id(top) in inside:
                continue
            told = bool(outline_.works)
            why = "below a heading that holds no task" if told else ""
            for item in top.walk():
                gather.leave(gather.place(path, item.line.number), item.line.text, told, why)
        for line in group.lines if id(group) in held else ():
            if line.nearly():
                gather.leave(gather.place(path, line.number), line.text)


def mark(origin: Origin, path: str, grammar: Grammar) -> list[Edit]:
    """Sets the task's box; the box of a whole follows when its last part is done, and when one is opened again."""
    content = Content(origin.source.files, path)
    page = markdown.page(content.text, path)
    made = works(outline.groups(page), grammar)
    work = next((one for one in made if one.id == origin.task), None)
    if work is None:
        raise FanoutError(f"{path} has no task {origin.task} any more.", "Read it again.")
    token = {"completed": "x", "pending": " ", "in_progress": grammar.begun}.get(origin.status)
    if token is None or status_of(work.item, grammar) == origin.status:
        return []
    edits = [_set(content, work.item, token)]
    for whole in work.wholes:
        parts = [one.item for one in made if whole in one.wholes and one is not work]
        wanted = _wanted(whole, parts, origin.status, grammar)
        if wanted:
            edits.append(_set(content, whole, wanted, derived=True))
    return edits


def _wanted(whole: Item, parts: list[Item], status: Status, grammar: Grammar) -> str:
    """The character that a whole's box gets, one part having `status` now and the others as they are; "" for none."""
    checked = whole.box.status == "completed"
    over = all(status_of(one, grammar) in ("completed", "skipped") or one.starred for one in parts)
    if status == "completed" and over:
        return "" if checked else "x"
    return " " if checked and status == "pending" else ""


def _set(content: Content, item: Item, token: str, derived: bool = False) -> Edit:
    return content.edit(item.box.at, item.box.at + len(item.box.token), token, derived)


def identity(path: str) -> str:
    """The list's id: the name of the folder it stands in."""
    return clean_id(os.path.basename(os.path.dirname(path))) if path else ""


def title(page: Page, path: str) -> str:
    """The page's first heading of level one, unless it only says that these are tasks; then the folder's name."""
    first = next((markdown.bare(line.title) for line in page.lines if line.level == 1 and line.plain), "")
    plain = re.sub(
        r"\A(?:implementation plan|tasks?(?: list)?|plan)\s*(?:[-:–—]\s*|\Z)", "", first, flags=re.IGNORECASE
    )
    return plain or (os.path.basename(os.path.dirname(path)) if path else first)
