"""Siblings that want the same file, in the real client."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from client.plugin import Start, with_plugin
from project import Project
from scale import WHOLE

from fanout.client.script import Cast, Worker

ROUNDS = 20 if WHOLE else 1  # in five every agent starts once at each of the paths
AGENTS = [f"{n:02}" for n in range(1, 9)]
PATHS = [f"shared/{n}.txt" for n in range(5)]
LINE = "{task} was here, line {n} of a content that must survive whole\n"


def content(task: str) -> str:
    return "".join(LINE.format(task=task, n=n) for n in range(200))


def wants(number: int, task: str, turn: int) -> list[dict[str, Any]]:
    """Every agent goes for three of the paths, from another start in each round."""
    places = [PATHS[(number + turn + step * 2) % 5] for step in range(3)]
    return [{"write": path, "content": content(task)} for path in places] + [
        {"mark": f"{task} tried"},
        *({"after": f"{other} tried"} for other in AGENTS),
        {"done": "wrote what was free"},
    ]


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_exactly_one_content_survives_whole(start: Start, tmp_path: Path, turn: int) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": task, "title": f"Agent {task}"} for task in AGENTS]
    project.write({"tasks.json": {"schema_version": 1, "id": "race", "max_parallel": 8, "tasks": tasks}})
    worker = Worker.from_table({task: wants(number, task, turn) for number, task in enumerate(AGENTS)})
    session = with_plugin(start, Cast(agent=worker), permission_mode="acceptEdits")
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    owners = {}
    for path in PATHS:
        found = (project.path / path).read_text()
        owner = found[:2]
        assert found == content(owner), f"{path} is mixed"
        owners[path] = owner
    assert len(worker.refusals) == 3 * len(AGENTS) - len(PATHS)
    for refusal in worker.refusals:
        path = os.path.relpath(str(refusal.input["file_path"]), project.path)
        assert f"{path} belongs to task {owners[path]}" in refusal.text
        assert "fanout ask race-1/" in refusal.text and "go on without it" in refusal.text
    data = json.loads(project.fanout("report", "race-1", "--json").out)["data"]
    states = {task["id"]: task["state"] for task in data["tasks"]}
    assert states == {task: "done" if task in owners.values() else "failed" for task in AGENTS}, (
        "who got no path did nothing"
    )
    assert data["measured"]["most_at_once"] == 8
