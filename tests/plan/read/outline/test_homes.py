"""Where the list of a page is: headings that say what is to be done, phases, tables; and what is only told."""

from __future__ import annotations

import pytest

from fanout.errors import FanoutError
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.source import write_back
from fanout.source.resolve import resolve


def read(text, path=""):
    return registry.read(Source(path or "-", path, text, "/nowhere"))


def tasks(text, path=""):
    found = read(text, path)
    return [(task.id, task.title, found.notes[task.id].status) for task in found.document.tasks]


def titles(text, path=""):
    return [title for _id, title, _status in tasks(text, path)]


DESIGN = "# Ledger\n\n## Decisions\n\n1. Ids are texts.\n2. Times are UTC.\n\n## Rules\n\n1. No float is money.\n\n"
STEPS = "## {home}\n\n1. Add `src/store.py`\n2. Add `src/page.py`\n"


@pytest.mark.parametrize(
    "home",
    [
        "Implementation steps",
        "4. Implementation Order",
        "Proposed changes",
        "Recommended implementation phases",
        "Tasks",
        "Backend tasks",
        "Steps",
        "实施步骤",
        "المهام التنفيذية",
    ],
)
def test_a_page_that_says_where_its_list_is_has_no_tasks_elsewhere(home):
    assert titles(DESIGN + STEPS.format(home=home)) == ["Add src/store.py", "Add src/page.py"]


def test_the_title_of_the_page_is_no_task_around_its_list():
    text = "# Epic 22 Retrospective\n\n## What went well\n\nAll.\n\n## Action items\n\n1. Add `a.py`\n2. Add `b.py`\n"
    assert titles(text) == ["Add a.py", "Add b.py"]


def test_an_order_beside_the_work_itself_is_not_the_list():
    text = "### 1.1 Add the store\n\nIn `a.py`.\n\n### 1.2 Add the page\n\nIn `b.py`.\n\n## Implementation order\n\n"
    assert titles(f"{text}1. The page\n2. The store\n") == ["Add the store", "Add the page"]


def test_a_page_that_does_not_say_so_has_them_where_they_are():
    assert titles("## Rules of the shop\n\n1. No float is money.\n2. Times are UTC.\n") == [
        "No float is money.",
        "Times are UTC.",
    ]


def test_steps_of_a_numbered_task_are_not_the_list():
    text = "### 1. Store\n\n#### Steps\n\n1. Add `a.py`\n2. Add `b.py`\n\n### 2. Page\n\nWrite `c.py`.\n"
    assert titles(text) == ["Store", "Page"]


def test_boxes_of_tests_are_criteria_where_there_is_a_list():
    text = "## Implementation tasks\n\n### 1. Store\n\nWrite `a.py`.\n\n### 2. Page\n\nWrite `b.py`.\n\n"
    text += (
        "### 3. Mail\n\nWrite `c.py`.\n\n## Manual testing checklist\n\n- [ ] The page opens\n- [ ] The mail comes\n"
    )
    assert titles(text) == ["Store", "Page", "Mail"]


def test_boxes_of_tests_are_tasks_where_there_is_none():
    assert titles("## Testing\n\n- [ ] Test the store\n- [ ] Test the page\n") == ["Test the store", "Test the page"]


PHASES = "# Camera\n\n## Phase 1 — Local camera\n\n- **Remove** the old write.\n- It stays on `localStorage`.\n\n"
PHASES += "## Phase 2 — Polling (unchanged)\n\n- Short poll with a cursor.\n\n## Phase {last} — Presence\n\nLater.\n"


@pytest.mark.parametrize("last", ["3", "4"])
def test_phases_without_anything_finer_are_the_tasks(last):
    text = "Some words on why.\n\nAnd more of them.\n\n" + PHASES.format(last=last)
    assert titles(text) == ["Local camera", "Polling (unchanged)", "Presence"]
    assert {task.id: task.depends_on for task in read(text).document.tasks} == {"1": [], "2": ["1"], last: ["2"]}


def test_no_phase_is_lost_where_only_some_hold_steps():
    text = "## Phase 1: Marks\n\n1. Read `a.py`\n2. Add `b.py`\n\n## Phase 2: Wiring\n\nWire it into `c.py`.\n"
    assert titles(text) == ["Marks", "Wiring"]


def test_steps_of_phases_that_all_hold_some_are_the_tasks():
    text = "## Phase 1: Marks\n\n1. Add `b.py`\n\n## Phase 2: Wiring\n\n1. Wire it into `c.py`.\n"
    assert titles(text) == ["Add b.py", "Wire it into c.py."]


@pytest.mark.parametrize("head", ["Task", "Feature", "Item", "User story", "Action item", "功能"])
def test_rows_that_are_called_by_words_alone(head, tmp_path):
    top = f"| {head} | Description | Status |\n|---|---|---|\n"
    text = f"# Roadmap\n\n## Phase 1\n\n{top}| Store | in `src/store.py` | **Done** |\n"
    text += f"| Page | the list | Not started |\n\n## Phase 2\n\n{top}"
    text += "| Mail | a digest | Planned |\n| Log | a file | In progress |\n"
    assert tasks(text) == [
        ("01", "Store", "completed"),
        ("02", "Page", "pending"),
        ("03", "Mail", "pending"),
        ("04", "Log", "in_progress"),
    ]
    path = tmp_path / "ROADMAP.md"
    path.write_text(text)
    write_back.set_status(registry.read(resolve(str(path), str(tmp_path))), "03", "completed")
    assert path.read_text() == text.replace("Planned", "Completed")


@pytest.mark.parametrize(
    "table",
    [
        "| Feature | Plan A | Plan B |\n|---|---|---|\n| Store | yes | no |\n| Page | no | no |\n",
        "| Item | Status |\n|---|---|\n| Licence | MIT |\n| Language | Python |\n",
    ],
)
def test_tables_that_say_nothing_of_how_far_it_is_hold_no_task(table):
    assert titles(f"{table}\n## Steps\n\n1. Add `a.py`\n2. Add `b.py`\n") == ["Add a.py", "Add b.py"]


def test_a_table_of_ids_and_items():
    text = "| ID | Item | Severity | Notes |\n|----|------|----|----|\n| TD-001 | No test of the page | low | soon |\n"
    text += "| TD-002 | ~~No build~~ | low | **Fixed 2 May** — a workflow |\n| TD-003 | ~~Old import~~ | low | not wanted |\n"
    assert tasks(text) == [
        ("TD-001", "No test of the page", "pending"),
        ("TD-002", "~~No build~~", "completed"),
        ("TD-003", "~~Old import~~", "skipped"),
    ]


def test_a_row_that_is_struck_out_is_no_task_though_its_status_is_a_dash():
    text = "| # | What | Notes | Status |\n|---|---|---|---|\n| B-1 | Export | | - |\n"
    text += "| ~~B-2~~ | ~~Scanner~~ | dropped, see mail | - |\n| ~~B-3~~ | ~~Import~~ | | done |\n"
    assert [(name, status) for name, _, status in tasks(text)] == [
        ("B-1", "pending"),
        ("B-2", "skipped"),
        ("B-3", "completed"),
    ]


def test_a_table_of_phases_with_number_and_title_in_two_columns(tmp_path):
    text = "| Phase | Title | Status |\n|---|---|---|\n| 1 | Store | Done |\n| 2 | Page | Open |\n"
    assert tasks(text) == [("1", "Store", "completed"), ("2", "Page", "pending")]


HANDOFF = "# Handoff\n\n## 1. Setup of the machine\n\nInstall it.\n\n## 2. What this part owns\n\n`src/a.py`\n\n"
HANDOFF += "## 3. Current state\n\nGood.\n\n## 4. Key architecture notes\n\nZ is up.\n\n## 5. Git workflow\n\nRebase.\n"


def test_numbered_sections_of_a_description_are_no_tasks():
    with pytest.raises(FanoutError, match=r"has no task.*/spec:decompose"):
        read(HANDOFF)


def test_numbered_sections_of_work_are():
    text = "## 1. Overview\n\nAll of it.\n\n## 2. Store\n\nIn `a.py`.\n\n## 3. Page\n\nIn `b.py`.\n\n"
    text += "## 4. Design the state\n\n`c.py`\n"
    assert titles(text) == ["Store", "Page", "Design the state"]


@pytest.mark.parametrize("item", ["1. **[{}] Add `a.py`**", "- **[{}] Add `a.py`** with a test"])
def test_a_box_in_bold_says_how_far_it_is(item, tmp_path):
    text = f"# Work\n\n{item.format('x')}\n   - with care\n\n2. **[ ] Add `b.py`**\n"
    assert [(title[:8], status) for _id, title, status in tasks(text)] == [
        ("Add a.py", "completed"),
        ("Add b.py", "pending"),
    ]
    path = tmp_path / "work.md"
    path.write_text(text)
    write_back.set_status(registry.read(resolve(str(path), str(tmp_path))), "02", "completed")
    assert path.read_text() == text.replace("[ ]", "[x]")


@pytest.mark.parametrize("item", ["- **[1](note.md) Store**", "- **[a] Store**", "- **[P] Store**"])
def test_other_brackets_in_bold_are_no_boxes(item):
    assert read(f"- [ ] Add `a.py`\n{item}\n").document.tasks[0].title == "Add a.py"
    assert len(read(f"- [ ] Add `a.py`\n{item}\n").document.tasks) == 1


CHANGE = "openspec/changes/notes/tasks.md"


@pytest.mark.parametrize(
    "head",
    ["2. Improve the agent instructions", "Phase 2: Release notes and handoff", "Stop instructions (stop/spec.md)"],
)
def test_work_on_notes_and_instructions_is_work(head):
    text = f"## 1. Store\n\n- [ ] 1.1 Add `a.py`\n\n## {head}\n\n- [ ] 2.1 Add `b.md`\n"
    assert titles(text, f"/nowhere/{CHANGE}") == ["Add a.py", "Add b.md"]


@pytest.mark.parametrize(
    "head", ["Notes", "4. Notes", "Implementation notes", "Instructions for agents", "How to use it"]
)
def test_notes_and_instructions_are_none(head):
    text = f"## 1. Store\n\n- [ ] 1.1 Add `a.py`\n\n## {head}\n\n- [ ] an open box\n"
    assert titles(text, f"/nowhere/{CHANGE}") == ["Add a.py"]
