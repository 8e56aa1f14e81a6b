"""A context file of a run is read by every agent and written by none, unless the plan itself says so."""

from __future__ import annotations

import json
import re

import pytest
from hooks.desk import Desk, denial
from project import Project

TASKS = [{"id": "a", "writes": ["a.md"]}, {"id": "b", "writes": ["b.md"]}, {"id": "c", "writes": ["specs/own.md"]}]
LIST = {"id": "demo", "context_files": ["specs/context.md", "./specs/own.md"], "tasks": TASKS}
NONE_WRITES = "specs/context.md is a context file of this run: every agent reads it, and none writes it."


@pytest.fixture
def desk(project: Project) -> Desk:
    project.write(
        {"tasks.json": LIST, "specs/context.md": "what all know\n", "specs/own.md": "x\n", "specs/c.md": "x\n"}
    )
    started = project.fanout("start", "tasks.json")
    found = re.search(r"fanout brief ([\w-]+)/", started.out)
    assert started.code == 0 and found
    desk = Desk(project.path).join(found[1])
    for name in "abc":
        desk.launch(name)
    return desk


@pytest.mark.parametrize(
    "line",
    [
        "echo more >> specs/context.md",
        "sed -i s/all/some/ specs/context.md",
        "rm specs/context.md",
        "mv specs/context.md a.md",
        "cp b.md specs/context.md",
    ],
)
def test_no_worker_writes_it_by_a_command(desk: Desk, line: str) -> None:
    assert NONE_WRITES in denial(desk.bash("agent-a", line))


@pytest.mark.parametrize("line", ["rm -r specs", "rm -rf specs/../specs", "chmod -R 600 ."])
def test_nor_with_the_folder_that_it_is_in(desk: Desk, line: str) -> None:
    assert "is a context file of this run" in denial(desk.bash("agent-a", line))


@pytest.mark.parametrize("tool", ["Write", "Edit"])
def test_nor_by_a_file_tool_also_the_second_time(desk: Desk, tool: str) -> None:
    for _ in range(2):
        said = denial(desk.write("agent-a", "specs/context.md", tool))
        assert said.startswith(NONE_WRITES) and "say in your last message what should change in it" in said


def test_reading_it_and_writing_beside_it_pass(desk: Desk) -> None:
    assert denial(desk.bash("agent-a", "cat specs/context.md > a.md")) == ""
    assert denial(desk.do("agent-a", "specs/c.md")) == ""
    (desk.root / "spec").mkdir()
    assert denial(desk.bash("agent-a", "rm -rf spec")) == ""


def test_a_task_that_declares_it_writes_it(desk: Desk) -> None:
    assert denial(desk.do("agent-c", "specs/own.md")) == ""
    assert "specs/own.md is a context file" in denial(desk.write("agent-a", "specs/own.md"))


def test_the_main_conversation_may_correct_it(desk: Desk) -> None:
    assert denial(desk.write(None, "specs/context.md")) == ""


def test_a_run_without_any_holds_nobody_back(project: Project) -> None:
    project.write({"tasks.json": {"id": "demo", "tasks": TASKS}, "specs/context.md": "x\n"})
    project.fanout("start", "tasks.json")
    desk = Desk(project.path).join("demo-1")
    desk.launch("a")
    assert denial(desk.write("agent-a", "specs/context.md")) == ""


def test_one_that_is_missing_is_named_before_it_begins(project: Project) -> None:
    project.write({"tasks.json": LIST, "specs/own.md": "x\n"})
    found = json.loads(project.fanout("check", "--json", "tasks.json").out)["data"]["warnings"]
    missing = [warning for warning in found if warning["code"] == "context-missing"]
    assert [warning["message"].split(" is ")[0] for warning in missing] == ["specs/context.md"]
    assert "Write it before the run" in missing[0]["fix"]
    assert "context-missing" in project.fanout("start", "tasks.json").out
    project.write({"specs/context.md": "there\n"})
    assert "context-missing" not in project.fanout("check", "tasks.json").out
