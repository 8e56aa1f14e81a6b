"""A phase that says of itself that others wait for it is no mere order of the list: nobody is offered to lift it."""

from __future__ import annotations

import pytest
from project import Project

from fanout.plan.read import registry
from fanout.plan.reading import Source

TASKS = """# Tasks: Alerts

## Phase 1: Setup
- [ ] T001 Add a section to README.md

## Phase 2: {title}
{before}- [ ] T002 Create the type in src/range.py
{after}
## Phase 3: User Story 1 - Alert
- [ ] T003 [P] [US1] Unit test for ranges in tests/test_range.py
- [ ] T004 [US1] Something else
"""
CHECKPOINT = "\n**Checkpoint**: Foundation ready\n"
NONE_CAN = "**CRITICAL**: No user story work can begin until this phase is complete\n\n"
OFFER = "wait only because the list has them behind others"


def said(project: Project, title: str, before: str = "", after: str = "") -> tuple[str, str]:
    project.write({"specs/002-a/tasks.md": TASKS.format(title=title, before=before, after=after)})
    return project.fanout("plan", "specs/002-a").out, project.fanout("start", "specs/002-a").out


@pytest.mark.parametrize(
    ("title", "before", "after"),
    [
        ("Foundational (Blocking Prerequisites)", "", ""),
        ("Core, blocks all others", "", ""),
        ("Core", "", CHECKPOINT),
        ("Core", NONE_CAN, ""),
    ],
)
def test_what_a_phase_blocks_is_not_offered_to_go_first(project: Project, title: str, before: str, after: str) -> None:
    plan, start = said(project, title, before, after)
    assert (
        f"wait for T002: phase 'Phase 2: {title}' comes before" in plan
        or f"waits for T002: phase 'Phase 2: {title}'" in plan
    )
    assert OFFER not in start and "T003" not in start.partition("```json")[0]
    assert '"T003' not in project.fanout("first", "002-a-1/T003").out


def test_a_phase_that_says_nothing_of_it_is(project: Project) -> None:
    plan, start = said(project, "Core")
    assert "inferred, phase 'Phase 2: Core' comes before" in plan
    assert OFFER in start


@pytest.mark.parametrize(("head", "source"), [("Blocking: the types", "stated barrier"), ("Types", "barrier")])
def test_phases_of_free_lists_say_so_too(head: str, source: str) -> None:
    text = f"# T\n\n## Phase 1: {head}\n\n- [ ] make the types\n\n## Phase 2: Pages\n\n- [ ] make the pages\n"
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert reading.notes["02"].order["01"].source == source
