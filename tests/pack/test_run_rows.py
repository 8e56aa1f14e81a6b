"""What the documents promise of a run, by the command line alone: workers, joins, the monitor's layout."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from project import Project


def tasks(count: int, **fields: object) -> dict[str, object]:
    return {
        "id": "demo",
        "tasks": [{"id": f"t{n}", "title": f"Task {n}", "writes": [f"{n}.txt"]} for n in range(count)],
    } | fields


@pytest.mark.slow
def test_workers_never_take_a_task_twice_and_leave_none(project: Project) -> None:
    project.write({"tasks.json": tasks(12, max_parallel=12)})
    assert project.fanout("start", "tasks.json").code == 0

    def work(name: str) -> list[str]:
        taken = []
        while (got := project.fanout("claim", "--worker", name)).code == 0:
            found = re.search(r"^# Task (\w+):", got.out, re.MULTILINE)
            assert found
            taken.append(found[1])
            project.write({f"{found[1][1:]}.txt": "made\n"})
            assert project.fanout("done", f"demo-1/{found[1]}", "made").code == 0
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [task for found in pool.map(work, ["w1", "w2", "w3", "w4"]) for task in found]
    assert sorted(taken) == sorted(f"t{n}" for n in range(12))
    assert "12 of 12 done" in project.fanout("status").out


def test_a_worker_that_asks_again_gets_its_own_task(project: Project) -> None:
    project.write({"tasks.json": tasks(2)})
    project.fanout("start", "tasks.json")
    first, second = (project.fanout("claim", "--worker", "w1").out for _ in range(2))
    assert first == second and "# Task t0: Task 0" in first


def test_the_monitor_names_each_agent_with_its_task(project: Project) -> None:
    project.write({"tasks.json": tasks(3)})
    project.fanout("start", "tasks.json")
    project.fanout("claim", "--worker", "w1")
    out = project.fanout("status").out
    assert "Agent 1 (spec:feature-implementer): In Progress\n  Task: t0 Task 0" in out
    assert "t1 Task 1: can start now" in out


def test_a_run_that_needs_two_of_three_ends_with_two_and_names_the_missing(project: Project) -> None:
    project.write({"tasks.json": tasks(3, policy={"join": 2})})
    project.fanout("start", "tasks.json")
    for task in ("t0", "t1"):
        project.fanout("claim", "--worker", task)
        project.write({f"{task[1:]}.txt": "made\n"})
        project.fanout("done", f"demo-1/{task}", "fine")
    report = project.fanout("report").out
    assert "demo-1 (ended): 2 of 3 done" in report
    assert "### Not completed" in report and "t2 Task 2 (" in report and "Result: 2 done, enough" in report
