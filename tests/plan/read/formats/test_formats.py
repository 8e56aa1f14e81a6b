"""What each format's fixture is read as: the shapes and traps that its reader knows."""

from __future__ import annotations

import pytest
from plan.read import corpus
from plan.read.corpus import edges, read, reasons, task

from fanout.errors import FanoutError, SourceError
from fanout.plan.read import registry
from fanout.plan.reading import Source

SPECKIT = "spec-kit/specs/002-bookings/tasks.md"
GSD = "gsd/.planning"
PLAN = "superpowers/2026-01-05-search.md"


def text(content, forced=None):
    return registry.read(Source("-", "", content, "/nowhere"), forced)


def codes(reading):
    return [remark.code for remark in reading.warnings]


@pytest.mark.parametrize(
    ("identity", "writes", "reads"),
    [
        ("T001", ["src/{models,services}", "tests/{unit,contract}", "public/assets"], []),
        ("T002", ["package.json"], ["specs/002-bookings/quickstart.md"]),
        ("T003", [".eslintrc.js", ".prettierrc"], ["specs/002-bookings/quickstart.md"]),
        ("T006", ["src/services/BookingService.ts"], ["src/models/Booking.ts"]),
        ("T009", ["src/components/TableList.tsx", "src/components/TableCard.tsx"], []),
        ("T011", [], ["src/config.ts"]),
        ("T012", ["app/tables/\\[id\\]/page.tsx"], []),
        ("T014", ["package.json", "package-lock.json"], []),
        ("T017", ["src/components/"], []),
        ("T020", [], ["**"]),
        ("T021", [], ["specs/002-bookings/quickstart.md"]),
    ],
)
def test_speckit_paths(identity, writes, reads):
    entry = task(read(SPECKIT), identity)
    assert (entry.writes, entry.reads) == (writes, reads)


@pytest.mark.parametrize(
    ("identity", "needs"),
    [
        ("T002", ["T001"]),  # not marked: after what stands before it
        ("T003", ["T002"]),
        ("T005", ["T004"]),
        ("T007", ["T005", "T006"]),  # after the whole group of marked ones
        ("T009", ["T007"]),  # the phase before is a barrier
        ("T010", ["T005", "T006", "T007"]),  # stated, and the phase before
        ("T011", ["T010"]),
        ("T013", ["T007"]),  # a story does not wait for the story before it
        ("T015", ["T010", "T013", "T014"]),  # the same file, in the list's order
        ("T016", ["T007", "T008", "T009", "T012", "T015"]),  # the diagram: after both other stories
        ("T017", ["T008", "T009", "T012", "T015", "T016"]),  # polish after every story
        ("T018", ["T008", "T009", "T012", "T015", "T016"]),  # both claim to be parallel: left for the check
    ],
)
def test_speckit_order(identity, needs):
    assert edges(read(SPECKIT))[identity] == needs


def test_speckit_states():
    reading = read(SPECKIT)
    notes = reading.notes
    assert notes["T001"].status == "completed"
    assert [name for name, note in notes.items() if note.unsure] == ["T011"]
    assert [name for name, note in notes.items() if note.parallel] == [
        *("T003", "T005", "T006", "T008", "T009", "T013", "T014", "T017", "T018", "T019")
    ]
    assert notes["T012"].place == "specs/002-bookings/tasks.md:49"
    assert notes["T016"].phase.startswith("Phase 5: User Story 3")
    assert reading.document.context_files == ["specs/002-bookings/plan.md", "specs/002-bookings/quickstart.md"]
    assert (
        task(reading, "T011").description
        == "Show the list on start\n- keep the order of the tables\n- read src/config.ts"
    )


def test_speckit_leaves_nothing_in_silence():
    assert [(item.place.rpartition(":")[2], item.text) for item in read(SPECKIT).unread] == [
        ("16", "- [ ] T900 A sample task in a comment"),
        ("52", "- [ ] T901 [P] An example in a fence"),
        ("73", "- [ ] Something without an id"),
        ("79", "- T099 is still to be written"),
    ]


@pytest.mark.parametrize(
    ("line", "is_left"),
    [
        ("1. ✅ Complete the setup (T001-T002)", False),
        ("- ✅ All is green", True),
        ("- [] Add c.py (after T002)", True),
        ("- [ ] Add c.py (after T002)", True),
        ("## Success Criteria\n\n- ✅ All is green\n- [ ] And quick", False),
        ("### Checkpoint Validation\n\n- ✅ Run the tests", False),
    ],
)
def test_speckit_words_about_tasks_are_none(line, is_left):
    reading = text(f"- [ ] T001 Add a.py\n- [ ] T002 Add b.py\n\nNotes\n\n{line}\n", "spec-kit")
    assert len(reading.document.tasks) == 2 and bool(reading.unread) is is_left


def test_speckit_is_no_list_whose_letters_are_more_than_t():
    part = "### {0}: {1}\n**Owner**: us\n**Status**: open\n\n**Deliverables**:\n- [ ] `src/{2}.py`\n- [ ] Its tests\n\n"
    content = "# Plan\n\n## Order\n\n1. **B1** - Store\n2. **T1** - Tests\n\n## Backend\n\n"
    content += part.format("B1", "Store", "store") + part.format("B2", "Search", "search")
    reading = text(content + "## Tests\n\n" + part.format("T1", "Tests", "check"))
    assert [task.id for task in reading.document.tasks] == ["B1", "B2", "T1"] and not reading.unread
    assert [task.writes for task in reading.document.tasks] == [["src/store.py"], ["src/search.py"], ["src/check.py"]]


def test_speckit_warnings():
    reading = read(SPECKIT)
    assert codes(reading) == ["parallel-unproven", "declared-count", "declared-count"]
    assert [remark.message.partition(": ")[2] for remark in reading.warnings[1:]] == [
        "says 24 tasks, but there are 21",
        "says 12 tasks marked [P], but there are 10",
    ]


def test_speckit_inferences_have_reasons():
    found = reasons(read(SPECKIT), "T015")
    assert found["depends_on"].reason.endswith("T010 before it writes src/services/BookingService.ts too")
    assert found["writes"].confidence == 0.85


@pytest.mark.parametrize(
    ("line", "identity"),
    [
        ("- [ ] T12 Add a.py", "T12"),
        ("- [ ] **T001** [P] Add a.py", "T001"),
        ("* [X] T001a Add a.py", "T001a"),
        ("- [ ] [P] T1.2 Add a.py", "T1.2"),
        ("- [ ] T001: [US2] [P] Add a.py", "T001"),
        ("1. [ ] T0001 Add a.py", "T0001"),
        ("\t- [ ] T001 [Story] Add a.py", "T001"),
    ],
)
def test_speckit_spellings_of_a_task(line, identity):
    reading = text(line + "\n", "spec-kit")
    assert [(entry.id, entry.title, entry.writes) for entry in reading.document.tasks] == [
        (identity, "Add a.py", ["a.py"])
    ]


@pytest.mark.parametrize(
    ("phrase", "needs"),
    [
        ("(depends on T001, T002)", ["T001", "T002"]),
        ("Depends on: T001-T003", ["T001", "T002", "T003"]),
        ("depends on T001–T003", ["T001", "T002", "T003"]),  # noqa: RUF001
        ("**Depends on**: T001 and T003", ["T001", "T003"]),
        ("after T002", ["T002"]),
        ("requires T001 through T003", ["T001", "T002", "T003"]),
        ("blocked by T003", ["T003"]),
        ("(依赖 T001、T002)", ["T001", "T002"]),
        ("dependencies: T999", ["T001", "T002", "T003"]),  # a name that no task has: all before it
        ("like T001", ["T003"]),  # says nothing of order: the list's order holds
        ("depends on: none", []),
    ],
)
def test_dependency_phrases(phrase, needs):
    lines = [f"- [ ] T00{number} Add m{number}.py" for number in (1, 2, 3)]
    reading = text("\n".join([*lines, f"- [ ] T004 Add n.py {phrase}"]))
    assert task(reading, "T004").depends_on == needs


def test_blocks_is_read_from_the_other_side():
    reading = text("- [ ] T001 [P] Add a.py (blocks T003)\n- [ ] T002 [P] Add b.py\n- [ ] T003 [P] Add c.py\n")
    assert edges(reading) == {"T001": [], "T002": [], "T003": ["T001"]}


def test_speckit_headings():
    content = "\n".join(
        [
            *("## Phase 1: Base", "### T001: Model", "**Description**: The model.", "**Files to Create/Modify**:"),
            *("- `src/a.py`", "- `src/b.py` (modify)", "**Acceptance Criteria**:", "- [ ] It holds"),
            *("### T002: View [P]", "**Status**: done", "**Dependencies**: T001-T001", "**Files**: x"),
        ]
    )
    reading = text(content)
    first, second = reading.document.tasks
    assert (first.title, first.writes, first.accept[0].text) == ("Model", ["src/a.py", "src/b.py"], "It holds")
    assert (second.depends_on, reading.notes["T002"].status, reading.notes["T002"].parallel) == (
        ["T001"],
        "completed",
        True,
    )


def test_order_that_contradicts_what_is_stated_is_dropped():
    reading = text("- [ ] T001 Add a.py (depends on T002)\n- [ ] T002 Add b.py\n")
    assert edges(reading) == {"T001": ["T002"], "T002": []}
    assert codes(reading) == ["order-contradicts"]


def test_taskmaster():
    reading = read("task-master")
    assert reading.document.id == "shop"
    assert edges(reading) == {
        "1": [],
        "2.1": ["1"],
        "2.2": ["1", "2.1"],
        "2.3": ["1", "2.1", "2.2"],
        "2": ["1", "2.1", "2.2", "2.3"],
        "3": ["1", "2.2"],
        "4": [],
        "5": [],
    }
    assert {name: note.status for name, note in reading.notes.items()} == {
        "1": "completed",
        "2.1": "in_progress",
        "2.2": "pending",
        "2.3": "pending",
        "2": "pending",
        "3": "in_progress",
        "4": "blocked",
        "5": "skipped",
    }
    assert task(reading, "2.2").description == "Create `src/cart/totals.ts`\n\nRound half up"
    assert (task(reading, "3").writes, task(reading, "3").reads) == (["src/search.ts"], ["docs/search.md"])
    assert "writes" not in reasons(reading, "3")
    assert task(reading, "2").writes == ["src/cart/store.ts", "src/cart/totals.ts", "src/cart/page.tsx"]
    assert task(reading, "1").accept[0].text == "Unit tests pass"
    assert [reading.notes[name].place.rpartition(":")[2] for name in ("1", "2", "2.3", "3")] == ["8", "19", "29", "32"]


def test_taskmaster_tags():
    reading = read("task-master")
    assert codes(reading) == ["other-tags"]
    assert reading.warnings[0].fix == "Name one as .taskmaster/tasks/tasks.json#master."
    assert [(item.place, item.text) for item in reading.unread] == [
        (".taskmaster/tasks/tasks.json:3", "tag master: task 1: Old work")
    ]
    name = "task-master/.taskmaster/tasks/tasks.json"
    root = str(corpus.FIXTURES / "task-master")
    other = registry.read(formats_source(f"{corpus.FIXTURES / name}#master", root))
    assert [entry.id for entry in other.document.tasks] == ["1"]
    with pytest.raises(FanoutError, match=r"has no tag 'none'\. Tags: master, shop"):
        registry.read(formats_source(f"{corpus.FIXTURES / name}#none", root))


def formats_source(given, root):
    from fanout.source.resolve import resolve

    return resolve(given, root)


def test_taskmaster_legacy_file():
    content = '{"tasks": [{"id": 1, "title": "a", "dependencies": []}, {"id": "2", "dependencies": ["1"]}], "meta": {}}'
    assert edges(text(content)) == {"1": [], "2": ["1"]}


def test_beads():
    reading = read("beads")
    assert edges(reading) == {
        "shop-a1": ["shop-a1.1", "shop-a1.2", "shop-b7"],
        "shop-a1.1": ["shop-b7"],
        "shop-a1.2": ["shop-a1.1", "shop-b7"],
        "shop-b7": [],
        "shop-c3": ["shop-a1.1"],
        "shop-d4": ["shop-a1.2"],
    }
    form = task(reading, "shop-a1.1")
    assert (form.writes, form.reads) == (["src/pay/form.tsx", "src/routes.ts"], ["docs/pay.md"])
    assert form.estimate_minutes == 45
    assert [(item.text, item.command) for item in form.accept] == [
        ("`npm test -- form` passes", "npm test -- form"),
        ("it looks right", None),
        ("Declined cards are shown", None),
        ("Totals match", None),
    ]
    assert {name: reading.notes[name].status for name in ("shop-b7", "shop-c3", "shop-d4")} == {
        "shop-b7": "completed",
        "shop-c3": "blocked",
        "shop-d4": "blocked",
    }
    assert [item.place for item in reading.unread] == [".beads/issues.jsonl:7:49", ".beads/issues.jsonl:8"]
    assert codes(reading) == ["conditional"]


def test_gsd():
    reading = read(GSD)
    assert edges(reading) == {"01-01": [], "01-02": ["01-01"], "01-03": ["01-02"], "02-01": ["01-01", "01-02", "01-03"]}
    base = task(reading, "01-01")
    assert base.title == "Lay the base of the editor."
    assert base.writes == ["package.json", "vite.config.ts", "src/app/**", "src/vite-env.d.ts", "package-lock.json"]
    assert base.reads == ["docs/setup.md", "docs/editor.md"]
    assert reading.notes["01-01"].status == "completed"
    assert [item.command for item in base.accept if item.command] == ["npm run build", "npx tsc --noEmit"]
    assert [item.text for item in base.accept][:3] == [
        "The app starts",
        "src/app/main.tsx exists: the entry point",
        "src/app/main.tsx -> src/app/store.ts: import",
    ]
    assert codes(reading) == ["undeclared-write", "needs-a-person", "wave-order"]
    assert reading.warnings[0].message == "its tasks write src/vite-env.d.ts, package-lock.json, not in files_modified"


@pytest.mark.parametrize("spelling", ["01", "03-01", "01-PLAN", "03-01-PLAN.md", "1"])
def test_gsd_spellings_of_a_dependency(tmp_path, spelling):
    for number, needs in (("01", ""), ("02", spelling)):
        content = f"---\nphase: 03-x\nplan: {number}\nwave: 1\ndepends_on: [{needs}]\nfiles_modified: [a.py]\n---\n"
        (tmp_path / f"03-{number}-PLAN.md").write_text(content, encoding="utf-8")
    assert edges(registry.read(formats_source(str(tmp_path), str(tmp_path))))["03-02"] == ["03-01"]


def test_gsd_wave_without_dependencies(tmp_path):
    for number, wave in (("01", 1), ("02", 1), ("03", 2)):
        content = f"---\nphase: 03-x\nplan: {number}\nwave: {wave}\ndepends_on: []\nfiles_modified: [a.py]\n---\n"
        (tmp_path / f"03-{number}-PLAN.md").write_text(content, encoding="utf-8")
    reading = registry.read(formats_source(str(tmp_path), str(tmp_path)))
    assert edges(reading)["03-03"] == ["03-01", "03-02"]
    assert reasons(reading, "03-03")["depends_on"].reason == "its wave 2 comes after theirs"


def test_ccpm():
    reading = read("ccpm")
    assert edges(reading) == {
        "001": [],
        "003": ["001"],
        "004": [],
        "002-A": ["001"],
        "002-B": ["001", "002-A"],
        "002": ["001", "002-A", "002-B"],
    }
    model = task(reading, "001")
    assert (model.title, model.writes) == ("购物车模型", ["src/cart/model.ts", "src/cart/index.ts"])
    assert [item.text for item in model.accept] == ["总价正确", "数量不为负"]
    assert task(reading, "002-A").writes == ["src/cart/page.tsx", "src/cart/page.css", "src/types/cart.ts"]
    assert task(reading, "002-B").writes == ["src/cart/hooks.ts", "src/types/cart.ts"]
    assert task(reading, "002-A").excludes == ["003"]
    assert task(reading, "003").excludes == ["002", "002-A", "002-B"]
    assert {name: note.status for name, note in reading.notes.items()}["003"] == "completed"
    assert reading.notes["004"].unsure
    assert codes(reading) == ["placeholder"]
    assert "depends_on holds 'Will be filled in later'" in reading.warnings[0].message


def test_claudekit():
    reading = read("claudekit/feat-hooks-tasks.md")
    assert edges(reading) == {"1.1": [], "1.2": [], "2.1": ["1.1", "1.2"], "2.2": ["1.1", "1.2"]}
    first = task(reading, "1.1")
    assert (first.writes, first.estimate_minutes) == (["cli/hooks.ts", "bin/hooks"], 45)
    assert [item.text for item in first.accept] == ["It starts", "It ends"]
    assert (reading.notes["1.2"].parallel, reading.notes["1.2"].unsure) == (False, True)
    assert reading.notes["2.1"].status == "completed"
    assert (task(reading, "2.2").writes, task(reading, "2.2").reads) == (["docs/hooks.md"], ["cli/hooks.ts"])
    assert codes(reading) == ["parallel-one-sided"]


def test_claudekit_without_dependencies_keeps_the_order():
    reading = text("### Task 1.1: A\n**Size**: Small\n### Task 1.2: B\n**Size**: Small\n")
    assert edges(reading)["1.2"] == ["1.1"]
    assert reasons(reading, "1.2")["depends_on"].confidence == 0.5


def test_stm():
    reading = read("stm")
    assert edges(reading) == {"1": [], "2": ["1"]}
    login = task(reading, "2")
    assert login.title == "Login: the form"
    assert (login.writes, login.reads) == (["src/login.tsx"], ["docs/login.md"])
    assert [(item.text, item.command) for item in login.accept] == [
        ("`npm test -- login`", "npm test -- login"),
        ("wrong passwords are refused", None),
    ]
    assert [note.status for note in reading.notes.values()] == ["completed", "in_progress"]


def test_superpowers():
    reading = read(PLAN)
    assert edges(reading) == {"1": [], "2": ["1"], "3": ["2"], "4": ["3"]}
    query = task(reading, "2")
    assert (query.writes, query.reads) == (["src/search/query.ts", "src/search/index.ts"], ["docs/search.md"])
    assert task(reading, "3").writes == ["src/search/page.tsx", "src/old-search.tsx"]
    assert reasons(reading, "1") == {}
    assert [reading.notes[name].status for name in "1234"] == ["completed", "in_progress", "pending", "pending"]
    assert [item.text for item in reading.unread] == ["### Task 99: not a task"]
    assert reading.document.context_files == ["2026-01-05-search.md"]


def test_superpowers_commits_are_limited_to_the_tasks_own_files():
    reading = read(PLAN)
    assert codes(reading) == ["commit-step"]
    first, second = task(reading, "1").description, task(reading, "2").description
    own = "src/search/index.ts tests/search/index.test.ts"
    assert f'git add -- {own}\ngit commit -m "feat: index" -- {own}' in first
    own = "src/search/query.ts src/search/index.ts"
    assert f'git add -- {own} && git commit -m "feat: query" -- {own}' in second


def test_superpowers_without_statements_keeps_the_order():
    content = "".join(f"### Task {n}: Do\n**Files:**\n- Create: `a{n}.py`\n" for n in (1, 2))
    assert edges(text(content)) == {"1": [], "2": ["1"]}


def test_dorklabs():
    reading = read("dork-labs/specs/search/03-tasks.json")
    assert edges(reading) == {"1.1": [], "1.2": [], "2.1": ["1.1", "1.2"]}
    assert task(reading, "1.1").writes == ["src/index.ts"]
    assert (task(reading, "2.1").writes, task(reading, "2.1").reads) == (["src/index.ts"], ["docs/speed.md"])
    assert "writes" not in reasons(reading, "2.1")
    assert [entry.estimate_minutes for entry in reading.document.tasks] == [20, 180, 45]
    assert codes(reading) == ["parallel-one-sided"]


def test_blocked_by():
    reading = read("blocked-by/tasks.json")
    assert edges(reading) == {"1": [], "2": ["1"], "3": ["1", "2"]}
    assert [note.status for note in reading.notes.values()] == ["completed", "in_progress", "pending"]


def test_batches_wait_for_single_tasks():
    reading = read("blocked-by/batches.json")
    assert edges(reading) == {
        **{name: [] for name in "123"},
        **{name: ["1", "2"] for name in "45"},
        **{name: ["4"] for name in "678"},
    }
    assert task(reading, "4").writes == ["src/four.py"]


NAMED = (
    '{"batches": [{"tasks": ["Task1", "Task2", "Task3"]}, {"tasks": ["Task4", "Task5"], "blockedBy": [%s]},'
    ' {"tasks": ["Task6"], "blockedBy": [%s]}]}'
)


@pytest.mark.parametrize(
    ("second", "third", "waits"),
    [
        ("1, 2", "4", {"Task4": ["Task1", "Task2"], "Task5": ["Task1", "Task2"], "Task6": ["Task4"]}),
        ('"Task1"', '"Task5"', {"Task4": ["Task1"], "Task5": ["Task1"], "Task6": ["Task5"]}),
        # numbers that are all of batches before mean these
        (
            "1",
            "1, 2",
            {
                **{name: ["Task1", "Task2", "Task3"] for name in ("Task4", "Task5")},
                "Task6": ["Task1", "Task2", "Task3", "Task4", "Task5"],
            },
        ),
    ],
)
def test_batches_of_named_tasks_wait_for_numbers(second, third, waits):
    found = edges(text(NAMED % (second, third)))
    assert found == {"Task1": [], "Task2": [], "Task3": [], **waits}


def test_a_number_that_no_task_and_no_batch_has_is_named():
    found = [remark for remark in text(NAMED % ("1, 2", "7")).warnings if remark.code == "outside-task"]
    assert [remark.message.split(",")[0] for remark in found] == ["waits for 7"]


def test_batches_that_say_nothing_follow_each_other():
    reading = text('{"batches": [{"tasks": ["a"], "blockedBy": []}, {"tasks": ["b", "c"]}]}')
    assert edges(reading) == {"a": [], "b": ["a"], "c": ["a"]}


def test_checklist():
    reading = read("markdown/todo.md")
    assert edges(reading) == {"01": [], "02": [], "03": ["01"], "04": ["01", "02", "03"], "05": [], "06": ["02"]}
    assert task(reading, "03").description.endswith("- [ ] keep the old route")
    assert [name for name, note in reading.notes.items() if note.unsure] == ["04"]
    assert reading.notes["05"].parallel
    assert all(item.confidence < 1 for note in reading.notes.values() for item in note.inferred)
    assert [item.text for item in reading.unread] == ["- [ ] in a fence"]


def test_numbered_headings():
    reading = read("markdown/plan.md")
    assert edges(reading) == {"1": [], "2": ["1"], "3": ["1", "2"]}
    assert [entry.writes for entry in reading.document.tasks] == [["src/model.py"], ["src/view.py"], []]
    assert (task(reading, "3").title, reading.notes["3"].unsure) == ("Check", True)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("# Site\n\n- contact form in src/contact.ts\n* imprint in `src/imprint.html`\n", 2),
        ("- Add a cart\n  - with a total\n- Fix the login\n- dark mode\n", 3),
        ("# Notes\n\nWe met on Monday.\n\n- Anna is on leave\n- the budget is fine\n", 0),
        ("# Spec\n\nThe shop needs a cart.\n\n- Add a cart page\n- Add a checkout\n\nUsers can pay.\n", 0),
        ("- Add a cart\n", 0),
    ],
)
def test_plain_bullets_of_work_and_little_else(text: str, titles: int) -> None:
    source = Source("-", "", text, "/nowhere")
    if not titles:
        with pytest.raises(FanoutError, match="no format known"):
            registry.read(source)
        return
    reading = registry.read(source)
    assert [task.id for task in reading.document.tasks] == [f"0{number}" for number in range(1, titles + 1)]
    assert all(not task.depends_on for task in reading.document.tasks if task.writes)
    assert not reading.unread


def test_numbered_items():
    reading = text("1. Add `a.py`\n2. Add `b.py` after #1\n")
    assert edges(reading) == {"01": [], "02": ["01"]}


def test_cards(tmp_path):
    for name, front in {
        "one.md": "allowed_paths:\n  - src/a/**\nforbidden_paths: [src/b]\nparallel_safe: true\n",
        "two.md": "affected_paths: [src/b.py]\ndepends_on: [one.md]\nstatus: done\n",
    }.items():
        (tmp_path / name).write_text(f"---\ntitle: {name}\n{front}---\nText.\n", encoding="utf-8")
    reading = registry.read(formats_source(str(tmp_path), str(tmp_path)))
    assert edges(reading) == {"one": [], "two": ["one"]}
    assert [entry.writes for entry in reading.document.tasks] == [["src/a/**"], ["src/b.py"]]
    assert (reading.notes["one"].parallel, reading.notes["two"].status) == (True, "completed")


def test_native():
    reading = read("native/plan.json")
    assert edges(reading) == {"a": [], "b": ["a"]}
    assert [note.place for note in reading.notes.values()] == ["plan.json:6", "plan.json:7"]
    assert not any(note.unsure or note.inferred for note in reading.notes.values())


def test_native_names_every_problem():
    with pytest.raises(SourceError) as error:
        text('{"schema_version": 1, "tasks": [{"id": "a", "write": []}, {"title": "x"}]}')
    assert str(error.value).splitlines() == [
        'standard input task a write: no such field (found list). Did you mean "writes"?',
        'standard input task #2 id: this field is required (found nothing). Add "id".',
    ]
