"""The report of the house's numbers counts what stands in the files: a small tree, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev import house

BRANCHES = """
def plain():
    "One line."
    return 1


def branched(a, b):
    '''Three
    lines of docstring are not
    counted.'''
    if a and b or a:  # if, and, or
        return [n for n in a if n]  # for, if
    try:
        assert b  # assert
    except ValueError:  # except
        return b if a else a  # if

    def inner():
        return a or b  # or, its own
"""
FILES = {
    "__init__.py": "",
    "errors.py": "",
    "run/__init__.py": "",
    "run/store/__init__.py": "",
    "run/store/db.py": 'READ = "SELECT * FROM task"\n',
    "run/flow/__init__.py": "",
    "run/flow/line.py": "from fanout.run.store import db\n" + "x = 1\n" * 400,
    "run/flow/next_message.py": "",
    "run/tasks/__init__.py": "",
    "run/tasks/runs.py": 'END = "UPDATE run SET state = ?"\n',
    "cli/__init__.py": "",
    "cli/line.py": 'ALL = "SELECT id FROM run"\nTEXT = "Select one from the list"\n' + BRANCHES,
}


@pytest.fixture
def counted(tmp_path: Path) -> dict[str, tuple[object, list[str]]]:
    for name, text in FILES.items():
        path = tmp_path / "fanout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return {what: (number, names) for what, number, names in house.rows(tmp_path)}


@pytest.mark.parametrize(
    ("what", "number", "names"),
    [
        ("modules", 12, None),
        ("modules over 400 lines", 1, ["401  run/flow/line.py"]),
        ("lines of a function: median, longest", "2, 10", None),
        ("arrows between the rooms of run", 1, ["flow -> store: 1"]),
        ("arrows of run that go upward", 0, []),
        ("circles of modules", 0, []),
        ("SQL outside run/store and the writers", 1, ["cli/line.py:1 SELECT id FROM run"]),
        ("file names that occur twice or more", 1, ["line.py: cli, run/flow"]),
        ("files in the fullest folder (run/flow)", 3, None),
    ],
)
def test_what_is_counted(
    counted: dict[str, tuple[object, list[str]]], what: str, number: object, names: list[str] | None
) -> None:
    found, named = counted[what]
    assert found == number and (names is None or named == names)


def test_complexity_counts_decisions_and_leaves_inner_functions_to_themselves() -> None:
    functions = {name.split()[-1]: node for name, node in house.functions("x.py", BRANCHES)}
    assert {name: house.complexity(node) for name, node in functions.items()} == {"plain": 1, "branched": 9, "inner": 2}
