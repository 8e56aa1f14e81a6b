"""Agent teams of the client: the same guard, and the same plan, for teammates."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from client.plugin import FILES, Start, example, with_plugin
from project import Project

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.script import Cast, Orchestrator, Rules, Worker
from fanout.client.session import READY, Session
from fanout.run.agents import team

FLAG = {team.FLAG: "1"}
NAMES = ["ann", "bob"]


def begin(start: Start, model: object, mode: str = "in-process", **options: Any) -> Session:
    settings = {"teammateMode": mode}
    return with_plugin(start, model, permission_mode="bypassPermissions", settings=settings, env=FLAG, **options)


def launch(name: str) -> ToolCall:
    given = {"description": f"as {name}", "prompt": f"# Task {name}: work", "subagent_type": "general-purpose"}
    return ToolCall("Agent", {**given, "name": name})


def message(name: str) -> ToolCall:
    return ToolCall("SendMessage", {"to": name, "summary": "go on", "message": "The second part, please."})


def as_team(calls: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """What Claude does when the user wants the run as a team: every call of a launch block gets a name."""
    return [[{**call, "name": f"mate-{str(call['description']).split()[0]}"} for call in calls]]


def idle(session: Session) -> list[str]:
    return sorted(call.agent for call in session.hook_calls("TeammateIdle"))


def is_live(project: Path) -> bool:
    return (project / ".fanout" / "live").exists()


def told_over(session: Session) -> bool:
    return any("The run is over" in str(exchange.body) for exchange in session.record.of("main"))


def commit(project: Path) -> None:
    identity = ["-c", "user.email=dev@example.org", "-c", "user.name=Dev"]
    for args in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run(["git", *identity, *args], cwd=project, check=True)


def test_teammates_without_a_plan_are_guarded_also_when_a_message_wakes_them(start: Start, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "notes.md").write_text("committed\n")
    commit(project)
    table = {
        "ann": [
            {"mark": "ann began"},
            {"after": "bob began"},
            {"bash": "echo ann > notes.md"},
            {"mark": "ann wrote"},
            {"after": "bob tried"},
            {"done": "wrote"},
            {"write": "more.md", "content": "ann\n"},
            {"mark": "ann wrote more"},
            {"after": "bob tried more"},
            {"done": "wrote more"},
        ],
        "bob": [
            {"mark": "bob began"},
            {"after": "ann wrote"},
            {"write": "notes.md", "content": "bob\n"},
            {"bash": "git checkout ."},
            {"mark": "bob tried"},
            {"done": "wrote"},
            {"after": "ann wrote more"},
            {"bash": "echo bob > more.md"},
            {"mark": "bob tried more"},
            {"done": "wrote more"},
        ],
    }
    worker = Worker.from_table(table)
    rules = [
        (r"^go$", Reply("", tuple(map(launch, NAMES)))),
        (r"^on$", Reply("", (ToolCall("ToolSearch", {"query": "select:SendMessage"}), *map(message, NAMES)))),
    ]
    session = begin(start, Cast(Rules(rules, otherwise=lambda conversation: Reply("Noted.")), worker))
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("go")
        terminal.wait_until(lambda: len(idle(session)) == 2, "both are idle")
        assert is_live(project), "a message may wake them"
        terminal.send("on")
        terminal.wait_until(lambda: len(idle(session)) == 4, "both are idle again")
        terminal.send("/exit")
        assert terminal.wait_end() == 0
    assert not is_live(project)
    assert [refusal.tool for refusal in worker.refusals] == ["Write", "Bash", "Bash"]
    taken, swept, woken = (refusal.text for refusal in worker.refusals)
    assert "notes.md belongs to agent as ann" in taken
    assert "git checkout" in swept
    assert "more.md belongs to agent ann" in woken
    assert [(project / name).read_text() for name in ("notes.md", "more.md")] == ["ann\n", "ann\n"]
    assert_what_hooks_see_of_a_teammate(session)


def assert_what_hooks_see_of_a_teammate(session: Session) -> None:
    agents = set(idle(session))
    assert all(team.is_member(agent) for agent in agents) and sorted(map(team.name_of, agents)) == NAMES
    types = {call.agent: call.input["agent_type"] for call in session.hook_calls("PreToolUse") if call.agent}
    assert types == {agent: team.name_of(agent) for agent in agents}, "the hooks' agent type is the name"
    assert {str(call.input["session_id"]) for call in session.hook_calls()} == {
        str(session.hook_calls("SessionStart")[0].input["session_id"])
    }
    typed = [str(call.input["prompt"]) for call in session.hook_calls("UserPromptSubmit")]
    assert typed == ["go", "on"], "their messages come past the hooks"
    assert not session.hook_calls("TaskCreated") and not session.hook_calls("TaskCompleted")


def test_a_run_is_done_by_teammates(start: Start, tmp_path: Path) -> None:
    """Gate, brief, evidence and the next launch are as for any agent; Stop hands it over, no notification does."""
    project = tmp_path / "project"
    source = example(project)
    table = {"01": [{"declared": True}, {"say": "I am finished."}, {"done": "made"}]}
    session = begin(start, Cast(Orchestrator(as_team), Worker.from_table(table)))
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send(f"/spec:execute {source}")
        terminal.wait_until(lambda: told_over(session), "the run is over")
        terminal.send("/exit")
        assert terminal.wait_end() == 0
    for task, path in FILES.items():
        assert (project / path).read_text() == f"{path} by {task}\n"
    report = Project(project).fanout("report", "user-dashboard-1").out
    assert "5 of 5 done" in report
    assert sorted({team.name_of(agent) for agent in idle(session)}) == [f"mate-{task}" for task in FILES]
    agents = session.record.conversations("agent")
    assert len(agents) == 5 and all("## How to end" in str(exchanges[0].body) for exchanges in agents.values())
    assert not any("## How to end" in str(exchange.body) for exchange in session.record.of("main"))
    sent_back = [exchange for exchange in session.record.of("agent") if "Task 01 is not done" in str(exchange.body)]
    assert sent_back, "a teammate without a result line goes on"


@pytest.mark.skipif(shutil.which("tmux") is None, reason="panes are made by tmux")
def test_a_run_is_done_by_teammates_in_panes(start: Start, tmp_path: Path) -> None:
    """Each is a client of its own, with its own session: the guard knows it by its command line."""
    project = tmp_path / "project"
    tasks = [
        {"id": "1", "title": "First", "writes": ["one.txt"]},
        {"id": "2", "title": "Second", "writes": ["two.txt"], "depends_on": ["1"]},
    ]
    (project / "tasks.json").write_text(json.dumps({"schema_version": 1, "id": "halves", "tasks": tasks}))
    orchestrator, worker = Orchestrator(as_team), Worker()

    def model(conversation: Conversation) -> Reply:
        teammate = "<teammate-message" in conversation.brief
        return (worker if teammate else orchestrator)(conversation)

    session = begin(start, model, "tmux")
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("/spec:execute tasks.json")
        terminal.wait_until(lambda: told_over(session), "the run is over", 40)
    assert [(project / name).read_text() for name in ("one.txt", "two.txt")] == ["one.txt by 1\n", "two.txt by 2\n"]
    assert "2 of 2 done" in Project(project).fanout("report", "halves-1").out
    assert worker.refusals == []
    stops = session.hook_calls("Stop")
    assert all(call.env[team.FLAG] == "1" and not call.agent for call in stops)
    assert len({call.input["session_id"] for call in stops}) == 3


@pytest.mark.parametrize("flag", [{}, FLAG])
def test_print_mode_has_no_teammates(start: Start, tmp_path: Path, flag: dict[str, str]) -> None:
    rules = Rules([(r"^go$", Reply("", (launch("ann"),)))], otherwise=lambda conversation: Reply("Noted."))
    session = start(Cast(rules, Worker.from_table({"ann": [{"done": "x"}]})), env=flag)
    assert session.print_mode("go").exit_code == 0
    (agent,) = (call.agent for call in session.hook_calls("SubagentStop"))
    assert re.fullmatch(r"a[0-9a-f]{16}", agent) and not team.is_member(agent)
    assert not session.hook_calls("TeammateIdle")
