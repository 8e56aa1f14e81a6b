#!/usr/bin/env python3
"""Our orders and batches against the ways of planning that are in use, on generated plans.

    schedule_peers.py [--seeds 4] > results/schedule_peers.txt

Every number is a makespan over our lower bound, the mean over the plans (the worst in brackets).
  in order    one task after another
  levels      level by level (one more than the deepest dependency); a level in list order, at most `slots` at a time,
              a task that conflicts with the batch waits for the next one
  pushed      the same levels, but a task that conflicts with an earlier one of its level is moved to the next level,
              with what depends on it, until nothing moves; each level at most `slots` at a time
  cautious    the same levels; a level with any conflict in it runs one after another
  batches     ours, with barriers
  rolling     ours, without
"""

from __future__ import annotations

import argparse
import statistics

from schedule_plans import SHAPES, make

from fanout.plan.schedule import Problem, solve

COLUMNS = ("in order", "levels", "pushed", "cautious", "batches", "rolling")
SIZES = (10, 50, 200, 1000)


def levels(problem: Problem) -> list[int]:
    """The level of each task; needs point backward in generated plans."""
    level: list[int] = []
    for needs in problem.needs:
        level.append(max((level[d] for d in needs), default=-1) + 1)
    return level


def pushed(problem: Problem, foes: list[set[int]]) -> list[int]:
    """Levels with conflicting tasks moved back, dependents too."""
    level = levels(problem)
    moved = True
    while moved:
        moved = False
        for i, needs in enumerate(problem.needs):
            least = max((level[d] for d in needs), default=-1) + 1
            taken = {level[j] for j in foes[i] if j < i}
            wanted = max(level[i], least)
            while wanted in taken:
                wanted += 1
            if wanted != level[i]:
                level[i], moved = wanted, True
    return level


def grouped(level: list[int]) -> list[list[int]]:
    out: list[list[int]] = [[] for _ in range(max(level, default=-1) + 1)]
    for i, at in enumerate(level):
        out[at].append(i)
    return [tasks for tasks in out if tasks]


def filled(tasks: list[int], foes: list[set[int]], slots: int) -> list[list[int]]:
    """Batches of a level in list order."""
    out: list[list[int]] = []
    while tasks:
        batch: list[int] = []
        for i in tasks:
            if len(batch) < slots and not foes[i].intersection(batch):
                batch.append(i)
        out.append(batch)
        tasks = [i for i in tasks if i not in batch]
    return out


def rated(problem: Problem) -> list[float]:
    """The columns of one plan."""
    foes: list[set[int]] = [set() for _ in problem.durations]
    for i, j in problem.conflicts:
        foes[i].add(j)
        foes[j].add(i)
    minutes = problem.durations

    def longest(batches: list[list[int]]) -> float:
        return sum(max(minutes[i] for i in batch) for batch in batches)

    plain = grouped(levels(problem))
    by_level = sum(longest(filled(tasks, foes, problem.slots)) for tasks in plain)
    back = sum(longest(filled(tasks, foes, problem.slots)) for tasks in grouped(pushed(problem, foes)))
    cautious = 0.0
    for tasks in plain:
        clash = any(foes[i].intersection(tasks) for i in tasks)
        split = [[i] for i in tasks] if clash else filled(tasks, foes, problem.slots)
        cautious += longest(split)
    answer = solve(problem)
    makespans = (sum(minutes), by_level, back, cautious, answer.batch_makespan, answer.makespan)
    return [makespan / answer.lower_bound for makespan in makespans]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    args = parser.parse_args()
    print(f"{'tasks':>6}{'plans':>6}", *(f"{name:>15}" for name in COLUMNS))
    for n in SIZES:
        plans = [make(shape, n, seed) for shape in SHAPES for seed in range(1000, 1000 + args.seeds)]
        rows = list(zip(*(rated(plan) for plan in plans), strict=True))
        cells = (f"{statistics.mean(row):.3f} ({max(row):.2f})" for row in rows)
        print(f"{n:6}{len(plans):6}", *(f"{cell:>15}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
