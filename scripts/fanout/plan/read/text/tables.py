"""Tables of tasks: a column of ids or phases, and what the other columns say of each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fanout.plan.read.text import columns
from fanout.plan.read.text.markdown import Line

_SEPARATOR = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?\s*)?\Z")
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")  # a backtick that is never closed is one
_WITHOUT_IDS = ({"title", "status"}, {"title", "files", "needs"})
_FEWEST = 2  # columns


class Cell(NamedTuple):
    """What stands in a cell, and where in the line it starts."""

    text: str
    at: int


@dataclass(slots=True)
class Row:
    """One line of a table, its cells by the kind of their column; `name`: its letter, in a table that calls its rows A, B, C."""

    line: Line
    cells: dict[str, Cell]
    name: str = ""

    def text(self, kind: str) -> str:
        return self.cells[kind].text if kind in self.cells else ""


@dataclass(slots=True)
class Table:
    """A table with a column of ids or of phases, or of titles and a status, or of titles, files and needs."""

    columns: dict[str, int]
    heads: list[str]
    rows: list[Row] = field(default_factory=list)


def tables(lines: Sequence[Line]) -> list[Table]:
    """The tables that have a column of ids or of phases, and one that says more; or titles and how far each is."""
    made: list[Table] = []
    index = 0
    while index + 1 < len(lines):
        line, below = lines[index], lines[index + 1]
        index += 1
        if not (line.plain and "|" in line.text and _SEPARATOR.match(below.text)):
            continue
        body = list(itertools.takewhile(lambda one: one.plain and "|" in one.text, lines[index + 1 :]))
        table = _table(line, body)
        if table:
            made.append(table)
            index += 1 + len(body)
    return made


def _table(head: Line, body: list[Line]) -> Table | None:
    heads = [cell.text for cell in cells(head.text)]
    found = columns.find(heads, [[cell.text for cell in cells(line.text)] for line in body])
    named = {"id", "phase"} & found.keys() or any(found.keys() >= some for some in _WITHOUT_IDS)
    if not named or len(found) < _FEWEST:
        return None
    rows = [_row(line, found) for line in body]
    letters = columns.letters([row.text("id") for row in rows])
    for row, letter in zip(rows, letters, strict=False):
        row.name = letter
    return Table(found, heads, rows)


def _row(line: Line, found: dict[str, int]) -> Row:
    split = cells(line.text)
    if max(found.values()) >= len(split):  # backticks of two cells make no code
        split = cells(line.text, code=False)
    return Row(line, {name: split[place] for name, place in found.items() if place < len(split)})


def cells(text: str, code: bool = True) -> list[Cell]:
    """The cells of a line of a table; a bar in backticks (`code`) or behind a backslash divides nothing."""
    made: list[Cell] = []
    start = 0
    shown = _CODE.sub(lambda span: " " * len(span[0]), text) if code and "`" in text else text
    at = shown.find("|")
    while at >= 0:
        if text[at - 1 : at] != "\\":
            made.append(_cell(text, start, at))
            start = at + 1
        at = shown.find("|", at + 1)
    if text[start:].strip():
        made.append(_cell(text, start, len(text)))
    return made[1:] if text.lstrip().startswith("|") else made


def _cell(text: str, start: int, end: int) -> Cell:
    inner = text[start:end]
    return Cell(inner.strip(), start + len(inner) - len(inner.lstrip()))
