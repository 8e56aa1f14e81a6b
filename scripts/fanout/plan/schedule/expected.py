"""Pairs that perhaps conflict: kept apart where the schedule that is to be expected is shorter for it, else left.

Two tasks that run at once and do touch the same file: the second waits for the first's end, then does half of its work
again. What that costs is replayed for each pair that overlaps, with its chance. Without doubtful pairs nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .dispatch import replay
from .problem import Answer, Problem
from .solver import solve

Pair = tuple[int, int]

MOST_TASKS = 200
MOST_PAIRS = 60
MOST_SOLVED = 24
REDONE = 0.5  # of the second's work
WORK = 0.1  # what a minute that is done again costs where nobody waits for it
LEAST = 1e-6


def keep_apart(problem: Problem, answer: Answer, chances: Mapping[Pair, float]) -> tuple[Answer, list[Pair]]:
    """The answer that is to be expected to end first, and the doubtful pairs that it keeps apart."""
    if not chances or len(problem.durations) > MOST_TASKS or problem.running:
        return answer, []
    chances = dict(sorted(chances.items(), key=lambda one: (-one[1], one[0]))[:MOST_PAIRS])
    kept: list[Pair] = []
    best, left = cost(problem, answer.order, chances), MOST_SOLVED
    while left > 0:
        tried = overlapping(problem, answer.order, chances)[:left]
        left -= max(1, len(tried))
        made = [_without(problem, pair, chances) for pair in tried]
        better = min(range(len(made)), key=lambda place: made[place][0], default=-1)
        if better < 0 or made[better][0] >= best - LEAST:
            break
        best, answer = made[better]
        kept.append(tried[better])
        problem = replace(problem, conflicts=[*problem.conflicts, tried[better]])
    return answer, kept


def _without(problem: Problem, pair: Pair, chances: Mapping[Pair, float]) -> tuple[float, Answer]:
    """What is to be expected when the pair is kept apart."""
    apart = replace(problem, conflicts=[*problem.conflicts, pair])
    answer = solve(apart, effort="quick")
    return cost(apart, answer.order, chances), answer


def cost(problem: Problem, order: Sequence[int], chances: Mapping[Pair, float]) -> float:
    """Minutes that the order is to be expected to take, to the first order: one collision at a time."""
    start, finish, _ = replay(problem, order)
    makespan = max(finish, default=0.0)
    total = makespan
    for first, second, chance in _meetings(start, finish, chances):
        ends = finish[first] + REDONE * problem.durations[second]
        late = max(0.0, ends - finish[second])
        durations = [*problem.durations]
        durations[second] += late
        total += chance * (max(replay(replace(problem, durations=durations), order)[1]) - makespan + WORK * late)
    return total


def overlapping(problem: Problem, order: Sequence[int], chances: Mapping[Pair, float]) -> list[Pair]:
    """The doubtful pairs that run at once, the likeliest first."""
    start, finish, _ = replay(problem, order)
    met = [(-chance, min(a, b), max(a, b)) for a, b, chance in _meetings(start, finish, chances)]
    return [(a, b) for _, a, b in sorted(met)]


def _meetings(
    start: Sequence[float], finish: Sequence[float], chances: Mapping[Pair, float]
) -> list[tuple[int, int, float]]:
    """(first, second, chance) of the doubtful pairs that run at once."""
    found = []
    for (a, b), chance in chances.items():
        if start[a] < finish[b] - LEAST and start[b] < finish[a] - LEAST:
            first, second = (a, b) if (start[a], a) < (start[b], b) else (b, a)
            found.append((first, second, chance))
    return found
