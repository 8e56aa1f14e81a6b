"""Pairs that perhaps conflict: apart where that is to be expected to end earlier, else left."""

from __future__ import annotations

import pytest

from fanout.plan.schedule import Problem, keep_apart, replay, solve
from fanout.plan.schedule.expected import cost


def problem(durations: list[float], slots: int, needs: dict[int, list[int]] | None = None) -> Problem:
    return Problem(durations, [(needs or {}).get(task, []) for task in range(len(durations))], [], slots)


@pytest.mark.parametrize(
    ("given", "chances", "kept"),
    [
        (problem([2, 2, 2, 2], 2), {}, []),
        (problem([2, 2, 2, 2], 2), {(0, 1): 0.4}, [(0, 1)]),  # another can run beside it: it costs nothing
        (problem([2, 2], 2), {(0, 1): 0.4}, []),  # to wait would cost more than to do it again
        (problem([2, 2], 2), {(0, 1): 1.0}, []),  # what is done again is a half
        (problem([2, 2], 1), {(0, 1): 1.0}, []),  # they don't run at once anyway
        (problem([2, 2, 2], 2, {1: [0]}), {(0, 1): 1.0}, []),  # nor do these
        (problem([9, 1, 1], 3), {(1, 2): 0.4}, [(1, 2)]),  # there is time
        (problem([9, 9, 1], 3), {(0, 1): 0.1, (0, 2): 0.1}, [(0, 2)] * 0),  # a late start of 2 would end it later
    ],
)
def test_what_is_kept_apart(given: Problem, chances: dict[tuple[int, int], float], kept: list[tuple[int, int]]) -> None:
    before = solve(given, effort="quick")
    answer, pairs = keep_apart(given, before, chances)
    assert pairs == kept
    assert answer is before or cost(given, answer.order, chances) <= cost(given, before.order, chances)
    assert not kept or answer.makespan == before.makespan


def test_the_cost_is_the_seconds_wait_and_the_half_that_it_does_again() -> None:
    given = problem([4, 2], 2)
    assert cost(given, [0, 1], {}) == 4
    assert cost(given, [0, 1], {(0, 1): 1.0}) == pytest.approx(5 + 0.1 * 3)  # 1 ends at 4 + 1, three minutes later
    assert cost(given, [0, 1], {(0, 1): 0.5}) == pytest.approx(4.5 + 0.05 * 3)


def test_a_pair_that_is_apart_never_overlaps() -> None:
    given = problem([3, 1, 2, 2, 1, 3], 3)
    chances = {(a, b): 0.3 for a in range(6) for b in range(a + 1, 6)}
    answer, pairs = keep_apart(given, solve(given, effort="quick"), chances)
    held = Problem(given.durations, given.needs, pairs, given.slots)
    start, finish, _ = replay(held, answer.order)
    assert pairs and all(start[a] >= finish[b] or start[b] >= finish[a] for a, b in pairs)


def test_of_too_many_pairs_the_likeliest_are_weighed() -> None:
    given = problem([2] * 14, 2)
    chances = {(a, b): 0.01 for a in range(14) for b in range(a + 1, 14)} | {(0, 1): 0.4}
    assert len(chances) > 60
    assert keep_apart(given, solve(given, effort="quick"), chances)[1][0] == (0, 1)
