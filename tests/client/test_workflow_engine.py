"""The workflow engine: agents of the client's own runtime, bound to tasks by their label, judged at StructuredOutput."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from client.plugin import with_plugin
from project import Project
from scale import WHOLE

from fanout.client.conversation import FOREVER, Conversation, Failure, Reply, ToolCall
from fanout.client.script import Cast
from fanout.client.session import Session
from fanout.run.store.db import connect
from fanout.run.tasks import tasks

Start = Callable[..., Session]
CALL = re.compile(r"Call the Workflow tool once now.*?```json\n(.*?)\n```", re.DOTALL)
DIES = Failure(400, "invalid_request_error", "scripted")


@dataclass
class Hands:
    """Every agent of the workflow: reads its brief, writes what that declares, ends with its output.

    `falsely`: tasks that say done once before they write; `dead`: whose agent dies at its first request, once; `hung`: it
    never answers.
    """

    falsely: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    hung: tuple[str, ...] = ()
    log: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, conversation: Conversation) -> Reply:
        if asked := re.search(r'state "asked" and summary "([^"]+)"', conversation.brief):
            return _says("asked", asked[1])
        found = re.search(r"Run `fanout brief (\S+?)/(\S+?)` and follow it", conversation.brief)
        assert found, conversation.brief
        return self._work(conversation, found[1], found[2])

    def _work(self, conversation: Conversation, run: str, task: str) -> Reply:
        made = [call.name for call in conversation.calls.values()]
        if not made:
            if task in self.hung:
                return Reply(delay=FOREVER)
            with self._lock:
                is_first, self.log = f"+{task}" not in self.log, [*self.log, f"+{task}"]
            if task in self.dead and is_first:
                return Reply(failure=DIES)
            return Reply("", (ToolCall("Bash", {"command": f"fanout brief {run}/{task}", "description": "brief"}),))
        with self._lock:
            self.told += [result.text for result in conversation.results if result.is_error]
        if task in self.falsely and "StructuredOutput" not in made:
            return _says("done", "all of it")
        if "Write" not in made:
            brief = next(result.text for result in conversation.all_results if result.name == "Bash")
            assert "call StructuredOutput: state" in brief, brief
            writes = re.findall(r"`([^`]+)`", re.search(r"Write only: (.*)", brief)[1])  # type: ignore[index]
            cwd = conversation.cwd
            return Reply("", tuple(ToolCall("Write", {"file_path": f"{cwd}/{w}", "content": task}) for w in writes))
        with self._lock:
            self.log.append(f"-{task}")
        return _says("done", f"wrote it for {task}")


def _says(state: str, summary: str) -> Reply:
    return Reply("", (ToolCall("StructuredOutput", {"state": state, "summary": summary}),))


def lead(conversation: Conversation) -> Reply:
    """The main conversation: makes the call that `fanout` printed, once for each print."""
    printed = CALL.findall("\n".join(result.text for result in conversation.all_results))
    printed += CALL.findall(conversation.typed)
    made = [call for call in conversation.calls.values() if call.name == "Workflow"]
    if not conversation.calls:
        return Reply(
            "", (ToolCall("Bash", {"command": conversation.typed.strip(), "description": "as the user says"}),)
        )
    if len(made) < len(printed):
        return Reply("", (ToolCall("Workflow", json.loads(printed[len(made)])),))
    return Reply("Under way.")


def play(start: Start, path: Path, hands: Hands, list_: Mapping[str, Any], words: str = "", **options: Any) -> Session:
    if list_:
        Project(path).write({"plan.json": {"schema_version": 1, "id": "r", **list_}})
    session = with_plugin(start, Cast(lead, hands), permission_mode="bypassPermissions", **options)
    result = session.print_mode(words or "fanout start plan.json --engine workflow")
    assert result.exit_code == 0, result.stderr
    return session


def states(path: Path) -> dict[str, str]:
    db = connect(str(path))
    found: dict[str, str] = {task.id: task.state for task in tasks.all_of(db, "r-1")}
    db.close()
    return found


COUNTS = (10, 100) if WHOLE else (10, 16)
MOST_SECONDS = 900.0  # only for a client that hangs
LINKED = 100 if WHOLE else 10


def linked(count: int) -> dict[str, Any]:
    """Every fourth task needs the one before it, and every fifth writes a file that others write too."""
    made = []
    for n in range(count):
        writes = ["shared.txt"] if n % 5 == 4 else [f"{n}.txt"]
        made.append({"id": f"t{n}", "writes": writes, "depends_on": [f"t{n - 1}"] if n % 4 == 3 else []})
    return {"max_parallel": 8, "tasks": made}


def test_every_task_once_in_its_order_and_no_two_that_conflict_at_once(start: Start, tmp_path: Path) -> None:
    project, hands = tmp_path / "project", Hands(falsely=("t2",))
    session = play(start, project, hands, linked(LINKED), timeout=MOST_SECONDS)
    assert set(states(project).values()) == {"done"}
    begun = [event[1:] for event in hands.log if event.startswith("+")]
    assert sorted(begun) == sorted(f"t{n}" for n in range(LINKED))
    shared = {f"t{n}" for n in range(4, LINKED, 5)}
    at_once: set[str] = set()
    for event in hands.log:
        if event[1:] in shared:
            at_once ^= {event[1:]}
            assert len(at_once) <= 1
    for n in range(3, LINKED, 4):
        assert hands.log.index(f"-t{n - 1}") < hands.log.index(f"+t{n}")
    assert any("t2 is not done: 2.txt was to be written and is not there" in text for text in hands.told)
    report = Project(project).fanout("report", "r-1", env={"HOME": str(session.home)}).out
    assert "t2: 2.txt was to be written" in report


def test_an_agent_that_dies_stops_nothing_else(start: Start, tmp_path: Path) -> None:
    project, hands = tmp_path / "project", Hands(dead=("a",))
    list_ = {
        "max_parallel": 1,
        "tasks": [{"id": "a", "writes": ["a.txt"]}, {"id": "b", "writes": ["b.txt"]}],
    }
    play(start, project, hands, list_)
    assert states(project) == {"a": "done", "b": "done"}
    assert [event for event in hands.log if event == "+a"] == ["+a", "+a"]


def test_after_a_kill_a_fresh_session_goes_on_and_redoes_nothing(start: Start, tmp_path: Path) -> None:
    project = tmp_path / "project"
    list_ = {
        "tasks": [
            {"id": "a", "writes": ["a.txt"]},
            {"id": "b", "writes": ["b.txt"]},
            {"id": "c", "writes": ["c.txt"], "depends_on": ["a"]},
        ]
    }
    Project(project).write({"plan.json": {"schema_version": 1, "id": "r", **list_}})
    hung = Hands(hung=("b",))
    session = with_plugin(start, Cast(lead, hung), permission_mode="bypassPermissions")
    playing = threading.Thread(target=session.print_mode, args=("fanout start plan.json --engine workflow",))
    playing.start()
    assert session.wait_for_hooks(lambda calls: sum(call.tool == "StructuredOutput" for call in calls) >= 2)
    session.close()
    playing.join()
    assert states(project)["a"] == "done"
    hands = Hands()
    play(start, project, hands, {}, "fanout resume r-1")
    assert states(project) == {"a": "done", "b": "done", "c": "done"}
    assert "+a" not in hands.log


def test_the_main_conversation_carries_no_more_than_the_first_call(start: Start, tmp_path: Path) -> None:
    project = tmp_path / "project"
    grown = []
    for count in COUNTS:
        folder = project / str(count)
        folder.mkdir()
        session = play(start, folder, Hands(), linked(count), project=folder, timeout=MOST_SECONDS)
        grown.append(max(len(json.dumps(one.body)) for one in session.record.of("main")))
        assert len(states(folder)) == count
    assert grown[1] - grown[0] < 60 * (COUNTS[1] - COUNTS[0])


@pytest.mark.parametrize("given", ["tasks.json", {"run": "r-1"}, None], ids=["a source", "no first", "nothing"])
def test_without_its_input_it_says_where_that_comes_from(start: Start, tmp_path: Path, given: object) -> None:
    def main(conversation: Conversation) -> Reply:
        call = ToolCall("Workflow", {"name": "spec:run-plan", **({"args": given} if given else {})})
        return Reply("done") if conversation.calls else Reply("", (call,))

    session = with_plugin(start, Cast(main, Hands()), permission_mode="bypassPermissions")
    session.print_mode("go")
    said = json.dumps([exchange.body for exchange in session.record.of("main")][-1])
    assert "fanout start SOURCE --engine workflow" in said or "is not valid JSON" in said
