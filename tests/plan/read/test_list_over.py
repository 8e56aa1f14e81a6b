# ruff: noqa: RUF001 - dashes and full-width punctuation as people type them
"""Plans that say at their top that they are done as a whole."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source

HEADS = "# Plan: {title}\n\n{line}\n**Owner**: A\n\n## Implementation steps\n\n### 1. Add the store\n\nIn `a.py`.\n\n"
HEADS += "### 2. Add the page\n\nIn `b.py`.\n"


def statuses(text, path=""):
    found = registry.read(Source(path or "-", path, text, "/nowhere"))
    return [note.status for note in found.notes.values()], [warning.code for warning in found.warnings]


@pytest.mark.parametrize(
    "line",
    [
        "**Status**: Complete",
        "Status: completed",
        "**Status**: ✅ **COMPLETE**",
        "- **Status:** DONE — finished and deployed (2 May)",
        "> **Status**: Implemented (2 May)",
        "**Overall status**: 100% complete",
        "**状态**：已完成",
        "**Estado**: completado",
    ],
)
@pytest.mark.parametrize("path", ["", "/nowhere/.claude/plans/store.md", "/nowhere/IMPLEMENTATION_PLAN.md"])
def test_all_of_it_is_done(line, path):
    assert statuses(HEADS.format(title="Shop", line=line), path) == (["completed"] * 2, ["list-over"])


@pytest.mark.parametrize(
    "line",
    [
        "**Status**: In progress",
        "**Status**: Complete (Phase 1 of 3)",
        "**Status**: Plan complete, ready to build",
        "**Status**: Complete - findings documented",
        "**Status**: Not done",
        "**Status**: Completed except the page",
        "**Status**: Draft",
        "The status is: complete",
    ],
)
def test_another_status_says_nothing_of_the_tasks(line):
    assert statuses(HEADS.format(title="Shop", line=line)) == (["pending"] * 2, [])


def test_a_status_below_a_section_is_of_that():
    text = HEADS.format(title="Shop", line="") + "\n## Notes\n\n**Status**: Complete\n"
    assert statuses(text)[0] == ["pending"] * 2


def test_what_tasks_say_themselves_counts():
    text = "# Shop\n\n**Status**: Complete\n\n## Work\n\n- [x] Add `a.py`\n- [ ] Add `b.py`\n"
    assert statuses(text) == (["completed", "pending"], [])


@pytest.mark.parametrize("title", ["Retrospective of May", "Design of the shop", "Audit report"])
def test_a_text_that_is_done_is_no_work_that_is(title):
    assert statuses(HEADS.format(title=title, line="**Status**: Done"))[0] == ["pending"] * 2


def test_boxes_that_nobody_ticked():
    text = "# Shop\n\n**Status**: Complete\n\n## Work\n\n- [ ] Add `a.py`\n- [ ] Add `b.py`\n"
    assert statuses(text) == (["completed"] * 2, ["list-over"])
