"""What the dispatcher does with an order, and why each task waits."""

from __future__ import annotations

import pytest

from fanout.plan.schedule import Problem, Wait, replay

REPLAYS = {
    "a free slot for each": (Problem([3, 2], [[], []], [], 2), [0, 1], [0, 0], []),
    "the order decides who gets the slot": (
        Problem([3, 2], [[], []], [], 1),
        [1, 0],
        [2, 0],
        [Wait(0, "slot", 1, 0)],
    ),
    "a dependency": (Problem([3, 2], [[], [0]], [], 2), [0, 1], [0, 3], [Wait(1, "depends", 0, 0)]),
    "an order against a dependency is repaired": (
        Problem([3, 2], [[], [0]], [], 2),
        [1, 0],
        [0, 3],
        [Wait(1, "depends", 0, 0)],
    ),
    "a conflict, one way": (Problem([3, 2], [[], []], [(0, 1)], 2), [0, 1], [0, 3], [Wait(1, "conflict", 0, 0)]),
    "a conflict, the other way": (Problem([3, 2], [[], []], [(0, 1)], 2), [1, 0], [2, 0], [Wait(0, "conflict", 1, 0)]),
    "a queue: 2 leaves the hot file to 1, which is not ready yet": (
        Problem([4, 5, 9], [[], [0], []], [(1, 2)], 3),
        [0, 1, 2],
        [0, 4, 9],
        [Wait(1, "depends", 0, 0), Wait(2, "conflict", 1, 0)],
    ),
    "a wait for a conflict begins when the dependencies are done": (
        Problem([1, 5, 2], [[], [], [0]], [(1, 2)], 3),
        [0, 1, 2],
        [0, 0, 5],
        [Wait(2, "conflict", 1, 1)],
    ),
    "a slot goes to the first that is ready, not to the first": (
        Problem([4, 2, 1, 1], [[], [], [0], []], [], 2),
        [0, 1, 2, 3],
        [0, 0, 4, 2],
        [Wait(2, "depends", 0, 0), Wait(3, "slot", 1, 0)],
    ),
    "a full group is passed over": (
        Problem([3, 3, 1], [[], [], []], [], 2, groups=[([0, 1], 1)]),
        [0, 1, 2],
        [0, 3, 0],
        [Wait(1, "group", 0, 0)],
    ),
    "who was passed over comes first again": (
        Problem([2, 3, 3, 1], [[], [], [], []], [], 4, groups=[([0, 1, 2], 1)]),
        [0, 1, 2, 3],
        [0, 2, 5, 0],
        [Wait(1, "group", 0, 0), Wait(2, "group", 1, 0)],
    ),
    "no duration": (Problem([0, 0, 1], [[], [0], [1]], [(0, 2)], 1), [0, 1, 2], [0, 0, 0], []),
    "done tasks are not waited for": (
        Problem([9, 2, 1], [[], [0], []], [(0, 2)], 1, done={0}),
        [0, 1, 2],
        [0, 0, 2],
        [Wait(2, "slot", 1, 0)],
    ),
    "running tasks hold their slots, conflicts and groups, wherever they stand": (
        Problem([9, 2, 1, 1, 1], [[], [], [0], [], []], [(0, 3)], 3, groups=[([0, 4], 1)], running={0: 4}),
        [1, 2, 3, 4, 0],
        [0, 0, 4, 4, 4],
        [Wait(2, "depends", 0, 0), Wait(3, "conflict", 0, 0), Wait(4, "group", 0, 0)],
    ),
    "more running than slots: they go on, nobody joins": (
        Problem([9, 9, 1], [[], [], []], [], 1, running={0: 2, 1: 3}),
        [0, 1, 2],
        [0, 0, 3],
        [Wait(2, "slot", 1, 0)],
    ),
    "parts of minutes": (
        Problem([0.5, 0.25, 1 / 3], [[], [0], [1]], [], 2),
        [0, 1, 2],
        [0, 0.5, 0.75],
        [Wait(1, "depends", 0, 0), Wait(2, "depends", 1, 0)],
    ),
}


@pytest.mark.parametrize(("problem", "order", "starts", "waits"), REPLAYS.values(), ids=REPLAYS)
def test_replay(problem, order, starts, waits):
    start, finish, why = replay(problem, order)
    assert start == starts
    lasts = [0 if i in problem.done else problem.running.get(i, d) for i, d in enumerate(problem.durations)]
    assert finish == pytest.approx([s + d for s, d in zip(starts, lasts, strict=True)], abs=1e-6)
    assert why == waits


@pytest.mark.parametrize("order", [[0], [0, 0], [0, 1, 2], [1, 2]])
def test_an_order_names_every_task_once(order):
    with pytest.raises(ValueError, match="order is not a permutation of the 2 tasks"):
        replay(Problem([1, 1], [[], []], [], 1), order)


WRONG = {
    "needs has 1 entries, durations has 2": Problem([1, 1], [[]], [], 1),
    "slots is 0, at least 1 is needed": Problem([1], [[]], [], 0),
    r"durations\[0\] is -1, a number of minutes from 0 on": Problem([-1], [[]], [], 1),
    r"durations\[1\] is nan": Problem([1, float("nan")], [[], []], [], 1),
    r"running\[0\] is inf": Problem([1], [[]], [], 1, running={0: float("inf")}),
    r"needs\[1\] names task 2, there are tasks 0 to 1": Problem([1, 1], [[], [2]], [], 1),
    "conflicts names task -1": Problem([1], [[]], [(0, -1)], 1),
    r"groups\[0\] names task 4": Problem([1], [[]], [], 1, groups=[([4], 1)]),
    r"groups\[0\] has capacity 0": Problem([1], [[]], [], 1, groups=[([0], 0)]),
    "done names task 3": Problem([1], [[]], [], 1, done={3}),
    "task 0 is both done and running": Problem([1], [[]], [], 1, done={0}, running={0: 1}),
    "needs has a cycle; task 1 is on it or behind it": Problem([1, 1, 1], [[], [2], [1]], [], 1),
    "needs has a cycle; task 0 is on it": Problem([1], [[0]], [], 1),
}


@pytest.mark.parametrize(("message", "problem"), WRONG.items(), ids=WRONG)
def test_what_makes_no_sense_is_named(message, problem):
    with pytest.raises(ValueError, match=message):
        replay(problem, range(len(problem.durations)))
