# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""Words of waiting: what they name is an edge, what they name nothing by is a doubt, and a doubt keeps the order."""

from __future__ import annotations

import pytest

from fanout.plan import planner
from fanout.plan.read import registry
from fanout.plan.reading import Source


def read(content, forced="markdown"):
    return registry.read(Source("-", "", content, "/nowhere"), forced)


def needs(reading):
    return {task.id: task.depends_on for task in reading.document.tasks}


def codes(reading):
    return [remark.code for remark in reading.warnings]


def boxes(*lines):
    return "".join(f"- [ ] {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("(depends_on: A1)", ["A1"]),
        ("deps: A1", ["A1"]),
        ("(blockedBy A1)", ["A1"]),
        ("blockedBy: A1", ["A1"]),
        ("depends-on: A1", ["A1"]),
        ("once A1 is done", ["A1"]),
        ("when A1 is finished", ["A1"]),
        ("A1 first", ["A1"]),
        ("(A1 must be done first)", ["A1"]),
        ("not before A1", ["A1"]),
        ("(depends on A1 and on A2)", ["A1", "A2"]),
        ("(depends on: A1 (parser), A2 (lexer))", ["A1", "A2"]),
        ("(depends on the parser from A1)", ["A1"]),
        ("(depends on A1-3)", ["A1", "A2", "A3"]),
        ("(depends on A1, 3)", ["A1", "A3"]),
        ("(depends on A1..A3)", ["A1", "A2", "A3"]),
        ("(depends on A1...A3)", ["A1", "A2", "A3"]),
        ("after the previous task", ["A3"]),
        ("(depends on all previous tasks)", ["A1", "A2", "A3"]),
        ("(depends on everything above)", ["A1", "A2", "A3"]),
        ("(abhängig von A1)", ["A1"]),
        ("(nach A2)", ["A2"]),
        ("(Abhängigkeiten: A1, A3)", ["A1", "A3"]),
        ("(dépendances : A1)", ["A1"]),
        ("(dipende da A1)", ["A1"]),
        ("(depende da A1)", ["A1"]),
        ("(зависит от A1)", ["A1"]),
        ("(A1 に依存)", ["A1"]),
        ("(A1 완료 후)", ["A1"]),
        ("（依赖A1）", ["A1"]),
        ("，依赖于A1", ["A1"]),
        ("在A1之后", ["A1"]),
        ("(does not depend on A1)", []),
        ("(doesn't need A1)", []),
        ("(not blocked by A1)", []),
        ("no longer depends on A1", []),
        ("(independent of A1)", []),
        ("(before A5)", []),
        ("needs 3 columns", []),
        ("after 30 seconds", []),
        ("and install its dependencies: axios, zod", []),
        ("whose label depends on `src/locale.ts`", []),
        ("with text that depends on the locale", []),
        ("(depends on: none)", []),
    ],
)
def test_what_the_words_of_a_task_wait_for(phrase, expected):
    reading = read(
        boxes(
            "A1: a `src/a.py`", "A2: b `src/b.py`", "A3: c `src/c.py`", f"A4: d `src/d.py` {phrase}", "A5: e `src/e.py`"
        )
    )
    found = needs(reading)
    assert found["A4"] == expected
    assert found["A5"] == (["A4"] if phrase == "(before A5)" else [])
    assert codes(reading) == []


NUMBERED = [
    ("(uses 2)", ["2"]),
    ("(uses 2 and 3)", ["2", "3"]),
    ("(Uses task 2)", ["2"]),
    ("(using #1, #3)", ["1", "3"]),
    ("(uses 1-3)", ["1", "2", "3"]),
    ("[builds on 2]", ["2"]),
    (", built from 1 and 2: `src/page.js`", ["1", "2"]),
    ("(combines 1 and 2)", ["1", "2"]),
    ("(built on top of 2)", ["2"]),
    ("(on top of 1)", ["1"]),
    ("(based on 3)", ["3"]),
    ("- uses 2", ["2"]),
    ("— using 2, 3.", ["2", "3"]),
    (", on top of 2", ["2"]),
    ("(uses 2; needs 3)", ["3"]),
    ("(uses 2, shown in 3 columns)", []),
    ("takes --bulky and uses 1 and 2", ["1", "2"]),
    ("takes --bulky and uses 1 and 2, then prints", ["1", "2"]),
    (", calls 1 and 2. It prints them", ["1", "2"]),
    ("nimmt --bulky und nutzt 1 und 2", ["1", "2"]),
    (", usa 1 y 2", ["1", "2"]),
    ("doubles it and uses 2", []),
    ("doubles it and uses 1 and 2 cents", []),
    (", uses 1, 2 cents", []),
    (", uses 2, in two columns", []),
    ("and uses 1, 2 and 3 columns", []),
    ("(uses 2 threads)", []),
    ("uses 2 spaces", []),
    (", uses 2 spaces", []),
    ("(uses 2 and 3 threads)", []),
    ("(uses 9)", []),
    ("(uses 2 and 9)", []),
    ("(uses 2.5)", []),
    ("(uses 2x)", []),
    ("(using Node 2)", []),
    ("(not using 2)", []),
    ("(reuses 2)", []),
    (": use 2", []),
    ("with what it uses 2", []),
    ("(uses 4)", []),
    ("(uses 2, in `src/d.py`)", []),
]


@pytest.mark.parametrize(("phrase", "expected"), NUMBERED)
def test_what_a_task_says_to_use_is_a_need_where_only_ids_stand_with_it(phrase, expected):
    lines = ["1. a `src/a.py`", "2. b `src/b.py`", "3. c `src/c.py`", f"4. d `src/d.py` {phrase}", "5. e `src/e.py`"]
    found = needs(read(boxes(*lines)))
    assert found["4"] == expected
    assert not found["5"]


def test_what_a_task_uses_is_stated_in_its_description_too():
    reading = read("- [ ] A1: a `src/a.py`\n- [ ] A2: b `src/b.py`\n  - Write it well.\n  - Uses A1\n")
    assert needs(reading)["A2"] == ["A1"]


@pytest.mark.parametrize(
    "phrase",
    [
        "(depends on the auth work)",
        "Depends on: the auth work",
        "(blocked by legal)",
        "(depends on A9)",
        "(depends on Redis)",
    ],
)
@pytest.mark.parametrize("name", ["markdown", "spec-kit"])
def test_a_stated_need_that_names_nothing_keeps_the_lists_order_and_is_said(name, phrase):
    ids, mark = (("A1", "A2", "A3", "A4"), "") if name == "markdown" else (("T001", "T002", "T003", "T004"), "[P] ")
    if name == "spec-kit" and "A9" in phrase:
        return  # an unknown id of this format is an error
    reading = read(
        boxes(*(f"{one}: {mark}b `src/{one}.py`{' ' + phrase if one == ids[2] else ''}" for one in ids)), name
    )
    found = needs(reading)
    assert (sorted(found[ids[2]]), found[ids[1]], found[ids[3]]) == ([ids[0], ids[1]], [], [])
    (remark,) = reading.warnings
    assert (remark.code, remark.task) == ("unknown-task", ids[2])
    assert remark.message.endswith("no task of the list: it waits for every task before it")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["1.1 A `a.ts`", "1.2 B `b.ts` (depends on 1.1)", "2.1 C `c.ts` (depends on 1.2)"],
            {"1.1": [], "1.2": ["1.1"], "2.1": ["1.2"]},
        ),
        (["#102 A `a.ts`", "#103 B `b.ts` (blocked by #102)"], {"102": [], "103": ["102"]}),
        (["AUTH-5 A `a.ts`", "AUTH-6 B `b.ts` (depends on AUTH-5)"], {"AUTH-5": [], "AUTH-6": ["AUTH-5"]}),
        (["[X-1] A `a.ts`", "[X-2] B `b.ts` (depends on X-1)"], {"X-1": [], "X-2": ["X-1"]}),
        (
            ["**BACKEND-3**: A `a.ts`", "**BACKEND-4**: B `b.ts` (blocked by BACKEND-3)"],
            {"BACKEND-3": [], "BACKEND-4": ["BACKEND-3"]},
        ),
        (["A. A `a.ts`", "B. B `b.ts` (depends on A)"], {"A": [], "B": ["A"]}),
        (["auth: A `a.ts`", "ui: B `b.ts` (depends on auth)"], {"01": [], "02": ["01"]}),
        (["`api` A `a.ts`", "B `b.ts` (depends_on: `api`)"], {"01": [], "02": ["01"]}),
        (["Task 7 A `a.ts`", "Task 8 B `b.ts` (depends on Task 7)"], {"7": [], "8": ["7"]}),
        (["A `a.ts`", "B `b.ts` (depends on 1)"], {"01": [], "02": ["01"]}),
        (["(3) A `a.ts`", "B `b.ts`", "C `c.ts` (depends on 3)"], {"3": [], "02": [], "03": ["3"]}),
        (["#7 A `a.ts`", "B `b.ts`", "C `c.ts` (depends on 2)"], {"7": [], "02": [], "03": ["7", "02"]}),
        (["UTF-8 in `a.ts`", "3 columns in `b.ts`"], {"01": [], "02": []}),
    ],
)
def test_names_that_free_lists_give_their_tasks(lines, expected):
    assert needs(read(boxes(*lines))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1, 2", ["1", "2"]),
        ("#2", ["2"]),
        ("Task 1-3", ["1", "2", "3"]),
        ("Tasks 1 and 2", ["1", "2"]),
        ("Task 1, Task 2 and 3", ["1", "2", "3"]),
        ("Task 2 (needs 3 columns)", ["2"]),
        ("all previous tasks", ["1", "2", "3"]),
        ("\n- Task 1\n- Task 2", ["1", "2"]),
        ("None", []),
        ("Node 18", ["3", "1", "2"]),
        ("the parser", ["3", "1", "2"]),
    ],
)
@pytest.mark.parametrize("label", ["Depends on", "Blocked by", "Requires"])
def test_superpowers_dependencies(label, value, expected):
    text = "# P\n" + "".join(
        f"### Task {n}: T\n{f'**{label}:** {value}' if n == 4 else '**Depends on:** none'}\n**Files:**\n- Create: `src/{n}.ts`\n"
        for n in range(1, 5)
    )
    reading = read(text, "superpowers")
    assert needs(reading)["4"] == expected
    assert codes(reading) == (["unknown-task"] if value in ("Node 18", "the parser") else [])


def test_claudekit_dependencies_that_name_nothing_keep_the_order():
    text = "".join(
        f"### Task 1.{n}: T\n**Dependencies**: {value}\n- **Files**: `src/{n}.ts`\n"
        for n, value in enumerate(["None", "None", "the auth work", "all previous tasks"], 1)
    )
    reading = read(text, "claudekit")
    assert {name: sorted(found) for name, found in needs(reading).items()} == {
        "1.1": [],
        "1.2": [],
        "1.3": ["1.1", "1.2"],
        "1.4": ["1.1", "1.2", "1.3"],
    }
    assert [remark.message for remark in reading.warnings] == [
        'its text says "depends on: the auth work", which names no task of the list: it waits for every task before it'
    ]


def test_claudekit_reads_the_paths_of_a_description_on_the_line_of_its_label():
    text = "".join(
        f"### Task 1.{n}: T\n**Description**: Update `src/index.ts`\n**References**: `docs/x.md`\n"
        f"**Can run parallel with**: Task 1.{3 - n}\n"
        for n in (1, 2)
    )
    reading = read(text, "claudekit")
    assert [(task.writes, task.reads) for task in reading.document.tasks] == [(["src/index.ts"], [])] * 2
    assert codes(reading) == []


def test_two_marked_tasks_that_edit_one_file_in_other_words_are_kept_apart():
    reading = read(
        "- [ ] T001 [P] Validate email input in src/forms/login.ts\n- [ ] T002 [P] Validate password in src/forms/login.ts\n",
        "spec-kit",
    )
    plan = planner.make(reading, "quick")
    assert [plan.ids(batch) for batch in plan.answer.batches] == [["T001"], ["T002"]]
    assert "false-parallel" in [remark.code for remark in plan.warnings]


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        *((none, []) for none in ("-", "–", "—", "·", "n/a", "n. a.", "none", "/", "keine", "--")),
        *((every, ["1", "2", "3"]) for every in ("all", "everything above", "All of the above", "everything", "alle")),
        ("all but 2", ["1", "3"]),
        ("everything except 1 and 3", ["2"]),
        ("all but 2, 3", ["1"]),
        ("1 – 3", ["1", "2", "3"]),
    ],
)
def test_a_field_that_says_none_or_all(said: str, ids: list[str]) -> None:
    table = "| # | Task | Files | Depends |\n|--|--|--|--|\n" + "".join(
        f"| {number} | Box {number} | {number}.py | {said if number == 4 else '-'} |\n" for number in range(1, 5)
    )
    below = "".join(f"- [ ] {number}. Box `{number}.py`\n" for number in range(1, 5)) + f"  Depends on: {said}\n"
    for text in (table, below):
        found = read(text)
        assert needs(found)["4"] == ids
        assert "unknown-task" not in codes(found)


@pytest.mark.parametrize("said", ["all modules of the parser", "everything that Mira sends", "allegro"])
def test_what_only_begins_so_is_unknown(said: str) -> None:
    found = read("".join(f"- [ ] {number}. Box `{number}.py`\n" for number in range(1, 5)) + f"  Depends on: {said}\n")
    assert "unknown-task" in codes(found)
