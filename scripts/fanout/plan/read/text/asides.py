# ruff: noqa: RUF001 - dashes as people type them
"""Headings of a list below which nothing is to be done: how the file is used, what is left out, what was found out before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fanout.plan.read.text import markdown
from fanout.plan.read.text.markdown import Line

_FILE = r"(?:(?:this|the|our)\s+)?(?:file|document|list|plan|roadmap|tracker|board)"
_ASIDE = re.compile(
    rf"\W*(?:how\s+to\s+(?:use|read|update|maintain|influence)\b.*|(?:using|updating|reading)\s+{_FILE}|"
    r"(?:status\s+)?legend|(?:development|working)\s+workflow|out\s+of\s+scope|(?:explicit\s+)?non-?goals|not\s+planned|"
    r"dependencies\s*(?:&|and)\s*blockers|external\s+(?:services?|accounts?)(?:\s+(?:needed|required))?|infrastructure\s+requirements|"
    r"(?:\w+\s+)?principles|git\s+checkpoints?(?:\s+log)?|"
    r"(?:git|commit|checkpoint|session|work|change|decision|activity)\s+log|"
    r"개발\s*워크플로우?|사용\s*(?:방?법)|使い方|使用(?:方法|说明)|图例|凡例|"
    r"c[oó]mo\s+usar\b.*|comment\s+utiliser\b.*|leyenda|légende|legende)\W*(?:\([^()]*\)\W*)?\Z",
    re.IGNORECASE,
)


# What a plan is made from: matched with what often follows the word, so that "Context menu" is none.
_ABOUT = re.compile(
    r"\W*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:(?:plan|self|pre-?implementation|design)[ -]review|research|(?:key\s+)?findings|sources|"
    r"background|goals?|objectives?|constraints?|risks?|assumptions?|(?:open\s+)?questions|(?:(?:key|design|architecture|architectural|technical|resolved)\s+)*decisions?|"
    r"(?:(?:estimated|implementation|project|rough|suggested)\s+)*timelines?|problems?|motivation|current\s+(?:state|situation|behaviou?r))"
    r"(?:\s*[(&:,/–—-].*|\s+(?:and|to|of)\s.*|\s+(?:summary|findings|results?|notes?|metrics|questions?|statement|log|analysis))?\W*\Z",
    re.IGNORECASE,
)


# What was decided is no work, even where a page holds nothing else that could be.
_DECIDED = re.compile(
    r"\W*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:(?:key|design|architecture|architectural|technical|resolved)\s+)*decisions\W*\Z",
    re.IGNORECASE,
)


# Sections of a description: a page whose numbered headings are mostly of these is none of a list.
_TOLD = (
    r"(?:(?:executive|project|technical|general|high-level)\s+)?(?:overview|introduction|summary|conclusions?|references?|appendix|"
    r"glossary|background|motivation|(?:priority|effort|impact|decision|risk)[\s/\w-]*\smatrix|table\s+of\s+contents|概述|简介|背景|目标|总结|小结|结论|参考(?:资料|文献)?|附录)"
)
_TELLS = re.compile(rf"\W*{_TOLD}\W*(?:[(:&–—-].*)?\Z", re.IGNORECASE)
_DESCRIBES = re.compile(
    rf"\W*(?:{_TOLD}\b|(?:what|why|who|when)\b(?!\s+to\b)|(?:\w+\s+){{0,3}}(?:architecture|principles|concepts?|terminology|workflow|"
    r"structure|stack|philosophy|strategy|policy|protocol|notes?|constraints?|assumptions?|risks?|metrics|state|status|checklist|"
    r"considerations?|goals?|objectives?|scope|faq|troubleshooting)\b\W*(?:[(:&/–—-].*|of\b.*|for\b.*)?\Z)",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\W*(?:add|build|create|design|define|document|fix|implement|improve|make|refactor|remove|replace|rework|set|split|test|"
    r"update|upgrade|use|wire|write)\b",
    re.IGNORECASE,
)


def tells(title: str) -> bool:
    """Whether a numbered section only tells of the work: "1. Overview"."""
    return bool(_TELLS.match(title))


def describes(title: str) -> bool:
    """Whether a numbered section may be one of a description: "4. Key architecture notes", "2. What it owns"."""
    return bool(_DESCRIBES.match(title)) and not _WORK.match(title)


def lines_of(lines: Sequence[Line], about: bool = True) -> set[int]:
    """The numbers of the lines below such a heading; the page's own title is none. `about` False: below those where not
    even a check box is a task."""
    return _below(lines, (_ASIDE, _ABOUT) if about else (_ASIDE,))


def decided(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines below a heading of decisions."""
    return _below(lines, (_DECIDED,))


def _below(lines: Sequence[Line], wanted: Sequence[re.Pattern[str]]) -> set[int]:
    numbers: set[int] = set()
    level = 0
    for line in lines:
        if line.level and line.plain and (line.level <= level or not level):
            title = markdown.bare(line.title)
            level = line.level if line.level > 1 and any(one.match(title) for one in wanted) else 0
        elif level:
            numbers.add(line.number)
    return numbers
