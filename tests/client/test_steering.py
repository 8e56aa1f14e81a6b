"""Words typed during a run: a model that knows only what it is told finds the verb, and a stop is followed by no launch."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from client.plugin import Start, with_plugin
from client.test_execute import MAY_WRITE
from client.test_plain_words import bash, everything
from project import Project

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.orchestrator import Orchestrator
from fanout.client.script import Cast, Worker
from fanout.client.session import READY, Session
from fanout.client.terminal import Terminal
from fanout.hooks.hook_call import mapping

TASKS = [{"id": f"0{number}", "title": f"Number {number}", "writes": [f"{number}.txt"]} for number in range(1, 5)]
PAUSE = re.compile(r"stop or hold everything `(fanout pause [^`]+)`")
GO_ON = re.compile(r"go on `(fanout go [^`]+)`")
STORY_SECONDS = 6.0
STILL = re.compile(r"Still running: ([^;]+); TaskStop with the id")


@dataclass
class Obedient:
    """Does what the user says by the means that the texts name."""

    otherwise: Orchestrator = field(default_factory=Orchestrator)

    def __call__(self, conversation: Conversation) -> Reply:
        known, typed = everything(conversation), conversation.typed
        if "stop everything" in typed:
            found = PAUSE.search(known)
            return bash(found[1]) if found else Reply("I know of no way to stop it.")
        if "look at the logs" in typed and not conversation.results:
            return bash(SLOW)
        if "a story" in typed and not conversation.results:
            return Reply("Once upon a time.", delay=STORY_SECONDS)
        if "continue" in typed:
            return bash(GO_ON.findall(known)[-1])
        result = conversation.results[-1] if conversation.results else None
        if result and str(result.input.get("command", "")).startswith("fanout pause"):
            ids = re.findall(r"\((\w+)\)", next(iter(STILL.findall(result.text)), ""))
            return Reply("", tuple(ToolCall("TaskStop", {"task_id": name}) for name in ids))
        return Reply("All stopped.") if result and result.name == "TaskStop" else self.otherwise(conversation)


def launched(session: Session) -> list[str]:
    calls = session.hook_calls("PreToolUse")
    return sorted(str(mapping(call.input, "tool_input")["description"])[:2] for call in calls if call.tool == "Agent")


def four_tasks(start: Start, tmp_path: Path, *may: str, thinks: float = 0.0) -> tuple[Project, Worker, Session]:
    """Two at a time; an agent works until it is told to go on. `thinks`: seconds before the model sends a launch."""
    project = Project(tmp_path / "project")
    project.write({"tasks.json": {"schema_version": 1, "id": "four", "max_parallel": 2, "tasks": TASKS}})
    steps: list[dict[str, object]] = [{"mark": "began"}, {"after": "continued"}, {"declared": True}, {"done": "made"}]
    worker = Worker.from_table({"*": steps})
    session = with_plugin(
        start,
        Cast(Obedient(Orchestrator(delay=thinks)), worker),
        settings={"permissions": {"allow": [*MAY_WRITE["permissions"]["allow"], *may]}},
    )
    return project, worker, session


def until_two_work(terminal: Terminal, session: Session) -> None:
    terminal.wait_for(READY)
    terminal.send("/spec:execute tasks.json")
    terminal.wait_until(lambda: len(session.hook_calls("SubagentStart")) == 2, "both agents run")
    terminal.wait_until(lambda: bool(session.hook_calls("Stop")), "the turn ends")


def test_stop_everything_and_continue(start: Start, tmp_path: Path) -> None:
    project, worker, session = four_tasks(start, tmp_path)
    with session.interactive() as terminal:
        until_two_work(terminal, session)
        terminal.send("stop everything")
        terminal.wait_for(r"All stopped\.")
        terminal.wait_until(lambda: stopped(session) == 2, "both were stopped")
        before = launched(session)
        states = [task["state"] for task in json.loads(project.fanout("status", "--json").out)["data"]["tasks"]]
        terminal.wait_until(lambda: len(session.hook_calls("Stop")) >= 2, "the turn ends")
        assert launched(session) == before == ["01", "02"], "nothing starts behind a stop"
        assert states == ["pending"] * 4
        worker.mark("continued")
        terminal.send("continue")
        terminal.wait_until(lambda: "4 of 4 done" in project.fanout("report").out, "the run is over")
    assert session.hook_calls("PermissionRequest") == []
    assert launched(session) == ["01", "01", "02", "02", "03", "04"]


def test_the_clients_key_stops_all(start: Start, tmp_path: Path) -> None:
    """The client ends every background agent and tells their descriptions alone: the run is paused, and goes on by a word."""
    project, _, session = four_tasks(start, tmp_path)
    with session.interactive() as terminal:
        until_two_work(terminal, session)
        for _ in range(2):
            terminal.write("\x18\x0b")
            time.sleep(1)
        terminal.wait_until(lambda: "paused" in project.fanout("status").out, "the run is paused")
        states = [task["state"] for task in json.loads(project.fanout("status", "--json").out)["data"]["tasks"]]
        assert states == ["pending"] * 4
        assert launched(session) == ["01", "02"], "nothing starts behind a stop"
        assert "Send exactly these 2 Agent calls now" in project.fanout("go").out


SLOW = "python3 -c 'import time; time.sleep(60)'"


def test_after_an_interruption_nothing_is_launched_before_the_user_speaks(start: Start, tmp_path: Path) -> None:
    project, worker, session = four_tasks(start, tmp_path, "Bash(python3:*)")
    with session.interactive() as terminal:
        until_two_work(terminal, session)
        terminal.send("look at the logs")
        terminal.wait_until(
            lambda: any(SLOW in str(call.input) for call in session.hook_calls("PreToolUse")), "it looks"
        )
        terminal.write("\x1b")
        terminal.wait_for("Interrupted")
        worker.mark("continued")
        terminal.wait_until(lambda: ends(session) == 2, "both ends are told")
        terminal.wait_until(lambda: len(session.hook_calls("Stop")) >= 2, "the turn ends")
        assert launched(session) == ["01", "02"], "nothing starts before the user speaks"
        assert "2 of 4 done" in project.fanout("status").out
        terminal.send("continue")
        terminal.wait_until(lambda: "4 of 4 done" in project.fanout("report").out, "the run is over")
    assert launched(session) == ["01", "02", "03", "04"]


def test_a_turn_that_ends_while_a_notification_waits_is_handed_nothing(start: Start, tmp_path: Path) -> None:
    """What the Stop hook says stands on the user's screen, and the notification, which comes right after, says the same."""
    project, worker, session = four_tasks(start, tmp_path)
    with session.interactive() as terminal:
        until_two_work(terminal, session)
        terminal.send("tell me a story")
        terminal.wait_until(lambda: len(session.record.of("main")) >= 3, "the model is asked")
        worker.mark("continued")
        terminal.wait_until(lambda: queued(session) == 2, "both ends wait for the turn's")
        terminal.wait_until(lambda: "4 of 4 done" in project.fanout("report").out, "the run is over")
    assert launched(session) == ["01", "02", "03", "04"]
    said = [entry["attachment"] for entry in entries(session) if entry.get("type") == "attachment"]
    by_stop = [one for one in said if one["type"] == "hook_additional_context" and one["hookName"] == "Stop"]
    assert "launch" not in json.dumps(by_stop)
    told = [one for one in said if one["type"] == "hook_additional_context" and one["hookName"] == "UserPromptSubmit"]
    assert json.dumps(told).count("Send exactly") == 1


def test_a_turn_that_ends_while_words_wait_is_handed_nothing(start: Start, tmp_path: Path) -> None:
    """The client gives the end of an agent, then, in a turn of its own, what the user typed behind it: launched between the
    two it would be behind their back."""
    project, worker, session = four_tasks(start, tmp_path)
    with session.interactive() as terminal:
        until_two_work(terminal, session)
        terminal.send("tell me a story")
        terminal.wait_until(lambda: len(session.record.of("main")) >= 3, "the model is asked")
        worker.mark("continued")
        terminal.wait_until(lambda: queued(session) == 2, "both ends wait for the turn's")
        terminal.send("stop everything")
        terminal.wait_until(lambda: "paused" in project.fanout("status").out, "the words are heard")
    assert launched(session) == ["01", "02"]


def test_a_launch_that_was_on_its_way_as_the_user_typed_is_held_back(start: Start, tmp_path: Path) -> None:
    project, worker, session = four_tasks(start, tmp_path, thinks=4.0)
    with session.interactive() as terminal:
        until_two_work(terminal, session)
        asked = len(session.record.of("main"))
        worker.mark("continued")
        terminal.wait_until(lambda: len(session.record.of("main")) > asked, "the model is told of an end")
        terminal.send("stop everything")
        terminal.wait_until(lambda: "paused" in project.fanout("status").out, "the words are heard")
    calls = [call for call in session.hook_calls("PreToolUse") if call.tool == "Agent"]
    assert len(calls) > 2 and len(session.hook_calls("SubagentStart")) == 2
    assert "the user has typed something since" in json.dumps(entries(session))


def entries(session: Session) -> list[dict[str, Any]]:
    """The client's record of the main conversation."""
    [file] = session.home.glob(".claude/projects/*/*.jsonl")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.endswith("}")]


def queued(session: Session) -> int:
    """How many ends of agents were put into the client's queue."""
    found = [entry for entry in entries(session) if entry.get("type") == "queue-operation"]
    return sum(1 for entry in found if entry["operation"] == "enqueue" and "<task-notification>" in entry["content"])


def ends(session: Session) -> int:
    return sum(
        1 for call in session.hook_calls("UserPromptSubmit") if "<task-notification>" in str(call.input["prompt"])
    )


def stopped(session: Session) -> int:
    return sum(1 for call in session.hook_calls("PostToolUse") if call.tool == "TaskStop")
