"""The worked examples: each plans, and shows the catch that it is about."""

from __future__ import annotations

import pytest
from plan.made import plan
from project import CHECKOUT

from fanout.plan import advice, planner
from fanout.plan.plan import Plan
from fanout.plan.read import registry
from fanout.source.resolve import resolve

# What stands between two tasks that the example would like to run together.
CATCHES: dict[str, list[tuple[str, str, str, str]]] = {
    "review-and-tests": [],
    "module-tests": [
        ("test-memory-core", "test-memory-turso", "resource", "cargo target/"),
        ("test-memory-core", "test-memory-redb", "resource", "cargo target/"),
        ("test-memory-turso", "test-memory-redb", "resource", "cargo target/"),
    ],
    "release-check": [
        ("format", "tests", "read-write", "crates/x"),
        ("format", "benchmarks", "read-write", "crates/x"),
        ("format", "leaks", "read-write", "crates/x"),
        ("tests", "benchmarks", "resource", "cargo target/"),
        ("benchmarks", "leaks", "resource", "processor"),
    ],
    "convert-agents": [],
    "test-suites": [("integration", "end-to-end", "resource", "database:test")],
    "login-lanes": [
        ("tokens", "passwords", "write-write", "package.json"),
        ("tokens", "sessions", "write-write", "package.json"),
        ("tokens", "login-form", "write-write", "src/container.ts"),
        ("passwords", "sessions", "write-write", "package.json"),
        ("passwords", "login-form", "write-write", "src/container.ts"),
        ("sessions", "login-form", "write-write", "src/container.ts"),
    ],
    "login-lanes-split": [],
    "auth-team": [],
    "checkout-team": [],
    "three-batches": [],
    "converge": [],
    "config-conflict": [("feature-a", "feature-b", "write-write", "src/config.ts")],
    "helpers-conflict": [("dates", "prices", "write-write", "src/utils/helpers.ts")],
}


def planned(name: str) -> Plan:
    source = resolve(str(CHECKOUT / "examples" / name / "tasks.json"), str(CHECKOUT))
    return planner.make(registry.read(source), "normal")


def at_once(found: Plan) -> set[frozenset[str]]:
    """The pairs that run at the same time in the rolling schedule."""
    times = list(zip((task.id for task in found.tasks), found.answer.start, found.answer.finish, strict=True))
    return {
        frozenset((one, other))
        for one, start, finish in times
        for other, begin, end in times
        if one != other and start < end and begin < finish
    }


@pytest.mark.parametrize("name", CATCHES)
def test_each_example_plans_with_estimates_and_acceptance(name: str) -> None:
    codes = {warning.code for warning in planned(name).warnings}
    assert not codes & {"estimate-missing", "no-acceptance", "hidden-coupling", "batch-size", "missing-edge"}


@pytest.mark.parametrize(("name", "catches"), CATCHES.items(), ids=CATCHES)
def test_the_catch_of_each_example(name: str, catches: list[tuple[str, str, str, str]]) -> None:
    found = planned(name)
    loose = [(found.tasks[h.a].id, found.tasks[h.b].id, h.kind, h.witness) for h in found.hazards if not h.ordered]
    assert loose == catches
    apart = {frozenset(pair[:2]) for pair in catches}
    assert not apart & at_once(found)


@pytest.mark.parametrize(
    ("name", "together"),
    [
        ("review-and-tests", ["review tests"]),
        ("release-check", ["tests leaks"]),
        ("test-suites", ["unit integration"]),
        ("auth-team", ["auth-schema auth-forms"]),
        ("checkout-team", ["cart-page cart-api", "cart-api fixtures"]),
        ("helpers-conflict", ["dates service"]),
        ("converge", ["correctness security", "security coverage"]),
    ],
)
def test_and_what_still_runs_at_the_same_time(name: str, together: list[str]) -> None:
    assert {frozenset(pair.split()) for pair in together} <= at_once(planned(name))


@pytest.mark.parametrize(
    ("name", "go", "strategy", "rule"),
    [
        ("convert-agents", True, "parallel", ""),
        ("module-tests", False, "sequential", "own-state"),
        ("login-lanes", False, "sequential", "own-files"),
        ("login-lanes-split", True, "hybrid", ""),
        ("config-conflict", False, "sequential", "own-files"),
        ("test-suites", True, "hybrid", "own-state"),
        ("three-batches", True, "hybrid", ""),
    ],
)
def test_what_is_advised(name: str, go: bool, strategy: str, rule: str) -> None:
    found = advice.of_plan(planned(name))
    assert (found.go, found.strategy) == (go, strategy)
    assert not rule or rule in [one.name for one in found.rules if not one.holds]


def test_a_formatter_beside_tests_is_a_warning_with_a_way_out() -> None:
    (remark,) = [warning for warning in planned("release-check").warnings if warning.code == "read-write"]
    assert remark.message.startswith("reads crates/x, which format writes, and no dependency says what comes first")
    assert "depends_on" in remark.fix


def test_the_five_agent_files_are_five_times_faster_and_not_more() -> None:
    found = planned("convert-agents")
    assert (found.answer.makespan, found.sequential_minutes(), found.speedup()) == (10, 50, 5)


def test_the_third_batch_need_not_wait_for_the_whole_second() -> None:
    found = planned("three-batches")
    assert [sorted(found.ids(batch)) for batch in found.answer.batches] == [
        ["1", "2", "3"],
        ["4", "5"],
        ["6", "7", "8"],
    ]
    start = dict(zip(found.ids([*range(8)]), found.answer.start, strict=True))
    finish = dict(zip(found.ids([*range(8)]), found.answer.finish, strict=True))
    assert start["6"] == finish["4"] < finish["5"]
    assert found.answer.makespan < found.answer.batch_makespan


def test_shared_files_first_and_last_make_four_lanes_of_what_was_a_queue() -> None:
    queue, lanes = planned("login-lanes"), planned("login-lanes-split")
    assert queue.answer.makespan == queue.sequential_minutes() == 120
    assert lanes.answer.makespan == 37


def test_ten_tasks_of_three_minutes_take_six_with_five_agents() -> None:
    found = plan(*({"id": f"t{n}", "estimate_minutes": 3} for n in range(10)))
    assert (found.answer.makespan, found.speedup()) == (6, 5)
