# ruff: noqa: RUF001 - dashes and full-width punctuation as people type them
"""Shapes of lists as tools and people write them: records in JSON, plans in prose, lines in bold, shares, symbols."""

from __future__ import annotations

import json

import pytest

from fanout.errors import FanoutError, NothingToMark
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.source import write_back
from fanout.source.resolve import resolve


def read(text, path=""):
    return registry.read(Source(path or "-", path, text, "/nowhere"))


def tasks(text, path=""):
    found = read(text, path)
    return [(task.id, task.title, found.notes[task.id].status) for task in found.document.tasks]


def marked(tmp_path, name, text, task, to="completed"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    write_back.set_status(registry.read(resolve(str(path), str(tmp_path))), task, to)
    return path.read_text()


# Records in JSON


def test_to_dos_below_a_key(tmp_path):
    text = json.dumps(
        {"todos": [{"content": "Add the store", "status": "completed"}, {"content": "Page", "status": "pending"}]}
    )
    assert read(text).format == "claude-tasks"
    assert tasks(text) == [("01", "Add the store", "completed"), ("02", "Page", "pending")]
    assert marked(tmp_path, "todos.json", text, "02") == text.replace("pending", "completed")


@pytest.mark.parametrize("key", ["todos", "items", "stories", "issues", "tickets"])
def test_records_below_other_keys(key, tmp_path):
    text = json.dumps(
        {key: [{"id": "a", "description": "Store", "status": "open"}, {"id": "b", "title": "Page", "status": "open"}]}
    )
    assert tasks(text) == [("a", "Store", "pending"), ("b", "Page", "pending")]
    assert marked(tmp_path, "list.json", text, "b") == '"done"'.join(text.rsplit('"open"', 1))


@pytest.mark.parametrize("wrapped", [True, False])
def test_issues_that_are_not_filed_yet(wrapped):
    issues = [{"title": "Store", "labels": ["a"]}, {"title": "Page", "labels": []}]
    text = json.dumps({"epic": "#4", "stories": issues} if wrapped else issues)
    assert tasks(text) == [("01", "Store", "pending"), ("02", "Page", "pending")]


@pytest.mark.parametrize("text", ['[{"title": "A", "url": "b"}]', '{"items": [{"name": "a", "price": 3}]}'])
def test_other_records_are_no_list(text):
    with pytest.raises(FanoutError):
        read(text)


def test_features_with_a_state_and_a_scope(tmp_path):
    rows = [
        {"id": "a", "title": "Ask", "state": "passing", "scope": ["src/ask.ts", "src/cli.ts"]},
        {"id": "b", "title": "Size", "state": "not_started", "scope": ["the page"]},
    ]
    text = json.dumps({"project": "noted", "features": rows})
    assert tasks(text) == [("a", "Ask", "completed"), ("b", "Size", "pending")]
    assert [len(task.writes) for task in read(text).document.tasks] == [2, 0]
    assert marked(tmp_path, "feature_list.json", text, "b") == text.replace("not_started", "passing")


# Front matter


def test_a_cursor_plan_without_to_dos_has_its_tasks_below():
    front = "---\nname: Camera\ntodos: {}\nisProject: false\n---\n\n# Camera\n\n## Phase A - Local\n\nIn `a.ts`.\n\n"
    text = front + "## Phase B - Polling\n\nIn `b.ts`.\n"
    assert tasks(text.format("[]")) == [("A", "Local", "pending"), ("B", "Polling", "pending")]
    assert read(text.format("[{id: a, content: Store, status: pending}]")).format == "cursor"


OPEN_FRONT = "---\nphase: 01-base\nplan: 02\nwave: 1\ndepends_on: []\nfiles_modified:\n  - src/a.py\n  - src/b.py\n"
OPEN_FRONT += 'tasks:\n  - id: T1\n    title: "Store"\n    file: src/a.py\n'


def test_front_matter_that_never_ends_is_the_page():
    found = read(OPEN_FRONT, "/nowhere/.planning/phases/01-base/01-02-PLAN.md")
    assert found.format == "gsd"
    assert [len(task.writes) for task in found.document.tasks] == [2]


def test_a_rule_at_the_top_begins_no_front_matter():
    assert tasks("---\nNote: this is a page\n\n# Work\n\n- [ ] Add `a.py`\n") == [("01", "Add a.py", "pending")]


# Plans in prose

PLAN = "/nowhere/.claude/plans/shop.md"


@pytest.mark.parametrize("head", ["What to implement", "Fix (all pages)", "Migration approach", "Solution"])
def test_more_headings_of_steps(head):
    text = f"# Shop\n\n## Problem\n\n1. It is slow\n2. It is old\n\n## {head}\n\n1. Add `a.py`\n2. Add `b.py`\n"
    assert [title for _id, title, _status in tasks(text, PLAN)] == ["Add a.py", "Add b.py"]


@pytest.mark.parametrize("head", ["Tasks", "المهام التنفيذية", "任务列表"])
def test_plain_bullets_below_a_heading_of_tasks(head):
    text = f"# Shop\n\n## Scope\n\n- all of it\n\n## {head}\n\n- Add `a.py`:\n  - with care\n- Add `b.py`\n\n## Risks\n\n- none\n"
    assert tasks(text, PLAN) == [("1", "Add a.py:", "pending"), ("2", "Add b.py", "pending")]


def test_the_steps_of_a_numbered_section_are_the_tasks():
    text = "# Watch\n\n## 1. Parts\n\nOne.\n\n## 2. Detailed logic\n\nTwo.\n\n## 4. Execution plan\n\n"
    assert tasks(f"{text}1. Update `a.py`\n2. Wire `b.py`\n", PLAN) == [
        ("1", "Update a.py", "pending"),
        ("2", "Wire b.py", "pending"),
    ]
    assert [title for _id, title, _s in tasks(text, PLAN)] == ["Parts", "Detailed logic", "Execution plan"]


@pytest.mark.parametrize("head", ["What is wrong", "What changed before", "Fixed before"])
def test_what_is_told_is_none(head):
    text = f"# Shop\n\n## {head}\n\n1. It is slow\n2. It is old\n\n## Steps\n\n1. Add `a.py`\n2. Add `b.py`\n"
    assert [title for _id, title, _status in tasks(text, PLAN)] == ["Add a.py", "Add b.py"]


@pytest.mark.parametrize(
    ("first", "second"), [("Phase 1: Base", "Phase 2: Page"), ("Phase 1.1: Base", "Phase 1.2: Page")]
)
def test_numbers_that_begin_anew_are_those_of_their_section(first, second):
    part = "**Implementation:**\n\n1. Add `{0}1.py`\n2. Add `{0}2.py`\n\n"
    text = f"# Shop\n\n## {first}\n\n{part.format('a')}## {second}\n\n{part.format('b')}"
    one, two = first.split()[1].strip(":"), second.split()[1].strip(":")
    assert [name for name, _title, _status in tasks(text, PLAN)] == [f"{one}.1", f"{one}.2", f"{two}.1", f"{two}.2"]


def test_numbers_that_stand_once_stay():
    assert [name for name, _t, _s in tasks("# A\n\n## Steps\n\n1. Add `a.py`\n2. Add `b.py`\n", PLAN)] == ["1", "2"]


# Lines in bold, named bullets


def test_lines_in_bold_with_a_number():
    text = "## Major\n\n**1. Store** in `src/a.py`\nwith care.\n\n**2. ~~Page~~** ✅ `b.py`\nAll of it.\n\n## Minor\n\n"
    text += "**3. ~~Mail~~** — not wanted\n\n**4. Log**\n- one line a day\n- in `src/log.py`\n"
    assert tasks(text) == [
        ("1", "Store", "pending"),
        ("2", "~~Page~~", "completed"),
        ("3", "~~Mail~~", "skipped"),
        ("4", "Log", "pending"),
    ]
    assert "one line a day" in (read(text).document.tasks[3].description or "")


def test_two_lines_in_bold_are_no_list():
    assert tasks("## Steps\n\n**1. Why** and\n\n**2. How**\n\n1. Add `a.py`\n2. Add `b.py`\n")[0][1] == "Add a.py"


@pytest.mark.parametrize(
    "item", ["- **WU-0{} — Add the {}.**", "- **WU-0{}: Add the {}** in `{}.py`", "- **WU-0{}:** Add the {}"]
)
def test_bullets_whose_id_and_words_are_in_bold(item):
    text = "\n".join(item.format(number, name, name) for number, name in enumerate(("store", "page", "mail"), 1))
    assert [name for name, _title, _status in tasks(f"# Work\n\n{text}\n")] == ["WU-01", "WU-02", "WU-03"]


@pytest.mark.parametrize("item", ["- **US-0{} — As a user I see {}.**", "- **FR-0{}: The {} is fast**"])
def test_stories_and_requirements_in_bold_are_none(item):
    text = "\n".join(item.format(number, name) for number, name in enumerate(("store", "page", "mail"), 1))
    steps = "## Steps\n\n1. Add `a.py`\n2. Add `b.py`\n"
    assert [title for _id, title, _status in tasks(f"# Work\n\n{text}\n\n{steps}")] == ["Add a.py", "Add b.py"]


def test_named_bullets_with_a_symbol(tmp_path):
    text = "### Phase 1\n\n- ✅ **Task 001: Store** - 완료 (2 May)\n  - in `a.py`\n- ⬜ **Task 002: Page**\n"
    text += "- **Task 003: Mail**\n"
    assert tasks(text) == [("001", "Store", "completed"), ("002", "Page", "pending"), ("003", "Mail", "pending")]
    assert marked(tmp_path, "a.md", text, "002") == text.replace("⬜", "✅")


# How far it is: symbols and shares

BULLETS = "## Phase 1\n\n- ✅ Store\n- {}Page\n- ⬜ Mail\n- 🔄 Log\n"


@pytest.mark.parametrize("mark", ["⬜ ", "🔄 ", ""])
def test_a_bullet_with_a_symbol_is_marked_with_one(mark, tmp_path):
    assert marked(tmp_path, "a.md", BULLETS.format(mark), "02") == BULLETS.format("✅ ")


def test_the_symbol_is_one_that_the_list_uses(tmp_path):
    text = BULLETS.replace("✅", "☑").format("⬜ ")
    assert marked(tmp_path, "a.md", text, "02") == text.replace("⬜ Page", "☑ Page")


@pytest.mark.parametrize(
    ("before", "after"),
    [("⬜", "✅"), ("⏳ Pending", "✅ Completed"), ("Pending", "Completed"), ("80 %", "100 %"), ("0%", "100%")],
)
def test_a_cell_with_a_symbol_or_a_share(before, after, tmp_path):
    text = "| # | Task | Status |\n|---|---|---|\n| 1 | Store | {0} |\n| 2 | Page | {1} |\n"
    assert marked(tmp_path, "a.md", text.format("✅ Done", before), "2") == text.format("✅ Done", after)


@pytest.mark.parametrize(
    ("said", "status"), [("0 %", "pending"), ("80 %", "in_progress"), ("80%", "in_progress"), ("100%", "completed")]
)
@pytest.mark.parametrize("column", ["Status", "Progress", "Fortschritt"])
def test_a_share_is_a_status(said, status, column):
    text = f"| # | Task | {column} |\n|---|---|---|\n| 1 | Store | {said} |\n| 2 | Page | 0 % |\n"
    assert tasks(text)[0] == ("1", "Store", status)


def test_a_status_line_with_a_share(tmp_path):
    text = "### Task 1: Store\n\n**Status:** 40 %\n\n### Task 2: Page\n\n**Status:** 100 %\n"
    assert [status for _id, _title, status in tasks(text)] == ["in_progress", "completed"]
    assert marked(tmp_path, "a.md", text, "1") == text.replace("40 %", "100 %")


def test_a_word_and_a_date_behind_a_symbol():
    text = "### Task 1.1：调用（2 天）✅ 已完成（2026-07-22）\n\n- [ ] a\n\n### Task 1.2：页面\n\n- [ ] b\n"
    assert [status for _id, _title, status in tasks(text)] == ["completed", "pending"]


# Numbers and boxes


def test_one_more_number_beside_its_whole_is_one_more_task():
    text = "## 2. Cache\n\n- [ ] 2.1 Clear the cache\n- [ ] 2.1.1 Say which part\n- [ ] 2.2 Test it\n"
    assert [name for name, _t, _s in tasks(text, "/nowhere/openspec/changes/a/tasks.md")] == ["2.1", "2.1.1", "2.2"]


def test_several_numbers_beside_their_whole_are_its_parts():
    text = "## 2. Cache\n\n- [ ] 2.1 Clear the cache\n- [ ] 2.1.1 Say which part\n- [ ] 2.1.2 Clear it\n"
    assert [name for name, _t, _s in tasks(text, "/nowhere/openspec/changes/a/tasks.md")] == ["2.1.1", "2.1.2"]


def test_what_a_conductor_verification_names_is_not_written():
    text = "## Phase 1: Base\n\n- [ ] Task: Write `src/a.py` [e5f6g7h]\n"
    text += "- [ ] Task: Conductor - Automated Verification 'Phase 1: Base' (Protocol in workflow.md) [k1l2m3n]\n"
    found = read(text, "/nowhere/conductor/tracks/a/plan.md")
    assert [task.title for task in found.document.tasks] == [
        "Write src/a.py",
        "Conductor - Automated Verification 'Phase 1: Base'",
    ]
    assert found.document.tasks[1].writes == []


def test_a_numbered_item_has_no_place_for_a_status(tmp_path):
    with pytest.raises(NothingToMark):
        marked(tmp_path, "a.md", "## Steps\n\n1. Add `a.py`\n2. Add `b.py`\n", "01")
