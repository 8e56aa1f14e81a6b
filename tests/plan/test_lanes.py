"""Chains of tasks on the same files."""

from __future__ import annotations

import json

from project import Project

from fanout.plan import lanes, planner
from fanout.plan.read.formats import native
from fanout.plan.reading import Source

CHAIN = [
    {"id": "01", "writes": ["svc.py"], "estimate_minutes": 3},
    {"id": "02", "writes": ["svc.py"], "estimate_minutes": 2},
    {"id": "03", "writes": ["other.py"], "estimate_minutes": 4},
    {"id": "04", "writes": ["svc.py", "x.py"], "estimate_minutes": 1, "depends_on": ["02"]},
]


def found(tasks: list[dict[str, object]]) -> list[tuple[list[str], str]]:
    text = json.dumps({"schema_version": 1, "tasks": tasks})
    plan = planner.make(native.read(Source("-", "", text, "/p")))
    return [(plan.ids(list(lane.tasks)), lane.witness) for lane in lanes.find(plan)]


def test_writers_of_one_file_are_a_lane() -> None:
    assert found(CHAIN) == [(["01", "02", "04"], "svc.py")]


def test_another_kind_of_agent_ends_a_lane() -> None:
    assert found([*CHAIN[:3], {**CHAIN[3], "agent": "test-runner"}]) == [(["01", "02"], "svc.py")]


def test_tasks_that_share_nothing_have_no_lane() -> None:
    assert found([{"id": "01", "writes": ["a"]}, {"id": "02", "writes": ["b"], "depends_on": ["01"]}]) == []


def test_a_run_in_lanes_has_fewer_agents_and_says_so_before(project: Project) -> None:
    project.write({"tasks.json": {"schema_version": 1, "id": "chain", "tasks": CHAIN}})
    assert (
        "One agent for a chain (start --lanes), 2 agents fewer in the same time: 01 -> 02 -> 04"
        in project.fanout("plan", "tasks.json").out
    )
    data = project.fanout("plan", "tasks.json", "--json").data
    assert data["lanes"] == [{"tasks": ["01", "02", "04"], "witness": "svc.py"}]
    assert project.fanout("start", "tasks.json", "--lanes").code == 0
