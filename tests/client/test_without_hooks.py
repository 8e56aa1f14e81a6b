"""A run in the real client where no hook fires: the agent and the conversation are told that nothing is guarded."""

from __future__ import annotations

import json
from pathlib import Path

from client.plugin import with_plugin

from fanout.client.conversation import Conversation, Reply, ToolCall, text_of

TASKS = {"tasks": [{"id": "a", "writes": ["a.py"]}, {"id": "b", "writes": ["b.py"]}]}
LINES = ("fanout start tasks.json", "", "sleep 6; fanout status")


def bash(line: str) -> Reply:
    return Reply("", (ToolCall("Bash", {"command": line, "description": "x"}),))


def model(conversation: Conversation) -> Reply:
    """The main conversation starts a run, launches an agent, looks; the agent reads its brief."""
    done = len(conversation.calls)
    if conversation.kind != "main":
        return bash("fanout brief tasks-json-1/a") if not done else Reply("DONE|a|nothing")
    if done >= len(LINES):
        return Reply("done")
    given = {"description": "a", "prompt": "Run `fanout brief`", "subagent_type": "general-purpose"}
    return bash(LINES[done]) if LINES[done] else Reply("", (ToolCall("Agent", {**given, "run_in_background": False}),))


def told(conversation: Conversation | None) -> str:
    assert conversation is not None
    return "\n".join(text_of(message.get("content"), results=True) for message in conversation.messages)


def test_the_agent_and_the_conversation_are_told(start, tmp_path: Path) -> None:
    (tmp_path / "project" / "tasks.json").write_text(json.dumps(TASKS))
    session = with_plugin(start, model, settings={"disableAllHooks": True}, permission_mode="bypassPermissions")
    session.print_mode("go")
    [agent] = session.record.conversations("agent").values()
    for conversation in (agent[-1].conversation, session.record.of("main")[-1].conversation):
        said = told(conversation)
        assert "NOT GUARDED: no hook of fanout has fired" in said
        assert "settings.json has disableAllHooks: take it out." in said


def test_with_hooks_nobody_is_told_such_a_thing(start, tmp_path: Path) -> None:
    (tmp_path / "project" / "tasks.json").write_text(json.dumps(TASKS))
    session = with_plugin(start, model, permission_mode="bypassPermissions")
    session.print_mode("go")
    assert not (tmp_path / "project" / ".fanout" / "no-hook-yet").exists()
    assert "NOT GUARDED" not in told(session.record.of("main")[-1].conversation)
