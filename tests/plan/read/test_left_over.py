"""What looks like a task and is none is named; what a mark in a box means."""

from __future__ import annotations

import pytest

from fanout.plan import planner
from fanout.plan.read import registry
from fanout.plan.reading import Source


def read(content, forced="markdown"):
    return registry.read(Source("-", "", content, "/nowhere"), forced)


ALMOST = [
    "-[ ] write `src/b.ts`",
    "- [x]write `src/b.ts`",
    "- [ x ] write `src/b.ts`",
    "• [ ] write `src/b.ts`",
    "- ☐ write `src/b.ts`",
    "☐ write `src/b.ts`",
    "> - [ ] write `src/b.ts`",
    "- [WIP] write `src/b.ts`",
    "- [done] write `src/b.ts`",
    "- **[ ]** write `src/b.ts`",
    "– [ ] write `src/b.ts`",  # noqa: RUF001
    "- \\[ \\] write `src/b.ts`",
    "[ ] write `src/b.ts`",
    "| [ ] | write | `src/b.ts` |",
    "- TODO: write `src/b.ts`",
    "** TODO write src/b.ts",
]


BARE = "[ ] write `src/b.ts`"  # a box in free lists, which have no other tasks that it could be taken for


@pytest.mark.parametrize(
    ("line", "name"),
    [(line, name) for name in ("markdown", "spec-kit") for line in ALMOST if (line, name) != (BARE, "markdown")],
)
def test_almost_a_box_is_named_in_the_reading_and_in_the_plan(line, name):
    found = read(f"# T\n\n- [ ] T001 write `src/a.ts`\n\n{line}\n", name)
    assert [(item.place, item.text) for item in found.unread] == [("standard input:5", line)]
    warned = [item for item in planner.make(found, "quick").warnings if item.code == "unread-lines"]
    assert [item.message for item in warned] == [
        f"standard input:5 looks like a task and was not read as one, so it is not planned: {line!r}"
    ]


def test_a_box_without_a_bullet_is_a_task_of_a_free_list():
    found = read(f"# T\n\n- [ ] T001 write `src/a.ts`\n\n{BARE}\n")
    assert [task.writes for task in found.document.tasks] == [["src/a.ts"], ["src/b.ts"]]
    assert found.unread == []


@pytest.mark.parametrize(
    "line",
    [
        "1. write `src/b.ts`",
        "- update `src/b.ts`",
        "| extra | src/b.ts |",
    ],
)
def test_work_beside_boxes_is_named(line):
    assert [item.text for item in read(f"- [ ] write `src/a.ts`\n\n{line}\n").unread] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "- [link](src/b.ts)",
        "[1]: https://x.org",
        "- [ref][1]",
        "- a note",
        "1. Read this first",
        "## Tasks",
        "## Task Breakdown",
    ],
)
def test_prose_beside_boxes_is_not_named(line):
    assert read(f"- [ ] write `src/a.ts`\n\n{line}\n").unread == []


@pytest.mark.parametrize(
    ("box", "status"),
    [
        ("✅", "completed"),
        ("☑", "completed"),
        ("v", "completed"),
        ("√", "completed"),
        ("-", "skipped"),
        ("~", "in_progress"),
        ("?", "pending"),
    ],
)
def test_marks_in_boxes(box, status):
    found = read(f"- [{box}] A1: write `src/a.ts`\n")
    assert found.notes["A1"].status == status
    assert [item.code for item in found.warnings] == {"?": ["unknown-status"], "-": ["dash-skipped"]}.get(box, [])


def test_a_dash_means_in_progress_where_requirements_stand_below_or_steps_are_open():
    kiro = read("- [ ] 1. A\n  - _Requirements: 1.1_\n- [-] 2. B\n- [ ]* 3. C\n")
    assert {name: note.status for name, note in kiro.notes.items()} == {
        "1": "pending",
        "2": "in_progress",
        "3": "pending",
    }
    assert read("- [-] 1. A\n  - [ ] a\n  - [x] b\n").notes["1"].status == "in_progress"
    assert read("- [ ] ~~1. A~~\n").notes["01"].status == "skipped"


def test_an_optional_task_of_spec_kit_is_a_task():
    assert read("- [ ]* T001 write `src/a.ts`\n", "spec-kit").document.tasks[0].writes == ["src/a.ts"]


def test_steps_left_open_below_what_is_done_are_said():
    found = read("- [x] A1: write `src/a.ts`\n  - [ ] a\n")
    assert [(item.code, item.message) for item in found.warnings] == [
        ("parent-over", "is done, so its 1 open step is taken as done too")
    ]


def test_every_heading_that_says_task_is_one_whatever_its_level():
    found = read(
        "## Task 1: A\nx\n## Task 2: B\ny\n### Task 3: C\nz\n## Task 4: D [x]\n## Task Seven\n## ~~Task 5: E~~\n"
    )
    assert [task.id for task in found.document.tasks] == ["1", "3", "4"]
    assert found.notes["4"].status == "completed"
    assert [item.text for item in found.unread] == ["## Task Seven", "## ~~Task 5: E~~"]


BELOW_NO_TASK = (
    "## Rollout\n\n- [ ] Tell the users\n- [x] Tell the press\n\n## Definition of done\n\n- [ ] Nobody complains\n"
)


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("### Task {}.1: Write `src/{}.ts`\n\n**Dependencies**: None\n\n- [ ] so\n\n", "claudekit"),
        ("### Task {}: Write it\n\n**Files:**\n- Create: `src/{}.ts`\n\n- [ ] **Step 1: so**\n\n", "superpowers"),
        ("### A{}: Write `src/{}.ts`\n\n**Owner**: me\n\n", "markdown"),
    ],
)
def test_boxes_below_no_task_are_named_and_criteria_are_told(task, name):
    found = read("# T\n\n" + task.format(1, 1) + task.format(2, 2) + BELOW_NO_TASK, None)
    assert (found.format, len(found.document.tasks)) == (name, 2)
    assert [(item.text, item.told) for item in found.unread] == [
        ("- [ ] Tell the users", False),
        ("- [x] Tell the press", True),
        ("- [ ] Nobody complains", True),
    ]


def test_a_phase_with_files_and_no_task_is_named():
    text = "# T\n\n## Phase 1: Base (Task 1)\n\n**File: `src/a.py`**\n\nRewrite it.\n\n## Phase 2: Page\n"
    text += "\n### Task 2: Write `src/b.py`\n"
    found = read(text + "\n### Task 3: Write `src/c.py`\n")
    assert [task.id for task in found.document.tasks] == ["2", "3"]
    assert [item.text for item in found.unread] == ["## Phase 1: Base (Task 1)"]
