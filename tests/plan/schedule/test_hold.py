"""The rolling schedule is never longer than the batches, also where the dispatcher alone would be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan.made import plan, task
from plan.schedule.test_oracle import problems
from plan.schedule.test_solve import assert_right, made
from scale import SCALE

from fanout.plan import whatif
from fanout.plan.schedule import Answer, Problem, hold_back, solve
from fanout.report import plan_json, plan_waits

SHORTER_IN_BATCHES = {
    # name: (problem, the best rolling order, the batches)
    "a long task stands in the way of the critical one": (
        Problem([7, 7, 1, 5, 5, 6], [[], [3, 4], [], [5], [], []], [(1, 2), (2, 5), (3, 4)], 2),
        19,
        18,
    ),
    "a task waits so that two others start together": (
        Problem([1, 8, 2, 9, 1, 1], [[], [], [0, 1, 4, 5], [0, 4], [0], []], [(0, 5), (2, 3), (3, 5)], 2),
        14,
        13,
    ),
}


def answered(problem: Problem) -> Answer:
    """What hold_back makes of an answer, proven right under the pairs that it names."""
    answer, pairs = hold_back(problem, solve(problem))
    assert_right(replace(problem, conflicts=[*problem.conflicts, *pairs]), answer)
    return answer


@pytest.mark.parametrize(("problem", "rolling", "batches"), SHORTER_IN_BATCHES.values(), ids=SHORTER_IN_BATCHES)
def test_one_pair_held_apart_is_enough(problem: Problem, rolling: float, batches: float) -> None:
    alone = solve(problem)
    assert (alone.makespan, alone.batch_makespan) == (rolling, batches)
    assert alone.lower_bound <= batches and not alone.proven_optimal
    held, pairs = hold_back(problem, alone)
    assert (held.makespan, held.batches, len(pairs)) == (batches, alone.batches, 1)
    assert held.proven_optimal
    answered(problem)


@settings(max_examples=60 * SCALE, deadline=None)
@given(problems(7))
def test_no_small_plan_rolls_longer_than_its_batches(problem: Problem) -> None:
    answer = answered(problem)
    assert problem.running or answer.makespan <= answer.batch_makespan


@settings(max_examples=20 * SCALE, deadline=None)
@given(st.integers(0, 10**9), st.integers(2, 40), st.booleans())
def test_no_larger_one_does_with_rules_alone(seed: int, n: int, groups: bool) -> None:
    problem = made(seed, n, groups=groups)
    answer = solve(problem, effort="quick")
    held, pairs = hold_back(problem, answer)
    assert held.makespan <= answer.batch_makespan
    assert bool(pairs) == (answer.makespan > answer.batch_makespan)


def test_a_plan_says_what_is_held_back_and_everybody_sees_the_pair() -> None:
    found = plan(
        task("t0", estimate_minutes=7),
        task("t1", "c1", needs="t3 t4", estimate_minutes=7),
        task("t2", "a c1", estimate_minutes=1),
        task("t3", "c", needs="t5", estimate_minutes=5),
        task("t4", "c", estimate_minutes=5),
        task("t5", "a", estimate_minutes=6),
        max_parallel=2,
    )
    assert (found.answer.makespan, found.answer.batch_makespan) == (18, 18)
    assert "t0 waits for t3: held back, for then everything ends earlier" in plan_waits.lines(found)
    data = plan_json.render(found)
    assert {
        "kind": "exclusion",
        "tasks": ["t0", "t3"],
        "witness": "held back, for then everything ends earlier",
        "resolution": "t0 waits for t3",
    } in data["hazards"]  # type: ignore[operator]
    assert not [hazard for hazard in found.hazards if hazard.kind == "exclusion"]
    assert whatif.round_robin(found) == 24
