"""Made-up pages of the formats that state more than boxes: read as they were made, and one status written back.

The strategies know each task, its id, its title and its status, and every place that holds one (made_lists.py). Titles have
signs that mean something elsewhere, fences hold what looks like a task, lines end in either way.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan.read import made_lists
from plan.read.made_lists import BOXES, DEEPER, QUIET, STATUS_LINES, TITLES, Made, Token, box, fence
from scale import SCALE

CRITERIA = ["**Acceptance Criteria**:", "- [ ] it holds", "- [x] it ends"]
BOX = st.sampled_from(list(BOXES))
PLAIN_BOX = st.sampled_from([" ", " ", "x", "X"])


def spec_kit(draw: st.DrawFn) -> Made:
    made = Made("specs/001-shop/tasks.md")
    made.add("# Tasks: Shop")
    number = 0
    for phase in range(1, draw(st.integers(1, 3)) + 1):
        made.add(f"\n## Phase {phase}: {draw(QUIET)}\n")
        for _ in range(draw(st.integers(1, 3))):
            number += draw(st.integers(1, 3))
            marks = draw(st.sampled_from(["", "[P] ", "[US1] ", "[P] [US2] "]))
            _boxed(draw, made, f"T{number:03d}", f"T{number:03d} {marks}", "", BOX)
            _below(draw, made, draw(DEEPER), "- [ ] T099 in a fence")
    return made


def _boxed(draw: st.DrawFn, made: Made, identity: str, lead: str, indent: str, chars: st.SearchStrategy[str]) -> None:
    char, title = draw(chars), draw(TITLES)
    made.add(f"{indent}- [", box(identity, char), f"] {lead}{title}")
    made.task(identity, title, BOXES[char])


def _below(draw: st.DrawFn, made: Made, indent: str, looks: str) -> None:
    """What belongs to a box: words, a fence, a blank line."""
    if draw(st.booleans()):
        made.add(f"{indent}- {draw(TITLES)}")
    fence(draw, made, indent, looks)
    if draw(st.booleans()):
        made.add("")


def bmad(draw: st.DrawFn) -> Made:
    made = Made("docs/stories/1.1.shop.md")
    made.add("# Story 1.1: Shop\n\n## Status\n\nApproved\n\n## Acceptance Criteria\n\n1. It opens\n")
    made.add("## Tasks / Subtasks\n")
    deep = draw(DEEPER)
    for number in range(1, draw(st.integers(1, 4)) + 1):
        char, title, end = draw(PLAIN_BOX), draw(TITLES), draw(st.sampled_from(["", " (AC: 1)", " (AC: 1, 2)"]))
        made.add("- [", box(str(number), char), f"] Task {number}: {title}{end}")
        made.task(str(number), title, BOXES[char])
        for part in range(1, draw(st.integers(0, 2)) + 1):
            made.add(f"{deep}- [{draw(PLAIN_BOX)}] Subtask {number}.{part}: {draw(TITLES)}")
        _below(draw, made, deep, "- [ ] Task 9: in a fence")
    made.add("\n## Dev Agent Record\n\n- [ ] Task 8: no task\n")
    return made


def exec_plan(draw: st.DrawFn) -> Made:
    made = Made("plans/shop.md")
    made.add("# Shop\n\nThis ExecPlan is a living document.\n\n## Progress\n")
    deep = draw(DEEPER)
    for number in range(1, draw(st.integers(1, 4)) + 1):
        _boxed(draw, made, f"{number:02d}", draw(st.sampled_from(["", "(2026-03-04 10:15Z) "])), "", PLAIN_BOX)
        if draw(st.booleans()):
            made.add(f"{deep}- [{draw(PLAIN_BOX)}] {draw(TITLES)}")
        _below(draw, made, deep, "- [ ] in a fence")
    made.add(
        "\n## Surprises & Discoveries\n\nNone.\n\n## Decision Log\n\n- Keep it.\n\n## Validation\n\n- [ ] no task\n"
    )
    return made


def plan(draw: st.DrawFn) -> Made:
    made = Made("IMPLEMENTATION_PLAN.md")
    made.add("# Shop\n\n## Overview\n\n- [ ] no task\n\n## Steps\n")
    deep = draw(DEEPER)
    for number in range(1, draw(st.integers(1, 4)) + 1):
        _boxed(draw, made, f"{number:02d}", "", "", PLAIN_BOX)
        _below(draw, made, deep, "- [ ] in a fence")
    made.add("\n## Testing\n\n- [ ] no task\n")
    return made


def claudekit(draw: st.DrawFn) -> Made:
    made = Made("shop-tasks.md")
    made.add("# Task Breakdown: Shop\n")
    for phase in range(1, draw(st.integers(1, 2)) + 1):
        made.add(f"## Phase {phase}: {draw(QUIET)}\n")
        for number in range(1, draw(st.integers(1, 3)) + 1):
            name = f"{phase}.{number}"
            _headed(draw, made, name, f"### {{}}Task {name}: ", ["**Size**: M"], "### Task 9.9: in a fence")
    return made


def superpowers(draw: st.DrawFn) -> Made:
    made = Made("docs/plans/shop.md")
    made.add("# Shop Implementation Plan\n\n**Goal:** a shop\n")
    for number in range(1, draw(st.integers(1, 4)) + 1):
        files = ["**Files:**", f"- Create: `src/part{number}.py`", ""]
        _headed(draw, made, str(number), f"### {{}}Task {number}: ", files, "### Task 99: in a fence")
    return made


def headings(draw: st.DrawFn) -> Made:
    made = Made("todo.md")
    made.add("# Shop\n")
    form = draw(st.sampled_from(["NAV-{:03d}", "Task {}", "{}.", "Step {}"]))
    for number in range(1, draw(st.integers(2, 4)) + 1):
        called = form.format(number)
        name = called.split()[-1].rstrip(".")
        lead = f"### {{}}{called}{' ' if called.endswith('.') else ': '}"
        _headed(draw, made, name, lead, [], "### NAV-099: in a fence", "" if called.endswith(".") else "Part {} ")
    return made


def _headed(
    draw: st.DrawFn, made: Made, name: str, lead: str, fields: list[str], looks: str, step: str = "**Step {}:** "
) -> None:
    """A task that is a heading: its status in a box there, in a line below, or in the boxes of its steps."""
    kind, title = draw(st.sampled_from(["box", "line", "steps"] if step else ["box", "line"])), draw(TITLES)
    before, _, behind = lead.partition("{}")
    if kind == "box":
        char = draw(BOX)
        made.add(f"{before}[", box(name, char), f"] {behind}{title}")
        made.task(name, title, BOXES[char])
    else:
        made.add(f"{before}{behind}{title}")
    if kind == "line":
        word = draw(st.sampled_from(list(STATUS_LINES)))
        status, then = STATUS_LINES[word]
        made.add("**Status**: ", Token(name, word, then or word))
        made.task(name, title, status)
    for line in fields:
        made.add(line)
    fence(draw, made, "", looks)
    if kind == "steps":
        chars = draw(st.lists(PLAIN_BOX, min_size=1, max_size=3))
        for place, char in enumerate(chars, 1):
            made.add("- [", box(name, char), f"] {step.format(place)}{draw(QUIET)}")
        done = [BOXES[char] == "completed" for char in chars]
        made.task(name, title, "completed" if all(done) else "in_progress" if any(done) else "pending")
    if draw(st.booleans()):
        made.add("\n" + "\n".join(CRITERIA))
    made.add("")


def boxes(draw: st.DrawFn) -> Made:
    made = Made("todo.md")
    made.add("# Shop\n")
    form = draw(st.sampled_from(["A{}: ", "NAV-{:03d}: ", "**B{}**: ", "Task {}: ", ""]))
    deep, bullet = draw(DEEPER), draw(st.sampled_from(["- ", "* ", "+ ", ""]))
    number = 0
    for _ in range(draw(st.integers(1, 2))):
        made.add(f"\n## {draw(QUIET)}\n")
        for _ in range(draw(st.integers(1, 3))):
            number += 1
            lead = form.format(number)
            name = lead.strip("* :").split()[-1].rstrip("*:") if lead else f"{number:02d}"
            char, title = draw(BOX if bullet else PLAIN_BOX), draw(TITLES)
            made.add(f"{bullet}[", box(name, char), f"] {lead}{title}")
            made.task(name, title, BOXES[char])
            if draw(st.booleans()):
                made.add(f"{deep}{bullet}[{draw(PLAIN_BOX)}] {draw(TITLES)}")
            _below(draw, made, deep, "- [ ] A99: in a fence")
    return made


def rows(draw: st.DrawFn) -> Made:
    made = Made("todo.md")
    made.add("# Shop\n\n| ID | Task | Status | Owner |\n|---|---|---|---|")
    for number in range(1, draw(st.integers(2, 4)) + 1):
        word = draw(st.sampled_from(list(STATUS_LINES)))
        status, then = STATUS_LINES[word]
        title = draw(TITLES).replace("|", "/").replace("\\", "/")
        made.add(f"| A{number} | {title} | ", Token(f"A{number}", word, then or word), " | done-by-me |")
        made.task(f"A{number}", title, status)
    made.add("")
    fence(draw, made, "", "| A99 | in a fence | TODO | - |")
    return made


def cursor(draw: st.DrawFn) -> Made:
    made = Made(".cursor/plans/shop.plan.md")
    made.add('---\nname: Shop\noverview: "status: pending"\ntodos:')
    for number in range(1, draw(st.integers(1, 4)) + 1):
        name, title = draw(st.sampled_from([f"part-{number}", f"{number}", f"p{number}_ü"])), draw(TITLES)
        status = draw(st.sampled_from(["pending", "in_progress", "completed"]))
        quote = draw(st.sampled_from(["", '"', "'"]))
        token = Token(name, status, "completed")
        words = draw(st.sampled_from([json.dumps(title, ensure_ascii=False), "'" + title.replace("'", "''") + "'"]))
        if draw(st.booleans()):
            made.add(f'  - {{id: "{name}", content: {words}, status: {quote}', token, f"{quote}}}")
        else:
            parts: list[list[str | Token]] = [[f"content: {words}"], [f"status: {quote}", token, quote]]
            first, second = draw(st.permutations(parts))
            made.add(f'  - id: "{name}"')
            made.add("    ", *first)
            made.add("    ", *second, draw(st.sampled_from(["", "  # status: pending"])))
        made.task(name, title, status)
    made.add("isProject: false\n---\n\n# Shop\n\n- [ ] no task\n")
    fence(draw, made, "", "- [ ] in a fence")
    return made


MAKERS: dict[str, tuple[str, Callable[[st.DrawFn], Made]]] = {
    "spec-kit": ("spec-kit", spec_kit),
    "bmad": ("bmad", bmad),
    "exec-plan": ("exec-plan", exec_plan),
    "plan": ("plan", plan),
    "claudekit": ("claudekit", claudekit),
    "superpowers": ("superpowers", superpowers),
    "cursor": ("cursor", cursor),
    "boxes": ("markdown", boxes),
    "headings": ("markdown", headings),
    "rows": ("markdown", rows),
}


@pytest.mark.parametrize("shape", MAKERS)
@settings(max_examples=25 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_page_is_read_as_it_was_made_and_one_status_changes(
    shape: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    form, maker = MAKERS[shape]
    made = data.draw(st.composite(lambda draw: maker(draw).framed(draw))())
    made_lists.holds(made, form, data, tmp_path_factory.mktemp("list"))
