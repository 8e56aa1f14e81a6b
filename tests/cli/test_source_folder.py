"""A folder that holds a task list is that list."""

from __future__ import annotations

import pytest
from project import CHECKOUT, Project

EXAMPLES = sorted(path.parent.name for path in (CHECKOUT / "examples").glob("*/tasks.json"))


@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_planned_by_its_folder(project: Project, name: str) -> None:
    folder = CHECKOUT / "examples" / name
    by_folder = project.fanout("plan", str(folder), "--json", "--effort", "quick")
    by_file = project.fanout("plan", str(folder / "tasks.json"), "--json", "--effort", "quick")
    assert by_folder.code == 0, by_folder.err
    assert by_folder.data["batches"] == by_file.data["batches"]


def test_a_spec_that_was_decomposed_goes_by_its_name(project: Project) -> None:
    project.write({"specs/reading/tasks.json": {"tasks": [{"id": "of-the-spec"}]}, "below/x": ""})
    assert project.fanout("plan", "reading", "--json").data["batches"] == [["of-the-spec"]]
    assert project.fanout("-C", str(project.path / "below"), "plan", "reading", "--json").code == 0
    project.write({".tmp/tasks/reading/subtask_01.json": {"id": "reading-01", "seq": "01", "title": "of the feature"}})
    assert project.fanout("plan", "reading", "--json").data["batches"] == [["01"]]
