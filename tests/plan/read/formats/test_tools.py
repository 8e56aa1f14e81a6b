"""The lists of other tools, as a person reads them: ids, statuses, needs, files, what is left out and why."""

from __future__ import annotations

import pytest
from plan.read import corpus

from fanout.errors import FanoutError, SourceError
from fanout.plan import planner
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.source import write_back
from fanout.source.resolve import resolve

STATUS = {"pending": " ", "in_progress": "~", "completed": "x", "blocked": "!", "skipped": "-"}

# source -> each task as "[status] id: what it waits for; what it writes"
READ = {
    "kiro": [
        "[x] 1: ; package.json src/index.ts",
        "[x] 2.1: 1; src/models/room.ts",
        "[~] 2.2: 1; src/store/bookings.ts",
        "[ ] 2.3: 1; tests/store.test.ts",
        "[ ] 3.1: 2.2; src/ui/calendar.tsx",
        "[ ] 3.2: 2.1 2.2; src/ui/form.tsx",
        "[ ] 3.3: 3.1 3.2; src/ui/page.tsx",
        "[ ] 4: 3.3; ",
    ],
    "openspec": [
        "[x] 1.1: ; src/export/csv.ts",
        "[ ] 1.2: ; src/export/pdf.ts",
        "[ ] 1.3: 1.2; src/export/index.ts",
        "[ ] 2.1: 1.1 1.3; src/cli.ts",
        "[ ] 2.2: 1.1 1.3; docs/export.md",
        "[ ] 3.1: 2.1 2.2; ",
    ],
    "spec-workflow": [
        "[x] 1: ; src/types/login.ts",
        "[~] 2: ; src/services/login.ts",
        "[ ] 3: ; src/pages/login.css src/pages/login.tsx",
    ],
    "conductor": [
        "[x] 1.1: ; src/search/index.py",
        "[x] 1.2: 1.1; ",
        "[~] 2.1: 1.2; src/search/page.py tests/test_page.py",
        "[!] 2.2: 2.1 2.3; ",
        "[ ] 2.3: 1.2; src/search/page.css",
        "[ ] 3.1: 2.2; src/menu.py",
    ],
    "agent-os": [
        "[x] 1.1: ; tests/store.test.ts",
        "[x] 1.2: ; src/store.ts",
        "[ ] 2.1: ; src/mail.ts",
        "[ ] 3.1: 1.1 1.2 2.1; src/page.tsx",
        "[ ] 3.2: 1.1 1.2 2.1; src/page.css",
    ],
    "ai-dev-tasks/tasks/tasks-invoices.md": [
        "[x] 0.1: ; ",
        "[x] 1.1: 0.1; src/invoices/pdf.ts",
        "[ ] 1.2: 0.1; src/invoices/pdf.test.ts",
        "[ ] 2.1: 1.1 1.2; src/invoices/mail.ts",
    ],
    "trae": [
        "[x] 1: ; ",
        "[ ] 2: 1; src/player.tsx",
        "[ ] 3: ; src/list.tsx",
        "[ ] 4: 2 3; src/app.tsx",
    ],
    "exec-plan/.agent/plans/retries.md": [
        "[x] 01: ; src/queue.py",
        "[ ] 02: 01; src/upload.py",
        "[ ] 03: 02; src/status.py",
    ],
    "cursor/.cursor/plans": [
        "[x] store: ; src/tags/store.ts",
        "[~] page: store; src/tags/page.tsx",
        "[ ] search: store; src/search.ts",
    ],
    "bmad/docs/stories/2.1.cart.md": [
        "[x] 1: ; src/cart/store.ts",
        "[ ] 2: 1; src/cart/page.tsx",
        "[ ] 3: 2; tests/cart.test.ts",
    ],
    "bmad-sprint": [
        "[x] 1-1-register: ; ",
        "[~] 1-2-log-in: 1-1-register; ",
        "[ ] 1-3-log-out: 1-2-log-in; src/menu.tsx src/session.ts",
        "[ ] 2-1-cart: 1-3-log-out; ",
    ],
    "ralph": [
        "[x] US-001: ; src/notes/store.ts",
        "[ ] US-002: US-001; src/notes/page.tsx",
        "[ ] US-003: US-002; ",
    ],
    "feature-list": ["[x] 01: ; ", "[ ] 02: 01; src/chat/title.tsx"],
    "feature-list/map/feature_list.json": ["[x] cart: ; src/cart.ts", "[ ] pay: cart; src/pay.ts"],
    "shrimp/tasks.json": [
        "[x] 0f6c1b1e-0001-4a00-8000-000000000001: ; src/store.ts",
        "[ ] 0f6c1b1e-0002-4a00-8000-000000000002: 0f6c1b1e-0001-4a00-8000-000000000001; src/page.tsx",
    ],
    "claude-tasks/todos.json": ["[x] 01: ; src/a.ts", "[~] 02: ; src/b.ts", "[ ] 03: 01 02; "],
    "claude-tasks/list": ["[x] 1: ; src/part1.ts", "[ ] 2: 1; src/part2.ts", "[ ] 10: 1 2; src/part10.ts"],
    "backlog": ["[x] TASK-0: ; ", "[x] TASK-1: ; ", "[ ] TASK-2: TASK-1; src/page.tsx"],
    "plan/IMPLEMENTATION_PLAN.md": [
        "[ ] 1.1: ; src/reports/query.ts",
        "[x] 1.2: 1.1; src/reports/cache.ts",
        "[ ] 2.1: 1.2; src/reports/table.tsx",
    ],
    "plan/.claude/plans/quiet-river.md": [
        "[ ] 1: ; src/theme.ts",
        "[ ] 2: 1; src/settings.tsx",
        "[ ] 3: 2; src/storage.ts",
    ],
    "github/issues.json": [
        "[ ] 14: 12; src/search/page.tsx",
        "[x] 12: ; src/search/index.ts",
        "[ ] 11: 12 14; ",
        "[!] 15: ; ",
    ],
    "github/one.json": ["[x] 01: ; CHANGELOG.md", "[ ] 02: ; package.json", "[ ] 03: ; docs/news.md"],
}


def told(reading):
    """Each task in one line."""
    return [
        f"[{STATUS[reading.notes[task.id].status]}] {task.id}: {' '.join(sorted(task.depends_on))}; "
        f"{' '.join(sorted(task.writes))}"
        for task in reading.document.tasks
    ]


@pytest.mark.parametrize("name", READ)
def test_a_list_is_read_as_a_person_reads_it(name):
    assert told(corpus.read(name)) == READ[name]


def read(text, form=None):
    return registry.read(Source("-", "", text, "/nowhere"), form)


KIRO = "- [ ] 1. Write `src/a.ts`\n  - _Requirements: 1.1_\n"


@pytest.mark.parametrize(
    ("form", "text", "lines"),
    [
        ("kiro", "- [x] 1. Write `a.ts`\n- [-] 2. Write `b.ts`\n- [~] 3. Write `c.ts`\n", "[x] 1|[~] 2|[~] 3"),
        ("kiro", "- [ ] 2. Models\n- [ ] 2.1 Write `a.ts`\n- [x] 2.2 Write `b.ts`\n", "[ ] 2.1|[x] 2.2"),
        ("kiro", "- [ ] 2. Models\n  - [ ] 2.1 Write `a.ts`\n    - [ ] with tests\n", "[ ] 2.1"),
        ("kiro", "- [ ] **1. Write `a.ts`**\n- [ ] 2) Write `b.ts`\n- [ ] 3: Write `c.ts`\n", "[ ] 1|[ ] 2|[ ] 3"),
        ("kiro", "- [ ] 3 new tests for the store\n- [ ] Write `b.ts`\n", "[ ] 01|[ ] 02"),
        ("kiro", "- [ ] ~~1. Write `a.ts`~~\n- [ ] 2. Write `b.ts`\n", "[-] 1|[ ] 2"),
        (
            "kiro",
            "- [ ] ~~1. Write `a.ts` (P)~~ **dropped**\n- [x] ~~2.1 b~~ (kept `b.ts`)\n- [ ] 3. c\n",
            "[-] 1|[x] 2.1|[ ] 3",
        ),
        ("kiro", "- [ ] 1. ~~Write `a.ts`~~ Write `b.ts`\n- [ ] ~~2. Write `c.ts`~~ Write `d.ts`\n", "[ ] 1|[ ] 2"),
        ("openspec", "## 1. A\n- [ ] A1.1 **[RED]** Write `a.ts`\n- [x] M.2 [MANUAL] Deploy\n", "[ ] A1.1|[x] M.2"),
        (
            "openspec",
            "## 1. A\n- [x] T-AB-016 — RED: `a.ts`\n- [ ] **NAV-2**: `b.ts`\n  - [ ] SC-7 holds\n",
            "[x] T-AB-016|[ ] NAV-2",
        ),
        (
            "openspec",
            "## 1. A\n- [ ] B2: `a.ts`\n- [ ] [B3] `b.ts`\n- [ ] S3 buckets\n- [ ] UTF-8 names\n",
            "[ ] B2|[ ] B3|[ ] 1.3|[ ] 1.4",
        ),
        ("kiro", "- [ ] A1: Models\n  - [ ] A1.1 Write `a.ts`\n  - [x] A1.2 Write `b.ts`\n", "[ ] A1.1|[x] A1.2"),
        ("kiro", "- [ ] 1. Models\n  - [ ] SCEN-735 passes\n  - [ ] SCEN-736 passes\n", "[ ] 1"),
        (
            "agent-os",
            "#### Task Group 1: A\n- [ ] 1.0 A\n  - [ ] 1.1 `a.ts`\n\n**Acceptance Criteria:**\n- [ ] it opens\n",
            "[ ] 1.1",
        ),
        (
            "agent-os",
            "#### Task Group 1: A\n**Acceptance Criteria:**\n- [ ] it opens\n- [ ] 1.1 `a.ts`\n## B\n- [ ] `b.ts`\n",
            "[ ] 1.1|[ ] 02",
        ),
        ("kiro", "- [ ] 1. Write `a.ts`\n- [ ] 1. Write `b.ts`\n", "[ ] 1|[ ] 1-2"),
        ("openspec", "## 1. A\n- [ ] Write `a.ts`\n## 2. B\n- [ ] Write `b.ts`\n- [ ] x\n", "[ ] 1.1|[ ] 2.1|[ ] 2.2"),
        ("openspec", "## 1. A\n- [ ] 1. Write `a.ts`\n## 2. B\n- [ ] 1. Write `b.ts`\n", "[ ] 1|[ ] 2.1"),
        ("conductor", "## Phase 1: A\n- [x] Task: Write `a.py` [0a1b2c3]\n    - [ ] Red\n", "[x] 1.1"),
        ("trae", "- [x] Task 1: a\n  - [ ] SubTask 1.1: b\n- [ ] **Task 2: c**\n", "[x] 1|[ ] 2"),
        ("exec-plan", "## Progress\n- [x] (2026-01-02 10:00Z) a\n## Validation\n- [ ] b\n", "[x] 01"),
        ("bmad", "Status: done\n## Tasks / Subtasks\n- [ ] Task 1: a\n- [x] Task 2: b\n", "[x] 1|[x] 2"),
        ("bmad", "**Status:** Ready for Review\n## Tasks / Subtasks\n- [ ] Task 1: a\n", "[ ] 1"),
        ("bmad", "## Status\n\nDone\n\n## Tasks / Subtasks\n- [ ] Task 1: a\n", "[x] 1"),
        ("bmad", "## Acceptance Criteria\n- [ ] x\n## Tasks / Subtasks\n- [ ] Task 1: a\n", "[ ] 1"),
        ("ralph", '{"userStories": [{"id": "A", "title": "a", "passes": true}, {"id": "B"}]}', "[x] A|[ ] B"),
        ("ralph", '{"stories": [{"id": "A", "title": "a", "status": "completed"}]}', "[x] A"),
        ("kiro", "- [x]\\* 1. Write `a.ts`\n- [ ] 2. Write `b.ts`\n", "[x] 1|[ ] 2"),
        ("plan", "# P\n### 问题分析\n1. x\n### 具体修改\n1. **修改 a.swift**\n   - b\n2. 优化\n", "[ ] 1|[ ] 2"),
        ("feature-list", '[{"id": "a", "passes": false, "status": "blocked"}]', "[!] a"),
        ("feature-list", '[{"id": "a", "passes": false, "status": "done"}]', "[ ] a"),
        (
            "feature-list",
            '{"features": [{"id": "a", "status": "passing"}, {"id": "b", "status": "failing"}]}',
            "[x] a|[ ] b",
        ),
        ("feature-list", '{"a": {"passes": true}, "b": {"passes": false}}', "[x] a|[ ] b"),
        (
            "bmad-sprint",
            "development_status:\n  epic-1: done\n  1-1-a: Done\n  1-2-b: drafted\n",
            "[x] 1-1-a|[ ] 1-2-b",
        ),
        (
            "bmad-sprint",
            "home: {root}/docs\n\ndevelopment_status:\n  # first\n  1-1-a: done\n\n  1-2-b: review\n\nnotes: {x}/y\n",
            "[x] 1-1-a|[~] 1-2-b",
        ),
        ("cursor", "---\ntodos:\n  - id: a\n    content: b\n    status: cancelled\n---\n", "[-] a"),
        ("claude-tasks", '[{"content": "a", "status": "completed"}, {"content": "b", "status": "x"}]', "[x] 01|[ ] 02"),
        ("github", '[{"number": 1, "title": "a", "state": "CLOSED", "stateReason": "NOT_PLANNED"}]', "[-] 1"),
        ("github", '[{"number": 1, "title": "a", "state": "open", "labels": ["blocked"]}]', "[!] 1"),
    ],
)
def test_statuses_and_ids(form, text, lines):
    found = read(text, form)
    assert "|".join(line.split(":")[0] for line in told(found)) == lines


@pytest.mark.parametrize(
    ("form", "text", "edges"),
    [
        # a stage waits for the one before it, a parallel one for the last that is not
        ("kiro", "- [ ] 1. A\n  - [ ] 1.1 Write `a.ts`\n- [ ] 2. B\n  - [ ] 2.1 Write `b.ts`\n", {"2.1": ["1.1"]}),
        (
            "kiro",
            "- [ ] 1. A\n  - [ ] 1.1 Write `a.ts`\n- [ ] 2. (P) B\n  - [ ] 2.1 Write `b.ts`\n"
            "- [ ] 3. (P) C\n  - [ ] 3.1 Write `c.ts`\n- [ ] 4. D\n  - [ ] 4.1 Write `d.ts`\n",
            {"2.1": ["1.1"], "3.1": ["1.1"], "4.1": ["1.1", "2.1", "3.1"]},
        ),
        # what is stated replaces the order of the list
        (
            "kiro",
            "- [ ] 1. Write `a.ts`\n- [ ] 2. B\n- [ ] 3. Write `c.ts`\n  - _Depends: 1_\n",
            {"2": ["1"], "3": ["1"]},
        ),
        # a need of a whole is a need of its parts
        (
            "kiro",
            "- [ ] 1. A\n  - [ ] 1.1 Write `a.ts`\n  - [ ] 1.2 Write `b.ts`\n- [ ] 2. Write `c.ts` (depends on 1)\n",
            {"2": ["1.1", "1.2"]},
        ),
        # nobody waits for what is optional, unless it is said
        ("kiro", "- [ ] 1. Write `a.ts`\n- [ ]* 2. Test it\n- [ ] 3. Run it\n", {"2": ["1"], "3": ["1"]}),
        ("kiro", "- [ ] 1. Write `a.ts`\n- [ ]* 2. Test it\n- [ ] 3. Run it after task 2\n", {"2": ["1"], "3": ["2"]}),
        ("trae", "- [ ] Task 1: Write `a.ts`\n- [ ] Task 2: Do b\n- [ ] Task 3: Do c\n", {"2": ["1"], "3": ["2"]}),
        (
            "trae",
            "- [ ] Task 1: Do a\n- [ ] Task 2: Do b\n- [ ] Task 3: Do c\n# Task Dependencies\n- Task 3 依赖 Task 1、Task 2\n",
            {"3": ["1", "2"]},
        ),
        (
            "trae",
            "## Task 0: A\n- [ ] 0.1 Do a\n- [ ] 0.2 Do b\n## Task 1: B\n- [ ] 1.1 Do c\n## Task 2: C\n- [ ] 2.1 Do d\n"
            "## Task Dependencies\n- Task 1 parallel with Task 0\n- Task 2 depends on Task 0 and Task 1\n",
            {"0.2": ["0.1"], "2.1": ["0.1", "0.2", "1.1"]},
        ),
        (
            "agent-os",
            "#### Task Group 1: A\n**Dependencies:** None\n- [ ] 1.1 Do a\n- [ ] 1.2 Do b\n"
            "#### Task Group 2: B\n**Dependencies:** None\n- [ ] 2.1 Do c\n",
            {"1.2": ["1.1"]},
        ),
        (
            "conductor",
            "## Phase 1\n- [ ] Task: Conductor - User Manual Verification 'Phase 1'\n- [ ] Task: Write `a.py`\n"
            "## Phase 2\n- [ ] Task: Write `b.py`\n",
            {"1.1": ["1.2"], "2.1": ["1.1"]},
        ),
        (
            "ralph",
            '{"userStories": [{"id": "B", "priority": 2}, {"id": "A", "priority": 1}, {"id": "C", "dependsOn": ["A"]}]}',
            {"B": ["A"], "C": ["A"]},
        ),
        (
            "github",
            '[{"number": 1, "title": "a", "body": "Blocks #2"}, {"number": 2, "title": "b"},'
            ' {"number": 3, "title": "c", "body": "", "parent": {"number": 4}, "blockedBy": {"nodes": [{"number": 2}]}},'
            ' {"number": 4, "title": "d", "subIssues": [{"number": 1}]}]',
            {"2": ["1"], "3": ["2"], "4": ["1", "3"]},
        ),
    ],
)
def test_order(form, text, edges):
    found = read(text, form)
    assert {task.id: sorted(task.depends_on) for task in found.document.tasks if task.depends_on} == edges


def test_a_story_that_begins_with_a_box_has_no_section_yet(tmp_path):
    (tmp_path / "sprint-status.yaml").write_text("development_status:\n  1-1-cart: ready-for-dev\n")
    (tmp_path / "1-1-cart.md").write_text("- [ ] `src/old.ts`\n\n## Tasks\n\n- [ ] Write `src/cart.ts`\n")
    assert told(registry.read(resolve(str(tmp_path), str(tmp_path)))) == ["[ ] 1-1-cart: ; src/cart.ts"]


def test_two_backlog_files_of_one_id_are_two_tasks(tmp_path):
    folder = tmp_path / "backlog" / "tasks"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        text = f"---\nid: task-7\ntitle: {name}\nstatus: To Do\nassignee: []\n---\n\nWrite `{name}.ts`.\n"
        (folder / f"task-7 - {name}.md").write_text(text)
    found = registry.read(resolve(str(tmp_path), str(tmp_path)))
    assert told(found) == ["[ ] task-7: ; a.ts", "[ ] task-7-2: ; b.ts"]
    assert [item.code for item in found.warnings] == ["duplicate-id"]
    write_back.set_status(found, "task-7-2", "completed")
    assert "status: Done" in (folder / "task-7 - b.md").read_text()
    assert "status: To Do" in (folder / "task-7 - a.md").read_text()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# P\n## Context\n### 1. What\n## Implementation\n1. Write `a.ts`\n2. Write `b.ts`\n", "1|2"),
        (
            "# P\n## Implementation Order\n### Phase 1: A\n1. Write `a.ts`\n2. Do b\n### Phase 2: B\n3. c\n4. d\n",
            "1|2|3|4",
        ),
        ("# P\n## Phase 1: A\n### Step 1: a\n1. x\n2. y\n### Step 2: b\n## Phase 2: B\n### Step 3: c\n", "1|2|3"),
        ("# P\n## Phase 1: A\nWords.\n## Phase 2: B\nWords.\n", "1|2"),
        ("# Context plan\n## 1. Overview\n## 2. Add the store\n## 3. Add the page\n## 4. Risks\n", "2|3"),
        ("# P\n- [ ] Write `a.ts`\n- [x] Write `b.ts`\n## Acceptance Criteria\n- [ ] it works\n", "01|02"),
        ("# P\n## Steps\n1. Write `a.ts`\n## Verification\n1. Run it\n", "1"),
    ],
)
def test_of_a_plan_in_prose_only_the_work_is_a_task(text, lines):
    assert "|".join(task.id for task in read(text, "plan").document.tasks) == lines


def test_fields_below_a_task_are_no_paths():
    text = (
        "- [ ] 1. Add the service\n  - File: src/a.ts (new), `src/b.ts`\n  - _Leverage: src/base.ts, None_\n"
        "  - _Prompt: Role: dev | Task: Change src/other.ts | Success: done_\n  - _Requirements: 1.2, NFR/2_\n"
    )
    task = read(text).document.tasks[0]
    assert (task.writes, task.reads) == (["src/a.ts", "src/b.ts"], ["src/base.ts"])


def test_a_cited_place_is_read_and_not_written():
    text = "## Tasks / Subtasks\n- [ ] Task 1: Write `src/a.ts` as in [src/list.tsx:40] [Source: docs/ui.md#cart]\n"
    task = read(text, "bmad").document.tasks[0]
    assert (task.writes, sorted(task.reads)) == (["src/a.ts"], ["docs/ui.md", "src/list.tsx"])


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("kiro", "optional", "is optional: no task waits for it"),
        ("conductor", "for-a-person", "waits for a person: the next phase starts when its box is ticked"),
        ("github/issues.json", "outside", "it waits for #99, which the list does not hold"),
    ],
)
def test_what_is_said_of_a_list(name, code, message):
    assert [(item.code, item.message) for item in corpus.read(name).warnings] == [(code, message)]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("kiro", ["- [ ] 9. An example of the form"]),
        ("ai-dev-tasks/tasks/tasks-invoices.md", ["- [ ] 1.1 Read file (an example)"]),
        ("exec-plan/.agent/plans/retries.md", ["- [ ] An upload survives a restart."]),
        ("plan/IMPLEMENTATION_PLAN.md", []),
        ("bmad/docs/stories/2.1.cart.md", []),
    ],
)
def test_boxes_that_are_no_tasks_are_listed(name, left):
    assert [item.text for item in corpus.read(name).unread] == left


@pytest.mark.parametrize(
    ("form", "text", "message"),
    [
        ("kiro", "# Tasks\n\nNothing yet.\n", "standard input has no task. Write one as '- [ ] 1. Add the form'."),
        ("cursor", "---\ntodos:\n  - a: [\n---\n", "standard input:4:1: not valid YAML: "),
        ("bmad-sprint", "project: x\n", "standard input development_status: there is no map of stories"),
        ("feature-list", "{}", "standard input features: there is no feature"),
        ("github", '[{"title": "x"}]', "standard input:1 number: each issue must have a number"),
        ("plan", "# Plan\n\nWords.\n", "standard input has no task: no check box, numbered heading or numbered step."),
    ],
)
def test_what_can_not_be_read_says_why(form, text, message):
    with pytest.raises((FanoutError, SourceError)) as error:
        read(text, form)
    assert message in str(error.value)


def test_what_a_person_verifies_is_not_called_blocked():
    text = (
        "## Phase 1\n- [ ] Task: Write `a.py`\n- [ ] Task: Conductor - User Manual Verification 'Phase 1'\n"
        "## Phase 2\n- [ ] Task: Write `b.py`\n"
    )
    codes = [remark.code for remark in planner.make(read(text)).warnings]
    assert "for-a-person" in codes
    assert "held-back" not in codes
