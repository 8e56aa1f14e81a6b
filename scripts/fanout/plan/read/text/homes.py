# ruff: noqa: RUF001 - dashes as people type them
"""Headings that say what is to be done: "Implementation phases", "Steps", "Tasks". A page that has one keeps its list there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from fanout.plan.read.text import markdown
from fanout.plan.read.text.markdown import Line

_WORK = (
    r"implementation|execution|development|migration|delivery|rollout|remediation|refactor(?:ing)?|build|work|action|concrete|"
    r"proposed|detailed|recommended|suggested|identified|remaining|phased|step-by-step"
)
_LIST = r"phases?|steps?|plan|roadmap|tasks?|task\s+list|breakdown|items?|changes"
_HOME = re.compile(
    rf"\W*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:(?:(?:{_WORK})\s+)+(?:{_LIST})|(?:[\w/-]+\s+(?:&\s+)?){{0,3}}tasks?|task\s+(?:list|breakdown)|"
    r"to-?dos?|action\s+items|steps|实施(?:步骤|计划|方案)|任务(?:清单|列表|分解)|实现步骤|実装(?:手順|計画)|작업\s*목록|구현\s*(?:순서|단계)|"
    r"المهام(?:\s+التنفيذية)?|خطوات\s+التنفيذ|خطة\s+التنفيذ\s.*)\W*(?:[(:&–—-].*)?\Z",
    re.IGNORECASE,
)
# What only says in which order the work described elsewhere is done, where it is.
_ORDER = re.compile(
    rf"\W*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:(?:{_WORK})\s+)+(?:order|sequence)\W*(?:[(:&–—-].*)?\Z|\W*(?:\d+[.、]\s*)?实施顺序.*\Z",
    re.IGNORECASE,
)
# Boxes of what is looked at when all is done: criteria of a page that has a list.
_TESTED = re.compile(
    r"\W*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:(?:manual|unit|integration|e2e|end-to-end|regression|qa|final|worker|mobile|desktop)\s+)*"
    r"(?:test(?:s|ing)?|qa)(?:\s+(?:checklist|plan|strategy|cases|scenarios|matrix))?\W*(?:\([^()]*\)\W*)?\Z|"
    r"\W*(?:验证方案|测试(?:计划|清单|方案)|테스트\s*체크리스트)\W*\Z",
    re.IGNORECASE,
)


def is_home(title: str) -> bool:
    return bool(_HOME.match(markdown.bare(title)) or _ORDER.match(markdown.bare(title)))


def lines_of(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines below such a heading."""
    return _below(lines, _HOME)


def ordered(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines below a heading of the order."""
    return _below(lines, _ORDER)


def tested(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines below a heading of tests."""
    return _below(lines, _TESTED)


def elsewhere(lines: Sequence[Line], home: Iterable[int]) -> set[int]:
    """The numbers of all other lines."""
    return {line.number for line in lines} - set(home)


def _below(lines: Sequence[Line], wanted: re.Pattern[str]) -> set[int]:
    numbers: set[int] = set()
    level = 0
    for line in lines:
        if line.level and line.plain and (line.level <= level or not level):
            level = line.level if line.level > 1 and wanted.match(markdown.bare(line.title)) else 0
        if level:
            numbers.add(line.number)
    return numbers
