"""Tables of tasks: a column of ids or phases, and what the other columns say of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fanout.plan.read.text.markdown import Line

_SEPARATOR = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?\s*)?\Z")
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")  # a backtick that is never closed is one
_COLUMNS = {
    "id": r"#|id|no\.?|nr\.?|(?:task|ticket|issue|step)(?:\s*(?:id|#|no\.?|number))?|编号|任务|n[º°]|番号|タスク|"
    r"tareas?|aufgaben?|tâches?|tarefas?|задача",
    "phase": r"phases?|stages?|milestones?|sprints?|fases?|etapas?|étapes?|阶段|階段|フェーズ|단계|этап",
    "title": r"title|(?:task\s+)?(?:name|description|title)|subject|summary|what|work|deliverable|items?|features?|"
    r"(?:user\s+)?stor(?:y|ies)|action(?:\s+item)?|improvement|标题|描述|título|titre|"
    r"titel|nombre|descripci[oó]n|descrição|beschreibung|内容|説明|описание|功能|기능|機能",
    "needs": r"depends(?:[ _-]?on)?|dependenc(?:y|ies)|deps|blocked[ _-]?by|requires|prerequisites?|依赖|前置|"
    r"depende(?: de)?|dependencias?|dependências?|abhängig(?:keit(?:en)?)?(?: von)?|dépend(?:ances?)?(?: de)?|依存(?:関係|先)?|"
    r"зависит от|зависимости",
    "status": r"status|state|状态|estado|statut|stato|ステータス|状態|상태|статус",
    "progress": r"progress|done|complete|fortschritt|avance|进度|進捗|진행률?",
    "size": r"size|effort|estimate|est\.?|hours?|time|工时",
    "files": r"files?(?:\s+\w+)?|paths?|文件|archivos?|ficheros?|dateien?|fichiers?|arquivos?|ファイル|파일|файлы?",
}
_TASK = re.compile(r"(?:task|tareas?|aufgaben?|tâches?|tarefas?|タスク|задача)\Z", re.IGNORECASE)
_PATTERNS = {name: re.compile(rf"(?:{pattern})\Z", re.IGNORECASE) for name, pattern in _COLUMNS.items()}


class Cell(NamedTuple):
    """What stands in a cell, and where in the line it starts."""

    text: str
    at: int


@dataclass(slots=True)
class Row:
    """One line of a table, its cells by the kind of their column."""

    line: Line
    cells: dict[str, Cell]

    def text(self, name: str) -> str:
        return self.cells[name].text if name in self.cells else ""


@dataclass(slots=True)
class Table:
    """A table with a column of ids or of phases, or of titles and a status."""

    columns: dict[str, int]
    rows: list[Row] = field(default_factory=list)


def tables(lines: Sequence[Line]) -> list[Table]:
    """The tables that have a column of ids or of phases, and one that says more; or titles and how far each is."""
    made: list[Table] = []
    index = 0
    while index + 1 < len(lines):
        columns = _columns(lines[index]) if lines[index].plain and _SEPARATOR.match(lines[index + 1].text) else {}
        index += 1
        if not _wanted(columns):
            continue
        table = Table(columns)
        index += 1
        while index < len(lines) and lines[index].plain and "|" in lines[index].text:
            table.rows.append(_row(lines[index], columns))
            index += 1
        made.append(table)
    return made


def _wanted(columns: dict[str, int]) -> bool:
    named = {"id", "phase"} & columns.keys() or columns.keys() >= {"title", "status"}
    return bool(named) and len(columns) > 1


def _columns(line: Line) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells(line.text)):
        words = re.sub(r"[*_`]", "", cell.text).strip()
        for name, pattern in _PATTERNS.items():
            if pattern.match(words) and name not in columns:
                columns[name] = place
                break
        else:
            if "id" in columns and "title" not in columns and _TASK.match(words):
                columns["title"] = place
    if "progress" in columns and "status" not in columns:
        columns["status"] = columns["progress"]
    return columns


def _row(line: Line, columns: dict[str, int]) -> Row:
    split = cells(line.text)
    if max(columns.values()) >= len(split):  # backticks of two cells make no code
        split = cells(line.text, code=False)
    return Row(line, {name: split[place] for name, place in columns.items() if place < len(split)})


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
