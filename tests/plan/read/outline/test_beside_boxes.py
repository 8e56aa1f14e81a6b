"""What a page of check boxes has beside them: headings that are tasks without one, phases whose items have none."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

DONE = "# History\n\n## Completed\n\n### Round 1\n- [x] #1: Store in `src/store.py`\n- [x] #2: Page in `src/page.py`\n"
BUG = (
    "\n### {}: the key is lost\nIt is gone after a restart.\n**Files:** src/store.py, src/keys.py\n**Priority:** high\n"
)


def read(text: str) -> Reading:
    return registry.read(Source("-", "", text, "/nowhere"))


def told(reading: Reading) -> list[tuple[str, str, list[str]]]:
    return [(task.id, reading.notes[task.id].status, task.writes) for task in reading.document.tasks]


@pytest.mark.parametrize(("head", "name"), [("#59", "59"), ("BUG-59", "BUG-59")])
def test_a_heading_with_files_is_a_task_beside_boxes(head: str, name: str) -> None:
    reading = read(f"{DONE}\n## Open\n{BUG.format(head)}")
    assert told(reading) == [
        ("1", "completed", ["src/store.py"]),
        ("2", "completed", ["src/page.py"]),
        (name, "pending", ["src/store.py", "src/keys.py"]),
    ]
    assert reading.document.tasks[-1].title == "the key is lost"


@pytest.mark.parametrize(
    "section",
    [
        "### #59: how the key was lost\nIt was gone after a restart.\n- one\n- two\n",  # no field: it only tells
        "### Lost key\n**Files:** src/keys.py\n",  # no name
        "### #59: the key\n**Priority:** high\n\n- [x] look in `src/store.py`\n",  # its boxes are the tasks
        "## Legend\n\n### #59: an example\n**Files:** src/keys.py\n",
    ],
)
def test_others_are_none(section: str) -> None:
    assert {name for name, _status, _writes in told(read(f"{DONE}\n{section}"))} <= {"1", "2", "03"}


PHASES = (
    "# Plan\n\n## {0} 0: Prepare\n- [ ] Make `src/a.py`\n- [ ] Make `src/b.py`\n\n## {0} 1: Page\n- the page in `src/page.py`\n"
    "- its style\n\n## {0} 2: Words\nOnly words.\n"
)


@pytest.mark.parametrize("word", ["Phase", "Stage", "Этап"])
def test_a_phase_without_boxes_is_one_task_behind_those_with_some(word: str) -> None:
    reading = read(PHASES.format(word))
    assert [(task.id, task.title) for task in reading.document.tasks][2:] == [("1", "Page")]
    last = reading.document.tasks[-1]
    assert last.writes == ["src/page.py"] and set(last.depends_on) == {"01", "02"}


def test_phases_of_a_page_whose_boxes_stand_elsewhere_are_none() -> None:
    overview = "# Plan\n\n## Phase 1: Page\n- first\n- second\n\n## Phase 2: Words\n- third\n- fourth\n\n"
    assert [task.title for task in read(f"{overview}## Tasks\n- [ ] Make `a.py`\n").document.tasks] == ["Make a.py"]


def test_a_status_right_below_a_box_says_that_it_is_done() -> None:
    box = "- [ ] Border in `src/a.py`\n  - **Issue:** it crashes\n  - **Status:** ✅ DONE (last session)\n"
    other = "- [ ] Page in `src/b.py`\n  - **Status:** open\n  - steps:\n    - **Status:** done\n"
    assert [status for _name, status, _writes in told(read(f"# T\n\n{box}{other}"))] == ["completed", "pending"]


@pytest.mark.parametrize("head", ["Deliverables checklist", "## Deliverable Checklist"])
def test_deliverables_are_criteria(head: str) -> None:
    stages = "# P\n\n## Stage 1: Base\n- make `a.py`\n\n## Stage 2: Page\n- make `b.py`\n\n### {}\n- [ ] `a.py`\n- [ ] docs\n"
    assert [task.title for task in read(stages.format(head.lstrip("# "))).document.tasks] == ["Base", "Page"]


@pytest.mark.parametrize("head", ["Dependencies & Blockers", "External services needed", "Infrastructure Requirements"])
def test_what_is_needed_from_outside_is_no_task(head: str) -> None:
    text = f"# T\n\n- [ ] Make `a.py`\n- [ ] Make `b.py`\n\n## {head}\n- [ ] A key\n- [ ] Redis (installed)\n"
    assert [task.title for task in read(text).document.tasks] == ["Make a.py", "Make b.py"]


def test_boxes_without_a_bullet_and_a_blank_are_tasks() -> None:
    reading = read(
        "[] `[vim]` another style\n   for dark terminals\n\n[x] `a.py` reads the file\n\n[ ] Reconsider `b.py`\n"
    )
    assert [status for _name, status, _writes in told(reading)] == ["pending", "completed", "pending"]


def test_a_table_of_slices_is_a_list() -> None:
    rows = ("1 | Loop | **done**", "2a | Buffer | todo", "2b | Words | **planned**")
    table = "# P\n\n| # | Slice | Status |\n|---|---|---|\n" + "".join(f"| {row} |\n" for row in rows)
    reading = read(table)
    assert [(name, status) for name, status, _writes in told(reading)] == [
        ("1", "completed"),
        ("2a", "pending"),
        ("2b", "pending"),
    ]


def test_a_timeline_says_again_what_the_phases_say() -> None:
    text = "# P\n\n## Phase 1: Base\n1. make `a.py`\n2. make `b.py`\n\n## Timeline\n1. Day 1: base\n2. Day 2: more\n"
    assert [task.title for task in read(text).document.tasks] == ["make a.py", "make b.py"]


def test_the_name_in_a_body_is_the_path_in_its_title() -> None:
    text = (
        "# P\n\n## Phase 1: `src/store.py` + `src/keys.py`\n\n**store.py** keeps rows.\n\n"
        "## Phase 2: `tests/test_store.py`\n\n`conftest.py`: a fixture.\n"
    )
    reading = read(text)
    assert [task.writes for task in reading.document.tasks] == [
        ["src/store.py", "src/keys.py"],
        ["tests/test_store.py", "conftest.py"],
    ]


TEMPLATE = (
    "\n### Phase {0}: Part {0}\n\n#### Objective\n\nIt works.\n\n#### {1}\n\n"
    "1. `tests/test_{0}.py`: rows\n2. `tests/test_more_{0}.py`\n"
)


def phased(section: str) -> list[str]:
    text = "# P\n\n## 3. Phased plan\n" + "".join(
        f"{TEMPLATE}\n#### Exit\n\nx\n".format(number, section) for number in "1234"
    )
    return [task.title for task in read(text).document.tasks]


def test_phases_of_one_template_are_the_tasks() -> None:
    assert phased("Tests to write") == ["Part 1", "Part 2", "Part 3", "Part 4"]


def test_the_steps_of_phases_are_tasks_in_a_template_too() -> None:
    assert len(phased("Steps")) == len("1234") * 2
