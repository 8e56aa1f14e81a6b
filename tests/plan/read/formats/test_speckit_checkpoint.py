"""A checkpoint of spec-kit that names a command: it judges the last open task of its phase."""

from __future__ import annotations

import json

import pytest
from project import Project

LIST = """# Tasks: Loyalty

## Phase 1: Setup

- [x] T001 Create shop/__init__.py
- [ ] T002 [P] Unit test in tests/test_collect.py
- [ ] T003 [P] Collect in shop/collect.py

{}

## Phase 2: Polish

- [ ] T004 Documentation in docs/loyalty.md

**Checkpoint**: Foundation ready
"""


def commands(project: Project, line: str) -> dict[str, list[str]]:
    project.write({"specs/001-x/tasks.md": LIST.format(line)})
    found = json.loads(project.fanout("read", "specs/001-x/tasks.md", "--json").out)["data"]["tasks"]
    assert [task["id"] for task in found] == ["T001", "T002", "T003", "T004"]
    return {task["id"]: [one["command"] for one in task["accept"]] for task in found if task["accept"]}


@pytest.mark.parametrize(
    "line",
    [
        "**Checkpoint**: `python3 -m unittest tests.test_collect` passes",
        "**Checkpoint:** run `python3 -m unittest tests.test_collect`.",
        "- Checkpoint: `python3 -m unittest tests.test_collect` is green",
    ],
)
def test_it_checks_the_last_open_task_of_its_phase(project: Project, line: str) -> None:
    assert commands(project, line) == {"T003": ["python3 -m unittest tests.test_collect"]}


@pytest.mark.parametrize(
    "line",
    [
        "**Checkpoint**: User Story 1 works by itself",
        "**Checkpoint**: `shop/collect.py` is there",
        "**Checkpoint**: `collect` works",
        "**Checkpoint**: `npm test` and `npm run lint` pass",
    ],
)
def test_words_and_files_are_no_command(project: Project, line: str) -> None:
    assert commands(project, line) == {}
