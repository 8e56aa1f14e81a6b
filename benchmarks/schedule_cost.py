#!/usr/bin/env python3
"""What planning costs as plans grow: seconds of processor time and memory, by size and effort, on generated plans.

    schedule_cost.py > results/schedule_cost.txt

Each size is measured in a process of its own, the mean and the most over the shapes; `over bound` is the mean makespan
of the rolling order over the lower bound.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import time

from schedule_plans import SHAPES, make

from fanout.plan.schedule import solve

SIZES = (10, 30, 100, 300, 1000, 3000, 10_000)
EFFORTS = ("quick", "normal")


def measured(job: tuple[int, str]) -> tuple[list[float], list[float], int]:
    """Seconds and makespan over bound for each shape, and megabytes at most."""
    n, effort = job
    seconds, ratios = [], []
    for shape in SHAPES:
        problem = make(shape, n, 7)
        began = time.process_time()
        answer = solve(problem, effort=effort)
        seconds.append(time.process_time() - began)
        ratios.append(answer.makespan / answer.lower_bound)
    return seconds, ratios, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    print(f"{'tasks':>6} {'effort':8}{'s mean':>8}{'s most':>8}{'over bound':>12}{'MB':>6}")
    context = multiprocessing.get_context("spawn")
    for n in SIZES:
        for effort in EFFORTS:
            with context.Pool(1) as pool:
                seconds, ratios, memory = pool.map(measured, [(n, effort)])[0]
            mean, most, over = statistics.mean(seconds), max(seconds), statistics.mean(ratios)
            print(f"{n:6} {effort:8}{mean:8.3f}{most:8.3f}{over:12.4f}{memory:6}", flush=True)


if __name__ == "__main__":
    main()
