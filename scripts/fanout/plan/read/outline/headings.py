# ruff: noqa: RUF001 - dashes and full-width punctuation as people type them
"""Headings that are tasks: "### Task A.1: ...", "## NAV-001: ...", "### 1.2 ...", with all that stands below them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from fanout.errors import FanoutError
from fanout.plan.read.outline.boxes import PARALLEL, next_id
from fanout.plan.read.outline.groups import Groups
from fanout.plan.read.outline.tail import take
from fanout.plan.read.prose import statuses
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import asides, criteria, homes, labelled_sections, markdown, status_line, task_names
from fanout.plan.read.text.content import Content, flip
from fanout.plan.read.text.markdown import Box, Line, Page
from fanout.plan.read.text.task_names import Name
from fanout.plan.reading import Edit, Note, Origin, Status

_OF_TASKS = frozenset(
    [
        *("status", "priority", "owner", "assignee", "effort", "estimate", "complexity", "size"),
        *("dependencies", "files", "deliverables"),
    ]
)


_OF_WORK = frozenset(["status", "file", "files", "dependencies", "effort", "estimate", "size", "priority"])
FEWEST_PHASES = 3
_ITEM = re.compile(r"\d{1,4}[.)]\s+\S|#{2,6}\s+\W*(?:\w+\s+)?\d")
_PRIORITY = re.compile(r"P[0-4]\Z")  # "### P0 - Must have" is a group
_OF_FILES = re.compile(r"\W*files?\W*[:：]", re.IGNORECASE)


@dataclass(slots=True)
class Head:
    """A heading that calls a task; `files`: it says which ones it writes, so what stands below it are its steps."""

    index: int
    line: Line
    name: Name
    files: bool = False


def heads(page: Page) -> list[Head]:
    """Every heading that calls a task by an id."""
    found = []
    for index, line in enumerate(page.lines):
        name = task_names.heading(markdown.bare(line.title)) if line.level and line.plain else None
        if name and (name.strong or not (_PRIORITY.match(name.id) or _is_home(page, index))):
            fields = _fields(page, index)
            strong = name.strong or (name.id[0].isalpha() and not fields.isdisjoint(_OF_TASKS)) or "files" in fields
            found.append(Head(index, line, name._replace(strong=strong), "files" in fields))
    return _with_told(page, found)


def _with_told(page: Page, found: list[Head]) -> list[Head]:
    """Beside numbered headings that say how far they are, those that say it with a field or boxes below are tasks too."""
    levels = _told(page, [head for head in found if head.name.number])
    for head in found if levels else ():
        if head.name.number and head.line.level in levels and not head.name.strong:
            told = not _fields(page, head.index).isdisjoint(_OF_TASKS) or boxes(
                markdown.section(page.lines, head.index)
            )
            head.name = head.name._replace(strong=bool(told))
    return found


def _told(page: Page, numbered: list[Head]) -> set[int]:
    """The levels at which a numbered heading has a box, or most of them a status line."""
    levels = {head.line.level for head in numbered if head.line.heading_box()}
    stated = Counter(head.line.level for head in numbered if "status" in _fields(page, head.index))
    count = Counter(head.line.level for head in numbered)
    return levels | {level for level, times in stated.items() if times > 1 and 2 * times > count[level]}


def _is_home(page: Page, index: int) -> bool:
    """Whether a numbered heading is that of the list, and holds it: "4. Implementation order"."""
    if not homes.is_home(page.lines[index].title):
        return False
    return any(_ITEM.match(line.text) for line in markdown.section(page.lines, index) if line.plain)


def _fields(page: Page, index: int) -> set[str]:
    """The fields right below a heading: "### B1: Store", "**Status**: open", "**Owner**: ..."."""
    own = markdown.before_heading(page.lines, index + 1)
    return {field[0] for line in own if line.plain for field in [line.field()] if field is not None}


def outside(found: list[Head], aside: Collection[int]) -> list[Head]:
    """Those that don't stand in the lines `aside`, and there those that are more than a number; but of the numbered
    sections of a description none, and of others none that only tell of the work."""
    kept = [head for head in found if not head.name.number or head.name.strong or head.line.number not in aside]
    plain = [head for head in kept if _is_plain(head)]
    if 2 * sum(asides.describes(head.name.rest) for head in plain) >= max(len(plain), 3):
        return [head for head in kept if not _is_plain(head)]
    return [head for head in kept if not (_is_plain(head) and asides.tells(head.name.rest))]


def _is_plain(head: Head) -> bool:
    return head.name.number and not head.name.strong


def phases(page: Page, aside: Collection[int] = ()) -> list[Head]:
    """The headings of phases of one kind and level, where there are some that hold no other ones: the tasks of a page that
    has no finer ones."""
    made: dict[tuple[int, str], list[Head]] = {}
    for index, line in enumerate(page.lines):
        title = markdown.bare(line.title) if line.level > 1 and line.plain and line.number not in aside else ""
        match = task_names.PHASE.match(title) if title else None
        words = title[match.end() :].lstrip(" :：.)–—-") if match else ""
        if match and words[:1].isalnum():
            kind = match[0][: match.start("number") - match.start()].strip(" -#:").lower()
            made.setdefault((line.level, kind), []).append(
                Head(index, line, Name(match["number"], words, None, True, True, True))
            )
    found = next((heads for heads in made.values() if len({head.name.id for head in heads}) > 1), [])
    places = {head.index for heads in made.values() for head in heads}
    return [] if any(holds(page, head.index, places) for head in found) else found


def chosen(page: Page, found: list[Head]) -> list[Head]:
    """Those that are tasks: what says so and holds no other such heading; else the deepest kind of numbered heading."""
    strong = _without_steps(page, [head for head in found if head.name.strong])
    if len(strong) > 1:
        places = {head.index for head in strong}
        return [head for head in strong if not holds(page, head.index, places)]
    phases = _phases(page, found)
    if phases:
        return phases
    level = max(head.line.level for head in found)
    return [head for head in found if head.line.level == level]


def _phases(page: Page, numbered: list[Head]) -> list[Head]:
    """The phases below one of the numbered sections, where they hold no numbered heading: "## 3. Plan", "### Phase 1: ..."."""
    places = {head.index for head in numbered}
    for over in numbered:
        made: list[Head] = []
        for index in range(over.index + 1, over.index + 1 + len(markdown.section(page.lines, over.index))):
            line = page.lines[index]
            title = markdown.bare(line.title) if line.level and line.plain else ""
            match = task_names.PHASE.match(title) if title else None
            if match and line.level == over.line.level + 1 and not holds(page, index, places):
                words = title[match.end() :].lstrip(" :：.)–—-")
                made.append(Head(index, line, Name(match["number"], words, None, True, True, True)))
        if len({head.name.id for head in made}) > FEWEST_PHASES - 1:
            return made
    return []


def _without_steps(page: Page, strong: list[Head]) -> list[Head]:
    """Without the steps below a heading that says which files it writes: "## Slice 1", "**Files:** ...", "### Step 1"."""
    inside: set[int] = set()
    for head in strong:
        if head.files and not head.name.step:
            inside.update(range(head.index + 1, head.index + 1 + len(markdown.section(page.lines, head.index))))
    return [head for head in strong if not (head.name.step and head.index in inside)]


def holds(page: Page, index: int, wanted: set[int]) -> bool:
    """Whether a heading has one of the wanted ones below it."""
    return any(at in wanted for at in range(index + 1, index + 1 + len(markdown.section(page.lines, index))))


def read(gather: Gather, page: Page, path: str, groups: Groups, aside: Collection[int] = ()) -> list[Entry]:
    """The tasks, and those of them that are steps: they follow each other. Numbered ones in the lines `aside` are none."""
    candidates = heads(page)
    kept = outside(candidates, aside)
    tasks = {head.index: head for head in (chosen(page, kept) if kept else phases(page, aside))}
    places = dict.fromkeys([head.index for head in candidates], False) | dict.fromkeys(
        [head.index for head in kept], True
    )
    steps: list[Entry] = []
    ruled = criteria.lines_of(page.lines)
    task_level = 0
    for index, line in enumerate(page.lines):
        if not line.plain or (line.level == 0 and task_level):
            continue
        if index in tasks:
            entry = _task(gather, page, path, tasks[index])
            groups.add(entry)
            steps += [entry] if tasks[index].name.step else []
            task_level = line.level
        elif line.level:
            if line.level <= task_level or not task_level:
                task_level = 0
                groups.enter(line)
                _leave(gather, page, path, index, places, set(tasks))
        elif not groups.lead(line) and (box := line.box()):
            told = box.status == "completed" or line.number in ruled
            gather.leave(gather.place(path, line.number), line.text, told)
    return steps


def beside(gather: Gather, page: Page, path: str, aside: Collection[int]) -> dict[int, Callable[[], Entry]]:
    """By line the headings of a page of boxes that are tasks without one: bugs with their files below "Open", a phase
    whose items have no box where other phases have some. Each with what makes its task."""
    found = [head for head in _fielded(page) if not _has_box(page, head)] + _unboxed_phases(page)
    kept = {head.line.number: head for head in found if head.line.number not in aside}
    return {number: partial(_task, gather, page, path, head) for number, head in kept.items()}


def _fielded(page: Page) -> list[Head]:
    """Headings that name a task and say in fields where or how it is done, and hold no other one."""
    found = [head for head in heads(page) if head.name.strong and head.name.rest and not head.name.step]
    told = [head for head in found if not _fields(page, head.index).isdisjoint(_OF_WORK)]
    places = {head.index for head in found}
    return [head for head in told if not holds(page, head.index, places)]


def _unboxed_phases(page: Page) -> list[Head]:
    """The phases that hold items and no box, where one of the same kind has boxes."""
    found = phases(page)
    boxed = [head for head in found if _has_box(page, head)]
    return [head for head in found if head not in boxed and _holds_items(page, head)] if boxed else []


def _has_box(page: Page, head: Head) -> bool:
    return any(line.box() for line in markdown.section(page.lines, head.index) if line.plain)


def _holds_items(page: Page, head: Head) -> bool:
    lines = markdown.section(page.lines, head.index)
    return sum(line.plain and not line.indent and line.bullet() is not None for line in lines) > 1


def _leave(gather: Gather, page: Page, path: str, index: int, places: dict[int, bool], tasks: set[int]) -> None:
    """Name a heading that looks like a task and is none."""
    line = page.lines[index]
    if not places.get(index, True):
        gather.leave(gather.place(path, line.number), line.text, True, "below a heading that holds no task")
        return
    like = index in places or bool(task_names.SAID.match(markdown.bare(line.title))) or _is_bare_phase(page, index)
    if like and (line.title.startswith("~~") or not holds(page, index, tasks)):
        gather.leave(gather.place(path, line.number), line.text)


def _is_bare_phase(page: Page, index: int) -> bool:
    """Whether a phase says which files it writes: without a task of its own, it is one."""
    if not task_names.is_phase(markdown.bare(page.lines[index].title)):
        return False
    own = markdown.before_heading(page.lines, index + 1)
    return any(line.plain and _OF_FILES.match(line.text) for line in own)


def _task(gather: Gather, page: Page, path: str, head: Head) -> Entry:
    line, name = head.line, head.name
    lines = markdown.section(page.lines, head.index)
    identity = next_id(gather) if name.number and name.id in gather.known else name.id
    place = gather.place(path, line.number)
    entry = gather.task(identity, name.rest or markdown.bare(line.title), place, status(line, lines))
    entry.note.parallel = True if PARALLEL.search(line.title) else None
    take(entry, markdown.bare(line.title))
    labelled_sections.body(entry, lines, title=str(entry.fields["title"]))
    labelled_sections.describe(entry, lines)
    return entry


def status(line: Line, lines: list[Line]) -> Status:
    """Its own box, its status line, a mark at its title, its steps, its criteria: the first that says something."""
    box = line.heading_box()
    if box:
        return box.status
    named = task_names.heading(re.sub(r"\*\*|__|`", "", line.title))
    said = status_line.status(lines) or statuses.marked(line.title) or statuses.marked(named.rest if named else "")
    if said:
        return said
    done = [box.status == "completed" for box in boxes(lines)]
    return "completed" if done and all(done) else "in_progress" if any(done) else "pending"


def mark(content: Content, line: Line, lines: list[Line], to: Status) -> list[Edit] | None:
    """The edits that give a task with a heading its status, where `status` reads it; None when it has no place."""
    own = line.heading_box()
    if own:
        return flip(content, own.at, own.token, to)
    word = status_line.find(lines)
    if word:
        return status_line.edits(content, word, to)
    steps = boxes(lines, criteria_too=False)
    return [edit for box in steps for edit in flip(content, box.at, box.token, to)] if steps else None


def below(page: Page, index: int, title: re.Pattern[str]) -> list[Line]:
    """What stands below a task's heading, up to the next heading that `title` says is a task's."""
    lines = markdown.section(page.lines, index)
    until = next((at for at, item in enumerate(lines) if item.level and title.match(markdown.bare(item.title))), None)
    return lines[:until]


def mark_noted(
    origin: Origin, note: Note | None, body: Callable[[Page, int], list[Line]], lack: str, fix: str
) -> list[Edit]:
    """`mark` of the task that a reading has noted. Raises FanoutError: it is gone, or has no place (`lack`, `fix`)."""
    path = origin.source.path
    if note is None:
        raise FanoutError(f"{path} has no task {origin.task} any more.", "Read it again.")
    content = Content(origin.source.files, path)
    page = markdown.page(content.text, path)
    index = int(note.place.rpartition(":")[2]) - 1
    edits = mark(content, page.lines[index], body(page, index), origin.status)
    if edits is None:
        raise FanoutError(f"{path}: task {origin.task} has no {lack}.", fix)
    return edits


def boxes(lines: list[Line], criteria_too: bool = True) -> list[Box]:
    """The boxes that stand for a task's status: its steps, or its criteria when it has no steps."""
    ruled = criteria.lines_of(lines)
    found = [(line.number in ruled, box) for line in lines if line.plain for box in [line.box()] if box]
    steps = [box for is_criterion, box in found if not is_criterion]
    return steps or [box for _is_criterion, box in found if criteria_too]
