"""fanout resume: what became of the task list meanwhile is said, and the run keeps its own plan."""

from __future__ import annotations

import json

from hooks.desk import Desk, context
from project import Project

TASKS = [{"id": "a", "writes": ["a.txt"]}, {"id": "b", "writes": ["b.txt"], "depends_on": ["a"]}]


def test_a_changed_list_says_what_differs(project: Project) -> None:
    project.write({"tasks.json": {"id": "demo", "tasks": TASKS}})
    project.fanout("start", "tasks.json")
    assert "has changed" not in project.fanout("resume").out
    project.write({"tasks.json": {"id": "demo", "tasks": [{**TASKS[0], "writes": ["z.txt"]}, TASKS[1], {"id": "c"}]}})
    said = project.fanout("resume").out
    assert "tasks.json has changed since the run started:\n  c is new\n  a: writes was ['a.txt'], is ['z.txt']" in said
    assert "fanout cancel demo-1" in said and '"demo-1/a"' not in said and "brief demo-1/a" in said
    project.write({"tasks.json": "{"})
    assert "it can't be read any more" in project.fanout("resume").out
    (project.path / "tasks.json").unlink()
    assert "it can't be read any more" in project.fanout("resume").out


def test_the_session_that_resumes_is_the_one_that_is_told(project: Project) -> None:
    project.write({"tasks.json": {"id": "demo", "tasks": TASKS}})
    project.fanout("start", "tasks.json", env={"CLAUDE_CODE_SESSION_ID": "first"})
    desk = Desk(project.path, session="second")
    assert desk.stop() == {}, "another session's run"
    project.fanout("resume", env={"CLAUDE_CODE_SESSION_ID": "second"})
    assert "brief demo-1/a" in context(desk.stop())


def test_what_fanout_marked_itself_is_no_change(project: Project) -> None:
    project.write(
        {
            ".tmp/tasks/demo/task.json": {"id": "demo", "name": "Demo", "status": "active", "subtask_count": 1},
            ".tmp/tasks/demo/subtask_01.json": {"id": "demo-01", "seq": "01", "title": "One", "status": "pending"},
        }
    )
    project.fanout("start", "demo")
    assert project.fanout("done", "demo-1/01").code == 0
    marked = json.loads((project.path / ".tmp/tasks/demo/subtask_01.json").read_text())
    assert marked["status"] == "completed"
    assert "has changed" not in project.fanout("resume").out


def test_of_what_was_lost_only_what_was_changed_is_half_done(project: Project) -> None:
    tasks = [{"id": name, "writes": [f"{name}.txt"]} for name in "ab"]
    project.write({"tasks.json": {"id": "demo", "tasks": tasks}})
    project.fanout("start", "tasks.json")
    desk = Desk(project.path).join("demo-1")
    desk.launch("a")
    desk.launch("b")
    for name in "ab":
        assert project.fanout("release", f"demo-1/{name}").code == 0
    said = project.fanout("resume").out
    assert "Lost with their agents, to be done again: a, b. Nothing is half done." in said
    desk.launch("a", agent="again")
    desk.do("again", "a.txt", "half\n")
    assert project.fanout("release", "demo-1/a").code == 0
    said = project.fanout("resume").out
    assert "to be done again: a, b. What is half done: `fanout diff demo-1/a`." in said
