# ruff: noqa: RUF001 - dashes and full-width punctuation are what lists are written with
"""Agent OS: agent-os/specs/<name>/tasks.md, task groups with dependencies, and boxes 1.0, 1.1, 1.2 in each."""

from __future__ import annotations

import re

from fanout.plan.read.outlined import Grammar, Outline
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.stages import Stage
from fanout.plan.read.text import markdown
from fanout.plan.read.tool_list import ToolList
from fanout.plan.reading import Format, Source

NAME = "agent-os"
GRAMMAR = Grammar(by_heading=True)
_HEAD = re.compile(r"^#{2,5}[ \t]+(?:\*\*)?Task[ \t]+Group[ \t]+\d", re.MULTILINE | re.IGNORECASE)
_GROUP = re.compile(r"(?:Task\s+)?Group\s*#?\s*(\d{1,3}(?:\.\d{1,3})*)", re.IGNORECASE)
_GROUPS = re.compile(
    r"(?:Task\s+)?Groups?\s*#?\s*((?:\d{1,3}(?:\s*(?:,|&|and|-|–|to|through)\s*)?(?:Task\s+)?(?:Group\s*)?)+)", re.I
)
# Headings that are tasks: the boxes below those are their steps or criteria.
_TASKS = re.compile(r"^#{2,6}[ \t]+[^\w\n]*Task[ \t-]+[A-Z]*-?\d", re.MULTILINE | re.IGNORECASE)
_BOX = re.compile(r"^[ \t]*[-*+][ \t]+\[.?\][ \t]", re.MULTILINE)
_PIECES = re.compile(r"^(?=#{2,6}[ \t])", re.MULTILINE)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s+\d")


def detect(source: Source) -> float:
    """Headings `Task Group N` above boxes, or any boxes in the tool's folder."""
    text, own = LIST.content(source)
    if not _BOX.search(text):
        return 0.0
    if len(_TASKS.findall(text)) > 1:
        return 0.95 if _in_groups(text) else 0.0
    return 0.95 if own else 0.9 if _HEAD.search(text) else 0.0


def _in_groups(text: str) -> bool:
    """Whether the boxes stand below headings of groups, and none below those of tasks, which only speak of them."""
    boxed = [piece for piece in _PIECES.split(text) if _BOX.search(piece)]
    return any(map(_HEAD.match, boxed)) and not any(map(_TASKS.match, boxed))


def _groups(_gather: Gather, outline: Outline, _path: str) -> None:
    """`**Dependencies:** Task Group 1` holds for every task of the group; its criteria are those of its last task."""
    under = outline.under()
    opened = {stage.entries[0].id: stage for stage in outline.stages}
    for group in outline.groups:
        head = _GROUP.search(group.title)
        tasks = under.get(id(group), [])
        if head and tasks:
            outline.waits.names.setdefault(f"group-{head[1]}", []).extend(entry.id for entry in tasks)
    for group in outline.groups:
        tasks = under.get(id(group), [])
        for name, value in _fields(group.lines) if tasks else []:
            if re.match(r"depend|blocked|依赖", name):
                _stated(outline, tasks, value, opened)
            elif name.startswith("acceptance"):
                for text in value.split("\n"):
                    tasks[-1].accept(re.sub(r"^\[.?\]\s*", "", text))


def _stated(outline: Outline, tasks: list[Entry], value: str, opened: dict[str, Stage]) -> None:
    """What a group waits for holds for each of its tasks; "None" frees the group, not the order inside it.

    `opened` are the stages by their first task.
    """
    groups = _named(value)
    before = [name for group in groups for name in outline.waits.names.get(group, [])]
    if (not before and groups) or (
        not groups and not re.match(r"\W*(?:none|no\b|n/a|nothing|-|\Z)", value, re.IGNORECASE)
    ):
        outline.waits.said += [(entry.id, value) for entry in tasks]
    for entry in tasks:
        entry.add("depends_on", [name for name in before if name != entry.id])
    stage = opened.get(tasks[0].id)
    if stage is not None:
        stage.stated = True


def _named(value: str) -> list[str]:
    """The groups in a field's value, as `waits.names` has them; ranges are spelled out."""
    numbers: list[str] = []
    for match in _GROUPS.finditer(value):
        for first, last in re.findall(
            r"(\d{1,3})(?:\s*(?:-|–|to|through)\s*(?:Task\s+)?(?:Group\s*)?(\d{1,3}))?", match[1]
        ):
            numbers += [str(number) for number in range(int(first), int(last or first) + 1)]
    return [f"group-{number}" for number in dict.fromkeys(numbers)]


def _fields(lines: list[markdown.Line]) -> list[tuple[str, str]]:
    """The fields below a group's heading; of one without a value the items below it, one a line."""
    fields: list[tuple[str, str]] = []
    for line in lines:
        field = line.field() if line.plain else None
        item = line.bullet() if line.plain else None
        if field:
            fields.append(field)
        elif item and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value}\n{item}".strip())
    return fields


LIST = ToolList(
    name=NAME,
    place="agent-os/specs",
    file="tasks.md",
    beside=("spec.md", "planning/requirements.md"),
    grammar=GRAMMAR,
    looks=_LOOKS,
    particular=_groups,
)
FORMAT = Format(NAME, detect, LIST.read, LIST.mark)
