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
    "two on one port": (
        [task(name, f"{name}.ts", accept=[{"command": f"PORT=3000 npx {name}"}]) for name in "ab"],
        {},
        "shared-state",
        '"resources": [{"name": "port:3000"}]',
    ),
    "two that migrate": (
        [task("a", "a.py", title="Run alembic upgrade head"), task("b", "b.py", description="then prisma migrate dev")],
        {},
        "shared-state",
        "database of its own",
    ),
    "two in one build folder": (
        [task(name, f"{name}.rs", accept=[{"command": f"cargo test -p {name}"}]) for name in "ab"],
        {},
        "shared-state",
        "cargo target/",
    ),
    "two browsers": (
        [task(name, f"{name}.ts", title=f"npx playwright test {name}") for name in "ab"],
        {},
        "shared-state",
        '"browser"',
    ),
    "two sets of containers": (
        [task(name, f"{name}.ts", description="docker compose up -d") for name in "ab"],
        {},
        "shared-state",
        "docker compose",
    ),
    "a description of 9,000 characters": (
        [task("a", "a.ts", description="word " * 1800), task("b", "b.ts")],
        {},
        "long-brief",
        "Put what it needs into a file",
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


@pytest.mark.parametrize(
    "tasks",
    [
        [task(n, f"{n}.ts", title="PORT=3000", resources=[{"name": "port:3000"}]) for n in "ab"],
        [task(n, f"{n}.ts", title=f"PORT=300{place}") for place, n in enumerate("ab")],
        [task("a", "a.ts", title="PORT=3000"), task("b", "b.ts", title="PORT=3000", depends_on=["a"])],
        [task("a", "a.ts", title="PORT=3000"), task("b", "b.ts", title="Support 3000 users")],
        [task(n, f"{n}.ts", title="Describe the database in docs") for n in "ab"],
        [task("a", "a.ts", description="word " * 1500), task("b", "b.ts")],
    ],
    ids=["declared", "two ports", "in order", "no port", "about a database", "7,500 characters"],
)
def test_what_shares_nothing_and_is_short_is_not_warned_of(project: Project, tasks: list[dict[str, object]]) -> None:
    assert not {"shared-state", "long-brief"} & {warning["code"] for warning in checked(project, tasks)["warnings"]}


def test_the_witness_of_shared_state_is_named(project: Project) -> None:
    found = checked(project, ROWS["two on one port"][0])["warnings"]
    (one,) = [warning for warning in found if warning["code"] == "shared-state"]
    assert one["message"] == "`PORT=3000` stands in it and in b: they would use port:3000 at the same time"
