"""Mistakes that other planners make with task lists, each as a case that comes out right here."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from plan.made import plan, reading, task

from fanout.errors import SourceError
from fanout.plan import planner
from fanout.plan.plan import Plan


def batch_of(found: Plan) -> dict[str, int]:
    return {found.tasks[index].id: number for number, batch in enumerate(found.answer.batches) for index in batch}


@pytest.mark.parametrize("order", list(permutations("ABC")))
def test_a_task_pushed_back_by_a_conflict_takes_its_dependents_along(order):
    """A and B write one file, C needs B: the wave that puts B behind A must put C behind B."""
    made = {"A": task("A", "f"), "B": task("B", "f"), "C": task("C", "g", needs="B")}
    found = plan(*(made[name] for name in order))
    batch = batch_of(found)
    assert batch["A"] != batch["B"] and batch["B"] < batch["C"]


@pytest.mark.parametrize("length", [3, 5, 8])
def test_and_theirs_however_long_the_chain(length):
    chain = [
        task("A", "f"),
        task("B0", "f"),
        *(task(f"B{i}", "f" if i % 2 else "g", needs=f"B{i - 1}") for i in range(1, length)),
    ]
    found = plan(*chain)
    batch = batch_of(found)
    assert all(batch[f"B{i - 1}"] < batch[f"B{i}"] for i in range(1, length))
    writers = [task_["id"] for task_ in chain if task_["writes"] == ["f"]]
    assert len({batch[name] for name in writers}) == len(writers)


SPELLINGS = (
    *("src/a.ts", "./src/a.ts", "src//a.ts", "src/./a.ts", "src/x/../a.ts", "/project/src/a.ts"),
    *("src/", "src", "src/**", ".", "src/*.ts", "**/a.ts", "{src,lib}/a.ts", "src/[a-c].ts", "src/?.ts"),
)


@pytest.mark.parametrize(("one", "other"), list(combinations(SPELLINGS, 2)))
def test_every_spelling_of_a_path_is_the_same_path(one, other):
    found = plan(task("a", one), task("b", other))
    assert [hazard.kind for hazard in found.hazards] == ["write-write"]
    assert batch_of(found)["a"] != batch_of(found)["b"]


@pytest.mark.parametrize(
    ("one", "other"), [("SRC/A.ts", "src/a.ts"), ("Src/**", "sRC/b.ts"), ("README.MD", "readme.*")]
)
def test_case_collides_exactly_where_the_file_system_says_so(one, other):
    from fanout.plan.project_facts import ProjectFacts

    assert plan(task("a", one), task("b", other)).hazards == []
    (hazard,) = plan(task("a", one), task("b", other), project=ProjectFacts(case_insensitive=True)).hazards
    assert hazard.kind == "write-write"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("src/a.ts", "src/a.tsx"),
        ("src/*.ts", "src/x/a.ts"),
        ("src/a", "src/ab"),
        ("src/*.ts", "src/*.css"),
        ("a/**", "b/**"),
    ],
)
def test_and_different_paths_are_not(one, other):
    found = plan(task("a", one), task("b", other))
    assert found.hazards == []
    assert found.answer.makespan == 1


def test_siblings_of_one_session_are_kept_apart():
    """Who plans by session lets two agents of one session write one file: the plan knows tasks, not sessions."""
    found = plan(task("one", "src/a.ts", agent="general-purpose"), task("two", "src/a.ts", agent="general-purpose"))
    assert [(h.a, h.b, h.witness) for h in found.hazards] == [(0, 1, "src/a.ts")]
    assert found.answer.makespan == found.sequential_minutes()


@pytest.mark.parametrize("size", [1, 2, 3, 5_000])
def test_a_cycle_is_reported_whole_instead_of_looped_over_or_broken(size):
    tasks = [task(f"t{i}", needs=f"t{(i + 1) % size}") for i in range(size)]
    with pytest.raises(SourceError) as error:
        planner.make(reading(*tasks, task("free")), "quick")
    if size == 1:
        assert "a task can't name itself" in str(error.value)
    else:
        assert error.value.problems[0].found == " -> ".join([*(f"t{i}" for i in range(size)), "t0"])
