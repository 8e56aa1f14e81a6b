"""Roadmaps and progress files: how far each phase is, in a table, behind marks or in named bullets."""

from __future__ import annotations

import pytest

from fanout.errors import FanoutError
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.source import write_back
from fanout.source.resolve import resolve

TABLE = (
    "# Progress\n\n| Phase | Status | Date |\n|---|---|---|\n"
    "| 1. Scaffold | complete | 3 May |\n| 2. Contracts | in progress | |\n| **Phase 3**: Auth & keys | not started | |\n"
)
GUIDE = "\n## How to use this file\n\n### A new session\n\n1. Read it.\n2. Run `make test`.\n"


def read(text):
    return registry.read(Source("-", "", text, "/nowhere"))


def tasks(text):
    found = read(text)
    return [(task.id, task.title, found.notes[task.id].status) for task in found.document.tasks]


def needs(text):
    return {task.id: task.depends_on for task in read(text).document.tasks}


@pytest.mark.parametrize("head", ["Phase", "Stage", "Milestone", "Task", "Fase", "阶段", "단계"])
def test_a_table_of_phases_says_how_far_each_is(head):
    text = TABLE.replace("| Phase |", f"| {head} |") + GUIDE
    assert tasks(text) == [
        ("1", "Scaffold", "completed"),
        ("2", "Contracts", "in_progress"),
        ("3", "Auth & keys", "pending"),
    ]
    assert needs(text) == {"1": [], "2": ["1"], "3": ["2"]}


def test_a_row_of_phases_is_marked_in_its_status(tmp_path):
    path = tmp_path / "PROGRESS.md"
    path.write_text(TABLE + GUIDE)
    write_back.set_status(registry.read(resolve(str(path), str(tmp_path))), "3", "completed")
    assert path.read_text() == (TABLE + GUIDE).replace("not started", "completed")


@pytest.mark.parametrize(
    "table",
    [
        "| Phase | Output | Status |\n|---|---|---|\n| Phase 0 | `research.md` | done |\n| Phase 1 | `model.md` | done |\n",
        "| # | Status | Note |\n|---|---|---|\n| 1 | Done | a |\n| 2 | Done | b |\n",
        "| Phase | Goal |\n|---|---|\n| 1. Base | all |\n| 2. More | all |\n",
    ],
)
def test_other_tables_leave_the_steps(table):
    assert [title for _id, title, _status in tasks(f"{table}\n## Steps\n\n1. Add `a.py`\n2. Add `b.py`\n")] == [
        "Add a.py",
        "Add b.py",
    ]


def test_steps_below_the_phases_are_finer_than_a_table_of_them():
    text = TABLE + "\n## Phase 1: Scaffold\n\n1. Add `a.py`\n2. Add `b.py`\n"
    assert [title for _id, title, _status in tasks(text)] == ["Add a.py", "Add b.py"]


@pytest.mark.parametrize(
    "guide", ["How to use this file", "How to influence the roadmap", "개발 워크플로우", "使用方法"]
)
def test_steps_of_using_the_file_are_none(guide):
    text = f"## {guide}\n\n1. Read `a.md`.\n2. Run it.\n\n## Steps\n\n1. Add `b.py`\n"
    found = read(text)
    assert [task.title for task in found.document.tasks] == ["Add b.py"]
    assert {(one.told, one.why) for one in found.unread} == {(True, "below a heading that holds no task")}


@pytest.mark.parametrize("title", ["# How to use this file", "## How to use this file"])
def test_where_there_is_nothing_else_they_are(title):
    assert len(tasks(f"{title}\n\n1. Add `a.md`.\n2. Add `b.md`.\n")) == 2


MARKED = (
    "## Phase 1: Base ✅\n\n- ✅ Store in `src/store.py`\n- ✅ Login\n\n## Phase 2: Chat\n\n- ⏳ Push\n- ⬜ Search\n"
)


def test_marked_bullets_below_phases_are_tasks():
    assert tasks(MARKED + GUIDE) == [
        ("01", "Store in src/store.py", "completed"),
        ("02", "Login", "completed"),
        ("03", "Push", "in_progress"),
        ("04", "Search", "pending"),
    ]
    assert needs(MARKED)["03"] == ["02"]


def test_marked_bullets_elsewhere_are_what_was_gained():
    text = MARKED.replace("Phase 1: Base", "Benefits").replace("Phase 2: Chat", "Drawbacks")
    with pytest.raises(FanoutError, match="in no format known here"):
        read(text)


NAMED = (
    "## Working workflow\n\n1. **Plan**\n   - read `ROADMAP.md`\n\n## Phase 1: Base\n\n"
    "- **Task 001: Routes** ✅ - done\n  - ✅ `src/a.ts`\n- **Task 002: Types**\n  - `src/b.ts`\n\n"
    "## Phase 2: More\n\n- **Task 003: Viewer** - first of all\n  - new `src/c.ts`\n"
)


def test_bullets_that_say_task_are_tasks_with_what_stands_below():
    found = read(NAMED)
    assert tasks(NAMED) == [("001", "Routes", "completed"), ("002", "Types", "pending"), ("003", "Viewer", "pending")]
    assert needs(NAMED)["003"] == ["001", "002"]
    assert [task.writes for task in found.document.tasks] == [["src/a.ts"], ["src/b.ts"], ["src/c.ts"]]
    assert found.unread == []


def test_now_next_and_later_are_to_be_done_and_principles_are_not():
    text = (
        "## Product principles\n\n- Preview first.\n\n## Now\n\n- Ship the page.\n\n## Later\n\n- Consider more.\n\n"
        "## Not planned\n\n- A phone app.\n\n## How to influence the roadmap\n\n1. The job.\n2. The wish.\n"
    )
    assert [title for _id, title, _status in tasks(text)] == ["Ship the page.", "Consider more."]


FOUND = "# Plan\n\n## {}\n\n### 1. The old store\n\nIt is slow.\n\n### 2. The new one\n\nIt is not.\n\n"


@pytest.mark.parametrize(
    "head",
    ["Plan review (sense-check) — regressions", "Research Summary", "Sources & Findings", "Key decisions", "Risks"],
)
def test_numbered_headings_of_what_was_found_are_none(head):
    text = FOUND.format(head) + "## Implementation steps\n\n### 1. Add `a.py`\n\nx\n\n### 2. Add `b.py`\n\ny\n"
    found = read(text)
    assert [(task.id, task.title) for task in found.document.tasks] == [("1", "Add a.py"), ("2", "Add b.py")]
    assert {(one.text, one.why) for one in found.unread} == {
        ("### 1. The old store", "below a heading that holds no task"),
        ("### 2. The new one", "below a heading that holds no task"),
    }


@pytest.mark.parametrize("head", ["Context menu", "Source maps", "Goal editor", "Decide", "Phase 1"])
def test_numbered_headings_of_work_are_tasks(head):
    text = FOUND.format(head) + "## More\n\n### 3. Add `a.py`\n\nx\n"
    assert [task.id for task in read(text).document.tasks] == ["1", "2", "3"]


def test_where_there_is_nothing_else_numbered_headings_are_tasks():
    assert [task.id for task in read(FOUND.format("Research")).document.tasks] == ["1", "2"]


@pytest.mark.parametrize("head", ["Decisions", "Key decisions", "Architecture decisions"])
def test_decisions_are_no_tasks_where_there_is_nothing_else_either(head):
    with pytest.raises(FanoutError, match="has no task"):
        read(FOUND.format(head))


STEPS = (
    FOUND.format("Research")
    + "## Plan Steps\n\n1. **Step 1**: Collect in `a.py`\n   - **Owner**: Pat\n   - **Status**: ✅ COMPLETE\n\n"
    + "2. **Step 2**: Run\n   - **Status**: In progress\n\n3. **Step 3**: Sum up in `b.py`\n   - **Status**: Pending\n"
)


def test_steps_in_numbered_items_have_the_status_below():
    assert tasks(STEPS) == [
        ("1", "Collect in a.py", "completed"),
        ("2", "Run", "in_progress"),
        ("3", "Sum up in b.py", "pending"),
    ]
    assert needs(STEPS)["3"] == ["2"]


def test_the_status_below_a_step_is_written_back(tmp_path):
    path = tmp_path / "plan.md"
    path.write_text(STEPS)
    write_back.set_status(registry.read(resolve(str(path), str(tmp_path)), "markdown"), "3", "completed")
    assert path.read_text() == STEPS.replace("Pending", "Completed")


def test_boxes_go_before_bullets_that_say_step():
    text = "".join(f"- [ ] A{n}: Add `a{n}.py`\n" for n in range(4)) + "".join(
        f"- **Step {n}**: read\n" for n in (1, 2, 3)
    )
    assert [task.id for task in read(text).document.tasks] == ["A0", "A1", "A2", "A3"]


@pytest.mark.parametrize(
    "head", ["Git Checkpoint Log", "Git checkpoints", "Commit log", "Legend", "How to read this list"]
)
def test_boxes_of_the_file_itself_are_none(head):
    text = f"## Task Breakdown\n\n1. [x] Add `a.py`\n2. [ ] Add `b.py`\n\n## {head}\n\n- [ ] `git status --short`\n"
    found = read(text)
    assert [task.title for task in found.document.tasks] == ["Add a.py", "Add b.py"]
    assert [(one.text, one.told) for one in found.unread] == [("- [ ] `git status --short`", True)]


@pytest.mark.parametrize("head", ["Checkpoint", "Goals", "Commits", "Progress Log"])
def test_boxes_below_other_headings_are_tasks(head):
    assert len(tasks(f"## Task Breakdown\n\n- [x] Add `a.py`\n\n## {head}\n\n- [ ] Add `b.py`\n")) == 2


def test_where_there_are_no_other_boxes_they_are_tasks():
    assert len(tasks("# Plan\n\n## Git checkpoints\n\n- [ ] Add `a.py`\n- [ ] Add `b.py`\n")) == 2


@pytest.mark.parametrize("head", ["Plan review", "Research", "Key findings", "Sources", "Git checkpoints"])
def test_a_saved_plan_leaves_the_same_sections(head):
    steps = "## Implementation\n\n### 1. Add `a.py`\n\nx\n\n### 2. Add `b.py`\n\ny\n"
    found = registry.read(Source("-", "", FOUND.format(head) + steps, "/nowhere"), "plan")
    assert [task.title for task in found.document.tasks] == ["Add a.py", "Add b.py"]


def test_boxes_of_a_checkpoint_log_are_none_in_a_saved_plan():
    text = "## Steps\n\n- [ ] Add `a.py`\n- [ ] Add `b.py`\n\n## Git Checkpoint Log\n\n- [ ] `git status`\n"
    found = registry.read(Source("-", "", text, "/nowhere"), "plan")
    assert [task.title for task in found.document.tasks] == ["Add a.py", "Add b.py"]


def numbered_boxes(count):
    return "## Progress\n\n" + "".join(f"- [x] 1.{n} Add `a{n}.py`\n" for n in range(count)) + "\n"


WIZARD = "## The form\n\n### Step 1: Name\n\n- [ ] a field\n\n### Step 2: Address\n\n- [ ] another\n"


@pytest.mark.parametrize(("count", "found"), [(5, "1.0"), (4, "1")])
def test_numbered_boxes_that_outnumber_headings_are_the_tasks(count, found):
    assert tasks(numbered_boxes(count) + WIZARD)[0][0] == found


def test_boxes_below_the_headings_are_their_steps():
    text = WIZARD.replace("- [ ] a field\n", "".join(f"- [ ] 1.{n} Add `a{n}.py`\n" for n in range(9)))
    assert [name for name, _title, _status in tasks(text)] == ["1", "2"]


PHASED = (
    "## 1. How the documents stand\n\nx\n\n## 2. Phased plan\n\n### Phase 1: Scaffold\n\n`src/a.py`\n\n#### Objective\n\ny\n\n"
    "### Phase 2: Types\n\n`src/b.py`\n\n### Phase 3: Login\n\n{}`src/c.py`\n\n## 3. Risk checkpoints\n\nz\n"
)


def test_phases_below_a_numbered_section_are_the_tasks():
    assert [(name, title) for name, title, _status in tasks(PHASED.format(""))] == [
        ("1", "Scaffold"),
        ("2", "Types"),
        ("3", "Login"),
    ]
    assert needs(PHASED.format("")) == {"1": [], "2": ["1"], "3": ["2"]}


def test_numbered_headings_below_phases_are_finer():
    assert "3.1" in needs(PHASED.format("#### 3.1 The form\n\n"))
