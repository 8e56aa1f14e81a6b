# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Criteria: boxes and items that say when something is done. They are never tasks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fanout.plan.read.text.markdown import Line

_ALWAYS = re.compile(
    r"\W*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:overall\s+|final\s+|key\s+|project\s+|phase\s+)?(?:"
    r"accept(?:ance)?(?:\s+(?:criteria|criterion|tests?|checks?|conditions?))?|success\s+(?:criteria|metrics|conditions?)|"
    r"definition\s+of\s+done|dod|done\s+(?:when|criteria)|exit\s+criteria|completion\s+(?:criteria|checklist)|quality\s+gates?|"
    r"验收(?:标准|条件)?|完成标准|成功标准|受け入れ(?:基準|条件)|完了(?:条件|基準)|abnahmekriterien|akzeptanzkriterien|"
    r"critères?\s+d['’]acceptation|criterios?\s+de\s+(?:aceptación|éxito)|critérios?\s+de\s+(?:aceitação|aceite|sucesso)|"
    r"(?:[\w-]+\s+){1,3}criteria|performance\s+targets?|deliverables?\s+checklist|(?:pre-?(?:commit|merge)|pr|pull\s+request|(?:code\s+)?review|(?:\w+\s+)?compliance)\s+checklist|"
    r"checklist\s+before\s+(?:each|every)\s+commit)(?:\s+(?:checklist|summary|verification|validation))?\W*(?:\([^()]*\)\W*)?\Z",
    re.IGNORECASE,
)
# A heading with a number of its own ("5. Verification") is a group of work like the others.
_UNNUMBERED = re.compile(
    r"\W*(?:(?:final|manual|overall|checkpoint|post-\w+)\s+)?(?:verif\w*|validation)(?:\s+(?:checklist|criteria|steps?|plan))?\W*(?:\([^()]*\)\W*)?\Z|"
    r"\W*验证\W*\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*(?:[-*+]\s+)?(?:\*\*)?_?([^\[\]:：`\n]{3,40}?)_?(?:\*\*)?\s*[:：]\s*\Z")


def is_criteria(title: str) -> bool:
    """Whether what stands below such a heading or label are criteria."""
    return bool(_ALWAYS.match(title) or _UNNUMBERED.match(title))


def lines_of(lines: Sequence[Line], headings: bool = True) -> set[int]:
    """The numbers of the lines below a heading or a label of criteria; `headings` False: below a label."""
    numbers: set[int] = set()
    level, indent = 0, -1
    for line in lines:
        if not line.plain or not line.text.strip():
            continue
        if line.level:
            indent = -1
            level = level if level and line.level > level else line.level if headings and is_criteria(line.title) else 0
        elif 0 <= indent < line.indent:
            numbers.add(line.number)
        elif (label := _label(line)) is not None:
            indent = line.indent if is_criteria(label) else -1
        elif level or _below(line, indent):
            numbers.add(line.number)
        else:
            indent = -1
    return numbers


def _below(line: Line, indent: int) -> bool:
    """Whether a line belongs to the label that stands at `indent`: an item beside or below it, or deeper text."""
    return indent >= 0 and (line.indent > indent or (line.indent == indent and line.bullet() is not None))


def _label(line: Line) -> str | None:
    """The name of a label on a line of its own: "**Acceptance Criteria:**", "- Acceptance criteria:", "Done when:"."""
    field = line.field()
    if field:
        return field[0] if not field[1] or is_criteria(field[0]) else ""
    if not line.text.rstrip().endswith((":", "：")):
        return None
    match = _LABEL.match(line.text)
    return match[1] if match and line.box() is None else None
