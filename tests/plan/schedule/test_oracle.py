"""The scheduler against slow and obvious code: every order, every sequence of batches."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import SCALE

from fanout.plan.schedule import Problem, replay, solve
from fanout.plan.schedule.bounds import lower_bound, sharper
from fanout.plan.schedule.improve import Search
from fanout.plan.schedule.rules import orders, polish
from fanout.plan.schedule.search_model import Model


def simulate(problem: Problem, order: list[int]) -> dict[int, tuple[float, float]]:
    """The dispatcher, task by task: (start, finish) of everything that is not done."""
    tasks = [i for i in order if i not in problem.done]
    needs = {i: [] if i in problem.running else [d for d in problem.needs[i] if d in tasks] for i in tasks}
    queue: list[int] = []
    ahead = [i for i in tasks if i in problem.running]
    rest = [i for i in tasks if i not in problem.running]
    while len(queue) < len(tasks):
        queue.append(next(i for i in ahead + rest if i not in queue and all(d in queue for d in needs[i])))
    foes = {frozenset(pair) for pair in problem.conflicts}
    times = {i: (0.0, problem.running[i]) for i in ahead}
    ended: set[int] = set()
    now = 0.0
    while len(ended) < len(tasks):
        started = True
        while started:
            started = False
            active = [i for i in times if i not in ended]
            for place, i in enumerate(queue):
                if (
                    i not in times
                    and len(active) < problem.slots
                    and all(d in ended for d in needs[i])
                    and not any(frozenset((i, j)) in foes and j not in ended for j in queue[:place])
                    and all(len(set(active) & set(members)) < room for members, room in problem.groups if i in members)
                ):
                    times[i] = (now, now + problem.durations[i])
                    started = True
                    break
        now = min(times[i][1] for i in times if i not in ended)
        ended |= {i for i in times if times[i][1] == now}
    return times


def best_order(problem: Problem) -> float:
    """The shortest makespan of all orders."""
    return min(
        max((end for _, end in simulate(problem, list(order)).values()), default=0)
        for order in itertools.permutations(range(len(problem.durations)))
    )


def best_batches(problem: Problem, left: frozenset[int]) -> float:
    """The shortest sequence of batches for what is left."""
    ready = [i for i in left if not set(problem.needs[i]) & left]
    foes = {frozenset(pair) for pair in problem.conflicts}
    best = 0.0 if not left else float("inf")
    for size in range(1, min(problem.slots, len(ready)) + 1):
        for batch in itertools.combinations(ready, size):
            if any(frozenset(pair) in foes for pair in itertools.combinations(batch, 2)):
                continue
            if any(len(set(batch) & set(members)) > room for members, room in problem.groups):
                continue
            rest = best_batches(problem, left - set(batch))
            best = min(best, rest + max(problem.durations[i] for i in batch))
    return best


@st.composite
def problems(draw: st.DrawFn, most: int, replan: bool = True, groups: bool = True) -> Problem:
    n = draw(st.integers(0, most))
    minutes = st.one_of(st.integers(0, 9), st.sampled_from([0.5, 2.5])) if draw(st.booleans()) else st.integers(1, 9)
    names = draw(st.permutations(range(n)))
    needs: list[list[int]] = [[] for _ in range(n)]
    for later in range(1, n):
        needs[names[later]] = [names[e] for e in draw(st.sets(st.integers(0, later - 1), max_size=3))]
    pair = st.tuples(st.integers(0, max(0, n - 1)), st.integers(0, max(0, n - 1)))
    done: set[int] = set()
    running: dict[int, float] = {}
    if replan and n:
        done = draw(st.sets(st.integers(0, n - 1), max_size=2))
        running = draw(st.dictionaries(st.integers(0, n - 1), minutes, max_size=2))
        running = {i: left for i, left in running.items() if i not in done}
    members = st.lists(st.integers(0, n - 1), min_size=1, unique=True) if n else st.nothing()
    return Problem(
        durations=draw(st.lists(minutes, min_size=n, max_size=n)),
        needs=needs,
        conflicts=draw(st.lists(pair, max_size=n)) if n else [],
        slots=draw(st.integers(1, 4)),
        groups=draw(st.lists(st.tuples(members, st.integers(1, 3)), max_size=2)) if n and groups else [],
        done=done,
        running=running,
    )


@settings(max_examples=200 * SCALE, deadline=None)
@given(problems(7), st.randoms(use_true_random=False))
def test_replay_is_the_dispatcher(problem, random):
    order = list(range(len(problem.durations)))
    random.shuffle(order)
    start, finish, _ = replay(problem, order)
    assert {i: (start[i], finish[i]) for i in order if i not in problem.done} == simulate(problem, order)


@settings(max_examples=40 * SCALE, deadline=None)
@given(problems(6, groups=False))
def test_small_orders_are_the_best_there_are(problem):
    answer = solve(problem)
    least = best_order(problem)
    assert answer.makespan == least
    assert answer.lower_bound == (least if problem.running else min(least, answer.batch_makespan))
    assert answer.proven_optimal == (least == answer.lower_bound)


@settings(max_examples=40 * SCALE, deadline=None)
@given(problems(6, replan=False))
def test_with_groups_the_bound_holds_and_the_best_order_is_found(problem):
    answer = solve(problem)
    best = best_order(problem)
    assert answer.lower_bound <= best
    assert answer.makespan == best


@settings(max_examples=60 * SCALE, deadline=None)
@given(problems(7, replan=False))
def test_small_batches_are_the_best_there_are(problem):
    answer = solve(problem)
    assert answer.batch_makespan == best_batches(problem, frozenset(range(len(problem.durations))))
    assert answer.batches_proven_optimal


@settings(max_examples=60 * SCALE, deadline=None)
@given(problems(6))
def test_no_order_beats_a_bound(problem):
    model = Model(problem)
    best = best_order(problem)
    assert model.minutes(lower_bound(model)) <= best
    assert model.minutes(sharper(model)[0]) <= best


@pytest.mark.parametrize("seed", range(8 * SCALE))
def test_the_search_agrees_with_the_dispatcher(seed, monkeypatch):
    """Resumed replays say what whole ones say, after thousands of moves."""
    import random

    rng = random.Random(seed)
    n = 30
    problem = Problem(
        durations=[rng.choice((0, 1, 2, 3, 5, 8, 13)) for _ in range(n)],
        needs=[sorted({rng.randrange(i) for _ in range(rng.randint(0, 2))}) if i else [] for i in range(n)],
        conflicts=[(rng.randrange(n), rng.randrange(n)) for _ in range(rng.choice((10, 40, 90)))],
        slots=rng.choice((2, 4, 9)),
        running={0: 4, 7: 2} if seed % 2 else {},
    )
    model = Model(problem)
    search = Search(model, [0] * model.n, seed)
    whole = search.schedule
    tried = search._try
    seen = []

    def checked(now, move, limit):
        new = tried(now, move, limit)
        if new is not None:
            again = whole(new.order)
            assert (again.makespan, again.start, again.left) == (new.makespan, new.start, new.left)
            seen.append(new.makespan)
        return new

    monkeypatch.setattr(search, "_try", checked)
    first = polish(model, next(orders(model)), 3)
    best = search.anneal(whole(first[1]), lower_bound(model), 30_000)
    assert best.makespan == min([first[0], *seen])
    assert best.makespan == lower_bound(model) or len(seen) > 20
