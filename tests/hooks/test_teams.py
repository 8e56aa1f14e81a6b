"""Teammates of the client's agent teams, as the hooks see them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, context, denial, launches
from run.plans import plan

from fanout.run.agents import team
from fanout.run.store import meta

ANN, BOB = "aann-0123456789abcdef", "abob-fedcba9876543210"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (ANN, "ann"),
        ("aann-2-84b63680456b2101", "ann-2"),
        ("aa-b_c-84b63680456b2101", "a-b_c"),
        ("ann@session-a83a9bb5", "ann"),
        ("a06c3393b979b55ff", ""),
        ("agent-01", ""),
        ("a-84b63680456b2101", ""),
        ("aann-84b63680456b210", ""),
        ("aann-84B63680456b2101", ""),
        ("", ""),
    ],
)
def test_a_teammate_is_known_by_its_id(agent: str, name: str) -> None:
    assert team.is_member(agent) == bool(name)
    assert not name or team.name_of(agent) == name


def record(desk: Desk, agent: str, description: str, **more: Any) -> None:
    """What the client writes of a teammate: no call."""
    desk.meta(agent, "", description=description, name=team.name_of(agent), taskKind=team.KIND, **more)


def launch(desk: Desk, agent: str, task: str, bound: bool = True, **call: Any) -> dict[str, Any]:
    """The gate, and when it passed the client's traces; `bound`: the teammate's first call comes after PostToolUse."""
    desk.calls += 1
    name, tool_use = team.name_of(agent), f"toolu_{desk.calls}"
    prompt = f"Run `fanout brief {desk.run}/{task}` and follow it." if hasattr(desk, "run") else "Look around."
    given = {"description": f"{task} x", "prompt": prompt, "subagent_type": "general-purpose", "name": name, **call}
    answer = desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id=tool_use)
    if denial(answer):
        return answer
    record(desk, agent, f"{task} x", spawnedAgentType=given["subagent_type"])
    if bound:
        response = {"status": "teammate_spawned", "agentId": agent, "teammate_id": f"{name}@session-1", "name": name}
        desk.send("after", "PostToolUse", tool_name="Agent", tool_use_id=tool_use, tool_response=response)
    told = f"Spawned successfully.\nagent_id: {agent}\nname: {name}"
    call_of_batch = {"tool_name": "Agent", "tool_input": given, "tool_use_id": tool_use, "tool_response": told}
    desk.send("batch", "PostToolBatch", tool_calls=[call_of_batch])
    return answer


@pytest.mark.parametrize("bound", [True, False])
def test_a_teammate_binds_to_its_task(desk: Desk, bound: bool) -> None:
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    assert "# Task 01" in launch(desk, ANN, "01", bound)["hookSpecificOutput"]["updatedInput"]["prompt"]
    launch(desk, BOB, "02", bound)
    assert desk.do(BOB, "b.txt") == {} and desk.do(ANN, "a.txt") == {}
    assert "a.txt belongs to task 01" in denial(desk.write(BOB, "a.txt"))
    rows = desk.rows("SELECT task, agent_id, agent_type FROM agent WHERE state = 'running' ORDER BY task")
    assert [tuple(row) for row in rows] == [("01", ANN, "general-purpose"), ("02", BOB, "general-purpose")]
    assert desk.end(ANN, "I think I am finished.")["decision"] == "block"
    assert desk.end(ANN, "DONE|01|made") == {} and desk.state("01") == "done"


def test_stop_hands_over_what_a_teammates_end_made_ready(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"needs": ["01"]}}))
    launch(desk, ANN, "01")
    launch(desk, BOB, "02")
    assert desk.stop() == {}
    desk.end(ANN, "DONE|01|a")
    assert launches(context(desk.stop())) == ["03"]
    assert desk.stop() == {}, "once for each state"
    desk.end(BOB, "DONE|02|b")
    assert launches(context(desk.stop())) == ["03"], "nothing runs now: once more"


STOPS = [
    ({"task_id": "ann"}, {"task_id": "t1", "task_type": team.KIND, "command": "01 x"}),
    ({"task_id": "ann@session-1"}, {"task_id": "t1", "task_type": team.KIND, "command": "01 x"}),
    ({"task_id": "t1"}, {"task_id": "t1", "task_type": team.KIND, "command": "01 x"}),
    ({"task_id": ANN}, {"task_id": "t1", "task_type": team.KIND, "command": "01 x"}),
]


@pytest.mark.parametrize(("given", "response"), STOPS)
def test_a_stopped_teammate_fails_its_task(desk: Desk, given: dict[str, str], response: dict[str, str]) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    launch(desk, ANN, "01")
    launch(desk, BOB, "02")
    desk.send("after", "PostToolUse", tool_name="TaskStop", tool_input=given, tool_response=response)
    assert (desk.state("01"), desk.state("02")) == ("failed", "running")


def test_a_teammate_that_ends_without_a_word_was_stopped(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    launch(desk, ANN, "01")
    assert desk.send("agent-stop", "SubagentStop", agent_id=ANN, agent_type="ann") == {}
    assert desk.state("01") == "failed"


def live(desk: Desk) -> bool:
    return (desk.root / ".fanout" / "live").exists()


@pytest.fixture
def pair(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Two teammates without a plan."""
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", str(tmp_path / "data"))
    launch(desk, ANN, "one")
    assert not live(desk)
    launch(desk, BOB, "two")
    assert live(desk)
    desk.db = journal_of(desk)
    return desk


def journal_of(desk: Desk) -> Any:
    from fanout.run.store import db

    return db.connect(str(desk.root))


def test_idle_teammates_stay_guarded_until_the_session_ends(pair: Desk) -> None:
    assert pair.do(ANN, "a.txt") == {}
    assert "a.txt belongs to agent one x" in denial(pair.write(BOB, "a.txt"))
    pair.end(ANN, "found it")
    pair.end(BOB, "me too")
    assert live(pair)
    assert pair.do(BOB, "a.txt") == {}, "who is idle owns nothing"
    assert "a.txt belongs to agent bob" in denial(pair.write(ANN, "a.txt")), "a message woke both"
    pair.send("session-end", "SessionEnd", reason="other")
    assert not live(pair)


def test_a_team_whose_client_is_gone_keeps_nothing_on(pair: Desk) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    pair.end(ANN, "found it")
    with pair.db:
        meta.put(pair.db, team.KEY + pair.session, f"{gone.pid} 1")
    pair.end(BOB, "me too")
    assert live(pair), "its own stop says that the client is there"
    with pair.db:
        meta.put(pair.db, team.KEY + pair.session, f"{gone.pid} 1")
    pair.send("session-start", "SessionStart", source="startup", session_id="other")
    assert not live(pair)


def test_a_second_teammate_is_a_sibling_of_one_that_is_idle(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", str(tmp_path / "data"))
    launch(desk, ANN, "one")
    lines = [{"message": {"stop_reason": "tool_use"}}, {"message": {"stop_reason": "end_turn"}}]
    transcript = desk.transcript.with_suffix("") / "subagents" / f"agent-{ANN}.jsonl"
    transcript.write_text("".join(json.dumps(line) + "\n" for line in lines))
    launch(desk, BOB, "two")
    assert live(desk)
    desk.db = journal_of(desk)
    assert [row["description"] for row in desk.rows("SELECT description FROM agent")] == ["two x"]
    assert desk.do(BOB, "b.txt") == {} and "b.txt belongs to agent two x" in denial(desk.write(ANN, "b.txt"))


def test_a_read_only_agent_that_is_spoken_to_again_is_still_read_only(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    launch(desk, ANN, "01")
    desk.launch("look", agent="a06c3393b979b55ff", prompt="Look around.", subagent_type="Explore")
    launch(desk, BOB, "look", prompt="Look around.", subagent_type="Explore", description="look too")
    for agent in ("a06c3393b979b55ff", BOB):
        assert "read-only" in denial(desk.write(agent, "x.txt"))
        desk.end(agent, "nothing found")
        assert "read-only" in denial(desk.write(agent, "x.txt")), agent


@pytest.fixture
def pane(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hooks of a teammate in a pane: a client whose command line names it."""
    wait = "import sys; print('up', flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", wait, "--agent-id", "ann@session-1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin and process.stdout and process.stdout.readline() == b"up\n"
    monkeypatch.setenv("CLAUDE_PID", str(process.pid))
    yield process
    process.stdin.close()
    process.wait()
    process.stdout.close()


def test_a_teammate_in_a_pane_is_the_agent_of_its_task(desk: Desk, pane: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}, "03": {"needs": ["01"]}}))
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()))
    desk.launch("01", agent="ann@session-1")
    desk.launch("02", agent="bob@session-1")
    monkeypatch.setenv("CLAUDE_PID", str(pane.pid))
    there = {"session_id": "pane", "agent_type": "general-purpose"}
    assert desk.send("session-start", "SessionStart", source="startup", **there) == {}

    def write(path: str) -> dict[str, Any]:
        given = {"file_path": str(desk.root / path), "content": "x"}
        return desk.send("guard", "PreToolUse", tool_name="Write", tool_input=given, tool_use_id=path, **there)

    assert write("a.txt") == {} and "b.txt belongs to task 02" in denial(write("b.txt"))
    (desk.root / "a.txt").write_text("x")
    assert desk.send("stop", "Stop", last_assistant_message="Done, I think.", **there)["decision"] == "block"
    assert desk.send("stop", "Stop", last_assistant_message="DONE|01|made", **there) == {}
    assert desk.state("01") == "done"
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()))
    assert launches(context(desk.stop())) == ["03"]


def test_a_pane_that_closes_loses_its_task(desk: Desk, pane: Any) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    desk.launch("01", agent="ann@session-1")
    desk.launch("02", agent="bob@session-1")
    desk.send("session-end", "SessionEnd", session_id="pane", agent_type="general-purpose", reason="other")
    assert (desk.state("01"), desk.state("02")) == ("pending", "running")
    response = {"task_id": "t1", "task_type": team.KIND, "command": "01"}
    desk.send("after", "PostToolUse", tool_name="TaskStop", tool_input={"task_id": "ann"}, tool_response=response)
    assert (desk.state("01"), desk.state("02")) == ("failed", "running"), "it was stopped, not lost"


def test_a_main_conversation_with_an_agent_type_of_its_own_is_no_teammate(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    answer = desk.send("stop", "Stop", agent_type="reviewer")
    assert launches(context(answer)) == ["01"]
