# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Trae: .trae/specs/<name>/tasks.md, boxes `Task N: ...` with sub-tasks as steps, and "Task Dependencies" at the end."""

from __future__ import annotations

import re

from fanout.plan.read import outlined
from fanout.plan.read.outlined import Grammar, Outline
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.text import markdown, outline
from fanout.plan.read.tool_list import ToolList
from fanout.plan.reading import Format, Source

NAME = "trae"
_NEEDS = re.compile(r"task\s+dependenc|任务依赖|依赖关系", re.IGNORECASE)
GRAMMAR = Grammar(parts=False, left=re.compile(rf"{outlined.CRITERIA.pattern}|{_NEEDS.pattern}", re.IGNORECASE))
_TASK = re.compile(r"^[-*+][ \t]+\[.?\][ \t]+(?:\*\*)?Task[ \t]+\d", re.MULTILINE | re.IGNORECASE)
_OWN = re.compile(r"^#{1,3}[ \t]+Task Dependencies|^[ \t]+[-*+][ \t]+\[.?\][ \t]+SubTask[ \t]+\d", re.MULTILINE)
_STORY = re.compile(r"^#{1,3}[ \t]+(?:Tasks ?/ ?Subtasks|Dev Agent Record)", re.MULTILINE)
_PAIR = re.compile(r"\[?`?Tasks?\s*#?(?P<n>\d[\d.]*)`?\]?", re.IGNORECASE)
_BETWEEN = re.compile(r"depends?\s+on|依赖于?|after|blocked\s+by|requires", re.IGNORECASE)
_ARROW = re.compile(r"-+>|→|=>")
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s+Task\s", re.IGNORECASE)


def detect(source: Source) -> float:
    """Boxes `Task N` with `SubTask N.M` below them or a list of dependencies behind them, or in Trae's folder."""
    text, own = LIST.content(source)
    if own and re.search(r"^[ \t]*[-*+][ \t]+\[.?\][ \t]", text, re.MULTILINE):
        return 0.95
    return 0.87 if _TASK.search(text) and _OWN.search(text) and not _STORY.search(text) else 0.0


def _needs(gather: Gather, outline_: Outline, path: str) -> None:
    """The lines "Task 2 depends on Task 1": where there are any, tasks that none of them names wait for nothing.

    A heading "Task 2" stands for the boxes below it, which keep their order.
    """
    heads = _heads(outline_)
    lines = [line for group in outline_.groups if _NEEDS.search(group.title) for line in group.lines if line.plain]
    pairs = [(line, pair) for line in lines if (pair := _pair(line.bullet() or line.text.strip())) is not None]
    stated = [_need(gather, heads, pair) for _, pair in pairs]
    for (line, _), is_stated in zip(pairs, stated, strict=True):
        if not is_stated:
            gather.leave(gather.place(path, line.number), line.text)
    if any(stated):
        for stage in outline_.stages:
            stage.stated = True
        if not heads:
            outline_.waits.known.update(gather.known)


def _need(gather: Gather, heads: dict[str, list[str]], pair: tuple[list[str], list[str]]) -> bool:
    """Puts what one line says to the tasks. False when it names no task on one side."""
    after, before = ([one for one in _boxes(heads, names) if one in gather.known] for names in pair)
    for name in after:
        gather.known[name].add("depends_on", [other for other in before if other != name])
    return bool(after and before)


def _pair(text: str) -> tuple[list[str], list[str]] | None:
    """The tasks that wait and those that they wait for, as the line names them; None when it says nothing of order."""
    between = _BETWEEN.search(text)
    cut = between or _ARROW.search(text)
    if cut is None:
        return None
    left, right = _ids(text[: cut.start()]), _ids(re.split(r"[(（]", text[cut.end() :])[0])
    return (left, right) if between else (right, left)


def _boxes(heads: dict[str, list[str]], names: list[str]) -> list[str]:
    return [one for name in names for one in heads.get(name, [name])]


def _heads(outline_: Outline) -> dict[str, list[str]]:
    """The tasks below each heading that is called a task, by its number."""
    heads: dict[str, list[str]] = {}
    under = outline_.under()
    for group in outline_.groups:
        number, kind, _words = outline.words_of(markdown.bare(group.title))
        if kind == "task" and number:
            heads.setdefault(number, []).extend(entry.id for entry in under.get(id(group), []))
    return {number: names for number, names in heads.items() if names}


def _ids(text: str) -> list[str]:
    """The tasks in a text such as "Task 3, Task 4" or "[Task 1, 3]"."""
    match = _PAIR.search(text)
    if match is None:
        return []
    return list(dict.fromkeys(re.findall(r"\d{1,4}(?:\.\d{1,4})*", text[match.start() :])))


LIST = ToolList(
    name=NAME,
    place=".trae/specs",
    file="tasks.md",
    beside=("spec.md", "checklist.md"),
    grammar=GRAMMAR,
    looks=_LOOKS,
    particular=_needs,
)
FORMAT = Format(NAME, detect, LIST.read, LIST.mark)
