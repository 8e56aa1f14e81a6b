"""A permission that the user does not give, in the real client: it is the cause that is named."""

from __future__ import annotations

import json
from pathlib import Path

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Worker


def test_a_write_that_is_not_permitted_is_named_as_the_cause(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": "01", "title": "One", "writes": ["a.txt"]}]
    project.write({"tasks.json": {"schema_version": 1, "id": "may", "tasks": tasks}})
    steps = [{"write": str(project.path / "a.txt"), "content": "x\n"}, {"done": "wrote a.txt"}]
    session = with_plugin(start, Cast(agent=Worker.from_table({"01": steps})), permission_mode="default")
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    assert not (project.path / "a.txt").exists()
    data = json.loads(project.fanout("report", "may-1", "--json").out)["data"]
    [task] = data["tasks"]
    assert (task["state"], task["outcome"]) == (
        "blocked",
        "permission denied for Write of a.txt; its agent said: wrote a.txt",
    )
    assert "permission denied for Write of a.txt" in str(session.record.of("main")[-1].body)
