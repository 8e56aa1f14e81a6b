"""Boxes in headings, a plan's lone box, rows with a backtick, to-dos on a line: found, read, and still found when done."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source


def tasks(text: str, form: str, path: str = "") -> list[tuple[str, str, str]]:
    reading = registry.read(Source(path or "-", path, text, "/nowhere"))
    assert reading.format == form
    return [(task.id, task.title, reading.notes[task.id].status) for task in reading.document.tasks]


@pytest.mark.parametrize("char", [" ", "x"])
def test_a_plan_of_superpowers(char: str) -> None:
    text = f"# Plan\n\n### [{char}] Task 1: Store\n**Files:**\n- Create: `a.py`\n\n### [x] Task 2: Page\nwords\n"
    status = {" ": "pending", "x": "completed"}[char]
    assert tasks(text, "superpowers") == [("1", "Store", status), ("2", "Page", "completed")]


@pytest.mark.parametrize("chars", ["  ", "x ", "xx"])
@pytest.mark.parametrize(("first", "second"), [("NAV-001: ", "NAV-002: "), ("1. ", "2. "), ("Task 1: ", "Task 2: ")])
def test_a_free_list_whose_headings_have_boxes(chars: str, first: str, second: str) -> None:
    text = f"# Shop\n\n### [{chars[0]}] {first}Store\n\nWords.\n\n### [{chars[1]}] {second}Page\n\nWords.\n"
    found = [(title, status) for _id, title, status in tasks(text, "markdown")]
    words = {" ": "pending", "x": "completed"}
    assert found == [("Store", words[chars[0]]), ("Page", words[chars[1]])]


def test_numbered_headings_say_their_status_in_several_ways() -> None:
    text = "# Shop\n\n### [ ] 1. Store\nx\n\n### [x] 2. Page\nx\n\n### 3. Cart\n**Status**: Done\n\n### 4. Mail\n- [ ] Write\n"
    assert tasks(text, "markdown") == [
        ("1", "Store", "pending"),
        ("2", "Page", "completed"),
        ("3", "Cart", "completed"),
        ("4", "Mail", "pending"),
    ]


def test_steps_below_one_of_several_numbered_headings_with_a_status() -> None:
    text = "# Shop\n\n## 1. Store\n**Status**: Pending\n\n## 2. Page\n**Status**: Done\n\n## 3. Cart\n- [x] Add\n- [x] Drop\n"
    assert [status for _id, _title, status in tasks(text, "markdown")] == ["pending", "completed", "completed"]


def test_numbered_sections_of_boxes_stay_sections() -> None:
    text = "# Shop\n\n## 1. Store\n- [ ] Add\n- [x] Drop\n\n## 2. Page\n- [ ] Show\n"
    assert [title for _id, title, _status in tasks(text, "markdown")] == ["Add", "Drop", "Show"]


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("The ` key", "The key"),
        ("`a | b`", "a | b"),
        ("``a ` b``", "a b"),
        (r"a \| b", r"a \| b"),
    ],
)
def test_a_row_with_backticks(cell: str, title: str) -> None:
    text = f"| ID | Task | Status |\n|---|---|---|\n| A1 | {cell} | Done |\n| A2 | Page | TODO |\n"
    assert tasks(text, "markdown") == [("A1", title, "completed"), ("A2", "Page", "pending")]


def test_backticks_of_two_cells_make_no_code() -> None:
    text = "| ID | Task | Note | Status |\n|---|---|---|---|\n| A1 | The ` key | no ` key | Done |\n| A2 | Page | - | TODO |\n"
    assert [status for _id, _title, status in tasks(text, "markdown")] == ["completed", "pending"]


@pytest.mark.parametrize(
    "first", ["- {id: store, content: Store, status: pending}", '- "id": "store"\n    status: pending']
)
def test_a_plan_of_cursor_whose_first_to_do_is_written_otherwise(first: str) -> None:
    text = f"---\nname: Shop\ntodos:\n  {first}\n  - id: page\n    status: completed\n---\n\n- [ ] Words\n"
    found = tasks(text, "cursor", "/nowhere/.cursor/plans/shop.plan.md")
    assert [(name, status) for name, _title, status in found] == [("store", "pending"), ("page", "completed")]


@pytest.mark.parametrize(("char", "status"), [(" ", "pending"), ("x", "completed")])
def test_a_plan_with_one_box(char: str, status: str) -> None:
    text = f"# Shop\n\n## Overview\n\nA shop.\n\n## Steps\n\n- [{char}] Write the store\n"
    assert tasks(text, "plan", "/nowhere/IMPLEMENTATION_PLAN.md") == [("01", "Write the store", status)]


@pytest.mark.parametrize(
    "steps",
    ["1. Write the store\n2. Show the page\n- [ ] Ask\n", "### Step 1: Store\nx\n- [ ] Ask\n### Step 2: Page\nx\n"],
)
def test_a_lone_box_beside_steps_is_none_of_them(steps: str) -> None:
    found = tasks(f"# Shop\n\n## Steps\n\n{steps}", "plan", "/nowhere/IMPLEMENTATION_PLAN.md")
    assert [name for name, _title, _status in found] == ["1", "2"]
