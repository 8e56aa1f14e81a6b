"""The rules that users know from prose, each a warning of `fanout check` with a code, a task and what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from project import Project

DONE = [{"text": "It works"}]


def task(name: str, *writes: str, minutes: float = 10, **more: object) -> dict[str, object]:
    return {"id": name, "writes": list(writes), "estimate_minutes": minutes, "accept": DONE, **more}


MANY = [task(f"t{n}", f"src/{n}.ts") for n in range(12)]
ROWS: dict[str, tuple[list[dict[str, object]], dict[str, object], str, str]] = {
    "a task reads what another creates": (
        [task("a", "src/types.ts"), task("b", "src/b.ts", reads=["src/types.ts"])],
        {},
        "missing-edge",
        'Add "a"',
    ),
    "two write one file": (
        [task("a", "x.ts"), task("b", "x.ts"), task("c", "y.ts")],
        {},
        "write-write",
        "make them one task",
    ),
    "two use one database": (
        [task(name, f"{name}.ts", resources=[{"name": "db"}]) for name in "ab"],
        {},
        "resource-clash",
        "",
    ),
    "two hours beside a minute": (
        [task("a", "a.ts", minutes=120), task("b", "b.ts", minutes=30), task("c", "c.ts", minutes=1)],
        {},
        "uneven-sizes",
        "Split it",
    ),
    "under half a minute": ([task("a", "a.ts"), task("b", "b.ts", minutes=0.3)], {}, "too-small", "Do it inline"),
    "nine and more at once": (MANY, {"max_parallel": 12}, "batch-size", ""),
    "no way to tell that it is done": ([{"id": "a", "writes": ["a.ts"]}], {}, "no-acceptance", 'Add "accept"'),
    "one small change": ([task("a", "a.ts", minutes=2)], {}, "no-go", ""),
    "workers that write what all read": (
        [task("a", "specs/context.md"), task("b", "b.ts")],
        {"context_files": ["specs/context.md"]},
        "context-written",
        "",
    ),
    "a reading task that is to write": (
        [task("a", "a.ts", read_only=True), task("b", "b.ts")],
        {},
        "read-only-writes",
        "",
    ),
}


def checked(project: Project, tasks: list[dict[str, object]], **fields: object) -> dict[str, Any]:
    ran = project.fanout("check", "--json", "-", input=json.dumps({"tasks": tasks, **fields}))
    return ran.data


@pytest.mark.parametrize("row", ROWS)
def test_each_rule_has_a_code_and_a_fix(project: Project, row: str) -> None:
    tasks, fields, code, fix = ROWS[row]
    found = [warning for warning in checked(project, tasks, **fields)["warnings"] if warning["code"] == code]
    assert found and found[0]["message"] and fix in found[0]["fix"]


def test_a_list_without_any_of_it_passes_every_line(project: Project) -> None:
    found = checked(project, [task("a", "a.ts"), task("b", "b.ts"), task("c", "c.ts")])
    assert found["independent"] and found["errors"] == []
    assert [line["title"] for line in found["checklist"] if not line["pass"]] == []
    assert len(found["checklist"]) == 6


def test_the_checklist_names_a_witness_for_each_failed_line(project: Project) -> None:
    tasks, *_ = ROWS["two write one file"]
    found = checked(project, tasks)
    failed = [line for line in found["checklist"] if not line["pass"]]
    assert [line["id"] for line in failed] == ["writes"] and "x.ts" in failed[0]["witness"]
