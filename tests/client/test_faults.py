"""Agents that lie, and an API that is too busy."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from client.plugin import Start, with_plugin
from project import Project

from fanout.client.conversation import OVERLOADED, RATE_LIMITED, Conversation, Failure, Reply, ToolCall
from fanout.client.script import Cast, Flaky, Worker

TASKS = [
    {"id": "nothing", "writes": ["nothing.txt"]},
    {"id": "elsewhere", "writes": ["here.txt"]},
    {"id": "deletes", "writes": ["src.txt", "tests/"], "accept": [{"command": "test -f tests/test.txt"}]},
    {"id": "breaks", "writes": ["breaks.txt"], "accept": [{"command": "grep -q right breaks.txt"}]},
    {"id": "honest", "writes": ["honest.txt"], "accept": [{"command": "grep -q right honest.txt"}]},
]
LIARS: dict[str, object] = {
    "nothing": [{"done": "wrote it"}, {"done": "really"}, {"done": "really, really"}],
    "elsewhere": [
        {"write": "there.txt", "content": "x\n"},
        {"done": "wrote it"},
        {"done": "yes"},
        {"done": "yes, yes"},
    ],
    "deletes": [
        {"bash": "rm tests/test.txt"},
        {"write": "src.txt", "content": "x\n"},
        {"done": "all tests pass"},
        {"done": "they do"},
        {"done": "they all do"},
    ],
    "breaks": [
        {"write": "breaks.txt", "content": "wrong\n"},
        {"done": "it is right"},
        {"write": "breaks.txt", "content": "right\n"},
        {"done": "now it is right"},
    ],
    "honest": [{"write": "honest.txt", "content": "right\n"}, {"done": "it is right"}],
}


def facts(project: Project) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(project.fanout("report", "--json").out)["data"]
    return data


def test_every_lie_is_caught_and_no_honest_agent_is_sent_back(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write({"tests/test.txt": "a test\n", "tasks.json": {"schema_version": 1, "id": "lies", "tasks": TASKS}})
    session = with_plugin(start, Cast(agent=Worker.from_table(LIARS)), permission_mode="bypassPermissions")
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    found = facts(project)
    states = {task["id"]: (task["state"], task["bounces"]) for task in found["tasks"]}
    assert states == {
        "nothing": ("failed", 2),
        "elsewhere": ("failed", 2),
        "deletes": ("failed", 2),
        "breaks": ("done", 1),
        "honest": ("done", 0),
    }


def test_rate_limits_and_overloads_are_waited_out(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": f"{n:02}", "writes": [f"{n:02}.txt"]} for n in range(1, 4)]
    project.write({"tasks.json": {"schema_version": 1, "id": "busy", "tasks": tasks}})
    model = Flaky(Cast(), [RATE_LIMITED, OVERLOADED])
    session = with_plugin(start, model, permission_mode="acceptEdits")
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    found = facts(project)
    assert [(task["state"], task["attempts"]) for task in found["tasks"]] == [("done", 1)] * 3


class Busy:
    """The agents' first requests fail for good, so many of them; then the cast plays on."""

    def __init__(self, cast: Cast, failures: int) -> None:
        self.cast = cast
        self.left = failures
        self.lock = threading.Lock()

    def __call__(self, conversation: Conversation) -> Reply:
        if conversation.kind == "agent":
            with self.lock:
                if self.left:
                    self.left -= 1
                    return Reply("", failure=OVERLOADED)
        return self.cast(conversation)


def test_an_agent_lost_to_an_overload_is_launched_again(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": f"{n:02}", "writes": [f"{n:02}.txt"]} for n in range(1, 4)]
    project.write({"tasks.json": {"schema_version": 1, "id": "busy", "tasks": tasks}})
    session = with_plugin(start, Busy(Cast(), 2), permission_mode="acceptEdits", env={"CLAUDE_CODE_MAX_RETRIES": "0"})
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    found = facts(project)
    assert [task["state"] for task in found["tasks"]] == ["done"] * 3
    for task in ("01", "02", "03"):
        assert (project.path / f"{task}.txt").read_text() == f"{task}.txt by {task}\n"


TOO_LONG = Failure(400, "invalid_request_error", "prompt is too long: 213450 tokens > 200000 maximum")


def crowded(project: Path, times: int) -> Cast:
    """Agents that write one file, whose context is then full so often, and that then write the other."""
    met: dict[str, int] = {}

    def write(name: str) -> Reply:
        return Reply("", (ToolCall("Write", {"file_path": str(project / name), "content": f"{name}\n"}),))

    def agent(conversation: Conversation) -> Reply:
        key = conversation.key
        if key not in met:
            met[key] = 0
            return write("first.txt")
        if met[key] < times:
            met[key] += 1
            return Reply("", failure=TOO_LONG)
        if "second.txt" not in str(conversation.calls):
            return write("second.txt")
        told = "fanout brief crowd-1/one" in conversation.fresh_text
        return Reply(f"DONE|one|{'was told of the compaction' if told else 'was told nothing'}")

    return Cast(agent=agent)


@pytest.mark.parametrize(
    ("times", "state", "outcome"),
    [
        (1, "done", "was told of the compaction"),
        (99, "failed", "partial: its agent ran out of context; it had written"),
    ],
)
def test_a_context_that_fills_up(start: Start, tmp_path: Path, times: int, state: str, outcome: str) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": "one", "writes": ["first.txt", "second.txt"]}]
    project.write({"tasks.json": {"schema_version": 1, "id": "crowd", "tasks": tasks}})
    session = with_plugin(start, crowded(tmp_path / "project", times), permission_mode="bypassPermissions")
    session.print_mode("/spec:execute tasks.json")
    [task] = facts(project)["tasks"]
    assert task["state"] == state and task["outcome"].startswith(outcome)
