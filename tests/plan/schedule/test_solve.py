"""Answers: right whatever the problem, the same every time, and good where the best is known."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import SCALE

from fanout.plan.schedule import Problem, replay, solve

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


def made(seed: int, n: int = 40, *, groups: bool = False, replan: bool = False) -> Problem:
    rng = random.Random(seed)
    tasks = range(n)
    done = set(rng.sample(tasks, n // 8)) if replan else set()
    running = {i: rng.randint(0, 9) for i in rng.sample(tasks, min(3, n)) if i not in done} if replan else {}
    return Problem(
        durations=[rng.choice((0, 1, 2, 5, 9, 20, 0.5)) for _ in tasks],
        needs=[sorted({rng.randrange(i) for _ in range(rng.randint(0, 2))}) if i else [] for i in tasks],
        conflicts=[(rng.randrange(n), rng.randrange(n)) for _ in range(rng.choice((0, n // 2, 3 * n)))] if n else [],
        slots=rng.choice((1, 2, 4, 8)),
        groups=[(rng.sample(tasks, n // 2), rng.randint(1, 3)) for _ in range(2)] if groups else [],
        done=done,
        running=running,
    )


def assert_right(problem: Problem, answer) -> None:
    n = len(problem.durations)
    left = [i for i in range(n) if i not in problem.done]
    assert sorted(answer.order) == list(range(n))
    front = len(problem.done) + len(problem.running)
    assert set(answer.order[:front]) == set(problem.done) | set(problem.running)
    start, finish, waits = replay(problem, answer.order)
    assert (start, finish, waits) == (answer.start, answer.finish, answer.waits)
    assert answer.makespan == max(finish, default=0) >= answer.lower_bound
    assert answer.proven_optimal == (answer.makespan == answer.lower_bound)
    assert all(start[i] == 0 and finish[i] == minutes for i, minutes in problem.running.items())
    fresh = [i for i in left if i not in problem.running]
    assert all(finish[d] <= start[i] for i in fresh for d in problem.needs[i])
    foes = [(i, j) for i, j in problem.conflicts if i != j and {i, j} <= set(left) and {i, j} & set(fresh)]
    assert all(finish[i] <= start[j] or finish[j] <= start[i] for i, j in foes)
    for moment in {start[i] for i in fresh}:
        active = {i for i in left if start[i] <= moment < finish[i]}
        assert len(active) <= max(problem.slots, len(problem.running))
        for members, room in problem.groups:
            assert len(active & set(members)) <= max(room, len(set(problem.running) & set(members)))
    assert {wait.task for wait in waits} == {i for i in fresh if start[i] > 0}
    assert all(wait.since <= start[wait.task] == finish[wait.on] for wait in waits)
    assert_batches_right(problem, answer, fresh, foes)
    chain = answer.binding
    assert all(finish[a] == start[b] for a, b in itertools.pairwise(chain))
    assert not chain or (start[chain[0]] == 0 and finish[chain[-1]] == answer.makespan)
    path = answer.critical_path
    assert all(a in problem.needs[b] for a, b in itertools.pairwise(path))


def assert_batches_right(problem: Problem, answer, fresh: list[int], foes: list[tuple[int, int]]) -> None:
    place = {i: k for k, batch in enumerate(answer.batches) for i in batch}
    assert sorted(i for batch in answer.batches for i in batch) == fresh
    assert all(place[d] < place[i] for i in fresh for d in problem.needs[i] if d in place)
    assert all(place[i] != place[j] for i, j in foes if i in place and j in place)
    assert all(0 < len(batch) <= problem.slots for batch in answer.batches)
    assert all(len(set(b) & set(members)) <= room for b in answer.batches for members, room in problem.groups)
    assert answer.batch_makespan == sum(max(problem.durations[i] for i in batch) for batch in answer.batches)


@settings(max_examples=60 * SCALE, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 45), st.booleans(), st.booleans())
def test_quick_answers_are_right(seed, n, groups, replan):
    problem = made(seed, n, groups=groups, replan=replan)
    assert_right(problem, solve(problem, effort="quick"))


@pytest.mark.parametrize("seed", range(4 * SCALE))
@pytest.mark.parametrize(("groups", "replan"), [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.slow
def test_normal_answers_are_right_and_no_worse_than_quick_ones(seed, groups, replan):
    problem = made(seed, 14 + seed, groups=groups, replan=replan)
    answer, quick = solve(problem), solve(problem, effort="quick")
    assert_right(problem, answer)
    assert answer.makespan <= quick.makespan
    assert answer.batch_makespan <= quick.batch_makespan


KNOWN = {
    # name: (problem, makespan, batch makespan)
    "nothing": (Problem([], [], [], 5), 0, 0),
    "one": (Problem([7], [[]], [], 5), 7, 7),
    "all done": (Problem([7, 8], [[], [0]], [], 5, done={0, 1}), 0, 0),
    "no time at all": (Problem([0, 0, 0], [[], [0], [1]], [(0, 2)], 1), 0, 0),
    "a chain": (Problem([3, 1, 2], [[], [0], [1]], [], 5), 6, 6),
    "one slot": (Problem([3, 1, 2, 5], [[], [], [], []], [], 1), 11, 11),
    "everything conflicts": (Problem([3, 1, 2], [[], [], []], [(0, 1), (1, 2), (0, 2)], 5), 6, 6),
    "longest first": (Problem([1, 1, 1, 1, 4], [[]] * 5, [], 2), 4, 6),
    "the hot file goes to the long chain first": (
        Problem([2, 2, 2, 9], [[], [], [], [2]], [(0, 1), (0, 2), (1, 2)], 3),
        11,
        13,
    ),
    "batches of like lengths": (Problem([9, 9, 1, 1], [[]] * 4, [], 2), 10, 10),
    "a conflict that dependencies settle": (Problem([2, 3], [[], [0]], [(0, 1)], 2), 5, 5),
    "only what runs": (Problem([9, 9], [[], []], [(0, 1)], 2, running={0: 4, 1: 6}), 6, 0),
}


@pytest.mark.parametrize(("problem", "makespan", "batches"), KNOWN.values(), ids=KNOWN)
def test_where_the_best_is_known(problem, makespan, batches):
    answer = solve(problem)
    assert_right(problem, answer)
    assert (answer.makespan, answer.batch_makespan) == (makespan, batches)
    assert answer.proven_optimal


def test_a_task_moved_to_a_later_batch_takes_its_dependents_along():
    """a and b write one file, c needs b: moving b behind a must move c behind b."""
    a, b, c = 0, 1, 2
    for effort in ("quick", "normal", "high"):
        answer = solve(Problem([1, 1, 1], [[], [], [b]], [(a, b)], 5), effort=effort)
        place = {i: k for k, batch in enumerate(answer.batches) for i in batch}
        assert place[a] != place[b] < place[c]


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 200])
def test_the_same_answer_in_every_process(n):
    code = (
        "import random; from fanout.plan.schedule import Problem, solve; r = random.Random(5);"
        f"n = {n}; p = Problem([r.randint(1, 30) for _ in range(n)],"
        "[[r.randrange(i)] if i and r.random() < .6 else [] for i in range(n)],"
        "[(r.randrange(n), r.randrange(n)) for _ in range(3 * n)], 5);"
        "a = solve(p); print(a.order, a.batches, a.makespan)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(SCRIPTS), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1


def test_replanning_keeps_what_runs_and_uses_real_durations():
    """0 is done, 1 runs 30 minutes longer than planned: 3, which needs only 0, goes first."""
    problem = Problem([5, 5, 4, 6], [[], [], [1], [0]], [(2, 3)], 2, done={0}, running={1: 35})
    answer = solve(problem)
    assert_right(problem, answer)
    assert answer.order == [0, 1, 3, 2]
    assert (answer.start[3], answer.start[2], answer.makespan) == (0, 35, 39)


def test_ten_thousand_tasks_are_planned_with_rules_alone():
    problem = made(1, 10_000)
    answer = solve(problem)
    assert_right_at_scale(problem, answer)


def assert_right_at_scale(problem: Problem, answer) -> None:
    start, finish = answer.start, answer.finish
    assert sorted(answer.order) == list(range(len(start)))
    assert all(finish[d] <= start[i] for i, needs in enumerate(problem.needs) for d in needs)
    assert all(finish[i] <= start[j] or finish[j] <= start[i] for i, j in problem.conflicts if i != j)
    place = {i: k for k, batch in enumerate(answer.batches) for i in batch}
    assert all(place[d] < place[i] for i, needs in enumerate(problem.needs) for d in needs)
    assert all(place[i] != place[j] for i, j in problem.conflicts if i != j)
