"""Check boxes: a box is a task, a box below another one is a step of it, a box below a criterion's head is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from fanout.plan.read.outline.groups import Groups
from fanout.plan.read.outline.tail import take
from fanout.plan.read.prose import statuses, touched
from fanout.plan.read.prose.mentions import mentions
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import criteria, labelled_sections, listing, markdown, status_line, task_names
from fanout.plan.read.text.markdown import Box, Line, Page
from fanout.plan.reading import Status

PARALLEL = re.compile(r"\[P\]|\(P\)|\[parallel\]|\((?:in )?parallel\)|\(可并行\)|（可并行）", re.IGNORECASE)  # noqa: RUF001
_DASH_BEGUN = re.compile(
    r"\s*[-*]\s+_(?:Requirements?|Leverage|Prompt)\b|[ \t]*[-*] \[.?\]\*[ \t]|"
    r".{0,80}\[-\]`?\W{0,3}(?:=|:|means|is)?\W{0,3}in[ -]progress",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Item:
    """A task on its way: its box, what stands below it, and how many of its steps are open."""

    entry: Entry
    indent: int
    lines: list[Line] = field(default_factory=list)
    open_steps: int = 0


class Boxes:
    """Reads a page of check boxes, one line after the other."""

    def __init__(
        self,
        gather: Gather,
        page: Page,
        path: str,
        groups: Groups,
        aside: Collection[int] = frozenset(),
        beside: Mapping[int, Callable[[], Entry]] | None = None,
    ) -> None:
        self.gather, self.page, self.path, self.groups = gather, page, path, groups
        self.begun = any(_DASH_BEGUN.match(line.text) for line in page.lines)
        self.aside = aside  # lines whose boxes are no tasks
        self.beside = beside or {}  # by line: headings that are tasks of their own
        self.criteria = criteria.lines_of(page.lines)
        self.letters = task_names.series(box.text for line in page.lines if line.plain for box in [line.box()] if box)
        self.items: list[Item] = []
        self.steps: list[Entry] = []  # boxes that say Step: they follow each other
        self.open: Item | None = None

    def read(self) -> list[Entry]:
        """Collect the tasks; the answer are those that are steps."""
        inside = 0  # the level of the task's heading that the line stands below
        for line in self.page.lines:
            if line.level and line.plain and (not inside or line.level <= inside):
                self.open, inside = None, 0
                if line.number not in self.beside or task_names.is_phase(markdown.bare(line.title)):
                    self.groups.enter(line)
                else:
                    self.groups.leave(line.level)
                if line.number in self.beside:
                    inside = line.level
                    self.groups.add(self.beside[line.number]())
            elif inside:
                continue
            elif line.plain:
                self._line(line, line.box())
            elif self.open and line.fenced:
                self.open.lines.append(line)
        for item in self.items:
            _settle(self.gather, item, self.criteria)
        return self.steps

    def _line(self, line: Line, box: Box | None) -> None:
        inside = self.open is not None and (line.indent > self.open.indent or not line.text.strip())
        if self.open and inside:
            self.open.lines.append(line)
            if box and line.number not in self.criteria:
                self.open.open_steps += box.status in ("pending", "in_progress")
        elif line.number in self.criteria:
            self._criterion(line)
        elif box and line.number in self.aside:
            why = "below a heading that holds no task"
            self.gather.leave(self.gather.place(self.path, line.number), line.text, True, why)
        elif box and box.text.strip():
            self._task(line, box)
        elif line.text.strip():
            self.open = None
            if not self.groups.lead(line) and (box or line.nearly() or _is_work(line)):
                self.gather.leave(self.gather.place(self.path, line.number), line.text)

    def _criterion(self, line: Line) -> None:
        """A criterion below no task is one of its group."""
        self.open = None
        if line.box():
            self.gather.leave(self.gather.place(self.path, line.number), line.text, told=True)

    def _task(self, line: Line, box: Box) -> None:
        named = task_names.boxed(box.text.strip(), self.letters)
        identity, text = named or (next_id(self.gather), box.text.strip())
        if named and re.fullmatch(r"\d+", identity) and identity in self.gather.known:
            identity, named = next_id(self.gather), None
        listing.unknown_box(self.gather, box, identity)
        words = PARALLEL.sub("", markdown.bare(text)).strip()
        place = self.gather.place(self.path, line.number)
        entry = self.gather.task(identity, words, place, status_of(box, self.begun, text))
        entry.counted = named is None
        entry.optional = box.optional
        entry.note.parallel = True if PARALLEL.search(text) else None
        entry.fields["description"] = text
        self.groups.add(entry)
        self.steps += [entry] if named and task_names.says_step(box.text) else []
        self.open = Item(entry, box.indent)
        self.items.append(self.open)


def status_of(box: Box, begun: bool, words: str) -> Status:
    """`begun`: the list is of those where a dash means in progress, not skipped. What is struck out is skipped.

    `words` are the box's text without the id.
    """
    if box.text.startswith("~~") and statuses.struck(box.text.strip()):
        return "completed" if box.status == "completed" else "skipped"
    status = "in_progress" if begun and box.token == "-" else box.status
    return (
        (statuses.marked(box.text, False) or statuses.marked(words, False) or status) if status == "pending" else status
    )


def _settle(gather: Gather, item: Item, ruled: set[int]) -> None:
    """Statuses, size, agent, files and criteria of a task from the words of its box and what stands below."""
    entry = item.entry
    text = str(entry.fields["description"])
    _with_steps(gather, entry, item.open_steps)
    if entry.note.status == "pending" and status_line.status(_nearest(item.lines)) == "completed":
        entry.note.status = "completed"
    take(entry, text)
    labelled_sections.body(entry, [line for line in item.lines if line.number not in ruled])
    touched.from_prose(entry, text, only_reads=entry.stated_writes())
    entry.fields["description"] = "\n".join([text, *(_shown(line) for line in item.lines if line.text.strip())])
    for line in item.lines:
        words = line.bullet() if line.number in ruled else None
        if words is not None:
            entry.accept(re.sub(r"^\[.?\]\s*", "", words))
        if line.plain and line.number not in ruled:
            _beside(entry, line)


def _nearest(lines: list[Line]) -> list[Line]:
    """Those that stand right below the box, and not below one of its steps."""
    least = min((line.indent for line in lines if line.text.strip()), default=0)
    return [line for line in lines if line.text.strip() and line.indent == least]


def _beside(entry: Entry, line: Line) -> None:
    for name, value, _at in line.fields():
        if re.match(r"(?:can (?:be )?run )?(?:in )?parallel", name) and not re.match(
            r"none|no\b|-|—|false", value, re.I
        ):
            entry.note.parallel = True


def _shown(line: Line) -> str:
    return line.text if line.fenced else line.text.strip()


def _with_steps(gather: Gather, entry: Entry, left: int) -> None:
    """A task that is over and has steps that are not."""
    if left and entry.note.status == "skipped":
        entry.note.status = "in_progress"
    elif left and entry.note.status == "completed":
        message = f"is done, so its {left} open step{'s' * (left > 1)} {'are' if left > 1 else 'is'} taken as done too"
        gather.warn("parent-over", message, entry.id, "Mark it open if there is still something to be done.")


def _is_work(line: Line) -> bool:
    """Whether an item without a box tells to write a file."""
    listed = bool(re.match(r"\d|\|", line.text))
    item = line.text if listed else line.bullet() or ""
    sure = 0.6 if listed else 0.85
    return any(found.mode == "write" and found.confidence >= sure for found in mentions(item)) if item else False


def next_id(gather: Gather) -> str:
    """The next number in the list that no task has."""
    number = len(gather.entries) + 1
    while f"{number:02d}" in gather.known:
        number += 1
    return f"{number:02d}"
