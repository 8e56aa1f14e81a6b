"""Hazards: which pairs, why, and whether dependencies keep them apart."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan.made import plan, reading, remarks, task

from fanout.plan import doubt, hazards, planner
from fanout.plan.plan import Plan
from fanout.plan.project_facts import ProjectFacts
from fanout.plan.reading import Inference
from fanout.run.tasks import readiness


def pairs(found: Plan) -> list[tuple[str, str, str, str]]:
    return [(found.tasks[h.a].id, found.tasks[h.b].id, h.kind, h.witness) for h in found.hazards]


CASES: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str, str, str]]]] = {
    "same file": ([task("a", "x.ts"), task("b", "x.ts")], [("a", "b", "write-write", "x.ts")]),
    "folder and file": ([task("a", "src/"), task("b", "src/x.ts")], [("a", "b", "write-write", "src/x.ts")]),
    "write before read": ([task("a", "x.ts", "y.ts"), task("b", "y.ts")], [("a", "b", "read-write", "y.ts")]),
    "write-write wins": ([task("a", "x.ts y.ts"), task("b", "y.ts", "x.ts")], [("a", "b", "write-write", "y.ts")]),
    "both read": ([task("a", reads="x.ts"), task("b", reads="x.ts")], []),
    "exclusive": ([task("a", uses="db"), task("b", uses="db")], [("a", "b", "resource", "db")]),
    "shared": (
        [
            task("a", resources=[{"name": "db", "mode": "shared"}]),
            task("b", resources=[{"name": "db", "mode": "shared"}]),
        ],
        [],
    ),
    "shared and exclusive": (
        [task("a", resources=[{"name": "db", "mode": "shared"}]), task("b", uses="db")],
        [("a", "b", "resource", "db")],
    ),
    "twice in one task": (
        [task("a", resources=[{"name": "db", "mode": "shared"}, {"name": "db"}]), task("b", uses="db")],
        [("a", "b", "resource", "db")],
    ),
    "excludes, from either side": ([task("a"), task("b", excludes=["a"])], [("a", "b", "exclusion", "")]),
    "files before resources before exclusion": (
        [task("a", "x", uses="db", excludes=["b"]), task("b", "x", uses="db")],
        [("a", "b", "write-write", "x")],
    ),
    "resource before exclusion": (
        [task("a", uses="db", excludes=["b"]), task("b", uses="db")],
        [("a", "b", "resource", "db")],
    ),
}


@pytest.mark.parametrize("is_done", [True, False])
def test_through_what_is_done_nothing_is_ordered(is_done: bool) -> None:
    """c waits for b alone: with b done before a, c and a would begin at once, and both write x."""
    found = reading(task("a", "x"), task("b", depends_on=["a"]), task("c", "x", depends_on=["b"]))
    found.notes["b"].status = "completed" if is_done else "pending"
    made = planner.make(found, "quick")
    [hazard] = made.hazards
    assert hazard.ordered is not is_done
    starts = {made.tasks[index].id: start for index, start in enumerate(made.answer.start) if index not in made.done}
    assert starts["c"] > starts["a"]


def test_a_task_of_unknown_files_runs_alone_behind_what_is_done_too() -> None:
    found = reading(task("a", "x"), task("b", depends_on=["a"]), task("c", depends_on=["b"]))
    found.notes["b"].status = "completed"
    found.notes["c"].unsure = True
    made = planner.make(found, "quick")
    assert pairs(made) == [("a", "c", "exclusion", "c does not say what it writes")]


@pytest.mark.parametrize(("tasks", "expected"), CASES.values(), ids=CASES)
def test_kinds(tasks, expected):
    assert pairs(plan(*tasks)) == expected


def test_what_dependencies_order_however_far_is_marked_and_costs_nothing():
    found = plan(task("a", "x"), task("b", needs="a"), task("c", "x", needs="b"), task("d", "x"))
    assert [(found.tasks[h.a].id, found.tasks[h.b].id, h.ordered) for h in found.hazards] == [
        ("a", "c", True),
        ("a", "d", False),
        ("c", "d", False),
    ]
    assert found.resolution(found.hazards[0]) == "ordered by dependencies"
    assert found.problem.conflicts == [(0, 3), (2, 3)]


def test_the_resolution_names_who_waits_for_whom():
    found = plan(
        task("short", "x", estimate_minutes=1),
        task("long", "x", estimate_minutes=9),
        task("after", needs="long", estimate_minutes=9),
    )
    assert found.resolution(found.hazards[0]) == "short waits for long"
    assert found.waits()["short"] == "waits for long: both write x"


@pytest.mark.parametrize(
    ("parallel", "reason", "expected"),
    [
        (False, "", "b is said not to be parallel, so it may touch what others use"),
        (
            None,
            "it names no file that it writes, so it runs with no other task beside it",
            "b names no file that it writes",
        ),
        (None, "", "b does not say what it writes"),
    ],
)
def test_a_doubtful_task_runs_alone_and_says_why(parallel, reason, expected):
    found = reading(task("a", "x"), task("b"), task("c", needs="b"))
    note = found.notes["b"]
    note.unsure, note.parallel = True, parallel
    if reason:
        note.inferred.append(Inference("writes", reason, 0.2))
    made = planner.make(found, "quick")
    assert pairs(made) == [("a", "b", "exclusion", expected)]
    assert expected in next(iter(made.waits().values()))


def test_a_chain_of_doubtful_tasks_makes_no_pairs():
    found = reading(*(task(f"t{i}", needs=f"t{i - 1}" if i else "") for i in range(2_000)))
    for note in found.notes.values():
        note.unsure = True
    assert planner.make(found, "quick").hazards == []


def test_very_many_doubtful_tasks_keep_the_order_of_the_list():
    found = reading(*(task(f"t{i}", f"f{i}" if i % 3 else "") for i in range(900)))
    for number, note in enumerate(found.notes.values()):
        note.unsure = number % 3 == 0
    made = planner.make(found, "quick")
    assert made.hazards == []
    assert [warning.code for warning in made.warnings if warning.code == "kept-in-order"] == ["kept-in-order"]
    order = made.ids(made.answer.order)
    alone = [name for name in order if found.notes[name].unsure]
    assert alone == [f"t{i}" for i in range(0, 900, 3)]
    start = dict(zip(made.ids([*range(900)]), made.answer.start, strict=True))
    finish = dict(zip(made.ids([*range(900)]), made.answer.finish, strict=True))
    for name in alone:
        beside = [
            other for other in order if other != name and start[other] < finish[name] and start[name] < finish[other]
        ]
        assert beside == []


@pytest.mark.parametrize("is_apart", [False, True])
def test_in_trees_of_their_own_only_what_is_said_not_to_be_parallel_is_doubtful(is_apart):
    found = reading(*(task(f"t{i}", f"f{i}" if i % 3 else "") for i in range(900)))
    for number, note in enumerate(found.notes.values()):
        note.unsure = number % 3 == 0
    found.notes["t0"].parallel = False
    made = planner.make(found, "quick", ProjectFacts(is_apart=is_apart))
    assert bool(remarks(made, "kept-in-order", "runs-alone")) is not is_apart
    assert sum(bool(one.depends_on) for one in made.tasks) == (0 if is_apart else 899)
    assert {hazard.a for hazard in made.hazards} == ({0} if is_apart else set())


def test_few_doubtful_tasks_are_not_put_in_order():
    found = reading(task("a"), task("b"))
    found.notes["a"].unsure = True
    assert hazards.doubtful_pairs(found.document.tasks, doubt.reasons(found)) <= doubt.MOST_PAIRS
    assert not any(task.depends_on for task in planner.make(found, "quick").tasks)


PATHS = ("a", "a/b.ts", "a/**", "a/*.ts", "**/b.ts", "c.ts", "{c,d}.ts", "a/c/")
WITNESSES = ("a", "a/b.ts", "a/x", "a/c", "a/c/b.ts", "a/x.ts", "c.ts", "d.ts", "b.ts", "z/b.ts", "a/c/x")


@st.composite
def lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    size = draw(st.integers(1, 6))
    made = []
    for number in range(size):
        some = st.lists(st.sampled_from(PATHS), max_size=2).map(" ".join)
        needs = draw(st.lists(st.sampled_from(range(number)), max_size=2)) if number else []
        uses = draw(st.lists(st.sampled_from(("db", "port")), max_size=1))
        made.append(task(str(number), draw(some), draw(some), " ".join(map(str, needs)), uses=" ".join(uses)))
    return made


@given(lists())
def test_hazards_against_a_plain_look_at_every_pair(tasks):
    found = plan(*tasks)
    expected = {}
    for i, j in combinations(range(len(tasks)), 2):

        def touch(index: int, mode: str, path: str) -> bool:
            return any(pattern.matches(path) for pattern in getattr(found.patterns, mode)[index])

        both = [p for p in WITNESSES if touch(i, "writes", p) and touch(j, "writes", p)]
        mixed = [
            p
            for p in WITNESSES
            if (touch(i, "writes", p) and touch(j, "reads", p)) or (touch(i, "reads", p) and touch(j, "writes", p))
        ]
        same = {one["name"] for one in tasks[i]["resources"]} & {one["name"] for one in tasks[j]["resources"]}
        kind = "write-write" if both else "read-write" if mixed else "resource" if same else None
        if kind:
            expected[i, j] = kind
    assert {(h.a, h.b): h.kind for h in found.hazards} == expected
    for hazard in found.hazards:
        if hazard.kind in ("write-write", "read-write"):
            touched = [
                any(
                    p.matches(hazard.witness)
                    for mode in ("writes", "reads")
                    for p in getattr(found.patterns, mode)[index]
                )
                for index in (hazard.a, hazard.b)
            ]
            assert all(touched)


@pytest.mark.parametrize(
    ("kind", "witness", "words"),
    [
        ("write-write", "a.py", "both write a.py"),
        ("read-write", "a.py", "one writes a.py, the other reads it"),
        ("resource", "db", "both use db"),
        ("exclusion", "", "they exclude each other"),
        ("exclusion", "03 names no file that it writes", "03 names no file that it writes"),
    ],
)
def test_a_plan_and_its_run_say_a_hazard_in_the_same_words(kind, witness, words):
    assert hazards.clause(kind, witness) == readiness.describe(kind, witness) == words
