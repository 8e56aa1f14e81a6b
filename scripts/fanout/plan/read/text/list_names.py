"""What a page calls itself and its sections: a to-do list, a roadmap, what is planned, what is done."""

from __future__ import annotations

import re
from collections.abc import Callable

from fanout.plan.read.text import criteria, markdown
from fanout.plan.read.text.markdown import Line, Page

_TODO = re.compile(r"(?:.*[\W_])?to-?do(?:s|['\u2019]s)?(?:[\W_]*list)?[\W_]*\Z", re.IGNORECASE)
_ROADMAP = re.compile(r"(?:.*[\W_])?(?:road[-_ ]?map|backlog)(?:[\W_].*)?\Z", re.IGNORECASE)
_PLANNED = re.compile(
    r"\W*(?:now|next(?:\s+up)?|later|soon|planned|upcoming|backlog|to-?do|(?:near|short|mid|medium|long)(?:er)?[- ]term)\W*\Z",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\W*(?:(?:recently|already|previously)\s+)?(?:done|completed?|finished|shipped|released|implemented)"
    r"(?:\s+(?:tasks?|items?|milestones?|features?|work|improvements?))?\W*(?:\([^()]*\)\W*)?\Z",
    re.IGNORECASE,
)


def is_todo(page: Page) -> bool:
    """Whether the page is a to-do list by its file's name or its title: everything listed there is to be done."""
    return _is_called(page, _TODO)


def is_roadmap(page: Page) -> bool:
    """Whether the page is a roadmap or a backlog: it also tells of other things than what is to be done."""
    return _is_called(page, _ROADMAP)


def _is_called(page: Page, name: re.Pattern[str]) -> bool:
    stem = re.split(r"[\\/]", page.place)[-1].rpartition(".")[0]
    title = next((line.title for line in page.lines if line.level == 1 and line.plain), "")
    return bool(name.match(stem) or name.match(markdown.bare(title)))


def planned(page: Page) -> set[int]:
    """The lines below a heading such as "Next": what stands there is to be done, whatever its words begin with."""
    return below(page, _PLANNED.match)


def done(page: Page) -> set[int]:
    """The lines below a heading such as "Recently shipped"."""
    return below(page, _DONE.match)


def below(page: Page, is_wanted: Callable[[str], object]) -> set[int]:
    return {line.number for line in sections(page, is_wanted)}


def sections(page: Page, is_wanted: Callable[[str], object]) -> list[Line]:
    """The lines below the headings that are wanted, criteria left out."""
    ruled = criteria.lines_of(page.lines)
    level, inside = 0, list[Line]()
    for line in page.lines:
        if line.level and line.plain and (line.level <= level or not level):
            level = line.level if is_wanted(markdown.bare(line.title)) else 0
        elif level and line.plain and line.number not in ruled:
            inside.append(line)
    return inside
