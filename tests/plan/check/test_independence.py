"""The independence checklist: each line passes, and fails with its witness."""

from __future__ import annotations

from typing import Any

import pytest
from plan.made import files, plan, reading, task

from fanout.plan import planner
from fanout.plan.check import independence
from fanout.plan.project_facts import NO_PROJECT

OK: dict[str, Any] = {"accept": [{"text": "it works"}]}
SAFE = [task("a", "a.ts", **OK), task("b", "b.ts", **OK)]

FAILS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str, str]] = {
    "a read of what is created": (
        [task("a", "x", **OK), task("b", reads="x", **OK)],
        {},
        "data",
        "b reads x, which a creates",
    ),
    "a read of what is changed": (
        [task("a", "x", **OK), task("b", reads="x", **OK)],
        {"project": files("x")},
        "data",
        "a and b: one writes x, the other reads it (b waits for a)",
    ),
    "a shared write": (
        [task("a", "x", **OK), task("b", "x", **OK), task("c", "x", **OK)],
        {},
        "writes",
        "a and b: both write x (b waits for a); 2 more such cases",
    ),
    "a shared database": (
        [task("a", uses="db", **OK), task("b", uses="db", **OK)],
        {},
        "resources",
        "a and b: both use db (b waits for a)",
    ),
    "an exclusion": (
        [task("a", excludes=["b"], **OK), task("b", **OK)],
        {},
        "order",
        "a and b: they exclude each other",
    ),
    "fail-fast": (
        SAFE,
        {"policy": {"on_failure": "fail-fast"}},
        "failures",
        "policy fail-fast: the first failure stops",
    ),
    "gate": (
        SAFE,
        {"policy": {"on_failure": "gate"}},
        "failures",
        "policy gate: the first failure stops everything behind",
    ),
    "nothing to validate by": (
        [task("a", "a", **OK), task("b", "b")],
        {},
        "results",
        "b has no criteria of acceptance",
    ),
    "one command for both": (
        [task(n, n, accept=[{"command": "make test"}]) for n in "ab"],
        {},
        "results",
        "'make test' judges a and b at the same time",
    ),
}


@pytest.mark.parametrize(("tasks", "options", "line", "witness"), FAILS.values(), ids=FAILS)
def test_one_line_fails_and_the_others_pass(tasks, options, line, witness):
    found = independence.lines(plan(*tasks, **options), options.get("project", NO_PROJECT))
    assert [one.id for one in found if not one.passed] == [line]
    failed = next(one for one in found if not one.passed)
    assert witness in failed.witness
    assert set(failed.tasks) <= {one["id"] for one in tasks}


def test_all_lines_pass_and_say_what_shows_it():
    tasks = [*SAFE, task("c", "c.ts", "a.ts", "a", **OK)]
    found = independence.lines(plan(*tasks), NO_PROJECT)
    assert [one.id for one in found] == ["data", "writes", "resources", "order", "failures", "results"]
    assert all(one.passed and one.witness for one in found)
    assert found[3].witness == "in 2 batches no task needs another one of the same batch"
    assert found[4].witness == "a failure stops only what depends on it; the worst is a, which has 1 task behind it"


def test_unknown_writes_are_no_independence():
    known = reading(*SAFE)
    known.notes["a"].unsure = True
    failed = [one for one in independence.lines(planner.make(known, "quick"), NO_PROJECT) if not one.passed]
    assert [(one.id, one.witness) for one in failed] == [
        ("writes", "a and b: a does not say what it writes (b waits for a)"),
    ]


def test_unknown_writes_of_a_task_that_dependencies_keep_alone_do_no_harm():
    known = reading(task("a", **OK), task("b", needs="a", **OK))
    known.notes["a"].unsure = True
    assert all(one.passed for one in independence.lines(planner.make(known, "quick"), NO_PROJECT))


def test_a_dependency_inside_a_batch_would_be_seen():
    made = plan(task("a", **OK), task("b", needs="a", **OK))
    made.answer.batches = [[0, 1]]
    line = independence.lines(made, NO_PROJECT)[3]
    assert (line.passed, line.witness) == (False, "batch 1: b needs a")
