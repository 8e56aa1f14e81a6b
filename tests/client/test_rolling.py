"""A run of twenty tasks in the real client: rolling against barriers, and against the planner's own optimum."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

import pytest
from client.plugin import Start, example, with_plugin
from project import Project

from fanout.client.script import Cast, Worker
from fanout.plan.schedule import Problem, solve

SECONDS = 0.7  # for each estimated minute


def play(start: Start, project: Path, source: str, flags: str = "") -> dict[str, Any]:
    """Runs the source with workers that take their estimate; the facts of the run."""
    tasks = json.loads((project / source).read_text())["tasks"]
    table = {
        task["id"]: [{"wait": task["estimate_minutes"] * SECONDS}, {"declared": True}, {"done": "written"}]
        for task in tasks
    }
    cast = Cast(agent=Worker.from_table(table))
    session = with_plugin(start, cast, project=project, permission_mode="acceptEdits", timeout=120)
    assert session.print_mode(f"/spec:execute {source} {flags}".strip()).exit_code == 0
    data: dict[str, Any] = json.loads(Project(project).fanout("report", "--json").out)["data"]
    assert [task["state"] for task in data["tasks"]] == ["done"] * len(tasks)
    return data


def overhead(data: dict[str, Any]) -> float:
    """The median seconds between an agent's end and the start of the agent that had waited for nothing else."""
    ends = sorted(agent["end"] for agent in data["agents"])
    gaps = []
    for agent in data["agents"]:
        before = [end for end in ends if end <= agent["start"]]
        if before:
            gaps.append(agent["start"] - before[-1])
    return statistics.median(gaps)


def optimum(project: Path, source: str, data: dict[str, Any]) -> float:
    """The planner's makespan for the durations as they were, each with the overhead of launching it."""
    document = json.loads((project / source).read_text())
    plan = json.loads(Project(project).fanout("plan", source, "--json").out)["data"]
    index = {task["id"]: place for place, task in enumerate(document["tasks"])}
    took = {agent["task"]: agent["end"] - agent["start"] for agent in data["agents"]}
    extra = overhead(data)
    return solve(
        Problem(
            durations=[took[task["id"]] + extra for task in document["tasks"]],
            needs=[[index[need] for need in task.get("depends_on", [])] for task in document["tasks"]],
            conflicts=[(index[a], index[b]) for a, b in (hazard["tasks"] for hazard in plan["hazards"])],
            slots=document["max_parallel"],
        ),
        effort="normal",
    ).makespan


@pytest.mark.xdist_group("timing")
def test_rolling_is_near_the_optimum_and_beats_barriers(start: Start, tmp_path: Path) -> None:
    project, other = tmp_path / "rolling", tmp_path / "barriers"
    for folder in (project, other):
        source = f"{example(folder, 'storefront')}/tasks.json"
    rolling = play(start, project, source)
    best = optimum(project, source, rolling)
    barrier = play(start, other, source, "--barrier")
    took, waited = rolling["measured"]["makespan_seconds"], barrier["measured"]["makespan_seconds"]
    print(f"rolling {took:.1f} s, optimum with overhead {best:.1f} s, barriers {waited:.1f} s")
    assert took <= 1.05 * best
    assert took <= 0.9 * waited


@pytest.mark.xdist_group("timing")
def test_ten_equal_tasks_at_a_cap_of_five(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": f"{n:02}", "estimate_minutes": 32, "writes": [f"{n:02}.txt"]} for n in range(10)]
    project.write({"tasks.json": {"schema_version": 1, "id": "equal", "max_parallel": 5, "tasks": tasks}})
    data = play(start, project.path, "tasks.json")
    print(data["measured"]["sentence"])
    assert data["measured"]["most_at_once"] == 5
    assert data["measured"]["speedup"] >= 0.95 * 5
