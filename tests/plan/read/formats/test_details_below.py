"""spec-kit: a heading further down that has a box's id holds its details, and is no second task."""

from __future__ import annotations

from fanout.plan.read import registry
from fanout.plan.reading import Source


def read(text):
    return registry.read(Source("-", "", text, "/nowhere"))


BOXES = "## Phase 1: Setup\n\n- [ ] T001 Write `src/a.py`\n- [x] T002 Write `src/b.py`\n\n"


def test_a_heading_with_the_id_of_a_box_holds_its_details():
    found = read(f"{BOXES}## Details\n\n### T001: The writer\n\nIt keeps what it gets.\n")
    assert [(task.id, task.title) for task in found.document.tasks] == [
        ("T001", "Write `src/a.py`"),
        ("T002", "Write `src/b.py`"),
    ]
    assert "It keeps what it gets." in found.document.tasks[0].description
    assert found.warnings == []


def test_a_second_box_with_an_id_is_a_second_task():
    found = read(f"{BOXES}## Phase 2: More\n\n- [ ] T001 Write `src/c.py`\n")
    assert [task.id for task in found.document.tasks] == ["T001", "T002", "T001-2"]


def test_a_heading_with_a_box_of_its_own_is_a_task():
    found = read(f"{BOXES}### [ ] T001: Write it again in `src/d.py`\n\nAnew.\n")
    assert [task.id for task in found.document.tasks] == ["T001", "T002", "T001-2"]


def test_headings_alone_are_tasks():
    found = read("### T001: Write `src/a.py`\n\nSo.\n\n### T002: Write `src/b.py`\n\nSo.\n")
    assert [task.id for task in found.document.tasks] == ["T001", "T002"]
