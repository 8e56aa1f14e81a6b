"""/clear typed while agents run: another conversation begins, the agents work on, and nothing that runs is released."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Orchestrator, Worker
from fanout.client.session import READY, Session
from fanout.hooks.hook_call import mapping

TASKS = [
    {"id": "01", "title": "One", "writes": ["one.txt"], "accept": [{"command": "grep -q first one.txt"}]},
    {"id": "02", "title": "Two", "writes": ["two.txt"], "accept": [{"command": "grep -q second two.txt"}]},
    {"id": "03", "title": "Three", "writes": ["three.txt"], "depends_on": ["01", "02"]},
]


def steps(path: str, text: str) -> list[dict[str, object]]:
    return [
        {"mark": f"{path} began"},
        {"after": "cleared"},
        {"write": path, "content": text},
        {"done": f"wrote {path}"},
    ]


def launched(session: Session) -> list[str]:
    calls = session.hook_calls("PreToolUse")
    return sorted(str(mapping(call.input, "tool_input")["description"]) for call in calls if call.tool == "Agent")


def test_agents_that_outlive_a_clear_end_done_and_nothing_starts_twice(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write({"tasks.json": {"schema_version": 1, "id": "clear", "tasks": TASKS}})
    worker = Worker.from_table({"01": steps("one.txt", "first\n"), "02": steps("two.txt", "second\n")})
    session = with_plugin(start, Cast(Orchestrator(text="Off they go."), worker), permission_mode="bypassPermissions")
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("/spec:execute tasks.json")
        terminal.wait_until(lambda: len(session.hook_calls("SubagentStart")) == 2, "both agents run")
        terminal.wait_for(r"Off they go\.")
        terminal.wait_until(lambda: bool(session.hook_calls("Stop")), "the turn ends")
        terminal.send("/clear")
        terminal.wait_until(lambda: len(session.hook_calls("SessionStart")) == 2, "another conversation begins")
        running = json.loads(project.fanout("status", "clear-1", "--json").out)["data"]
        worker.mark("cleared")
        terminal.wait_until(lambda: len(session.hook_calls("SubagentStop")) == 3, "all three agents have ended")
        terminal.wait_until(lambda: _is_over(project), "the run is over")
        terminal.send("/exit")
        assert terminal.wait_end() == 0
    assert [call.input["reason"] for call in session.hook_calls("SessionEnd")] == ["clear", "prompt_input_exit"]
    assert [call.input["source"] for call in session.hook_calls("SessionStart")] == ["startup", "clear"]
    sessions = [str(call.input["session_id"]) for call in session.hook_calls("SessionStart")]
    assert sessions[0] != sessions[1], "the new conversation has another id"
    late = [str(call.input["session_id"]) for call in session.hook_calls("SubagentStop")]
    assert set(late) == {sessions[1]}, "and so have the agents of the old one from then on"
    assert {task["id"]: task["state"] for task in running["tasks"]} == {
        "01": "running",
        "02": "running",
        "03": "pending",
    }
    assert (project.path / "one.txt").read_text() == "first\n" and (project.path / "two.txt").read_text() == "second\n"
    assert {task["state"] for task in _report(project)["tasks"]} == {"done"}
    assert len(launched(session)) == 3, "no task was launched twice"


def _report(project: Project) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(project.fanout("report", "clear-1", "--json").out)["data"]
    return data


def _is_over(project: Project) -> bool:
    return all(task["state"] == "done" for task in _report(project)["tasks"])
