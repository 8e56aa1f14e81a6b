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
    return read(project, LIST.format(line))


def read(project: Project, text: str) -> dict[str, list[str]]:
    project.write({"specs/001-x/tasks.md": text})
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
        "**Independent Test**: `prove -l t/append.t`",
        "**Independent Test**: Run `prove -l t/append.t` and verify that all pass",
        "**Independent Test**: `prove -l t/append.t` passes without errors",
        "*Independent test*: append an event, then run `prove -l t/append.t`",
        "**Checkpoint**: Appending works. Run `prove -l t/append.t` to validate.",
        "- **Independently Testable**: `prove -l t/append.t`",
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_the_test_of_a_story_checks_its_last_open_task(project: Project, line: str, above: bool) -> None:
    """Wherever it stands: spec-kit has it under the heading of the story."""
    text = LIST.replace("## Phase 1: Setup\n", f"## Phase 1: Setup\n{line}\n") if above else LIST
    found = read(project, text.format("" if above else line))
    assert found == {"T003": ["prove -l t/append.t"]}


def test_it_waits_for_the_task_that_writes_the_test(project: Project) -> None:
    """And not for a sibling whose files the command does not name."""
    project.write(
        {
            "shop/cli.py": "",
            "specs/001-x/tasks.md": LIST.format("**Checkpoint**: `pytest tests/test_collect.py` passes"),
        }
    )
    plan = project.fanout("plan", "specs/001-x/tasks.md").out
    assert "T003 waits for T002: inferred, its check runs tests/test_collect.py, which T002 writes" in plan
    project.write({"specs/001-x/tasks.md": LIST.format("**Checkpoint**: `pytest tests/test_points.py` passes")})
    assert "T003 waits" not in project.fanout("plan", "specs/001-x/tasks.md").out


def test_several_are_all_checked(project: Project) -> None:
    assert commands(project, "**Checkpoint**: `npm test` and `npm run lint` pass") == {
        "T003": ["npm test", "npm run lint"]
    }


@pytest.mark.parametrize(
    "line",
    [
        "**Checkpoint**: User Story 1 works by itself",
        "**Checkpoint**: `shop/collect.py` is there",
        "**Checkpoint**: `collect` works",
        "**Checkpoint**: `collect` and `shop` pass",
        "**Independent Test**: collect points and see that `points` is 3",
        "**Independent Test**: Run `collect --help` and verify the output",
        "**Independent Test**: Run `npm run dev` and open the page",
        "**Independent Test**: Run `helm install shop charts/shop` and verify that it is up",
        "**Independent Test**: `shop/collect.py`",
        "**Independent Test**: Run `npm test` and verify that it fails first",
        "  - Independent Test: see `npm test`",
    ],
)
def test_words_and_files_are_no_command(project: Project, line: str) -> None:
    assert commands(project, line) == {}
