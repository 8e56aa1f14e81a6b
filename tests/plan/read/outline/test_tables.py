# ruff: noqa: RUF001 - full-width punctuation is what lists are written with
"""Tables as people write them: rows called A, B, C, columns called what, where and needs, or nothing that tells."""

from __future__ import annotations

import pytest

from fanout.errors import FanoutError
from fanout.plan.read import registry
from fanout.plan.reading import Source

ROWS = [
    ("A", "parse one line of the table", "src/parse.rs", ""),
    ("B", "interpolate between two rows", "src/interp.rs", ""),
    ("C", "windows of time", "src/windows.rs", "A, B"),
    ("D", "print windows as text", "src/print.rs", "C"),
]


def read(*heads: str, rows=ROWS, before="# Tides\n\n"):
    lines = [heads, ["---"] * len(heads), *rows]
    text = before + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    return registry.read(Source("-", "", text, "/nowhere"))


def found(reading):
    return [(task.id, task.writes, task.depends_on) for task in reading.document.tasks]


WANTED = [
    ("A", ["src/parse.rs"], []),
    ("B", ["src/interp.rs"], []),
    ("C", ["src/windows.rs"], ["A", "B"]),
    ("D", ["src/print.rs"], ["C"]),
]


@pytest.mark.parametrize(
    "heads",
    [
        ("#", "what", "where", "needs"),
        ("id", "Task", "File", "Depends on"),
        ("", "todo", "path", "after"),
        ("No.", "description", "module", "blocked by"),
        ("Ref", "To do", "Files", "waits for"),
        ("Nr.", "was", "wo", "braucht"),
        ("Nr", "Beschreibung", "Datei", "wartet auf"),
        ("n°", "quoi", "où", "après"),
        ("#", "qué", "dónde", "requiere"),
        ("**#**", "What?", "Where?", "Needs?"),
        ("x", "y", "z", "needs"),
        ("#", "thing to make", "target", "first"),
    ],
)
def test_columns_are_known_by_their_heads_or_by_what_they_hold(heads):
    reading = read(*heads)
    assert found(reading) == WANTED and not reading.warnings
    assert [task.title for task in reading.document.tasks] == [row[1] for row in ROWS]


@pytest.mark.parametrize(
    ("cell", "needs"),
    [
        ("A,B", ["A", "B"]),
        ("A and B", ["A", "B"]),
        ("A B", ["A", "B"]),
        ("A–C", ["A", "B", "C"]),
        ("A-C", ["A", "B", "C"]),
        ("`A` & **C**", ["A", "C"]),
        ("A (the parser)", ["A"]),
        ("all", ["A", "B", "C"]),
        ("alles", ["A", "B", "C"]),
        ("all of the above", ["A", "B", "C"]),
        ("A und C", ["A", "C"]),
        ("-", []),
        ("—", []),
        ("none", []),
        ("keine", []),
    ],
)
def test_what_a_cell_of_needs_says(cell, needs):
    rows = [*ROWS[:3], ("D", "print windows", "src/print.rs", cell)]
    assert found(read("#", "what", "where", "needs", rows=rows))[3] == ("D", ["src/print.rs"], needs)


def test_what_is_no_row_is_a_doubt_and_holds_the_order():
    rows = [*ROWS[:3], ("D", "print windows", "src/print.rs", "the harbour office")]
    reading = read("#", "what", "where", "needs", rows=rows)
    assert [one.code for one in reading.warnings] == ["unknown-task"] and found(reading)[3][2]


def test_letters_with_numbers_and_small_letters():
    rows = [("t1", "parse", "src/a.rs", ""), ("t2", "print", "src/b.rs", "t1")]
    assert found(read("key", "what", "where", "needs", rows=rows)) == [
        ("t1", ["src/a.rs"], []),
        ("t2", ["src/b.rs"], ["t1"]),
    ]
    rows = [("a", "parse", "src/a.rs", ""), ("b", "print", "src/b.rs", "a")]
    assert found(read("#", "what", "where", "needs", rows=rows))[1] == ("b", ["src/b.rs"], ["a"])


def test_rows_without_ids_that_say_what_where_and_after_what():
    rows = [("Parse a line", "src/a.rs", ""), ("Print it", "src/b.rs", "Parse a line"), ("Ship it", "src/c.rs", "")]
    reading = read("what", "where", "needs", rows=rows)
    assert found(reading) == [("01", ["src/a.rs"], []), ("02", ["src/b.rs"], ["01"]), ("03", ["src/c.rs"], [])]


@pytest.mark.parametrize("head", ["where", "writes", "files", "place", "target"])
@pytest.mark.parametrize("form", ["{}", "`{}`"])
def test_where_it_is_done_is_what_it_writes(head, form):
    rows = [
        ("1", "List can be filtered", form.format("src/list.js")),
        ("2", "Grid has columns", "src/grid.js, styles/grid.css"),
    ]
    reading = read("#", "what", head, rows=rows)
    assert [task.writes for task in reading.document.tasks] == [["src/list.js"], ["src/grid.js", "styles/grid.css"]]


def test_where_may_be_a_place_that_is_no_path():
    rows = [("1", "Paint the wall", "kitchen"), ("2", "Fix src/lamp.js", "hall")]
    assert [task.writes for task in read("#", "what", "where", rows=rows).document.tasks] == [[], ["src/lamp.js"]]


def test_a_rank_is_no_need():
    rows = [(one, words, path, "A" if one > "B" else "B") for one, words, path, _ in ROWS]
    assert all(not needs for _, _, needs in found(read("#", "what", "where", "prio", rows=rows)))


PRICES = [("1", "Fern", "4.90"), ("2", "Ivy", "7.50"), ("3", "Palm", "19.00")]
FILES = [("src/a.rs", "parses a line"), ("src/b.rs", "prints it")]
GRADES = [("A", "1.0 to 1.5", "very good"), ("B", "1.6 to 2.5", "good")]


@pytest.mark.parametrize(
    ("heads", "rows"),
    [
        (("#", "item", "price"), PRICES),
        (("#", "item", "each"), PRICES),
        (("#", "item", "in stock", "count"), [(*row[:2], "yes", "3") for row in PRICES]),
        (("#", "plant", "price"), PRICES),
        (("file", "description"), FILES),
        (("grade", "points", "meaning"), GRADES),
        (("size", "cm", "width"), [("S", "40", "20"), ("M", "44", "22")]),
    ],
)
def test_tables_of_other_things_are_no_list(heads, rows):
    with pytest.raises(FanoutError):
        read(*heads, rows=rows)


CODED = [
    ("W1", "wind speed", "src/wind.py", ""),
    ("W2", "the wind group", "src/metar.py", "W1"),
    ("W3", "dew point", "src/dew.py", "-"),
    ("W4", "say it in the README", "README.md", ""),
]


@pytest.mark.parametrize(
    "said", ["W1-W3", "W1–W3", "W1 - W3", "W1..W3", "W1-3", "W1 to W3", "tasks W1-W3", "W1-W2, W3"]
)
def test_a_range_of_ids_with_letters_is_of_the_rows_between(said):
    reading = read("id", "what", "where", "after", rows=[*CODED[:3], (*CODED[3][:3], said)])
    assert found(reading)[3] == ("W4", ["README.md"], ["W1", "W2", "W3"]) and not reading.warnings
    assert not reading.notes["W4"].order


def test_an_id_that_looks_like_a_range_is_one():
    text = "# Tides\n\n- [ ] S1-T1: wind in src/a.py\n- [ ] S1-T2: dew in b.py\n- [ ] S1-T3: cache in src/c.py (after S1-T2)\n"
    tasks = registry.read(Source("-", "", text, "/nowhere")).document.tasks
    assert [(task.id, task.depends_on) for task in tasks] == [("S1-T1", []), ("S1-T2", []), ("S1-T3", ["S1-T2"])]


def test_a_range_whose_end_is_no_row_is_named():
    reading = read("id", "what", "where", "after", rows=[*CODED[:3], (*CODED[3][:3], "W1-W9")])
    assert [(one.code, "W1-W9" in one.message) for one in reading.warnings] == [("outside-task", True)]


@pytest.mark.parametrize(
    "cell",
    [
        "src/a.py, tests/test_a.py",
        "src/a.py + tests/test_a.py",
        "src/a.py+tests/test_a.py",
        "src/a.py & tests/test_a.py",
        "src/a.py and tests/test_a.py",
        "src/a.py, and tests/test_a.py",
        "src/a.py<br>tests/test_a.py",
        "src/a.py <br/> tests/test_a.py",
        "src/a.py; tests/test_a.py",
        "src/a.py tests/test_a.py",
        "src/a.py / tests/test_a.py",
        "src/a.py (new) + tests/test_a.py (new)",
        "new file src/a.py + tests/test_a.py",
        "`src/a.py` + tests/test_a.py",
        "`src/a.py` + `tests/test_a.py`",
    ],
)
def test_files_of_a_cell_stand_beside_each_other_as_people_write_them(cell):
    rows = [("W1", "wind speed", cell, ""), ("W2", "dew point", "src/dew.py", "")]
    assert found(read("id", "what", "where", "after", rows=rows))[0] == ("W1", ["src/a.py", "tests/test_a.py"], [])


@pytest.mark.parametrize(
    ("cell", "writes"),
    [
        ("src/a.py and its tests", ["src/a.py"]),
        ("`src/pack/` (new package: a.py, b.py, c.py)", ["src/pack/"]),
        ("2 files (src/a.py, src/b.py, etc.)", ["src/a.py", "src/b.py"]),
        ("src/+page.svelte", ["src/+page.svelte"]),
        ("src/UIView+Wind.swift", ["src/UIView+Wind.swift"]),
        ("src/a.py (like src/b.py, src/c.py and src/d.py)", ["src/a.py"]),
    ],
)
def test_what_only_looks_like_two_files_is_one(cell, writes):
    rows = [("W1", "wind speed", cell, ""), ("W2", "dew point", "src/dew.py", "")]
    assert found(read("id", "what", "where", "after", rows=rows))[0] == ("W1", writes, [])
