"""A task runs before what it waits for, where that starts long after; nothing ends later for it."""

from __future__ import annotations

import random

import pytest

from fanout.plan.schedule import Problem, dispatch, earlier, rules, solve
from fanout.plan.schedule.search_model import Model

# Two make what a third one needs, which shares a file with a fourth that needs nothing.
SHARED = Problem(durations=[10, 10, 10, 10], needs=[[], [], [0, 1], []], conflicts=[(0, 1), (2, 3)], slots=5)


def test_who_needs_nothing_does_not_wait_for_who_starts_last() -> None:
    answer = solve(SHARED)
    assert answer.start == [0, 10, 20, 0] and answer.makespan == 30


@pytest.mark.parametrize(("minutes", "start"), [(10, 0), (11, 30)])
def test_where_it_may_be_late_it_waits(minutes: int, start: int) -> None:
    """Nobody is to wait for it, should it take twice its estimate."""
    problem = Problem(
        durations=[10, 10, 10, minutes, 40],
        needs=[[], [], [0, 1], [], [2]],
        conflicts=[(0, 1), (2, 3)],
        slots=5,
    )
    assert solve(problem).start[3] == start


@pytest.mark.parametrize("seed", range(20))
def test_it_ends_no_later_and_starts_sooner_all_told(seed: int) -> None:
    chance = random.Random(seed)
    count = chance.randint(4, 30)
    problem = Problem(
        durations=[chance.choice((0, 1, 5, 20)) for _ in range(count)],
        needs=[sorted({chance.randrange(i) for _ in range(chance.randint(0, 2))}) if i else [] for i in range(count)],
        conflicts=[(chance.randrange(count), chance.randrange(count)) for _ in range(count)],
        slots=chance.choice((2, 5)),
    )
    model = Model(problem)
    before = rules.polish(model, list(range(model.n)), 1)
    after = earlier.start_earlier(model, before, 100)
    assert after[0] <= before[0] and sorted(after[1]) == sorted(before[1])
    sums = [sum(dispatch.dispatch(model, order)) for _, order in (before, after)]
    assert sums[1] <= sums[0] and earlier.start_earlier(model, before, 0) == before
