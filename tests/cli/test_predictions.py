"""What an analyst predicted of past tasks against what they wrote: told by audit, and how far the next one is believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from project import Project
from report.runs import desk_in
from run.plans import plan

from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.plan.refine import side_file

LIST = "# Tidy up\n- [ ] T001 Tidy the cart\n- [ ] T002 Tidy the mail\n"


def played(tmp_path: Path, predicted: str) -> Project:
    """A project with a run of eight tasks that each wrote N.py, where the analyst was 0.8 sure of `predicted`."""
    desk = desk_in(tmp_path)
    tasks = {f"t{n}": {"writes": [f"{n}.py"]} for n in range(8)}
    guesses = {f"t{n}": {"paths": [predicted.format(n)], "confidence": 0.8} for n in range(8)}
    data = plan(tasks)
    desk.start(data | {"predicted": {**data["predicted"], "writes": guesses}})
    for number, name in enumerate(tasks):
        desk.launch(name)
        desk.do(f"agent-{name}", f"{number}.py")
        desk.end(f"agent-{name}", f"DONE|{name}|done")
    return Project(desk.root)


@pytest.mark.parametrize(
    ("predicted", "line", "kinds"),
    [
        (
            "{}.py",
            "of 8 at 0.75 and more 100 %. Locked exactly: from 0.75 on, with what changes beside them: from 0.75 on.",
            [],
        ),
        (
            "other-{}.py",
            "of 8 at 0.75 and more 0 %. Locked exactly: from 0.95 on, with what changes beside them: from 0.95 on.",
            ["resource"],
        ),
    ],
)
def test_the_next_plan_believes_what_past_tasks_bore_out(
    tmp_path: Path, predicted: str, line: str, kinds: list[str]
) -> None:
    project = played(tmp_path, predicted)
    audit = project.fanout("audit").out.splitlines()[-1]
    assert audit == f"Files that an analyst predicted, of those that the tasks wrote: {line}"
    project.write({"list.md": LIST})
    reading = registry.read(Source("-", "", LIST, "/nowhere"), "spec-kit")
    others = {"T001": "T002", "T002": "T001"}
    records = [
        {
            "id": task.id,
            "text": side_file.text_hash(task),
            "confidence": 0.8,
            "writes": [f"{task.id}.py"],
            "independent_of": [others[task.id]],
        }
        for task in reading.document.tasks
    ]
    project.write({"list.md.fanout.json": json.dumps({"schema_version": 1, "tasks": records})})
    data = project.fanout("plan", "list.md", "--json").data
    assert [hazard["kind"] for hazard in data["hazards"]] == kinds


def test_a_run_keeps_what_was_predicted(project: Project) -> None:
    project.write({"list.md": LIST})
    reading = registry.read(Source("-", "", LIST, "/nowhere"), "spec-kit")
    task = reading.document.tasks[0]
    record = {"id": task.id, "text": side_file.text_hash(task), "confidence": 0.9, "writes": ["a.py"]}
    project.write({"list.md.fanout.json": json.dumps({"schema_version": 1, "tasks": [record]})})
    assert project.fanout("start", "list.md").code == 0
    report = project.fanout("report", "--json").data
    assert report["predicted"]["writes"] == {"T001": {"paths": ["a.py"], "confidence": 0.9}}
