# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Plans in prose: IMPLEMENTATION_PLAN.md, the client's saved plans, Trae's documents. Only what is a task is one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from fanout.errors import FanoutError
from fanout.plan.read import outlined, stages
from fanout.plan.read.outlined import Grammar
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.reading_builder import Gather, clean_id
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import homes, labelled_sections, listing, markdown, outline, status_line, task_names
from fanout.plan.read.text.markdown import Line, Page
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "plan"
_FILE = re.compile(r"(?:.*[-_])?implementation[-_]plan(?:[-_].*)?\.md\Z", re.IGNORECASE)
_PLACES = (".claude/plans", ".trae/documents", ".windsurf/plans", ".opencode/plans")
# Sections of a plan that tell of the work and are none of it: a closed list, matched at a heading's beginning.
_ABOUT = re.compile(
    r"\W*(?:\d+[.)]\s*)?(?:(?:overview|introduction|background|goals?|objectives?|architecture|context|summary|"
    r"executive|(?:plan|self|design)[ -]review|research|(?:key\s+)?findings|sources|git checkpoints?|(?:commit|work|session) log|"
    r"requirements?|risks?|timeline|resources?|success|metrics|conclusion|next steps|references?|appendix|"
    r"implementation\s+(?:notes?|principles?|considerations?|guidelines?|details?)|"
    r"glossary|assumptions?|constraints?|(?:out of )?scope|non-goals|dependencies|tech\w* (?:stack|decisions?)|"
    r"current (?:state|status)|problem|motivation|alternatives|rollback|monitoring|(?:open )?questions|notes?|"
    r"estimat\w*|verification|validation|testing|test (?:plan|strategy|checklist)|acceptance|definition of|"
    r"checklist|(?:design )?decisions?|(?:file|project) structure|directory|key (?:files|decisions|features)|"
    r"why|"
    r"what(?!\s+to\s+(?:do|add|build|change|create|fix|implement|move|remove|update|write)\b)|"
    r"how|data model|api design|user stor\w*|(?:table of )?contents|status|progress summary|legend)(?!\w)|"
    r"概述|背景|目标|架构|风险|验收|验证|总结|参考)",
    re.IGNORECASE,
)
# When what the steps say is done, once more.
_TIMES = re.compile(r"\W*(?:\d+[.)]\s*)?(?:[\w-]+\s+)?(?:timelines?|schedule|milestone\s+dates)\W*\Z", re.IGNORECASE)
_GROUPS = ("phase", "stage", "sprint", "milestone", "part", "阶段")  # what holds numbered steps is no task itself
GRAMMAR = Grammar(
    by_heading=True, numbered=True, left=re.compile(rf"{outlined.CRITERIA.pattern}|\A{_ABOUT.pattern}", re.I)
)
_TASK = re.compile(
    r"\W*(?:(?P<kind>task|step|phase|stage|milestone|part|sprint|任务|步骤|阶段)\s*#?)?\s*(?P<number>\d{1,3}(?:\.\d{1,3})*[a-z]?)"
    r"(?P<end>[.):：]|\s*[–—-]\s|(?=\s))\s*(?P<rest>\S.*)\Z",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\W*(?:\d+[.)]\s*)?(?:(?:migration|refactoring|proposed|execution|rollout|suggested|recommended)\s+)*"
    r"(?:implementation|steps?|plan\b|changes|tasks?|to-?do|approach|work|phase|stage|fix(?:es)?\b(?!ed)|solution\b|what\s+to\s|"
    r".*(?:修改|实施|实现|步骤|任务|阶段))",
    re.IGNORECASE,
)
_OWN = re.compile(r"\W*(?:[^\W\d_]+\s+)?#?(?P<number>\d{1,3}(?:\.\d{1,3})*)(?![\w%])")  # of "Phase 1.2: ...", "2. ..."
_NUMBERED = re.compile(r"(?P<number>\d{1,3})[.)]\s+(?P<rest>\S.*)\Z")
_BULLET = re.compile(r"[-*+](?P<number>)\s+(?P<rest>\S.*)\Z")
_DONE = re.compile(r"✅|☑|\[[xX]\]|\((?:done|completed?|finished)\)|\b(?:DONE|COMPLETED?|FIXED|IMPLEMENTED)\b|~~")
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s")


@dataclass(slots=True)
class _Head:
    """A heading or numbered item that is a task, and the lines below it."""

    number: str
    words: str
    line: Line
    lines: list[Line]
    over: str  # the heading above
    kind: str = ""  # "step", "phase"


def detect(source: Source) -> float:
    """By where it is: a plan in prose has no mark of its own."""
    if source.is_folder or not source.path.endswith(".md"):
        return 0.0
    folder = f"{os.path.dirname(source.path).replace(os.sep, '/')}/"
    kept = any(f"/{place}/" in folder for place in _PLACES)
    return 0.4 if kept or _FILE.match(os.path.basename(source.path)) else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(source.path), gather.name(source.path))
    if _has_boxes(page):
        outline_ = outlined.read(gather, page, source.path, GRAMMAR)
        outlined.finish(gather, outline_, GRAMMAR)
    else:
        _sections(gather, page, source.path)
    listing.leave_hidden(gather, page, source.path, _LOOKS)
    if source.path.startswith(gather.base):
        gather.settings["context_files"] = [gather.name(source.path)]
    return gather.reading("", outlined.title(page, ""))


def _has_boxes(page: Page) -> bool:
    """Whether its boxes are the tasks: several, or a lone one beside which nothing else can be one."""
    count = len(outlined.works(outline.groups(page), GRAMMAR))
    if count != 1:
        return count > 1
    others = _headings(page) or _items(page, _NUMBERED, _LIST.match)
    return not others and len(_items(page, _BULLET, homes.is_home)) < 2


def _sections(gather: Gather, page: Page, path: str) -> None:
    heads = _headings(page)
    items = _items(page, _NUMBERED, _LIST.match)
    steps = _items(page, _NUMBERED, homes.is_home) if any(_is_home(head) for head in heads) else []
    if not heads or (items and _only_groups(heads, items)) or len(steps) > 1:
        heads = steps or items
    heads = heads or _items(page, _BULLET, homes.is_home)
    if not heads:
        fix = "Write its steps as '### Step 1: ...' or '- [ ] ...'; or the user types /spec:decompose, which makes tasks of it."
        raise FanoutError(f"{gather.name(path)} has no task: no check box, numbered heading or numbered step.", fix)
    found: list[Stage] = []
    used: set[str] = set()
    called = _stages(heads)
    for head in heads:
        entry = gather.task(
            _identity(head, used, called.get(head.over, "")),
            head.words,
            gather.place(path, head.line.number),
            _status(head),
        )
        entry.note.phase = head.over
        labelled_sections.body(entry, head.lines)
        touched.from_prose(entry, head.words, only_reads=bool(entry.get("writes")))
        labelled_sections.describe(entry, [head.line, *head.lines])
        if not found or found[-1].key != head.over:
            found.append(Stage(head.over, head.over))
        found[-1].entries.append(entry)
    waits = Waits()
    stages.stated(gather, waits)
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    stages.order(gather, found, waits, chain=True)


def _identity(head: _Head, used: set[str], stage: str) -> str:
    """Its number, or the one that it has in its section where numbers begin anew in each."""
    over = outline.words_of(head.over)[0]
    first = f"{stage}.{head.number}" if stage else head.number
    tried = [first, *([f"{over}.{head.number}"] if over else []), *(f"{first}-{count}" for count in range(2, 1000))]
    found = next(clean_id(name) for name in tried if clean_id(name) not in used)
    used.add(found)
    return found


def _stages(heads: list[_Head]) -> dict[str, str]:
    """What each section is called in ids: its own number, or its place among them; none where no number stands twice."""
    if len({(head.kind, head.number) for head in heads}) == len(heads):
        return {}
    overs = list(dict.fromkeys(head.over for head in heads))
    own = [_OWN.match(over) for over in overs]
    numbers = [match["number"] if match else "" for match in own]
    told = all(numbers) and len(set(numbers)) == len(numbers)
    return {over: numbers[place] if told else str(place + 1) for place, over in enumerate(overs)}


def _headings(page: Page) -> list[_Head]:
    """The numbered headings that hold no other one; of plain sections with a number those that tell of work."""
    numbered = _numbered(page)
    named = any(match["kind"] for _index, match in numbered)
    heads: list[_Head] = []
    for index, match in numbered:
        lines = markdown.section(page.lines, index)
        if any(index < other <= index + len(lines) for other, _match in numbered):
            continue
        over, kind = _over(page, index), (match["kind"] or "").lower()
        if kind or not named or _is_of_work(over):
            heads.append(_Head(match["number"], match["rest"], page.lines[index], lines, over, kind))
    return heads


def _is_of_work(over: str) -> bool:
    """Whether numbered sections below a heading are tasks beside named ones: "Phase 2", "3. Implementation steps" hold such."""
    match = _TASK.match(over)
    return match is not None and bool(match["kind"] or homes.is_home(over))


def _numbered(page: Page) -> list[tuple[int, re.Match[str]]]:
    """The lines that are numbered headings, but not those of sections that tell of the work, nor what is below these."""
    heads: list[tuple[int, re.Match[str]]] = []
    trail: list[tuple[int, str]] = []
    for index, line in enumerate(page.lines):
        if not (line.level and line.plain):
            continue
        trail = [head for head in trail if head[0] < line.level]
        title = markdown.bare(line.title)
        match = _TASK.match(title) if line.level > 1 and not _tells(trail) else None
        if match and (match["kind"] or not _ABOUT.match(match["rest"])):
            heads.append((index, match))
        trail.append((line.level, title))
    return heads


def _tells(trail: list[tuple[int, str]]) -> bool:
    """Whether one of the headings above tells of the work and is none of it."""
    return any(level > 1 and _ABOUT.match(title) for level, title in trail)


def _is_home(head: _Head) -> bool:
    """Whether a numbered section is that of the plan's steps, the others telling of the work: "4. Execution plan"."""
    return not head.kind and homes.is_home(head.words)


def _only_groups(heads: list[_Head], items: list[_Head]) -> bool:
    """Whether the headings are phases, and most of them hold numbered steps."""
    phases = [head for head in heads if head.kind in _GROUPS]
    held = [head for head in phases if sum(item.line in head.lines for item in items) > 1]
    return bool(phases) and len(phases) == len(heads) and len(held) * 2 > len(phases)


def _over(page: Page, index: int) -> str:
    level = page.lines[index].level
    above = (line for line in reversed(page.lines[:index]) if line.plain and 0 < line.level < level)
    head = next(above, None)
    return markdown.bare(head.title) if head is not None and head.level > 1 else ""


def _items(page: Page, item: re.Pattern[str], is_list: Callable[[str], object]) -> list[_Head]:
    """The items below a heading such as Steps or Implementation, or below one of its phases."""
    heads: list[_Head] = []
    trail: list[tuple[int, str]] = []
    for line in page.lines:
        if line.level and line.plain:
            trail = [*(head for head in trail if head[0] < line.level), (line.level, markdown.bare(line.title))]
            continue
        inside = any(level > 1 and is_list(title) for level, title in trail)
        match = item.match(line.text) if line.plain and inside else None
        over = trail[-1][1] if trail else ""
        if match:
            number = match["number"] or str(len(heads) + 1)
            heads.append(_Head(number, markdown.bare(match["rest"]), line, [], over))
        elif heads and heads[-1].over == over and _goes_on(line):
            heads[-1].lines.append(line)
    return [head for head in heads if not (_TIMES.match(head.over) or task_names.is_phase(head.words))] or heads


def _goes_on(line: Line) -> bool:
    """Whether the line belongs to the item above it."""
    return bool(line.indent) or not line.text.strip() or line.fenced


def _status(head: _Head) -> Status:
    title = head.line.title or head.line.text
    for line in head.lines:
        field = line.field() if line.plain else None
        if field and field[0] in status_line.NAMES:
            return statuses.within(field[1])
    if _DONE.search(title):
        return "completed"
    boxes = [box.status for line in head.lines if line.plain for box in [line.box()] if box]
    return "completed" if boxes and all(status == "completed" for status in boxes) else "pending"


def mark(origin: Origin) -> list[Edit]:
    """Sets the task's box; a step in prose has none."""
    source = origin.source
    page = markdown.page(source.text, source.path)
    if _has_boxes(page):
        return outlined.mark(origin, source.path, GRAMMAR)
    raise FanoutError(f"{source.path}: task {origin.task} is prose, without a check box.", "Mark it by hand.")


FORMAT = Format(NAME, detect, read, mark)
