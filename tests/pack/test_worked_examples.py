"""The worked examples that users know from the systems before this one: what their plans really look like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from project import Project


def planned(project: Project, tasks: list[dict[str, object]], **fields: object) -> dict[str, Any]:
    ran = project.fanout("plan", "--json", "-", input=json.dumps({"tasks": tasks, **fields}))
    assert ran.code == 0, ran.err
    return ran.data


def task(name: str, *writes: str, after: str = "", minutes: float = 10, **more: object) -> dict[str, object]:
    return {"id": name, "writes": list(writes), "depends_on": after.split(), "estimate_minutes": minutes, **more}


CARGO = [{"name": "cargo target"}]
MACHINE = [{"name": "machine"}]
SHARED = [{"name": "machine", "mode": "shared"}]
FROM = {
    "a review and the tests side by side": (
        [task("review", "reviews/r.md"), task("tests", "reports/t.xml")],
        [["review", "tests"]],
    ),
    "a review and tests that write what is reviewed": (
        [task("review", "reviews/r.md", reads=["src/**"]), task("tests", "src/__snapshots__/a.snap")],
        [["review"], ["tests"]],
    ),
    "implement, then test": ([task("build", "src/a.ts"), task("test", "t/a.ts", after="build")], [["build"], ["test"]]),
    "three modules that share one build folder": (
        [task(f"memory-{name}", f"memory-{name}/**", resources=CARGO) for name in ("core", "turso", "redb")],
        [["memory-core"], ["memory-turso"], ["memory-redb"]],
    ),
    "a check before a release": (
        [
            task("fmt", "src/**", minutes=1),
            task("tests", reads=["src/**"], minutes=8, resources=SHARED),
            task("leaks", reads=["src/**"], minutes=6, resources=SHARED),
            task("bench", reads=["src/**"], minutes=5, resources=MACHINE),
        ],
        None,
    ),
    "five agent files": (
        [task(f"f{n}", f"agents/{n}.md", minutes=10) for n in range(5)],
        [[f"f{n}" for n in range(5)]],
    ),
    "three suites, two on one database": (
        [
            task("unit"),
            task("integration", resources=[{"name": "db"}]),
            task("e2e", resources=[{"name": "db"}]),
        ],
        None,
    ),
    "four lanes of a login that all touch the manifest": (
        [task(lane, f"src/auth/{lane}/**", "package.json") for lane in ("jwt", "hash", "session", "ui")],
        [["jwt"], ["hash"], ["session"], ["ui"]],
    ),
    "the same with a manifest task first": (
        [
            task("deps", "package.json", minutes=1),
            *(task(lane, f"src/auth/{lane}/**", after="deps") for lane in ("jwt", "hash", "session", "ui")),
        ],
        [["deps"], ["hash", "jwt", "session", "ui"]],
    ),
    "eight tasks in three batches": (
        [
            *(task(str(n), f"src/{n}/**") for n in (1, 2, 3)),
            *(task(str(n), f"src/{n}/**", after="1 2") for n in (4, 5)),
            *(task(str(n), f"src/{n}/**", after="4") for n in (6, 7, 8)),
        ],
        [["1", "2", "3"], ["4", "5"], ["6", "7", "8"]],
    ),
    "two features in one config": ([task("A", "config.ts"), task("B", "config.ts")], [["A"], ["B"]]),
    "helpers in one file, a service alone": (
        [task("A", "src/helpers.ts"), task("B", "src/helpers.ts"), task("C", "src/service.ts")],
        None,
    ),
    "a team of three roles": (
        [
            task("cart", "src/cart/**", lane="frontend"),
            task("form", "src/form/**", lane="frontend", after="cart"),
            task("api", "src/api/**", lane="backend"),
            task("pay", "src/pay/**", lane="backend", after="api"),
            task("flow", "tests/flow/**", lane="tests", after="form pay"),
        ],
        [["api", "cart"], ["form", "pay"], ["flow"]],
    ),
}


@pytest.mark.parametrize("name", FROM)
def test_batches(project: Project, name: str) -> None:
    tasks, batches = FROM[name]
    found = planned(project, tasks)
    assert sorted(one for batch in found["batches"] for one in batch) == sorted(str(one["id"]) for one in tasks)
    if batches is not None:
        assert sorted(sorted(batch) for batch in found["batches"]) == sorted(sorted(batch) for batch in batches)


def at_once(found: dict[str, Any], one: str, other: str) -> bool:
    times = {entry["id"]: (entry["start"], entry["finish"]) for entry in found["schedule"]}
    return bool(times[one][0] < times[other][1] and times[other][0] < times[one][1])


@pytest.mark.parametrize(
    ("name", "together", "apart"),
    [
        ("a check before a release", ["tests leaks"], ["fmt tests", "fmt bench", "tests bench", "leaks bench"]),
        ("three suites, two on one database", ["unit integration"], ["integration e2e"]),
        ("helpers in one file, a service alone", ["A C"], ["A B"]),
        ("eight tasks in three batches", ["1 2", "6 7"], ["1 4", "4 6"]),
    ],
)
def test_what_runs_at_the_same_time(project: Project, name: str, together: list[str], apart: list[str]) -> None:
    found = planned(project, FROM[name][0])
    assert [pair for pair in apart if at_once(found, *pair.split())] == []
    assert [pair for pair in together if not at_once(found, *pair.split())] == []


@pytest.mark.parametrize(
    ("minutes", "cap", "sequential", "rolling"),
    [
        ([10, 15, 8], 5, 33, 15),  # 2.2 times
        ([3] * 10, 5, 30, 6),  # 5 times; 6 times can't be reached at this cap
        ([5, 5], 5, 10, 5),
        ([10] * 5, 5, 50, 10),
        ([5] * 3, 5, 15, 5),
        ([30] * 4, 5, 120, 30),
        ([30, 30, 30], 5, 90, 30),
        ([15] * 4, 5, 60, 15),
        ([120, 30, 1], 5, 151, 120),
    ],
)
def test_the_numbers_people_quote(
    project: Project, minutes: list[float], cap: int, sequential: float, rolling: float
) -> None:
    tasks = [task(f"t{n}", f"src/{n}/**", minutes=length) for n, length in enumerate(minutes)]
    found = planned(project, tasks, max_parallel=cap)
    assert (found["sequential_minutes"], found["makespan_minutes"]) == (sequential, rolling)


def test_frontend_backend_and_tests_are_no_three_equal_lanes(project: Project) -> None:
    lanes = [task("front", "web/**", minutes=40), task("back", "api/**", minutes=40)]
    found = planned(project, [*lanes, task("tests", "tests/**", minutes=40, after="front back")])
    assert (found["sequential_minutes"], found["makespan_minutes"]) == (120, 80)


def test_longest_first_beats_round_robin(project: Project) -> None:
    lengths = [2, 2, 2, 3, 3, 6]
    tasks = [task(f"t{n}", f"src/{n}/**", minutes=length) for n, length in enumerate(lengths)]
    found = planned(project, tasks, max_parallel=2)
    round_robin = max(sum(lengths[0::2]), sum(lengths[1::2]))
    assert found["makespan_minutes"] == 9 < round_robin == 11
