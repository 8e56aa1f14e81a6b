# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""spec-kit: tasks.md with `- [ ] T001 [P] [US1] ...` in phases, or `### T001: ...` headings."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError, NothingToMark
from fanout.plan.file_access import Files
from fanout.plan.read import edges, list_files
from fanout.plan.read.formats import speckit_checks, speckit_order
from fanout.plan.read.formats.speckit_order import ID, Phase
from fanout.plan.read.outline import headings
from fanout.plan.read.outline.tail import take
from fanout.plan.read.prose import passing, statuses, touched
from fanout.plan.read.reading_builder import Entry, Gather, one_line
from fanout.plan.read.text import criteria, listing, markdown
from fanout.plan.read.text.content import Content, flip
from fanout.plan.read.text.markdown import Box, Line, Page
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "spec-kit"
_START = re.compile(
    rf"(?P<pre>(?:\[[^\]\n]{{1,30}}\]\s*)*)\*{{0,2}}`?(?P<id>{ID})\b`?\*{{0,2}}\s*[:：.、-]?\s*(?P<rest>.*)\Z"
)
_MARK = re.compile(r"\*{0,2}\[([^\]\n]{1,30})\]\*{0,2}\s*")
_HEAD = re.compile(
    rf"(?:\[(?P<box>.)\]\s*)?(?:Task\s+|任务\s*)?\*{{0,2}}(?P<id>{ID})\*{{0,2}}\s*[:：.、–—-]?\s*(?P<rest>.*)\Z"
)
_LIKE = re.compile(rf"\s*(?:(?:[-*+]|\d+[.)])\s+(?:\[.?\]\s+)?|\|\s*)?\*{{0,2}}(?:\[P\]\s*)?`?({ID})\b")
_LOOKS = re.compile(rf"\s*(?:[-*+]\s+\[.?\]\s|#+\s+(?:Task\s+)?{ID}\b|\|?\s*{ID}\b)")
_OTHER_HEAD = re.compile(r"^#{2,6}[ \t]+(?:Task[ \t]+)?\*{0,2}(?!T\d)[A-Z]{1,3}\d{1,4}[.:：]", re.MULTILINE)
_MENTIONS = re.compile(rf"[^\[\w]*\w.*\b{ID}\b")
_PHASE = re.compile(
    r"(?:phase|阶段|第[一二三四五六七八九十\d]+阶段|フェーズ|fase|étape)\s*[\d一二三四五六七八九十.]*", re.IGNORECASE
)
# "**Checkpoint**: Foundation ready", "CRITICAL: No user story work can begin until this phase is complete".
_BLOCKS = re.compile(
    r"\A\s*(?:[-*>]\s+)?\W*\*{0,2}Checkpoint\b|\bno\b[^.]*\b(?:can|may|must|should)\s+(?:begin|start)\b[^.]*\b(?:until|before)\b|"
    r"\bmust\s+be\s+(?:complete|done|finished)\w*\s+before\b",
    re.IGNORECASE,
)
_NEIGHBOURS = ("plan.md", "spec.md", "data-model.md", "research.md", "quickstart.md", "contracts")


def detect(source: Source) -> float:
    """Check boxes or headings that begin with T and a number."""
    if source.is_folder:
        return 0.9 if _in_folder(source.files, source.path) else 0.0
    return _score(source.text)


def _score(text: str) -> float:
    boxes = len(re.findall(rf"^[ \t]*[-*+] \[.?\] (?:\[[^\]\n]*\] )*\*{{0,2}}`?{ID}\b", text, re.MULTILINE))
    heads = len(re.findall(rf"^#{{2,6}}[ \t]+(?:\[.\][ \t]*)?(?:Task\s+)?\*{{0,2}}{ID}\b", text, re.MULTILINE))
    if boxes < heads and len(_OTHER_HEAD.findall(text)) >= heads:
        return 0.2  # T is one of the list's letters: B1, F1, T1
    return 0.9 if boxes > 1 else 0.8 if heads > 1 else 0.7 if boxes or heads else 0.0


def read(source: Source) -> Reading:
    path = _file(source)
    gather = Gather(source, NAME)
    page = markdown.page(gather.text(path), gather.name(path))
    phases = _tasks(gather, page, path)
    listing.leave_hidden(gather, page, path, _LOOKS, rf"\b{ID}\b")
    _leave_references(gather, page, path)
    _order(gather, page, phases)
    listing.stated_counts(gather, page.lines, path)
    gather.settings["context_files"] = listing.neighbours(gather, path, _NEIGHBOURS)
    if not gather.entries:
        raise FanoutError(
            f"{gather.name(path)} has no task such as '- [ ] T001 Create src/a.py'.", "Is it the right file?"
        )
    title = next((line.title for line in page.lines if line.level == 1 and line.plain), "")
    feature = os.path.basename(os.path.dirname(path)) if path else ""
    return gather.reading(feature, re.sub(r"^tasks?\s*[:：]\s*", "", title, flags=re.IGNORECASE))


def _file(source: Source) -> str:
    if not source.is_folder:
        return source.path
    place = _in_folder(source.files, source.path)
    if not place:
        raise FanoutError(f"{source.path} has no specs/NNN-name/tasks.md.", "Name the tasks.md itself.")
    if len(place) > 1:
        names = ", ".join(os.path.relpath(path, source.path) for path in place[:8])
        raise FanoutError(f"{source.path} holds {len(place)} task lists.", f"Name one: {names}.")
    return place[0]


def _in_folder(files: Files, folder: str) -> list[str]:
    own = os.path.join(folder, "tasks.md")
    if files.is_file(own):
        return [own] if _score(list_files.text_of(files, own)) else []
    specs = folder if os.path.basename(folder) == "specs" else os.path.join(folder, "specs")
    if not files.is_folder(specs):
        return []
    lists = [os.path.join(specs, name, "tasks.md") for name in files.names(specs)]
    return [path for path in lists if files.is_file(path) and _score(list_files.text_of(files, path))]


def _tasks(gather: Gather, page: Page, path: str) -> list[Phase]:
    found = _List(gather, page, path)
    for index, line in enumerate(page.lines):
        if line.plain and index >= found.skip_to:
            found.line(index, line)
    beside = {name: full for name in _NEIGHBOURS for full in listing.neighbours(gather, path, [name])}
    for phase in found.phases:
        for entry in phase.entries:
            _touched(gather, entry, phase, beside)
        speckit_checks.settle(phase)
    return [phase for phase in found.phases if phase.entries]


class _List:
    """What the lines of a list say, one after the other: its phases with their tasks."""

    def __init__(self, gather: Gather, page: Page, path: str) -> None:
        self.gather, self.page, self.path = gather, page, path
        self.ruled = criteria.lines_of(page.lines)
        self.phases = [Phase("")]
        self.phase_level = 0
        self.boxed: dict[str, Entry] = {}  # the tasks that are boxes, by their id as written
        self.skip_to = 0  # behind the body of a task that is a heading
        self.last: tuple[Entry, int, list[str]] | None = None  # the task of the box above, its indent and its text

    def line(self, index: int, line: Line) -> None:
        if line.level:
            self._heading(index, line)
            return
        box = line.box()
        start = _START.match(box.text) if box else None
        if line.text.strip() and not box and _BLOCKS.search(line.text):
            self.phases[-1].blocks = True
        inside = self.last is not None and line.indent > self.last[1]
        if not inside and not start and (checks := speckit_checks.find(line.text)):
            self.phases[-1].checks += checks
        elif box and start:
            self._box(line, box, start)
        elif self.last and inside and line.text.strip():
            self.last[2].append(line.text.strip())
            passing.take(self.last[0], line.text)
            _continue(self.last[0], self.last[2])
        elif box or line.nearly():
            if not self._tells_of_tasks(line):
                self.gather.leave(self.gather.place(self.path, line.number), line.text)
        elif line.text.strip() and not line.text.startswith((" ", "\t")):
            self.last = None

    def _tells_of_tasks(self, line: Line) -> bool:
        """Whether a mark stands before a criterion, or before words of tasks: "✅ Complete setup (T001-T004)"."""
        return line.number in self.ruled or (line.box() is None and bool(_MENTIONS.match(line.text)))

    def _heading(self, index: int, line: Line) -> None:
        head = _HEAD.match(markdown.bare(line.title) if not line.title.startswith("[") else line.title)
        self.last = None
        if head:
            block = markdown.section(self.page.lines, index)
            self.skip_to = index + 1 + len(block)
            told = self.boxed.get(head["id"]) if line.heading_box() is None else None
            if told is not None:  # the details of a task that is a box above
                told.fields["description"] = f"{told.fields['description']}\n\n{markdown.body(block)}"
                return
            self.phases[-1].entries.append(_heading_task(self.gather, self.path, line, head, block))
        elif _is_phase(line, self.phase_level):
            self.phase_level = line.level
            self.phases.append(_phase(line))

    def _box(self, line: Line, box: Box, start: re.Match[str]) -> None:
        entry, details = _box_task(self.gather, self.path, line, box, start)
        listing.unknown_box(self.gather, box, entry.id)
        self.phases[-1].entries.append(entry)
        self.boxed.setdefault(start["id"], entry)
        self.last = (entry, box.indent, details)


def _touched(gather: Gather, entry: Entry, phase: Phase, beside: dict[str, str]) -> None:
    entry.note.phase = phase.title
    touched.from_prose(entry, _words(entry))
    _near_files(entry, beside)
    touched.settle(gather, entry, str(entry.fields["title"]))


def _is_phase(line: Line, level: int) -> bool:
    if _PHASE.match(markdown.bare(line.title)):
        return not level or line.level <= level
    return line.level <= (level or 2) and line.level > 1


def _phase(line: Line) -> Phase:
    title = one_line(markdown.bare(line.title), 120)
    number, story = speckit_order.NUMBER.search(title), speckit_order.STORY.search(title)
    return Phase(title, number[1] if number else "", story[1] if story else "", blocks=edges.blocks(title))


def _box_task(gather: Gather, path: str, line: Line, box: Box, start: re.Match[str]) -> tuple[Entry, list[str]]:
    marks, text = _marks(start["pre"] + start["rest"])
    entry = gather.task(start["id"], text, gather.place(path, line.number), box.status)
    if box.status == "pending":
        entry.note.status = statuses.marked(text, behind=False) or "pending"
    take(entry, text)
    entry.note.parallel = True if "P" in marks else None
    entry.fields["description"] = text
    return entry, [text]


def _marks(text: str) -> tuple[set[str], str]:
    """The [P], [US1] and [Story] markers in front, and what stands behind them."""
    marks: set[str] = set()
    while True:
        match = _MARK.match(text)
        if match is None or not re.fullmatch(r"P|US\s?-?\d+[a-z]?|[A-Z][\w -]*", match[1]):
            return marks, text.strip()
        marks.add(match[1])
        text = text[match.end() :]


def _continue(entry: Entry, details: list[str]) -> None:
    entry.fields["description"] = "\n".join(details)


def _heading_task(gather: Gather, path: str, line: Line, head: re.Match[str], block: list[Line]) -> Entry:
    marks, text = _marks(head["rest"])
    entry = gather.task(head["id"], text, gather.place(path, line.number), headings.status(line, block))
    entry.note.parallel = True if "P" in marks or "[P]" in line.title else None
    entry.fields["description"] = markdown.body(block)
    current = ""
    for item in block:
        if not item.plain:
            continue
        field_ = item.field()
        if field_:
            current = field_[0]
            continue
        bullet = item.bullet()
        if bullet is None:
            continue
        if re.search(r"files?\b|文件", current):
            touched.deliverable(entry, bullet.strip())
        elif re.search(r"accept|criteria|验收", current):
            entry.accept(re.sub(r"^\[.?\]\s*", "", bullet))
    return entry


def _near_files(entry: Entry, beside: dict[str, str]) -> None:
    """`quickstart.md` in a spec folder's list means the one beside it."""
    if beside:
        entry.fields["reads"] = [beside.get(name.rstrip("/"), name) for name in entry.get("reads")]


def _leave_references(gather: Gather, page: Page, path: str) -> None:
    """A line that begins with an id that no task has."""
    known = listing.resolver(gather)
    for line in page.lines:
        match = _LIKE.match(line.text) if line.plain and not line.level else None
        if match and match[1].upper() not in known:
            place = gather.place(path, line.number)
            if not gather.unread or gather.unread[-1].place != place:
                gather.leave(place, line.text)


def _order(gather: Gather, page: Page, phases: list[Phase]) -> None:
    phrases = listing.phrases(gather, ID)
    said = {id(entry): listing.need(gather, phrases, entry, _words(entry)) for entry in gather.entries}
    speckit_order.stated(gather, page, phases)
    stating = {key for key, stated in said.items() if stated}
    for phase in phases:
        _in_phase(phase, stating)
    listing.keep_doubtful(gather)
    edges.same_files(gather)
    speckit_order.between(phases)


def _words(entry: Entry) -> str:
    return str(entry.fields.get("description") or entry.fields["title"])


def _in_phase(phase: Phase, said: set[int]) -> None:
    """Not marked [P] means: in the list's order. Marked ones beside each other don't wait for each other."""
    group: list[Entry] = []
    gate: Entry | None = None
    for entry in phase.entries:
        if entry.note.parallel:
            if gate is not None and id(entry) not in said:
                edges.after(entry, [gate], f"{gate.id} before it is not marked [P], so the list's order holds", 0.5)
            group.append(entry)
            continue
        if id(entry) not in said:
            before = group or ([gate] if gate is not None else [])
            edges.after(entry, before, "it is not marked [P], so it follows what stands before it in its phase", 0.6)
        gate, group = entry, []


def mark(origin: Origin) -> list[Edit]:
    """Flips the task's check box; of a heading without one, sets its status line or flips its steps."""
    path = _file(origin.source)
    content = Content(origin.source.files, path)
    note = read(origin.source).notes.get(origin.task)
    page = markdown.page(content.text, path)
    index = int(note.place.rpartition(":")[2]) - 1 if note else len(page.lines)
    line = page.lines[index] if index < len(page.lines) else None
    box = line.box() if line else None
    if box:
        return flip(content, box.at, box.token, origin.status)
    edits = headings.mark(content, line, markdown.section(page.lines, index), origin.status) if line else None
    if edits is None:
        raise NothingToMark(f"{path}: task {origin.task} has no check box to mark.", "Write it as '- [ ] T001 ...'.")
    return edits


FORMAT = Format(NAME, detect, read, mark)
