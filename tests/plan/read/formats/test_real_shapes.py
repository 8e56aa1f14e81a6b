"""Shapes that real lists of the known formats have, each with the neighbour that must still be read as before."""

from __future__ import annotations

import json

import pytest

from fanout.plan import planner
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.source.resolve import resolve


def read(text, forced=None):
    reading = registry.read(Source("-", "", text, "/nowhere"), forced)
    planner.make(reading, "quick")
    return reading


def needs(reading):
    return {task.id: task.depends_on for task in reading.document.tasks}


def codes(reading):
    return [(remark.code, remark.task) for remark in reading.warnings]


def master(*subtasks, **more):
    return json.dumps(
        {"master": {"tasks": [{"id": 1, "title": "S", "subtasks": list(subtasks)}, *more.get("beside", ())]}}
    )


@pytest.mark.parametrize(
    ("first", "second", "wanted", "found"),
    [
        ("1.1", "1.2", "1.1", {"1.1": [], "1.2": ["1.1"], "1": ["1.1", "1.2"]}),
        (1, 2, 1, {"1.1": [], "1.2": ["1.1"], "1": ["1.1", "1.2"]}),
        (1, 2, "1.1", {"1.1": [], "1.2": ["1.1"], "1": ["1.1", "1.2"]}),
    ],
)
def test_sub_tasks_with_and_without_their_tasks_number(first, second, wanted, found):
    text = master({"id": first, "title": "a"}, {"id": second, "title": "b", "dependencies": [wanted]})
    assert needs(read(text)) == found


def test_a_number_that_no_sibling_has_may_mean_a_task_and_gives_way():
    other = {"id": 7, "title": "x", "dependencies": [1]}
    reading = read(master({"id": 2, "title": "a", "dependencies": [7]}, beside=[other]))
    assert (needs(reading)["1.2"], codes(reading)) == ([], [("order-contradicts", "1.2")])
    free = read(master({"id": 2, "title": "a", "dependencies": [7]}, beside=[{"id": 7, "title": "x"}]))
    assert needs(free)["1.2"] == ["7"]


def test_a_sub_task_that_waits_for_its_own_whole_is_said():
    reading = read(master({"id": 2, "title": "a", "dependencies": [1]}))
    assert (needs(reading)["1.2"], codes(reading)) == ([], [("unknown-task", "1.2")])


TASKS = [
    {"id": 1, "title": "a", "status": "done", "dependencies": [], "priority": "high"},
    {"id": 2, "title": "b", "dependencies": [1], "priority": "low"},
]


@pytest.mark.parametrize("data", [TASKS, {"master": TASKS}, {"tasks": TASKS}, {"master": {"tasks": TASKS}}])
def test_where_taskmaster_keeps_its_list(data):
    reading = read(json.dumps(data))
    assert (reading.format, needs(reading)) == ("task-master", {"1": [], "2": ["1"]})
    assert [note.place.rpartition(":")[2] for note in reading.notes.values()] == ["1", "1"]
    assert [note.status for note in reading.notes.values()] == ["completed", "pending"]


@pytest.mark.parametrize(
    ("records", "wanted"),
    [
        ([{}, {}, {}], [[], ["1"], ["2"]]),  # nobody says anything of order: the list's own holds
        ([{}, {"dependencies": []}, {}], [[], [], []]),  # who states needs states that there are none, too
        ([{}, {}, {"dependencies": [1]}], [[], [], ["1"]]),
    ],
)
def test_taskmaster_where_no_record_states_needs(records, wanted):
    tasks = [
        {"id": number, "title": f"Part {number}", "priority": "high", "details": "of it", **more}
        for number, more in enumerate(records, 1)
    ]
    reading = read(json.dumps({"tasks": tasks}))
    assert (reading.format, list(needs(reading).values())) == ("task-master", wanted)


def test_fields_of_files_in_json_records():
    fields = {"impl_file": "src/one.rs", "test_file": "tests/one.rs", "spec_file": "docs/one.md", "priority": "high"}
    reading = read(
        json.dumps({"tasks": [{"id": 1, "title": "One", "details": "x", **fields}, {"id": 2, "title": "b"}]})
    )
    assert reading.document.tasks[0].writes == ["src/one.rs", "tests/one.rs"]


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ("**Files Modified**\n- `src/a.py`\n- `src/b.py`", ["src/a.py", "src/b.py"]),
        ("**Files Modified / Added**\n- `src/a.py`\n- `src/b.py` (new)", ["src/a.py", "src/b.py"]),
        ("#### Files Modified\n\n```\n- src/a.py\nb.py\n```", ["src/a.py", "b.py"]),
        ("#### Files modified by this change\n\n- src/a.py\n", ["src/a.py"]),
        ("#### Notes\n\n- src/a.py\n", []),
        ("#### Files Modified\n\n```python\nimport a\nx = 1\n```", []),
    ],
)
def test_sections_of_files_in_a_task_of_superpowers(files, wanted):
    reading = read(f"# X Implementation Plan\n\n### Task 1: One\n\nIt is about rows.\n\n{files}\n", "superpowers")
    assert reading.document.tasks[0].writes == wanted


def test_an_id_of_spec_kit_that_stands_twice():
    reading = read(
        "## Phase 1\n- [ ] T048 [P] Write src/a.py\n## Phase 2\n- [ ] T048 Write src/c.py\n"
        "- [ ] T050 [P] Write src/d.py (depends on T048)\n- [ ] T051 [P] Write src/e.py (depends on T48)\n"
    )
    assert list(needs(reading)) == ["T048", "T048-2", "T050", "T051"]
    assert set(needs(reading)["T050"]) >= {"T048", "T048-2"}
    assert ("duplicate-id", "T048-2") in codes(reading)


@pytest.mark.parametrize(
    ("name", "wanted", "code"),
    [
        ("T30", ["T001", "T030"], None),
        ("T999", ["T001", "T030"], "unknown-task"),
        ("DOR-676", ["T001", "T030"], "unknown-task"),
    ],
)
def test_a_name_that_is_spelled_otherwise_or_not_there_refuses_nothing(name, wanted, code):
    reading = read(
        f"- [ ] T001 Write src/a.py\n- [ ] T030 [P] Write src/b.py\n- [ ] T031 Write src/c.py (depends on {name})\n"
    )
    assert set(needs(reading)["T031"]) <= set(wanted)
    assert [remark.code for remark in reading.warnings] == ([code] if code else [])


def test_a_dependency_outside_the_list_is_said_and_holds_nobody():
    item = {"id": "a-1", "title": "t", "status": "open", "issue_type": "task"}
    lost = {**item, "id": "a-2", "dependencies": [{"depends_on_id": "rig-9", "type": "blocks"}]}
    empty = {**item, "id": "a-3", "dependencies": [{"issue_id": "a-3", "depends_on_id": "", "type": "blocks"}]}
    reading = read("\n".join(json.dumps(one) for one in (item, lost, empty)))
    assert needs(reading) == {"a-1": [], "a-2": [], "a-3": []}
    assert codes(reading) == [("outside-task", "a-2")]


def plan(tmp_path, phase, number, wanted="", done=False):
    folder = tmp_path / ".planning" / "phases" / phase
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{phase.split('-')[0]}-{number}"
    front = (
        f"---\nphase: {phase}\nplan: {number}\nwave: 1\ndepends_on: [{wanted}]\nfiles_modified: [src/{name}.py]\n---\n"
    )
    (folder / f"{name}-PLAN.md").write_text(front, encoding="utf-8")
    if done:
        (folder / f"{name}-SUMMARY.md").write_text("done", encoding="utf-8")
    return folder


@pytest.mark.parametrize("spelling", ["01-foundation-01", '"01-01"', "01-01-PLAN.md", "plan 01-01"])
def test_a_plan_of_gsd_named_by_its_phase(tmp_path, spelling):
    plan(tmp_path, "01-foundation", "01")
    plan(tmp_path, "01-foundation", "02", spelling)
    reading = registry.read(resolve(str(tmp_path / ".planning"), str(tmp_path)))
    assert needs(reading) == {"01-01": [], "01-02": ["01-01"]}


def test_a_phase_of_gsd_alone_knows_what_the_phases_before_it_did(tmp_path):
    plan(tmp_path, "01-base", "01", done=True)
    plan(tmp_path, "01-base", "02")
    for number, wanted in (("01", "01-01"), ("02", "01-02")):
        folder = plan(tmp_path, "02-next", number, wanted)
    reading = registry.read(resolve(str(folder), str(tmp_path)))
    planner.make(reading, "quick")
    assert needs(reading) == {"02-01": [], "02-02": ["02-01"]}
    assert codes(reading) == [("unknown-task", "02-02")]


def test_ccpm_with_title_and_issue():
    reading = read("---\nissue: 12\ntitle: Do it\nstatus: open\ndepends_on: []\nparallel: true\n---\n# x\n`src/a.py`\n")
    assert (reading.format, reading.document.tasks[0].title) == ("ccpm", "Do it")


SUPERPOWERS = """### Task 1: A
{head}
- `src/a.py`
- [x] **Step 1: go**
### Task 2: B
**Files**: `docs/x.md` (read-only), `src/b.py`
- Consumes: `X` from Task 1 (used by Task 3)
- [ ] **Step 1: go**
### Task 3: C
**Files:**
- Create: `src/c.py`
- Consumes: `Y` from Task 2
"""


@pytest.mark.parametrize("head", ["**Files Modified**", "**Files:**", "**Files to create:**"])
def test_files_of_superpowers(head):
    reading = read(SUPERPOWERS.format(head=head), "superpowers")
    assert [(task.writes, task.reads) for task in reading.document.tasks] == [
        (["src/a.py"], []),
        (["src/b.py"], ["docs/x.md"]),
        (["src/c.py"], []),
    ]
    assert reading.notes["1"].status == "completed"


def test_what_is_only_concluded_closes_no_circle():
    reading = read(SUPERPOWERS.format(head="**Files:**"), "superpowers")
    assert needs(reading)["1"] == []
    assert needs(reading)["3"] == ["2"]


@pytest.mark.parametrize(
    "line",
    [
        "- size: sm · deps: 1.1 · parallelWith: 1.2",
        "- **Size:** Small | **Priority:** High\n- **Dependencies:** 1.1 | **Parallel with:** 1.2",
        "- **Depends on:** 1.1 · **Parallel with:** 1.2",
        "| **Dependencies** | 1.1 |\n| **Parallel with** | 1.2 |",
        "**Size**: Small\n**Dependencies**: Task 1.1\n**Can run parallel with**: Task 1.2",
    ],
)
def test_several_fields_on_a_line(line):
    reading = read(
        f"### Task 1.1: A\n`src/a.py`\n### Task 1.2: B\n- deps: 1.1\n`src/b.py`\n### Task 1.3: C\n{line}\n`src/c.py`\n"
    )
    assert (reading.format, needs(reading)) == ("claudekit", {"1.1": [], "1.2": ["1.1"], "1.3": ["1.1"]})
    assert reading.notes["1.3"].parallel


def test_a_sentence_with_a_colon_is_no_field():
    reading = read(
        "### Task 1.1: A\n**Dependencies**: None\nDependencies: add `x` (^1.2) to `a.json`\n### Task 1.2: B\n`src/b.py`\n"
    )
    assert needs(reading)["1.1"] == []


def test_the_boxes_below_a_heading_of_claudekit_are_its_status():
    reading = read(
        "### Task 1.1: A\n- [x] 1.1 Write\n  - File: src/a.py\n### Task 1.2: B\n- [ ] 1.2 Write\n  - File: src/b.py\n"
    )
    assert {name: note.status for name, note in reading.notes.items()} == {"1.1": "completed", "1.2": "pending"}


@pytest.mark.parametrize(
    ("title", "below", "wanted"),
    [
        ("C · medium · depends on 1.1", "", ["1.1"]),
        ("C", "Do it. Deps: 1.1. Size: small.", ["1.1"]),
        ("C", "Tests too. **Size:** L · **Deps:** 1.1, 1.2", ["1.1", "1.2"]),
        ("C", "Deps: none. Size: small.", []),
        ("C", "It depends on what 1.1 found out.", ["1.2"]),  # a sentence: the list's order
    ],
)
def test_dependencies_at_the_end_of_a_line(title, below, wanted):
    reading = read(
        f"### Task 1.1: A\n- deps: none\n### Task 1.2: B\n- deps: none\n### Task 1.3: {title}\n{below}\n`src/c.py`\n"
    )
    assert (reading.format, needs(reading)["1.3"]) == ("claudekit", wanted)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("Phase 1", ["1.2"]),
        ("Phase 1, Phase 2", ["1.2", "2.1"]),
        ("Phase 1, 2 tasks", ["1.2", "2.1"]),
        ("Phases 1-2 complete", ["1.2", "2.1"]),
        ("Phase 2, Task 1.1", ["1.1", "2.1"]),
        ("Task 1.1 (Phase 1)", ["1.1"]),
        ("All previous phases", ["1.1", "1.2", "2.1"]),
    ],
)
def test_a_task_of_claudekit_waits_for_phases(value, wanted):
    text = (
        "## Phase 1: Data\n### Task 1.1: A\n**Dependencies**: None\n### Task 1.2: B\n**Dependencies**: Task 1.1\n"
        "## Phase 2: Core\n### Task 2.1: C\n**Dependencies**: None\n"
        f"## Phase 3: Page\n### Task 3.1: D\n**Dependencies**: {value}\n"
    )
    reading = read(text)
    assert reading.format == "claudekit"
    assert sorted(needs(reading)["3.1"]) == wanted


TABLE = """
| Task | Subject | Size | Depends on |
| ---- | ------- | ---- | ---------- |
| 1.1 | Store | sm | — |
| 1.2 | Page | sm | 1.1 |
| 1.3 | Docs | sm | none |
"""


def test_a_table_beside_the_tasks_states_what_they_depend_on():
    text = "".join(f"### Task 1.{n}: X\nWrite `src/m{n}.py`\n" for n in (1, 2, 3))
    assert needs(read(TABLE + text)) == {"1.1": [], "1.2": ["1.1"], "1.3": []}
    assert needs(read(text)) == {"1.1": [], "1.2": ["1.1"], "1.3": ["1.2"]}


def test_rows_are_tasks_where_nothing_else_is():
    reading = read(TABLE)
    assert (reading.format, needs(reading)) == ("markdown", {"1.1": [], "1.2": ["1.1"], "1.3": []})
    assert [(task.title, task.estimate_minutes) for task in reading.document.tasks] == [
        ("Store", 20),
        ("Page", 20),
        ("Docs", 20),
    ]


def test_a_table_with_files_and_marks():
    head = "| id | role | files | depends-on | acceptance |\n|---|---|---|---|---|\n"
    reading = read(
        f"{head}| ✅ T1 | dev | src/a.go,src/a_test.go | - | it `a | b` |\n| T2 | dev | src/b.go | T1 | x |\n"
    )
    assert [(task.id, task.writes, task.depends_on) for task in reading.document.tasks] == [
        ("T1", ["src/a.go", "src/a_test.go"], []),
        ("T2", ["src/b.go"], ["T1"]),
    ]
    assert [note.status for note in reading.notes.values()] == ["completed", "pending"]


def test_other_tables_are_no_tasks():
    boxes = "- [ ] A1: `src/a.py`\n- [ ] A2: `src/b.py`\n"
    other = "| Risk | Impact |\n|---|---|\n| 1.1 | high |\n\n| id | note |\n|---|---|\n| A1 | x |\n"
    assert needs(read(boxes + other)) == {"A1": [], "A2": []}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("(read-only)", False),
        ("(readonly)", False),
        (", read only", False),
        ("- unchanged", False),
        (": no changes", False),
        ("(for reference)", False),
        ("(reference only)", False),
        ("(stays untouched)", False),
        ("(adds a read-only mode)", True),
        ("- keep unchanged lines short", True),
        ("(new)", True),
        ("", True),
    ],
)
def test_a_file_that_is_only_read(said, written):
    reading = read(f"### Task 1: A\n\n**Files:**\n- `src/a.py` {said}\n\n- [ ] **Step 1: go**\n", "superpowers")
    assert (reading.document.tasks[0].writes == ["src/a.py"]) is written


@pytest.mark.parametrize(
    ("title", "below", "wanted"),
    [
        ("Create schemas/rules.json", "- Define the fields", ["schemas/rules.json"]),
        ("Mettre à jour README.md", "- Une section", ["README.md"]),
        ("Migrate models/agents/commands", "- One by one", []),
        ("Update rules.json", "**Files to modify**:\n- `schemas/rules.json`", ["schemas/rules.json"]),
    ],
)
def test_files_in_the_title_of_a_task_of_claudekit(title, below, wanted):
    reading = registry.read(Source("-", "", f"### Task 1.1: {title}\n{below}\n### Task 1.2: B\n- x\n", "/nowhere"))
    assert reading.format == "claudekit"
    assert reading.document.tasks[0].writes == wanted


@pytest.mark.parametrize(
    "field", ["**Depende de**", "**Dépendances**", "**Abhängigkeiten**", "**依存**", "**Зависимости**"]
)
@pytest.mark.parametrize(
    ("form", "first", "third"), [("claudekit", "Task 1.1", "Task 1.3"), ("superpowers", "Task 1", "Task 3")]
)
def test_a_field_of_needs_in_other_languages(field, form, first, third):
    second = first[:-1] + "2"
    text = f"### {first}: A\n`a.py`\n### {second}: B\n`b.py`\n### {third}: C\n{field}: {first}\n`c.py`\n"
    reading = registry.read(Source("-", "", text, "/nowhere"), form)
    assert reading.document.tasks[2].depends_on == [first.split()[1]]


def test_a_field_below_a_box_in_other_languages():
    text = "- [ ] 1. A `a.py`\n- [ ] 2. B `b.py`\n- [ ] 3. C\n  - _依存: 1_\n- [ ] 4. D\n  - _Abhängigkeiten: 1, 2_\n"
    reading = registry.read(Source("-", "", text, "/nowhere"), "kiro")
    assert [task.depends_on for task in reading.document.tasks[2:]] == [["1"], ["1", "2"]]


def numbered(*tasks: tuple[str, str], before: str = "") -> str:
    """A superpowers plan of these titles and bodies, numbered from 1."""
    listed = [f"### Task {at}: {title}\n\n{body}\n" for at, (title, body) in enumerate(tasks, 1)]
    return f"# X Implementation Plan\n\n{before}\n" + "\n".join(listed)


def own(path: str) -> str:
    return f"**Files:**\n- Modify: `{path}`\n\n- [ ] **Step 1: Write it**"


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Battery (item 7) — after Task 1", ["1"]),
        ("Rest, after Tasks 1 and 2", ["1", "2"]),
        ("More (depends on Task 2)", ["2"]),
        ("Page (blocked by #1)", ["1"]),
        ("Free (no dependencies)", ["2"]),  # the plan's order: it names no task
        ("Ask again after 2 retries", ["2"]),  # ... likewise: a number that counts
        ("Lock the page after the user has left", ["2"]),
    ],
)
def test_a_title_of_superpowers_states_what_it_waits_for(title: str, wanted: list[str]) -> None:
    reading = read(numbered(("One", own("a.py")), ("Two", own("b.py")), (title, own("c.py"))), "superpowers")
    assert reading.document.tasks[2].depends_on == wanted
    assert not [one for one in reading.warnings if one.code == "unknown-task"]


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ("**Files:** same pattern as Task 1.", ["a.py", "tests/test_a.py"]),
        ("**Files:** same.", ["b.py"]),
        ("**Files:** Same files as above", ["b.py"]),
        ("**Files:** as in Task 1", ["a.py", "tests/test_a.py"]),
        ("**Files:** same as Tasks 1 and 2", ["a.py", "tests/test_a.py", "b.py"]),
        ("**Files:** same as Task 9", ["b.py"]),
        ("**Files:** `same.py`", ["same.py"]),
        ("**Files:** none (git operation)", []),
        ("Same pattern as Task 1.", []),  # it is done alike, in other files
    ],
)
def test_files_of_superpowers_that_are_another_tasks(files: str, wanted: list[str]) -> None:
    first = own("a.py").replace("\n\n", "\n- Test: `tests/test_a.py`\n\n", 1)
    reading = read(
        numbered(("One", first), ("Two", own("b.py")), ("Three", f"{files}\n\n- [ ] **Step 1: go**")), "superpowers"
    )
    assert reading.document.tasks[2].writes == wanted
    assert reading.notes["3"].unsure is not bool(wanted)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("- Modify: `src/a.py` (Tasks 2-3)", {"2": ["src/a.py"], "3": ["src/a.py"]}),
        ("- Create: `src/a.py` (Task 3, gated)", {"2": [], "3": ["src/a.py"]}),
        ("| `src/a.py` | the store | Task 2 |", {"2": ["src/a.py"], "3": []}),
        ("- Create: `src/a.py` (Tasks 1-2)", {"2": ["src/a.py"], "3": []}),  # what a task says itself stays
        ("- Read: `src/a.py` (Task 3)", {"2": [], "3": []}),
        ("- Create: `src/a.py`: what Task 2 needs", {"2": [], "3": []}),  # it says not who makes it
    ],
)
def test_files_of_superpowers_from_the_plans_file_structure(line: str, wanted: dict[str, list[str]]) -> None:
    step = "- [ ] **Step 1: go**"
    text = numbered(("One", own("b.py")), ("Two", step), ("Three", step), before=f"## File Structure\n\n{line}\n")
    found = {task.id: task.writes for task in read(text, "superpowers").document.tasks}
    assert found == {"1": ["b.py"], **wanted}


def test_a_title_that_speaks_of_files_gives_no_tasks_lines_to_another() -> None:
    other = "**Files:**\n- Modify: `b.py` (Task 2)\n\n- [ ] **Step 1: go**"
    text = numbered(("One", other), ("Two", "- [ ] **Step 1: go**")).replace("# X Impl", "# File Structure Impl")
    assert [task.writes for task in read(text, "superpowers").document.tasks] == [["b.py"], []]


@pytest.mark.parametrize("lines", [":28", ":28-29", ":28-29, 66-76, 106-107", ":28-29,66", "#L3-L9"])
@pytest.mark.parametrize(
    "form", ["- Modify: `src/l.cs{}`", "**Files:** `src/l.cs{}`, `src/k.cs`", "- Modify: `src/l.cs{}` (adds x)"]
)
def test_lines_behind_a_file_are_none_of_its_name(lines, form):
    field = form.format(lines)
    body = field if field.startswith("**") else f"**Files:**\n{field}\n- Create: `src/k.cs`"
    text = f"### Task 1: A\n\n{body}\n\n- [ ] **Step 1: go**\n\n### Task 2: B\n\n**Files:**\n- Create: `b.cs`\n"
    assert read(text).document.tasks[0].writes == ["src/l.cs", "src/k.cs"]


@pytest.mark.parametrize("head", ["## Task A{}: X", "### B-{}: X"])
def test_a_test_below_files_is_a_file(head):
    body = "\n\n**Files:**\n- Create: `src/a.cs`\n- Test: `tests/ATests.cs`\n\n- [ ] **Step 1: go**\n\n"
    reading = read("".join(head.format(number) + body.replace("A", f"A{number}") for number in (1, 2)))
    assert [task.writes for task in reading.document.tasks] == [
        ["src/a.cs", f"tests/A{number}Tests.cs"] for number in (1, 2)
    ]
    assert not any(task.accept for task in reading.document.tasks)


def test_a_line_across_the_page_ends_the_criteria():
    text = (
        "### Task 1.1: A\n\n`a.ts`\n\n**Verification**: Run it\n\n---\n\n"
        "### Task 1.2: B\n\n`b.ts`\n\n**Acceptance Criteria**:\n- it works\n\n***\n"
    )
    assert [[one.text for one in task.accept] for task in read(text).document.tasks] == [[], ["it works"]]


@pytest.mark.parametrize(
    "field", ["**Files to Check**:\n- `b.ts`\n- `c.ts` (cards)", "**Files to review**: `b.ts`, `c.ts`"]
)
def test_files_that_are_looked_at_are_read(field):
    task = read(f"### Task 1.1: A\n\n{field}\n\n**Files**: `a.ts`\n").document.tasks[0]
    assert (task.writes, task.reads) == (["a.ts"], ["b.ts", "c.ts"])


SPEC = (
    "# N Implementation Plan\n\n## 4. Journeys\n\n### 4.1 Log in\n\nx\n\n### 4.2 Log out\n\nx\n\n## {}\n\n"
    "### Milestone 1: Scaffold\n\nx\n\n### Milestone 2: Store\n\nx\n"
)


def plan_doc(text, tmp_path):
    path = tmp_path / "IMPLEMENTATION_PLAN.md"
    path.write_text(text)
    return [task.title for task in registry.read(Source(str(path), str(path), text, str(tmp_path))).document.tasks]


@pytest.mark.parametrize("head", ["4. Journeys", "4. Workstreams", "4. Implementation Principles"])
def test_sections_of_a_spec_are_none_beside_milestones(head, tmp_path):
    text = SPEC.replace("4. Journeys", head).format("14. Milestones")
    assert plan_doc(text, tmp_path) == ["Scaffold", "Store"]


def test_sections_of_steps_stay_beside_phases(tmp_path):
    text = SPEC.replace("4. Journeys", "4. Implementation steps").format("5. Later")
    assert plan_doc(text, tmp_path) == ["Log in", "Log out", "Scaffold", "Store"]


def test_a_timeline_of_a_plan_is_no_second_list(tmp_path):
    steps = "# P\n\n## Implementation Steps\n\n1. Make `a.py`\n2. Make `b.py`\n\n"
    text = f"{steps}## Implementation Timeline\n\n1. Day 1: a\n2. Day 2: b\n"
    assert plan_doc(text, tmp_path) == ["Make a.py", "Make b.py"]
