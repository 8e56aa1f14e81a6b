"""The client in a pseudo-terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from scale import few

from fanout.client.conversation import Reply
from fanout.client.script import Cast, Orchestrator, Worker
from fanout.client.session import READY
from fanout.client.terminal import Terminal, TerminalTimeout

LAUNCH = """```json
{"launch":[{"description":"probe one","prompt":"# Task one: x\\nWrite only: `one.txt`",
"subagent_type":"general-purpose"}]}
```
"""


def prompts(calls) -> list[str]:
    return [str(call.input["prompt"]) for call in calls if call.event == "UserPromptSubmit"]


def test_a_background_agent_and_its_notification(start, tmp_path: Path) -> None:
    worker = Worker.from_table({"one": [{"declared": True}, {"wait": 0.5}, {"done": "with care"}]})
    session = start(Cast(Orchestrator(text="Off they go."), worker), permission_mode="acceptEdits")
    commands = tmp_path / "project" / ".claude" / "commands"
    commands.mkdir(parents=True)
    (commands / "launch.md").write_text(LAUNCH)
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("/launch")
        terminal.wait_for(r"probe one")
        terminal.wait_for(r"Off they go\.")
        terminal.wait_for('Agent "probe one" finished')
        terminal.wait_until(lambda: len(session.hook_calls("Stop")) == 2, "the second turn ends")
        terminal.send("/exit")
        assert terminal.wait_end() == 0
    typed, notified = prompts(session.hook_calls())
    assert typed == "/launch"
    assert notified.startswith("<task-notification>")
    assert "<result>DONE|one|with care</result>" in notified
    assert (tmp_path / "project" / "one.txt").exists()
    assert session.hook_calls("SessionEnd")[0].input["reason"] == "prompt_input_exit"
    order = [call.event for call in session.hook_calls() if not call.agent or call.event.startswith("Subagent")]
    assert order.index("PostToolBatch") < order.index("Stop") < order.index("SubagentStop")


def test_a_compaction_is_answered_beside_the_conversation(start) -> None:
    session = start(lambda conversation: Reply("plain answer"), side=lambda conversation: Reply("SUMMARY OF ALL"))
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("hello")
        terminal.wait_until(lambda: bool(session.hook_calls("Stop")), "the first turn ends")
        terminal.send("/compact")
        terminal.wait_until(lambda: bool(session.hook_calls("PostCompact")), "the conversation is compacted")
        terminal.send("go on")
        terminal.wait_until(lambda: len(session.hook_calls("Stop")) == 2, "the second turn ends")
    assert "SUMMARY OF ALL" in session.record.of("main")[-1].conversation.fresh_text
    assert [call.input["source"] for call in session.hook_calls("SessionStart")] == ["startup", "compact"]


@pytest.mark.parametrize("mode", few(["default", "plan", "dontAsk", "acceptEdits", "auto", "bypassPermissions"], 2))
def test_every_mode_starts_without_a_question(start, mode: str) -> None:
    session = start(lambda conversation: Reply("plain answer"), permission_mode=mode)
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("hello")
        terminal.wait_for("plain answer")
    assert session.hook_calls("UserPromptSubmit")[0].input["permission_mode"] == mode


def test_close_kills_what_runs(start) -> None:
    session = start(Cast(agent=Worker.from_table({"*": [{"never": True}]})))
    terminal = session.interactive()
    terminal.wait_until(lambda: bool(session.hook_calls("SessionStart")), "the session starts")
    pid = int(session.hook_calls("SessionStart")[0].env["CLAUDE_PID"])
    assert pid == terminal.pid
    session.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not session.home.exists()


def run(code: str, tmp_path: Path) -> Terminal:
    return Terminal([sys.executable, "-c", code], tmp_path, {"TERM": "xterm", "PATH": os.defpath}, 80, 24)


def test_a_terminal_shows_and_types(tmp_path: Path) -> None:
    with run("print('size', *__import__('os').get_terminal_size()); print('got', input('name? '))", tmp_path) as shell:
        shell.wait_for("size 80 24")
        shell.wait_for(r"name\?")
        shell.send("world")
        shell.wait_for("got world")
        assert shell.wait_end() == 0


def test_a_wait_that_fails_shows_the_screen(tmp_path: Path) -> None:
    with (
        run("print('here I am'); input()", tmp_path) as shell,
        pytest.raises(TerminalTimeout, match=r"never showed 'nothing' \(after 0\.3 s\)[^$]*here I am"),
    ):
        shell.wait_for("here")
        shell.wait_for("nothing", 0.3)


def test_a_wait_ends_with_the_program(tmp_path: Path) -> None:
    with run("print('bye')", tmp_path) as shell, pytest.raises(TerminalTimeout, match="the program ended"):
        shell.wait_for("nothing", 30)


def test_a_program_that_is_not_there_ends_with_127(tmp_path: Path) -> None:
    with Terminal([str(tmp_path / "no")], tmp_path, {}, 80, 24) as shell:
        assert shell.wait_end() == 127
