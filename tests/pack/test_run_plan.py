"""The workflow run-plan in the client's own runtime: order, slots, and what a blocked task holds back."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from client.plugin import with_plugin
from pack.stage import Director
from project import Project

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.script import Cast
from fanout.client.session import Session

Start = Callable[..., Session]
TASKS = {
    "max_parallel": 2,
    "tasks": [
        {"id": "a", "title": "A", "writes": ["src/a.js"]},
        {"id": "b", "title": "B", "writes": ["src/shared.js"]},
        {"id": "c", "title": "C", "writes": ["src/shared.js"]},
        {"id": "d", "title": "D", "writes": ["src/d.js"], "depends_on": ["a"]},
    ],
}


@dataclass
class Hands:
    """The workflow's agents: one runs fanout and answers with the plan, the others work. Keeps what ran when."""

    blocked: str = ""
    log: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, conversation: Conversation) -> Reply:
        if "rolling_order" in conversation.brief:
            return self.planner(conversation)
        found = re.search(r"Do task (\w+) \(", conversation.brief)
        assert found, conversation.brief
        with self._lock:
            self.log.append(f"{'-' if conversation.calls else '+'}{found[1]}")
        if not conversation.calls:
            return Reply("", (ToolCall("Bash", {"command": "true", "description": "work"}),), delay=0.2)
        state = "blocked" if found[1] == self.blocked else "done"
        return Reply("", (ToolCall("StructuredOutput", {"state": state, "summary": f"{found[1]} {state}"}),))

    def planner(self, conversation: Conversation) -> Reply:
        if not conversation.calls:
            return Reply("", (ToolCall("Bash", {"command": "fanout plan tasks.json --json", "description": "plan"}),))
        plan = json.loads(next(r.text for r in conversation.all_results if r.name == "Bash"))["data"]
        after: dict[str, list[str]] = {task: [] for task in plan["rolling_order"]}
        after["d"].append("a")
        for hazard in plan["hazards"]:
            if waits := re.fullmatch(r"(\w+) waits for (\w+)", hazard["resolution"]):
                after[waits[1]].append(waits[2])
        tasks = [{"id": task, "title": task.upper(), "after": after[task]} for task in plan["rolling_order"]]
        return Reply("", (ToolCall("StructuredOutput", {"slots": 2, "tasks": tasks}),))


def play(start: Start, tmp_path: Path, hands: Hands, args: object) -> tuple[Session, dict[str, Any]]:
    Project(tmp_path / "project").write({"tasks.json": TASKS})
    director = Director([[ToolCall("Workflow", {"name": "spec:run-plan", "args": args})]])
    session = with_plugin(start, Cast(director, hands), permission_mode="bypassPermissions")
    result = session.print_mode("use the workflow run-plan on tasks.json")
    assert result.exit_code == 0, result.stderr
    told = json.dumps([exchange.body for exchange in session.record.of("main")][-1])
    found = re.search(r"<result>(.*?)</result>", json.loads(f'"{told_text(told)}"'))
    return session, json.loads(found[1]) if found else {}


def told_text(told: str) -> str:
    """The part of a request that holds the notification, still escaped as JSON text."""
    start = told.index("<task-notification>")
    return told[start : told.index("</task-notification>", start)]


@pytest.mark.parametrize("args", ["tasks.json", {"source": "tasks.json", "max_parallel": 2}], ids=["text", "object"])
def test_every_task_starts_when_what_it_waits_for_is_done(start: Start, tmp_path: Path, args: object) -> None:
    hands = Hands()
    _, result = play(start, tmp_path, hands, args)
    assert sorted(result.pop("done")) == ["a", "b", "c", "d"] and result == {"open": [], "why": {}}
    place = {event: number for number, event in enumerate(hands.log) if event.startswith("+")}
    ended = {event[1:]: number for number, event in enumerate(hands.log) if event.startswith("-")}
    assert ended["a"] < place["+d"]
    first, second = sorted("bc", key=lambda task: place[f"+{task}"])
    assert ended[first] < place[f"+{second}"]


def test_never_more_agents_than_slots(start: Start, tmp_path: Path) -> None:
    hands = Hands()
    play(start, tmp_path, hands, {"source": "tasks.json", "max_parallel": 1})
    assert len(hands.log) == 8
    assert all(
        one[0] == "+" and other == f"-{one[1:]}" for one, other in zip(hands.log[::2], hands.log[1::2], strict=True)
    )


def test_a_blocked_task_holds_back_its_dependents_only(start: Start, tmp_path: Path) -> None:
    hands = Hands(blocked="a")
    _, result = play(start, tmp_path, hands, "tasks.json")
    assert sorted(result["done"]) == ["b", "c"] and sorted(result["open"]) == ["a", "d"]
    assert result["why"] == {"a": "a blocked", "d": "waits for a"}


def test_a_source_that_could_be_a_command_is_refused(start: Start, tmp_path: Path) -> None:
    hands = Hands()
    session, _ = play(start, tmp_path, hands, {"source": "x; rm -rf ."})
    assert hands.log == [] and "a path without spaces" in str([e.body for e in session.record.of("main")])
