"""A folder that holds a task list is that list."""

from __future__ import annotations

import pytest
from project import CHECKOUT, Project

EXAMPLES = sorted(path.parent.name for path in (CHECKOUT / "examples").glob("*/tasks.json"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_planned_by_its_folder(project: Project, name: str) -> None:
    folder = CHECKOUT / "examples" / name
    by_folder = project.fanout("plan", str(folder), "--json", "--effort", "quick")
    by_file = project.fanout("plan", str(folder / "tasks.json"), "--json", "--effort", "quick")
    assert by_folder.code == 0, by_folder.err
    assert by_folder.data["batches"] == by_file.data["batches"]
