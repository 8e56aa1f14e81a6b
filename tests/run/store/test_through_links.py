"""Patterns of a plan, and the names that writes have: what a plan writes out is taken apart where no link can hide."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.store import case_folding, planned, through_links

SPLIT = [
    ("a,b", ["a", "b"]),
    ("a", ["a"]),
    ("", [""]),
    ("a,", ["a", ""]),
    ("{a,b},c", ["{a,b}", "c"]),
    ("{a,{b,c}},d", ["{a,{b,c}}", "d"]),
    ("a\\,b,c", ["a\\,b", "c"]),
    ("\\{a,b", ["\\{a", "b"]),
    ("[,],a", ["[,]", "a"]),
    ("[{],a", ["[{]", "a"]),
    ("[]{],a", ["[]{]", "a"]),
    ("[^]{],a", ["[^]{]", "a"]),
    ("[!]{],a", ["[!]{]", "a"]),
    ("[^a{],b", ["[^a{]", "b"]),
    ("[a,b", ["[a", "b"]),  # no class: it is never closed
]


@pytest.mark.parametrize(("text", "parts"), SPLIT)
def test_alternatives_end_where_the_pattern_says(text: str, parts: list[str]) -> None:
    assert through_links._split(text, ",", "{}") == parts


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("a/b.py", "a/b.py"),
        ("a/*.py", "a"),
        ("*/a", ""),
        ("a/[b]/c", "a"),
        ("a/b?/c", "a"),
        ("a/{b,c}", "a"),
        ("a/\\[b\\]/c*", "a/[b]"),
        ("a/\\*/c", "a/*/c"),
    ],
)
def test_what_stands_before_the_first_wildcard(pattern: str, literal: str) -> None:
    assert through_links._literal(pattern) == literal


HELD_APART: list[tuple[dict[str, list[str]], dict[str, list[str]], list[tuple[str, str, str, str]]]] = [
    # what 01 and 02 write and read, and what the run knows that the plan could not
    (
        {"writes": ["app/models/a.py"]},
        {"writes": ["lib/models/a.py"]},
        [("01", "02", "write-write", "lib/models/a.py")],
    ),
    ({"writes": ["app/models/**"]}, {"reads": ["lib/models/a.py"]}, [("01", "02", "read-write", "lib/models")]),
    ({"reads": ["app/models/a.py"]}, {"writes": ["lib/models/a.py"]}, [("01", "02", "read-write", "lib/models/a.py")]),
    ({"reads": ["app/models/a.py"]}, {"reads": ["lib/models/a.py"]}, []),
    ({"writes": ["app/models/a.py"]}, {"writes": ["lib/models/b.py"]}, []),
    ({"writes": ["app/x.py"]}, {"writes": ["lib/models/a.py"]}, []),
]


@pytest.mark.parametrize(("one", "other", "found"), HELD_APART)
def test_two_tasks_on_one_file_by_two_names_are_held_apart(
    project: Project,
    one: dict[str, list[str]],
    other: dict[str, list[str]],
    found: list[tuple[str, str, str, str]],
) -> None:
    project.write({"lib/models/a.py": "a\n", "app/x.py": ""})
    (project.path / "app/models").symlink_to("../lib/models")
    desk = Desk(project.path)
    desk.start(plan({"01": one, "02": other}))
    hazards = {
        (*sorted((each.task, each.other)), each.kind, each.witness) for each in planned.hazards(desk.db, desk.run)
    }
    assert hazards == set(found)


# What a plan writes, and what it means where `app/models` leads to `lib/models`.
THROUGH = [
    (("", "{app/models/a.py,docs/b.md}", r"app/models/a\.py|docs/b\.md"), ["lib/models/a.py", "docs/b.md"]),
    (("", "{src/a.py,docs/b.md}", r"src/a\.py|docs/b\.md"), ["{src/a.py,docs/b.md}"]),
    (("app/models/a.py", "app/models/a.py", ""), ["lib/models/a.py"]),
    (("src/a.py", "src/a.py", ""), ["src/a.py"]),
]


@pytest.mark.parametrize(("declared", "patterns"), THROUGH)
def test_alternatives_through_a_link_are_patterns_of_their_own(
    desk: Desk, declared: tuple[str, str, str], patterns: list[str]
) -> None:
    Project(desk.root).write({"lib/models/a.py": "a\n", "app/x.py": "", "docs/b.md": "", "src/a.py": ""})
    (desk.root / "app/models").symlink_to("../lib/models")
    desk.start(plan({"01": {}}))
    found = through_links.resolve(desk.db, str(desk.root), "", declared)
    assert [pattern for _, pattern, _ in found] == patterns
    assert patterns != [declared[1]] or found == [declared] or case_folding.is_on(str(desk.root))
