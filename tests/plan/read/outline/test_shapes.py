# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Free lists as people write them: which lines are tasks, which are steps, criteria or groups, and what order they state."""

from __future__ import annotations

import pytest

from fanout.errors import FanoutError
from fanout.plan import planner
from fanout.plan.read import registry
from fanout.plan.reading import Source


def read(text, forced="markdown"):
    reading = registry.read(Source("-", "", text, "/nowhere"), forced)
    planner.make(reading, "quick")
    return reading


def needs(reading):
    return {task.id: task.depends_on for task in reading.document.tasks}


def statuses(reading):
    return {name: note.status for name, note in reading.notes.items()}


def codes(reading):
    return [remark.code for remark in reading.warnings]


def group(number, field=""):
    return f"#### Task Group {number}: G{number}\n{field}\n- [ ] {number}.0 Do it\n  - [ ] {number}.1 Write src/m{number}.py\n"


@pytest.mark.parametrize(
    ("field", "third"),
    [
        ("**Dependencies:** Task Group 1", ["1.0"]),
        ("**Dependencies:** Task Groups 1, 2", ["1.0", "2.0"]),
        ("**Dependencies:** Task Groups 1-2", ["1.0", "2.0"]),
        ("**Depends on**: Group 2 (needs its table)", ["2.0"]),
        ("Depends on: all previous groups", ["1.0", "2.0"]),
        ("**Dependencies:** None", []),
        ("", []),  # a group states no order by its number
    ],
)
def test_groups_have_dependencies(field, third):
    assert needs(read(group(1) + group(2) + group(3, field)))["3.0"] == third


def test_a_group_that_depends_on_what_is_not_there_says_so():
    reading = read(group(1) + group(2, "**Dependencies:** the billing spec"))
    assert needs(reading)["2.0"] == []
    assert "'the billing spec', which names nothing that stands before it" in reading.warnings[0].message


NAMES = [
    *("Task A.{}:", "Task CC-1.{}:", "NAV-00{}:", "A{}:", "US-00{}:", "Story 1.{}:", "T-0{}:", "{}. A", "1.{} A"),
    *("[ ] {}. A", "WS{}:", "Ticket ABC-1{}:", "Milestone {}:", "タスク {}:", "Tarea {}:", "Aufgabe {}:", "Tâche {}:"),
    *("태스크 {}:", "🔴 TASK-02{}:", "task-48{}:", "P1-T{}:", "Task #{}:", "任务 {}："),
]


@pytest.mark.parametrize("name", NAMES)
def test_criteria_below_headings_are_no_tasks(name):
    text = "".join(
        f"### {name.format(n)} Do\nWrite `src/m{n}.py`.\n**Acceptance Criteria**:\n- [ ] it compiles\n" for n in (1, 2)
    )
    reading = read(text)
    assert [(task.writes, [item.text for item in task.accept]) for task in reading.document.tasks] == [
        (["src/m1.py"], ["it compiles"]),
        (["src/m2.py"], ["it compiles"]),
    ]


@pytest.mark.parametrize(
    "head",
    [
        *("**Acceptance Criteria**:", "**Acceptance Criteria:**", "Acceptance criteria:", "**Definition of Done**"),
        *(
            "**Success Criteria**:",
            "**Verification:**",
            "## Acceptance Criteria",
            "## Definition of Done",
            "## 验收标准",
        ),
        *("## Success Criteria", "## Verification", "### Verification Checklist", "**Done when:**"),
    ],
)
def test_a_box_below_criteria_is_never_a_task(head):
    reading = read(f"- [ ] Write `src/a.py`\n- [ ] Write `src/b.py`\n\n{head}\n\n- [ ] all green\n- [x] it holds\n")
    assert [task.writes for task in reading.document.tasks] == [["src/a.py"], ["src/b.py"]]
    assert all(item.told for item in reading.unread)


@pytest.mark.parametrize(
    "head", ["## 5. Verification", "## Phase 3: Validation", "## Testing", "## Acceptance tests for `x`"]
)
def test_a_box_below_a_group_of_work_is_a_task(head):
    reading = read(f"- [ ] Write `src/a.py`\n\n{head}\n\n- [ ] Write `tests/b.py`\n")
    assert [task.writes for task in reading.document.tasks] == [["src/a.py"], ["tests/b.py"]]


def test_criteria_below_a_box_are_its_own():
    text = "- [ ] A1: write `src/a.py`\n  - **Acceptance criteria**:\n    - [ ] it holds\n- [x] A2: write `src/b.py`\n"
    reading = read(text)
    assert [[item.text for item in task.accept] for task in reading.document.tasks] == [["it holds"], []]
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "## Phase 1: Database\n### Step 1.1: A\nWrite `db/1.sql`\n## Phase 2: Types\n### Step 2.1: B\nWrite `lib/t.ts`\n",
            {"1.1": [], "2.1": ["1.1"]},
        ),
        (
            "".join(f"### Step {n}: Do\n**File:** `a{n}.ts`\n" for n in (1, 2, 3)),
            {"1": [], "2": ["1"], "3": ["2"]},
        ),
        ("1. Create src/m.ts\n2. Create src/n.ts\n3. Create src/o.ts\n", {"01": [], "02": ["01"], "03": ["02"]}),
        ("- [ ] Step 1A: `e.py`\n- [ ] Step 1B: `f.py`\n- [ ] Step 2: `g.py`\n", {"1A": [], "1B": ["1A"], "2": ["1B"]}),
        (
            "## Phase 1\n- [ ] A `a.py`\n- [ ] B `b.py`\n## Phase 2\n- [ ] C `c.py`\n- [ ] D `d.py`\n",
            {"01": [], "02": [], "03": ["01", "02"], "04": ["01", "02"]},
        ),
        # Something else is said.
        (
            "## Phase 1\n- [ ] A1: `a.py`\n## Phase 2\n- [ ] A2: `b.py` (depends on: none)\n",
            {"A1": [], "A2": []},
        ),
        ("## Phase 1\n- [ ] A `a.py`\n## Phase 2 (can run in parallel)\n- [ ] B `b.py`\n", {"01": [], "02": []}),
        ("1. Create src/m.ts\n2. [P] Create src/n.ts\n", {"01": [], "02": []}),
        # No phases, no steps: the files decide.
        ("## Backend\n- [ ] A `a.py`\n## Frontend\n- [ ] B `b.py`\n", {"01": [], "02": []}),
        ("## Task 1: A\n`a.py`\n## Task 2: B\n`b.py`\n", {"1": [], "2": []}),
    ],
)
def test_steps_and_phases_state_an_order(text, expected):
    assert needs(read(text)) == expected


def test_a_check_by_a_person_is_the_last_of_its_phase():
    text = "".join(
        f"## Phase {n}\n- [ ] Task: Write it\n  - [ ] in src/m{n}.py\n- [ ] Task: User Manual Verification 'Phase {n}'\n"
        for n in (1, 2)
    )
    reading = read(text)
    assert needs(reading) == {"01": [], "02": ["01"], "03": ["02"], "04": ["03"]}
    assert [(remark.code, remark.task) for remark in reading.warnings] == [
        ("needs-a-person", "02"),
        ("needs-a-person", "04"),
    ]


@pytest.mark.parametrize(
    ("title", "status"),
    [
        *(
            ("✅ Store", "completed"),
            ("Store (done)", "completed"),
            ("Store（已实现）", "completed"),
            ("Store（未完成）", "pending"),
            ("Store — FIXED", "completed"),
        ),
        *(("Store [DONE]", "completed"), ("Store -- DONE", "completed"), ("IMPLEMENTED: Store", "completed")),
        *(("Store (completed 2026-01-05)", "completed"), ("🚧 Store", "in_progress"), ("Store [x]", "completed")),
        *(("Store", "pending"), ("Show ✅ beside a name", "pending"), ("Store (not done)", "pending")),
        *(("Fix the FIXED header", "pending"), ("Mark as done", "pending"), ("Store (partially done)", "pending")),
    ],
)
def test_done_is_read_where_people_put_it(title, status):
    assert statuses(read(f"### Task 1: {title}\nx\n### Task 2: B\ny\n"))["1"] == status
    if not title.endswith("[x]"):
        assert statuses(read(f"- [ ] A1: {title}\n"))["A1"] == status


def test_a_symbol_behind_an_open_box_is_part_of_its_words():
    assert statuses(read("### Task 1: Store ✅\nx\n### Task 2: B\ny\n"))["1"] == "completed"
    assert statuses(read("- [ ] A1: Run the tests, all must pass ✅\n"))["A1"] == "pending"


@pytest.mark.parametrize(
    ("below", "status"),
    [
        ("**Status**: ✅ FIXED", "completed"),
        ("**Size**: M | **Status**: Implemented", "completed"),
        ("- status: done · size: sm", "completed"),
        ("**Status**: In Progress", "in_progress"),
        ("- [x] write\n- [x] test", "completed"),
        ("- [x] write\n- [ ] test", "in_progress"),
        ("- [x] write\n**Acceptance Criteria**:\n- [ ] it holds", "completed"),
        ("**Acceptance Criteria**:\n- [x] it holds", "completed"),
        ("**Status**: not started\n- [x] write", "pending"),
    ],
)
def test_the_status_of_a_heading(below, status):
    assert statuses(read(f"### NAV-001: A\n{below}\n### NAV-002: B\ny\n"))["NAV-001"] == status


def test_an_id_that_stands_twice_is_two_tasks():
    reading = read("- [ ] A-1: `a.py`\n- [ ] A-1: `b.py`\n- [ ] A-2: `c.py`, after A-1\n- [ ] A-3: `d.py`\n")
    assert needs(reading) == {"A-1": [], "A-1-2": [], "A-2": ["A-1", "A-1-2"], "A-3": []}
    assert [(remark.code, remark.message) for remark in reading.warnings] == [
        (
            "duplicate-id",
            "A-1 stands here again (standard input:2): it is read as A-1-2, and what names A-1 means both",
        )
    ]


def test_numbers_that_start_again_are_no_doubles():
    reading = read("## One\n- [ ] 1. `a.py`\n- [ ] 2. `b.py`\n## Two\n- [ ] 1. `c.py`\n")
    assert (list(needs(reading)), codes(reading)) == (["1", "2", "03"], [])


def test_a_whole_whose_parts_stand_beside_it_ends_after_them():
    reading = read("- [ ] 2. Models\n- [ ] 2.1 `u.py`\n- [ ] 2.2 `p.py`\n- [ ]* 3. `docs/a.md`\n- [ ] 4. Notes\n")
    assert needs(reading) == {"2": ["2.1", "2.2"], "2.1": [], "2.2": [], "3": [], "4": ["2.1", "2.2"]}
    assert "Its parts are tasks of their own: 2.1, 2.2." in reading.document.tasks[0].description


def test_sizes_and_agents_at_the_end_of_a_line():
    reading = read(
        "- [ ] A `a.py` (2 hours)\n- [ ] B `b.py` (30 min) → test-engineer\n- [ ] C `c.py` (M)\n"
        "- [ ] Rename user-id -> account-id in `d.py` (twice)\n"
    )
    assert [(task.estimate_minutes, task.agent) for task in reading.document.tasks] == [
        (120, None),
        (30, "test-engineer"),
        (45, None),
        (None, None),
    ]


def test_series_of_ids_need_no_colon():
    assert list(needs(read("- [ ] M001 `a.py`\n- [ ] M002 `b.py`\n"))) == ["M001", "M002"]
    assert list(needs(read("- [ ] RS256 tokens in `a.py`\n- [ ] `b.py`\n"))) == ["01", "02"]


ITEMS = """## Backend
- **BE-1.1:** Create `src/check.py`
  - the models
  - their tests in `tests/test_check.py`
- **BE-1.2:** Add the check to the upload (after BE-1.1)
## Frontend
- **FE-1.1**: Show what failed, in `web/upload.ts` ✅
## Before the release
- [ ] Run the scan
"""


def test_items_with_a_name_of_their_own_are_tasks():
    reading = read(ITEMS)
    assert [task.id for task in reading.document.tasks] == ["BE-1.1", "BE-1.2", "FE-1.1"]
    assert reading.document.tasks[0].writes == ["src/check.py", "tests/test_check.py"]
    assert "BE-1.1" in needs(reading)["BE-1.2"] and statuses(reading)["FE-1.1"] == "completed"
    assert [item.text for item in reading.unread] == ["- [ ] Run the scan"]


@pytest.mark.parametrize("name", ["FR-00", "US-00", "DEC-"])
def test_requirements_and_stories_are_none(name):
    said = "".join(f"- **{name}{number}**: Add a field\n" for number in range(1, 5))
    assert [task.title for task in read(f"{said}\n- [ ] Run the scan\n").document.tasks] == ["Run the scan"]


SLICES = """# Plan

## Slice 1: Store

**Files:**
- Create: `src/store.js`

### Step 1: Write the test

- [ ] **Step 1a: Edit `tests/store.test.js`**

### Step 2: Commit

- [ ] **Step 2a: Commit**

## Slice 2: Page

**Files:** modify `src/page.js`; create `tests/page.test.js`.

### Tasks

- [ ] **Step 2a: Write it**
- [ ] **Step 2b: Commit**
"""


def test_a_heading_with_its_files_is_the_task_and_what_stands_below_are_its_steps():
    found = registry.read(Source("-", "", SLICES, "/nowhere"))
    assert [(task.id, task.title, task.writes[:1]) for task in found.document.tasks] == [
        ("1", "Store", ["src/store.js"]),
        ("2", "Page", ["src/page.js"]),
    ]
    assert "Step 2a: Commit" in found.document.tasks[0].description
    assert found.unread == []


def test_without_files_the_steps_below_are_the_tasks():
    text = SLICES.replace("**Files:**\n- Create: `src/store.js`\n\n", "").partition("## Slice 2")[0]
    found = registry.read(Source("-", "", text, "/nowhere"))
    assert [task.title for task in found.document.tasks] == ["Write the test", "Commit"]


BRACKETED = """Opskit, this week

(1) backup: a dry run
    files: lib/backup.sh, t/backup.sh
(2) rotate: keep 7
    files: lib/rotate.sh
(3) disk: warn
    files: lib/disk.sh
(4) users: uses the text of (1) and (3), so after them
    files: lib/users.sh
"""


def test_numbers_behind_a_blank_are_a_list() -> None:
    text = "Library\n\nBackend\n 1) schema/a.sql - a table\n    of members\n 2) schema/b.sql - another\n\n"
    text += "Reports\n 3) reports/c.sql - late\n"
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert [task.writes for task in reading.document.tasks] == [["schema/a.sql"], ["schema/b.sql"], ["reports/c.sql"]]
    assert "of members" in reading.document.tasks[0].description


@pytest.mark.parametrize("word", ["Step {}:", "step {} -", "Task #{}:", "Schritt {}."])
def test_lines_that_count_steps_are_a_list(word: str) -> None:
    lines = ["`backup.sh` makes a tar", "`restore.sh`", "`README.md`, once step 1 and step 2 are done"]
    text = "# Backup\n\n" + "".join(f"{word.format(at)} {line}\n" for at, line in enumerate(lines, 1))
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert [task.writes for task in reading.document.tasks] == [["backup.sh"], ["restore.sh"], ["README.md"]]
    assert reading.document.tasks[2].depends_on == ["01", "02"]


def test_steps_below_an_item_are_none() -> None:
    reading = registry.read(
        Source("-", "", "1. Add src/a.py\n   1. first this\n   2. then that\n2. Add src/b.py\n", "/nowhere")
    )
    assert [task.writes for task in reading.document.tasks] == [["src/a.py"], ["src/b.py"]]


def test_what_has_the_number_of_its_task_is_waited_for() -> None:
    text = "1) Ring: src/ring.c\n2) CRC: src/crc.c\n3) echo.c reads frames, once the CRC (2) is there\n"
    text += "4) Retry (3) times in src/d.c\n"
    order = registry.read(Source("-", "", text, "/nowhere")).notes
    assert "once the CRC (2)" in order["03"].order["02"].why and "Retry" not in str(order["04"].order)


@pytest.mark.parametrize("form", ["{})", "({})", "  {})"])
def test_letters_in_front_are_a_list(form: str) -> None:
    lines = ["Ring: src/ring.c", "CRC: src/crc.c", "Frames: src/frames.c"]
    text = "Please:\n\n" + "".join(f"{form.format(at)} {line}\n" for at, line in zip("abc", lines, strict=True))
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert [task.writes for task in reading.document.tasks] == [["src/ring.c"], ["src/crc.c"], ["src/frames.c"]]


def test_letters_below_a_number_are_its_parts() -> None:
    text = "1. Make src/a.c\n   a) this\n   b) that\n2. Make src/b.c\n"
    assert len(registry.read(Source("-", "", text, "/nowhere")).document.tasks) == 2


def test_numbers_in_brackets_are_a_list() -> None:
    reading = registry.read(Source("-", "", BRACKETED, "/nowhere"))
    assert [(task.id, task.writes) for task in reading.document.tasks] == [
        ("01", ["lib/backup.sh", "t/backup.sh"]),
        ("02", ["lib/rotate.sh"]),
        ("03", ["lib/disk.sh"]),
        ("04", ["lib/users.sh"]),
    ]
    assert {"01", "03"} <= reading.notes["04"].order.keys() and "so after them" in reading.notes["04"].order["01"].why


@pytest.mark.parametrize(
    "text",
    [
        "Some prose.\n\n(1) is what Ann said.\n",
        "Some prose.\n\n(2) comes first\n(1) comes then\n",
        "Some prose.\n\nb) comes first\na) comes then\n",
        "Some prose.\n\na) is what Ann said.\n",
        "Some prose.\n\nStep 1: was theirs\nStep 3: was ours\n",
        "Some prose.\n\nStep 1 was theirs\nStep 2 was ours\n",
    ],
)
def test_other_numbers_in_brackets_are_none(text: str) -> None:
    with pytest.raises(FanoutError):
        registry.read(Source("-", "", text, "/nowhere"))


def test_beside_numbered_items_they_are_none() -> None:
    reading = registry.read(Source("-", "", "1. Add `a.py`\n2. Add `b.py`\n\n(1) a note\n(2) another\n", "/nowhere"))
    assert [task.title for task in reading.document.tasks] == ["Add a.py", "Add b.py"]


@pytest.mark.parametrize(
    ("end", "minutes"),
    [
        ("(1.2M)", None),
        ("(3D)", None),
        ("(5M)", None),
        ("(0.5m)", None),
        ("(5m)", 5),
        ("(3d)", 1440),
        ("(1.5h)", 90),
        ("(M)", 45),
    ],
)
def test_a_size_at_the_end_is_of_time(end: str, minutes: float | None) -> None:
    text = f"1. lib/size.sh: sizes for people {end}\n2. lib/pad.sh: pad\n"
    assert registry.read(Source("-", "", text, "/nowhere")).document.tasks[0].estimate_minutes == minutes
