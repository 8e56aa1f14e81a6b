"""What the tasks of a free page are: headings, boxes, rows, items. And which of its lines hold none.

asides, homes -> aside, unboxed -> style: headings that say so, named items, boxes, numbered headings, rows, items, phases
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from fanout.plan.read.outline import headings, items, rows
from fanout.plan.read.outline.headings import Head
from fanout.plan.read.text import asides, criteria, homes, markdown, task_names
from fanout.plan.read.text.markdown import Page

FEWEST = 2


@dataclass(slots=True)
class Style:
    """`aside` are lines whose items and numbered headings are no tasks, `unboxed` those whose boxes are none either."""

    name: str = ""
    aside: set[int] = field(default_factory=set)
    unboxed: set[int] = field(default_factory=set)


def of(page: Page) -> Style:
    """The page's style; its name is "" when it holds no task."""
    aside, unboxed = asides.lines_of(page.lines), asides.lines_of(page.lines, about=False)
    at_home = _at_home(page, aside)
    if at_home:
        tested = homes.tested(page.lines) - at_home
        narrow = Style("", aside | homes.elsewhere(page.lines, at_home), unboxed | tested)
        narrow.name = _name(page, narrow)
        if narrow.name:
            return narrow
    for style in (Style("", aside, unboxed), Style("", asides.decided(page.lines))):
        style.name = _name(page, style)
        if style.name:
            return style
    return Style()


def _at_home(page: Page, aside: set[int]) -> set[int]:
    """The lines below headings that say what is to be done, where there is a list of headings, items or phases."""
    found = homes.lines_of(page.lines) or _ordered(page, aside)
    found = found - _inside_others(page, found) - aside
    lines = [line for line in page.lines if line.number in found and line.plain]
    numbered = sum(bool(items.NUMBERED.match(line.text)) for line in lines)
    titles = [markdown.bare(line.title) for line in lines if line.level]
    heads = sum(bool(task_names.heading(title)) or task_names.is_phase(title) for title in titles)
    return found if numbered >= FEWEST or heads > FEWEST else set()


def _ordered(page: Page, aside: set[int]) -> set[int]:
    """The lines below a heading of the order, where the work itself has no headings elsewhere."""
    found = homes.ordered(page.lines)
    heads = [*headings.outside(headings.heads(page), aside), *headings.phases(page, aside)] if found else []
    return set() if sum(head.line.number not in found for head in heads) >= FEWEST else found


def _inside_others(page: Page, home: set[int]) -> set[int]:
    """The lines below headings of tasks and phases: "Steps" there are those of the task."""
    numbers: set[int] = set()
    for index, line in enumerate(page.lines):
        title = markdown.bare(line.title) if line.level > 1 and line.plain else ""
        if not title or homes.is_home(title):
            continue
        over = task_names.heading(title) or task_names.is_phase(title)
        if over and line.number not in home:
            numbers.update(one.number for one in markdown.section(page.lines, index))
    return numbers


def _name(page: Page, style: Style) -> str:
    ruled = criteria.lines_of(page.lines) | style.unboxed
    work = any(line.box() for line in page.lines if line.plain and line.number not in ruled)
    heads = headings.heads(page)
    strong = [head for head in heads if head.name.strong]
    if work and len(strong) > 1:
        return "boxes" if _outnumbered(page, strong, ruled) else "headings"
    if items.named(page):
        return "named items"
    if work:
        return "boxes"
    return "headings" if headings.outside(heads, style.aside) else _without_names(page, style)


def _without_names(page: Page, style: Style) -> str:
    """The style of a page without boxes and without headings of tasks."""
    if items.in_bold(page, style.aside):
        return "lines in bold"
    stepped = items.numbered_in_phases(page)
    if rows.of_tasks(page) or (rows.of_phases(page) and not stepped):
        return "rows"
    if not stepped and rows.of_words(page):
        return "worded rows"
    if not stepped and items.marked(page):
        return "marked items"
    phases = headings.phases(page, style.aside)
    if items.numbered(page, style.aside):
        held = _some_empty(page, phases, style.aside) or _are_templates(page, phases)
        return "phases" if held else "items"
    if items.plain(page, style.aside):
        return "bullets"
    return "phases" if phases else ""


def _some_empty(page: Page, phases: list[Head], aside: set[int]) -> bool:
    """Whether a phase holds no numbered item: then the phases are the tasks, so that none is lost."""
    return any(
        not any(
            items.NUMBERED.match(line.text)
            for line in markdown.section(page.lines, head.index)
            if line.plain and line.number not in aside
        )
        for head in phases
    )


def _are_templates(page: Page, phases: list[Head]) -> bool:
    """Whether each phase has the same sections, "Objective", "Test plan", and its numbered items stand in these: they tell how
    the phase is done, unless one of the sections is that of its steps."""
    below = [_sections(page, head) for head in phases]
    seen = Counter(title for titles in below for title in set(titles))
    same = {title for title, times in seen.items() if 2 * times > len(phases)}
    holding = {title for titles in below for title, holds_items in titles.items() if holds_items}
    is_template = len(phases) > FEWEST and len(same) > FEWEST and bool(holding)
    return is_template and holding <= same and not any(map(homes.is_home, holding))


def _sections(page: Page, head: Head) -> dict[str, bool]:
    """The titles right below a phase, and whether numbered items stand there."""
    found: dict[str, bool] = {}
    title = ""
    for line in markdown.section(page.lines, head.index):
        if line.level and line.plain:
            title = markdown.bare(line.title).lower()
            found.setdefault(title, False)
        elif line.plain and items.NUMBERED.match(line.text):
            found[title] = True
    return found


def _outnumbered(page: Page, strong: list[Head], ruled: set[int]) -> bool:
    """Whether boxes with ids of their own, outside of the sections of these headings, are more than twice as many; or any
    boxes, where the headings are names without words: "## FP32" beside "## Memory"."""
    inside = {line.number for head in strong for line in markdown.section(page.lines, head.index)} | ruled
    outside = [line.box() for line in page.lines if line.plain and not line.indent and line.number not in inside]
    if not any(head.name.rest for head in strong):
        return sum(map(bool, outside)) > 2 * len(strong)
    return sum(bool(box and task_names.boxed(box.text.strip())) for box in outside) > 2 * len(strong)
