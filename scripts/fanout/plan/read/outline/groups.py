# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Groups of tasks: the headings above them, the order that phases state, and what a group says it depends on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fanout.plan.read import edges
from fanout.plan.read.prose import waiting_words
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.text import markdown, task_names
from fanout.plan.read.text.markdown import Line

_NEEDS = re.compile(
    rf"deps\Z|dependenc|depends|blocked|waits for|requires|prerequisite|{waiting_words.FIELD}", re.IGNORECASE
)
_KIND = r"task\s+groups?|groups?|phases?|stages?|sprints?|milestones?|waves?|sections?|parts?|steps?|epics?|weeks?|阶段|フェーズ"
_NAMED = re.compile(rf"(?:{_KIND})\s*#?\s*(\d+(?:\.\d+)*|[A-Z]\b)", re.IGNORECASE)
_MORE = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(,|and|&|\+|-|–|to|through|和|、|至)\s*(?:and\s+)?"
    r"#?(\d+(?:\.\d+)*)\b(?!\s*(?!tasks?\b|complete|done\b|finished\b)\w)",
    re.IGNORECASE,
)
_FREE = re.compile(r"\bparallel\b|\bindependent\b|\bany order\b|并行|並行", re.IGNORECASE)


@dataclass(slots=True)
class Group:
    """A heading and the tasks below it, up to the next heading of its level."""

    title: str
    level: int
    phase: bool
    number: str
    entries: list[Entry] = field(default_factory=list)
    needs: str | None = None  # what it says it depends on


class Groups:
    """The headings of a page as they come; `add` puts a task below all that are open."""

    def __init__(self) -> None:
        self.all: list[Group] = []
        self._open: list[Group] = []

    def enter(self, line: Line) -> None:
        title = markdown.bare(line.title)
        named = _NAMED.search(title) or re.match(r"[^\w]*(\d+(?:\.\d+)*)[.)\s]", title)
        group = Group(title, line.level, task_names.is_phase(title), named[1] if named else "")
        self._open = [*(one for one in self._open if one.level < line.level), group]
        self.all.append(group)

    def leave(self, level: int) -> None:
        """What follows stands below no heading of this level or a deeper one."""
        self._open = [one for one in self._open if one.level < level]

    def lead(self, line: Line) -> bool:
        """Take what a line before the first task says of the group's dependencies. False: it says nothing of them."""
        group = self._open[-1] if self._open else None
        if group is None or group.entries:
            return False
        for name, value, _at in line.fields():
            if _NEEDS.match(name):
                group.needs = value
                return True
        return False

    def add(self, entry: Entry) -> None:
        entry.note.phase = self._open[-1].title if self._open else ""
        for group in self._open:
            group.entries.append(entry)

    def phases(self) -> list[Group]:
        """The phases that hold tasks, innermost ones only."""
        found = [group for group in self.all if group.phase and group.entries]
        deepest: dict[int, int] = {}  # the level of the last group that begins with an entry
        for group in found:
            first = id(group.entries[0])
            deepest[first] = max(group.level, deepest.get(first, 0))
        return [group for group in found if all(deepest.get(id(entry), 0) <= group.level for entry in group.entries)]

    def stating(self) -> list[Group]:
        return [group for group in self.all if group.needs is not None and group.entries]


def _holds(outer: Group, inner: Group) -> bool:
    return outer.level < inner.level and bool(inner.entries) and inner.entries[0] in outer.entries


def settle(gather: Gather, groups: Groups, stated: set[str]) -> None:
    """Put the order between groups: what they state, and between phases their own. `stated` tasks say it themselves."""
    for group in groups.stating():
        _stated(gather, groups, group, stated)
    _in_order(groups.phases(), stated)


def _stated(gather: Gather, groups: Groups, group: Group, stated: set[str]) -> None:
    text = group.needs or ""
    if waiting_words.NOTHING.match(text):
        return
    before = named(groups, group, text)
    if not before:
        message = f"the group {group.title!r} depends on {text[:60]!r}, which names nothing that stands before it"
        gather.warn("unknown-task", message, "", "See that it is done first, or name a group or a task.")
    for entry in edges.sources(group.entries):
        for other in before:
            inner = [one.id for one in edges.sinks(other.entries) if one not in group.entries]
            entry.add("depends_on", inner)


def named(groups: Groups, group: Group, text: str) -> list[Group]:
    """The groups that a group's field names: "Task Group 1", "Phases 1 and 2", "all previous groups", a title."""
    earlier = [one for one in groups.all[: groups.all.index(group)] if one.entries and not _holds(one, group)]
    if re.match(r"\W*(?:all|every)\b", text, re.IGNORECASE):
        return earlier
    meant_by = numbers(text)
    meant = [one for one in groups.all if one is not group and one.entries and one.number and one.number in meant_by]
    meant += [one for one in earlier if one not in meant and _is_called(one, text.lower())]
    if not meant and re.match(r"\W*(?:the\s+)?(?:previous|preceding|prior)\b", text, re.IGNORECASE):
        return earlier[-1:]
    return meant


def _is_called(group: Group, text: str) -> bool:
    """Whether the text holds the group's title, if that is long enough to mean something."""
    return len(_words(group)) > 4 and _words(group) in text


def _words(group: Group) -> str:
    return (
        re.sub(rf"^\W*(?:{_KIND})\s*#?\s*[\w.]+\s*[:：.)–—-]*\s*", "", group.title, flags=re.IGNORECASE).strip().lower()
    )


def numbers(text: str) -> set[str]:
    """The numbers of "Task Groups 1, 2", "Phase 1-3"."""
    found: list[str] = []
    for match in _NAMED.finditer(text):
        found.append(match[1])
        end = match.end()
        while more := _MORE.match(text, end):
            if more[1] in ("-", "–", "to", "through", "至") and found[-1].isdigit() and more[2].isdigit():
                found += [str(one) for one in range(int(found[-1]) + 1, min(int(more[2]), int(found[-1]) + 100))]
            found.append(more[2])
            end = more.end()
    return set(found)


def _in_order(phases: list[Group], stated: set[str]) -> None:
    """A phase waits for the phases before it, unless it states something else or says that it is free."""
    done: list[Entry] = []
    ends: list[Entry] = []  # of what is done, kept up so that not all of it is asked again for each phase
    waited: set[str] = set()
    blocks = False  # whether the phase before says that what comes after it waits
    for phase in phases:
        if done and phase.needs is None and not _FREE.search(phase.title):
            reason = f"'{phase.title}' comes after the phases before it"
            behind = [one for one in edges.sources(phase.entries) if one.id not in stated]
            own = {id(one) for one in phase.entries}
            if behind:
                edges.barrier([one for one in ends or done if id(one) not in own], behind, reason, 0.7, blocks)
        blocks = edges.blocks(phase.title)
        done += phase.entries
        waited.update(*(edges.waited_for(entry) for entry in phase.entries))
        ends = [one for one in [*ends, *phase.entries] if one.id not in waited]
