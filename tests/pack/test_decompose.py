"""/spec:decompose and /task-breakdown: an agent writes the files, commands check them, the parent reads ten lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from client.plugin import with_plugin
from pack.stage import Director, asks, launches
from project import Project
from scale import few

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.script import Cast
from fanout.client.session import Session

Start = Callable[..., Session]
MAY_WRITE = {"permissions": {"allow": ["Write", "Edit", "Bash(fanout:*)"]}}
LIST = {
    "id": "greeting",
    "context_files": ["specs/greeting/context.md"],
    "tasks": [
        {"id": "01", "title": "Hello", "writes": ["src/hello.js"], "accept": [{"command": "test -f src/hello.js"}]},
        {"id": "02", "title": "Bye", "writes": ["src/bye.js"], "accept": [{"command": "test -f src/bye.js"}]},
        {"id": "03", "title": "Index", "writes": ["src/index.js"], "depends_on": ["01", "02"]},
    ],
}
SUBTASK = {
    "id": "greeting-01",
    "seq": "01",
    "title": "Hello",
    "status": "pending",
    "depends_on": [],
    "parallel": True,
    "acceptance_criteria": ["Says hello"],
    "deliverables": ["src/hello.js"],
}
TASK = {
    "id": "greeting",
    "name": "Greeting",
    "status": "active",
    "objective": "Greet",
    "subtask_count": 1,
    "completed_count": 0,
    "created_at": "2026-01-01T00:00:00Z",
}


class Analyst:
    """Writes files, then says its ten lines."""

    def __init__(self, project: Path, files: Mapping[str, object]) -> None:
        self.calls = tuple(
            ToolCall("Write", {"file_path": str(project / name), "content": json.dumps(data, indent=2)})
            for name, data in files.items()
        )

    def __call__(self, conversation: Conversation) -> Reply:
        return Reply("3 tasks, 2 start at once.") if conversation.calls else Reply("", self.calls)


def bash(command: str) -> ToolCall:
    return ToolCall("Bash", {"command": command, "description": "check"})


def play(
    start: Start,
    project: Path,
    typed: str,
    files: Mapping[str, object],
    then: Sequence[ToolCall],
    mode: str = "acceptEdits",
) -> Session:
    director = Director([[asks("spec:task-analyst", "Spec: greet. Write the file.")], then])
    session = with_plugin(start, Cast(director, Analyst(project, files)), settings=MAY_WRITE, permission_mode=mode)
    result = session.print_mode(typed)
    assert result.exit_code == 0 and result.text == "Done.", result.text + result.stderr
    assert launches(session) == [["spec:task-analyst"]]
    return session


def printed(session: Session) -> str:
    """What the commands of the main conversation printed."""
    talk = session.record.of("main")[-1].conversation
    assert talk is not None
    return "\n".join(result.text for result in talk.all_results)


@pytest.mark.parametrize("mode", few(["default", "acceptEdits", "bypassPermissions"], 1))
def test_the_analysts_file_is_planned_without_being_read(start: Start, tmp_path: Path, mode: str) -> None:
    file = "specs/greeting/tasks.json"
    session = play(
        start,
        tmp_path / "project",
        "/spec:decompose greet",
        {file: LIST},
        [bash(f"fanout check {file}"), bash(f"fanout plan {file}")],
        mode,
    )
    assert "pass  No shared writes" in printed(session) and "3 tasks, up to 2 agents at once (limit 5)" in printed(
        session
    )
    asked = str([exchange.body for exchange in session.record.of("main")])
    assert "test -f src/hello.js" not in asked
    planned = Project(tmp_path / "project").fanout("plan", "--json", file).data
    assert planned["batches"] == [["01", "02"], ["03"]]


def test_a_breakdown_ends_in_the_other_layout(start: Start, tmp_path: Path) -> None:
    folder = ".tmp/tasks/greeting"
    files = {f"{folder}/task.json": TASK, f"{folder}/subtask_01.json": SUBTASK}
    then = [bash("fanout tasks validate greeting"), bash("fanout plan greeting")]
    session = play(start, tmp_path / "project", "/task-breakdown greeting", files, then, "bypassPermissions")
    assert "All checks passed" in printed(session)
    assert Project(tmp_path / "project").fanout("plan", "--json", "greeting").data["batches"] == [["01"]]
