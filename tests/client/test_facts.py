"""What fanout builds on in the client, one test a fact: when a new client breaks one, this says which."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from client.test_powershell import with_pwsh
from project import Project
from scale import few

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.session import READY, Session
from fanout.run.agents import transcript
from fanout.run.changes import announced, texts

Json = dict[str, object]
MODES = ("default", "acceptEdits", "auto", "bypassPermissions", "plan", "dontAsk")
AGENT = ToolCall("Agent", {"description": "a", "prompt": "short", "subagent_type": "general-purpose"})


def calls_once(*calls: ToolCall) -> Callable[[Conversation], Reply]:
    """A main model that makes its calls and is done; agents are done at once."""

    def model(conversation: Conversation) -> Reply:
        first = conversation.kind == "main" and not conversation.calls
        return Reply("", calls) if first else Reply("DONE")

    return model


def answering(folder: Path, answers: dict[str, Json], matcher: str = "") -> Json:
    """Settings with hooks that print an answer the first time they are called."""
    hooks: Json = {}
    for event, answer in answers.items():
        file = folder / f"{event}.answer"
        file.write_text(json.dumps(answer))
        command = f"mv {file} {file}.used 2>/dev/null && cat {file}.used || true"
        hooks[event] = [{"matcher": matcher, "hooks": [{"type": "command", "command": command}]}]
    return {"hooks": hooks}


def specific(event: str, **fields: object) -> Json:
    return {"hookSpecificOutput": {"hookEventName": event, **fields}}


def test_a_rewritten_prompt_needs_no_decision(start, tmp_path: Path) -> None:
    rewritten = {**AGENT.input, "prompt": "the whole brief " * 2000}
    settings = answering(tmp_path, {"PreToolUse": specific("PreToolUse", updatedInput=rewritten)}, "Agent")
    session = start(calls_once(AGENT), settings=settings)
    session.print_mode("go")
    assert session.hook_calls("PermissionRequest") == []
    assert [c[0].conversation.brief for c in session.record.conversations("agent").values()] == [rewritten["prompt"]]
    [call] = session.record.of("main")[-1].conversation.calls.values()
    assert call.input["prompt"] == "short"
    [batch] = [call for call in session.hook_calls("PostToolBatch") if not call.agent]
    assert batch.input["tool_calls"][0]["tool_input"]["prompt"] == "short"
    assert session.hook_calls("PostToolUse")[0].input["tool_input"]["prompt"] == rewritten["prompt"]


CONTEXT = [
    ("SessionStart", "main"),
    ("UserPromptSubmit", "main"),
    ("PreToolUse", "main"),
    ("PostToolUse", "main"),
    ("PostToolBatch", "main"),
    ("SubagentStart", "agent"),
    ("SubagentStop", "agent"),
    ("Stop", "main"),
]


def test_added_context_reaches_the_model_from_each_event(start, tmp_path: Path) -> None:
    answers = {event: specific(event, additionalContext=f"[context of {event}]") for event, _ in CONTEXT}
    session = start(calls_once(AGENT), settings=answering(tmp_path, answers))
    session.print_mode("go")
    for event, kind in CONTEXT:
        seen = [exchange.kind for exchange in session.record.exchanges if f"[context of {event}]" in new(exchange)]
        assert seen == [kind], event


def new(exchange) -> str:
    return exchange.conversation.fresh_text if exchange.conversation else ""


LARGE = b"line of a large file\n" * 60000
EDITS = {  # what is there, what the tool is given, what it says of before and after, and what is there then
    "an edit": (b"one\ntwo\n", ("two", "TWO\nmore"), "one\ntwo\n", b"one\nTWO\nmore\n"),
    "line ends stay": (b"one\r\ntwo\r\n", ("two", "2\n3"), "one\ntwo\n", b"one\r\n2\r\n3\r\n"),
    "most of the line ends win": (b"a\r\nb\r\nc\n", ("b", "B"), "a\nb\nc\n", b"a\r\nB\r\nc\r\n"),
    "the mark stays": (b"\xef\xbb\xbfone\n", ("one", "1"), "\ufeffone\n", b"\xef\xbb\xbf1\n"),
    "UTF-16 stays": ("one\n".encode("utf-16"), ("one", "1 é"), "\ufeffone\n", "1 é\n".encode("utf-16")),
    "a deletion takes the line's end": (b"a\nb\nc\n", ("b", ""), "a\nb\nc\n", b"a\nc\n"),
    "quotes are found in any form": (
        "it\u2019s\n".encode(),
        ("it's", "it's b"),
        "it\u2019s\n",
        "it\u2019s b\n".encode(),
    ),
    "an edit of nothing": (b"", ("", "new\n"), "", b"new\n"),
    "a new file by an edit": (None, ("", "new\n"), "", b"new\n"),
    "a large file": (LARGE + b"end\n", ("end", "END"), None, LARGE + b"END\n"),
    "a new file": (None, "new\n", None, b"new\n"),
    "a file as it is given": (b"old\r\n", "new\n", "old\n", b"new\n"),
    "line ends as they are given": (b"old\n", "a\r\nb\r\n", "old\n", b"a\r\nb\r\n"),
    "the mark of the file before": (b"\xef\xbb\xbfold\n", "new\n", "\ufeffold\n", b"\xef\xbb\xbfnew\n"),
    "an empty file": (b"old\n", "", "old\n", b""),
}


def test_what_the_client_says_of_a_write_is_what_it_wrote(start, tmp_path: Path) -> None:
    """Before it runs from its arguments or after it from the answer, the text that a call leaves is known exactly."""
    files = {name: tmp_path / "project" / f"{n}.txt" for n, name in enumerate(EDITS)}
    calls = []
    for name, (before, _, _, _) in EDITS.items():
        if before is not None:
            files[name].write_bytes(before)
            calls.append(ToolCall("Read", {"file_path": str(files[name]), "limit": 9}))
    for name, (_, given, _, _) in EDITS.items():
        words = {"content": given} if isinstance(given, str) else {"old_string": given[0], "new_string": given[1]}
        tool = "Write" if isinstance(given, str) else "Edit"
        calls.append(ToolCall(tool, {"file_path": str(files[name]), **words}))
    session = start(calls_once(*calls), permission_mode="bypassPermissions")
    session.print_mode("go")
    said = {call.input["tool_input"]["file_path"]: call.input for call in session.hook_calls("PostToolUse")}
    for name, (before, given, original, after) in EDITS.items():
        answer = said[str(files[name])]["tool_response"]
        assert files[name].read_bytes() == after, name
        assert answer["userModified"] is False, name
        if before is None or len(before) < 1000:
            assert answer["originalFile"] == original, name
        told = announced.of_response(said[str(files[name])]["tool_input"], answer, texts.name_of)
        text, ends = texts.read(after)
        assert told is not None and texts.name_of(text) in str(told["after"]), name
        if isinstance(given, str):
            foreseen = announced.of_input({"content": given})
            assert texts.name_of(text) in str(foreseen["after"]) and foreseen["ends"] == told["ends"] == ends, name


def test_calls_that_write_nothing_have_no_end_but_the_batch(start, tmp_path: Path) -> None:
    """One that the user refuses, and one that the client refuses after the hook; a call that is wrong has no hook at all."""
    (tmp_path / "project" / "a").write_text("a\n")
    (tmp_path / "project" / "link").symlink_to("a")
    calls = [
        ToolCall("Read", {"file_path": str(tmp_path / "project" / "a")}),
        ToolCall("Edit", {"file_path": str(tmp_path / "project" / "a"), "old_string": "nothing", "new_string": "b"}),
        ToolCall("Write", {"file_path": str(tmp_path / "project" / "link"), "content": "b"}),
        ToolCall("Write", {"file_path": str(tmp_path / "project" / "b"), "content": "b"}),
    ]
    session = start(calls_once(*calls))
    session.print_mode("go")
    seen = [call.input["tool_input"]["file_path"][-4:] for call in session.hook_calls("PreToolUse")[1:]]
    assert seen == ["link", "ct/b"]
    assert [call.input["tool_name"] for call in session.hook_calls("PostToolUse")] == ["Read"]
    assert session.hook_calls("PostToolUseFailure") == []
    [batch] = session.hook_calls("PostToolBatch")
    said = [str(call["tool_response"]) for call in batch.input["tool_calls"]]
    assert "not found" in said[1] and "symbolic link" in said[2] and "granted" in said[3]


def test_calls_of_one_message_that_write_follow_each_other(start, tmp_path: Path) -> None:
    """Each begins when the one before has ended: an agent's writes have an order."""
    calls = [ToolCall("Write", {"file_path": str(tmp_path / "project" / name), "content": "x"}) for name in "ab"]
    calls.insert(1, ToolCall("Bash", {"command": "sleep 0.5; touch c"}))
    session = start(calls_once(*calls), permission_mode="bypassPermissions")
    session.print_mode("go")
    names = [c.event for c in session.hook_calls() if c.event in ("PreToolUse", "PostToolUse", "PostToolBatch")]
    assert names == ["PreToolUse", "PostToolUse"] * 3 + ["PostToolBatch"]


def test_the_batch_of_an_agent_comes_when_the_users_own_hooks_of_its_writes_have_ended(start, tmp_path: Path) -> None:
    """What a formatter in a hook makes of the file is there by then: the user's lines are told from the agent's so."""
    file, seen = tmp_path / "project" / "a", tmp_path / "seen"
    hooks: Json = {
        event: [{"matcher": matcher, "hooks": [{"type": "command", "command": command}]}]
        for event, matcher, command in (
            ("PostToolUse", "Write", f"sleep 0.5; echo formatted >>{file}"),
            ("PostToolBatch", "", f"cp {file} {seen} 2>/dev/null || true"),
        )
    }
    write = ToolCall("Write", {"file_path": str(file), "content": "x\n"})

    def model(conversation: Conversation) -> Reply:
        call = AGENT if conversation.kind == "main" else write
        return Reply("DONE") if conversation.calls else Reply("", (call,))

    session = start(model, settings={"hooks": hooks}, permission_mode="bypassPermissions")
    session.print_mode("go")
    [batch] = [call for call in session.hook_calls("PostToolBatch") if call.agent]
    assert [call["tool_name"] for call in batch.input["tool_calls"]] == ["Write"]
    assert seen.read_text() == file.read_text() == "x\nformatted\n"


def test_a_denied_call_is_told_its_reason_and_stands_in_the_batch_only(start, tmp_path: Path) -> None:
    deny = specific("PreToolUse", permissionDecision="deny", permissionDecisionReason="NOT YOURS: ask")
    write = ToolCall("Write", {"file_path": str(tmp_path / "project" / "a"), "content": "x"})
    session = start(
        calls_once(write), settings=answering(tmp_path, {"PreToolUse": deny}), permission_mode="acceptEdits"
    )
    session.print_mode("go")
    [result] = session.record.of("main")[-1].conversation.all_results
    assert (result.is_error, result.text) == (True, "PreToolUse:Write hook error: NOT YOURS: ask")
    assert session.hook_calls("PostToolUse") == session.hook_calls("PostToolUseFailure") == []
    [batch] = session.hook_calls("PostToolBatch")
    assert batch.input["tool_calls"][0]["tool_response"] == result.text
    assert not (tmp_path / "project" / "a").exists()


BROKEN = [("exit 1", False), ("kill -9 $$", False), ("echo '{broken'", False), ("sleep 30", False), ("exit 2", True)]


@pytest.mark.parametrize(("command", "denied"), BROKEN)
def test_a_broken_hook_lets_the_call_run(start, tmp_path: Path, command: str, denied: bool) -> None:
    hook = {"type": "command", "command": command, "timeout": 1}
    settings = {"hooks": {"PreToolUse": [{"matcher": "Write", "hooks": [hook]}]}}
    write = ToolCall("Write", {"file_path": str(tmp_path / "project" / "a"), "content": "x"})
    start(calls_once(write), settings=settings, permission_mode="acceptEdits").print_mode("go")
    assert (tmp_path / "project" / "a").exists() is not denied


def test_a_blocked_agent_goes_on_with_the_reason(start, tmp_path: Path) -> None:
    block: dict[str, object] = {"decision": "block", "reason": "EVIDENCE IS MISSING"}
    session = start(calls_once(AGENT), settings=answering(tmp_path, {"SubagentStop": block}))
    session.print_mode("go")
    [exchanges] = session.record.conversations("agent").values()
    assert len(exchanges) == 2
    assert exchanges[1].conversation.typed == "Stop hook feedback:\nEVIDENCE IS MISSING"
    assert [call.input["stop_hook_active"] for call in session.hook_calls("SubagentStop")] == [False, True]


# An MCP server with one tool, over standard input and output.
MCP = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    tool = {"name": "put", "description": "puts", "inputSchema": {"type": "object", "properties": {}}}
    answers = {
        "initialize": {"protocolVersion": "2024-11-05", "capabilities": {"tools": {}},
                       "serverInfo": {"name": "s", "version": "1"}},
        "tools/list": {"tools": [tool]},
        "tools/call": {"content": [{"type": "text", "text": "put"}]},
    }
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": answers.get(asked["method"], {})}), flush=True)
"""

MATCHERS = {
    "Edit|Write|NotebookEdit|Bash|mcp__.*": {"Write", "Bash", "mcp__store__put"},
    "Agent|TaskStop|KillShell|Bash|mcp__.*": {"Agent", "Bash", "mcp__store__put"},
    "Edit|Write": {"Write"},
    "Wri": set(),
    "mcp__.*": {"mcp__store__put"},
    "*": {"Write", "Bash", "mcp__store__put", "Read", "Agent"},
    "Agent": {"Agent"},
    "Task": {"Agent"},
}


def test_matchers(start, tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text(MCP)
    servers = {"mcpServers": {"store": {"command": sys.executable, "args": [str(tmp_path / "mcp.py")]}}}
    (tmp_path / "mcp.json").write_text(json.dumps(servers))
    (tmp_path / "project" / "r").write_text("r")
    entries = []
    for number, matcher in enumerate(MATCHERS):
        hook = {"type": "command", "command": f"cat >> {tmp_path}/matched{number}; echo >> {tmp_path}/matched{number}"}
        entries.append({"matcher": matcher, "hooks": [hook]})
    calls = (
        ToolCall("Read", {"file_path": str(tmp_path / "project" / "r")}),
        ToolCall("Write", {"file_path": str(tmp_path / "project" / "a"), "content": "x"}),
        ToolCall("Bash", {"command": "true"}),
        ToolCall("mcp__store__put", {}),
        AGENT,
    )
    start(
        calls_once(*calls),
        settings={"hooks": {"PreToolUse": entries}},
        permission_mode="bypassPermissions",
        args=["--mcp-config", str(tmp_path / "mcp.json")],
        env={"ENABLE_TOOL_SEARCH": "false"},
    ).print_mode("go")
    for number, (matcher, tools) in enumerate(MATCHERS.items()):
        file = tmp_path / f"matched{number}"
        lines = file.read_text().split("\n") if file.exists() else []
        assert {json.loads(line)["tool_name"] for line in lines if line} == tools, matcher


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin with a hook without a shell, a program, and commands that run it."""
    root = tmp_path / "plugin"
    arguments = ["${CLAUDE_PLUGIN_ROOT}", "${CLAUDE_PLUGIN_DATA}", "a b $HOME"]
    hook = {"type": "command", "command": "${CLAUDE_PLUGIN_ROOT}/hooks/log", "args": arguments, "timeout": 5}
    files = {
        ".claude-plugin/plugin.json": json.dumps({"name": "probe", "version": "1.0.0"}),
        "hooks/hooks.json": json.dumps({"hooks": {"UserPromptSubmit": [{"hooks": [hook]}]}}),
        "hooks/log": f'#!/bin/sh\nprintf "%s\\n" "$@" "$CLAUDE_PLUGIN_ROOT" "$CLAUDE_PLUGIN_DATA" > {tmp_path}/log\n'
        f"command -v probe-tool >> {tmp_path}/log\nexit 0\n",
        "bin/probe-tool": '#!/bin/sh\necho "tool says [$*] root[$CLAUDE_PLUGIN_ROOT]"\n',
        "commands/go.md": "---\nallowed-tools: Bash(probe-tool:*)\n---\nGo:\n!`probe-tool $ARGUMENTS`\n",
        "commands/bare.md": "---\ndescription: x\n---\nGo:\n!`probe-tool $ARGUMENTS`\n",
        "commands/fail.md": "---\ndescription: x\nallowed-tools: Bash(exit:*)\n---\nGo:\n!`exit 3`\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        (root / name).chmod(0o755)
    return root


@pytest.mark.parametrize("folder", ["plugin", "it's a $HOME `plugin`"])
def test_a_quoted_hook_of_a_shell_starts_from_any_folder(start, tmp_path: Path, folder: str) -> None:
    """The form in which hooks start on Windows, too: no file there is run by its first line alone."""
    root, log = tmp_path / folder, tmp_path / "log"
    hook = {"type": "command", "command": 'sh "${CLAUDE_PLUGIN_ROOT}/hooks/log" guard', "timeout": 5}
    files = {
        ".claude-plugin/plugin.json": json.dumps({"name": "probe", "version": "1.0.0"}),
        "hooks/hooks.json": json.dumps({"hooks": {"UserPromptSubmit": [{"hooks": [hook]}]}}),
        "hooks/log": f'printf "%s|" "$0" "$@" >{log}\n',
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    start(calls_once(), plugin_dirs=[root]).print_mode("go")
    assert log.read_text() == f"{root}/hooks/log|guard|"


def test_while_a_hook_works_the_screen_shows_what_it_says_of_itself(start, tmp_path: Path) -> None:
    """The first `fanout start` of an installation prepares Python in one: nobody is to take that for a hang."""
    root = tmp_path / "plugin"
    hook = {"type": "command", "command": "sleep 3", "timeout": 9, "statusMessage": "the probe takes its time"}
    for name, text in (
        (".claude-plugin/plugin.json", {"name": "probe", "version": "1.0.0"}),
        ("hooks/hooks.json", {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [hook]}]}}),
    ):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(json.dumps(text))
    call = ToolCall("Bash", {"command": "echo done", "description": "x"})
    with start(calls_once(call), plugin_dirs=[root], permission_mode="bypassPermissions").interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("go")
        terminal.wait_for("the probe takes its time")


def test_the_powershell_tool_has_hooks_of_its_own_name(start, tmp_path: Path) -> None:
    """Asked before and after, by the tool's name, with the line as `command`."""
    log = tmp_path / "log"
    hook = {"matcher": "PowerShell", "hooks": [{"type": "command", "command": f"cat >> {log}; echo >> {log}"}]}
    start(
        calls_once(ToolCall("PowerShell", {"command": "Set-Content a x", "description": "x"})),
        settings={"hooks": {"PreToolUse": [hook], "PostToolUse": [hook], "PostToolUseFailure": [hook]}},
        permission_mode="bypassPermissions",
        env=with_pwsh(tmp_path / "bin"),
    ).print_mode("go")
    seen = [json.loads(line) for line in log.read_text().splitlines() if line]
    assert [(one["tool_name"], one["tool_input"]["command"]) for one in seen] == [("PowerShell", "Set-Content a x")] * 2
    assert [one["hook_event_name"][:4] for one in seen] == ["PreT", "Post"]


LINES = {
    "fanout status": True,
    "fanout next; fanout status": True,
    "fanout start - <<'END'\n{}\nEND": True,
    "cd src && fanout plan x": True,
    "ls": False,
    "echo fanout": False,
    "cat fanout.toml": False,
    "npm test 2>&1 | tail -5": False,
}


def test_a_condition_on_the_line_of_powershell(start, tmp_path: Path) -> None:
    """A hook with `if` is started for the lines that call the program. For others too, where no pwsh says what a line holds."""
    log, root = tmp_path / "log", tmp_path / "plugin"
    hook = {"type": "command", "if": "PowerShell(fanout *)", "command": f"cat >> {log}; echo >> {log}", "timeout": 5}
    config = {"hooks": {"PreToolUse": [{"matcher": "PowerShell", "hooks": [hook]}]}}
    for name, text in (
        (".claude-plugin/plugin.json", {"name": "probe", "version": "1.0.0"}),
        ("hooks/hooks.json", config),
    ):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(json.dumps(text))
    lines = {"fanout status", "fanout next; fanout status"}
    calls = [ToolCall("PowerShell", {"command": line, "description": "x"}) for line in [*lines, "Get-ChildItem"]]
    env = with_pwsh(tmp_path / "bin")
    start(calls_once(*calls), plugin_dirs=[root], permission_mode="bypassPermissions", env=env).print_mode("go")
    seen = {json.loads(line)["tool_input"]["command"] for line in log.read_text().splitlines() if line}
    assert lines <= seen


def test_a_condition_on_the_command(start, tmp_path: Path) -> None:
    """A hook with `if` is started for the lines of Bash that call the program, wherever in the line."""
    log, root = tmp_path / "log", tmp_path / "plugin"
    hook = {"type": "command", "if": "Bash(fanout *)", "command": f"cat >> {log}; echo >> {log}", "timeout": 5}
    config = {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [hook]}]}}
    for name, text in (
        (".claude-plugin/plugin.json", {"name": "probe", "version": "1.0.0"}),
        ("hooks/hooks.json", config),
    ):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(json.dumps(text))
    calls = [ToolCall("Bash", {"command": line, "description": "x"}) for line in LINES]
    start(calls_once(*calls), plugin_dirs=[root], permission_mode="bypassPermissions").print_mode("go")
    seen = [json.loads(line)["tool_input"]["command"] for line in log.read_text().splitlines() if line]
    assert set(seen) == {line for line, called in LINES.items() if called}


@pytest.mark.parametrize(
    ("tools", "asked"), [("", False), ("allowed-tools: Read(/x/**)\n", True)], ids=["none", "some"]
)
def test_a_skill_that_asks_for_tools_is_itself_a_question(start, tmp_path: Path, tools: str, asked: bool) -> None:
    root = tmp_path / "plugin"
    for name, text in (
        (".claude-plugin/plugin.json", '{"name": "probe", "version": "1.0.0"}'),
        ("skills/look/SKILL.md", f"---\nname: look\ndescription: Use to look.\n{tools}---\nLook well.\n"),
    ):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text)
    session = start(calls_once(ToolCall("Skill", {"skill": "probe:look"})), plugin_dirs=[root])
    session.print_mode("go")
    assert bool(session.hook_calls("PermissionRequest")) is asked


@pytest.mark.parametrize("mode", few(MODES, 3))
def test_a_command_runs_its_own_program_in_every_mode(start, plugin: Path, mode: str) -> None:
    session = start(calls_once(), plugin_dirs=[plugin], permission_mode=mode)
    session.print_mode("/probe:go src x")
    assert "Go:\ntool says [src x] root[]" in session.record.of("main")[0].conversation.typed
    assert [call.input["prompt"] for call in session.hook_calls("UserPromptSubmit")] == ["/probe:go src x"]
    assert session.hook_calls("PreToolUse") == []


@pytest.mark.parametrize(
    ("command", "said"),
    [("/probe:bare x", "Shell command permission check failed"), ("/probe:fail", "Shell command failed for pattern")],
)
def test_a_line_that_may_not_run_or_fails_aborts_the_command(start, plugin: Path, command: str, said: str) -> None:
    session = start(calls_once(), plugin_dirs=[plugin])
    assert session.print_mode(command).text.startswith(said)
    assert session.record.of("main") == []


def test_a_plugin_hook_runs_without_a_shell(start, plugin: Path, tmp_path: Path) -> None:
    session: Session = start(calls_once(), plugin_dirs=[plugin])
    session.print_mode("go")
    data = str(session.home / ".claude/plugins/data/probe-inline")
    assert (tmp_path / "log").read_text().splitlines() == [str(plugin), data, "a b $HOME", str(plugin), data]


def test_the_metadata_of_an_agent_names_its_call(start) -> None:
    agent = Reply("", (ToolCall("Bash", {"command": "true"}),))

    def model(conversation: Conversation) -> Reply:
        if conversation.kind == "agent" and not conversation.calls:
            return agent
        return calls_once(AGENT)(conversation)

    session = start(model, permission_mode="bypassPermissions")
    session.print_mode("go")
    inside = next(call for call in session.hook_calls("PreToolUse") if call.agent)
    folder = Path(str(inside.input["transcript_path"]).removesuffix(".jsonl")) / "subagents"
    meta = json.loads((folder / f"agent-{inside.agent}.meta.json").read_text())
    [launched] = [call for call in session.hook_calls("PreToolUse") if not call.agent]
    assert (meta["toolUseId"], meta["description"]) == (launched.input["tool_use_id"], "a")
    assert inside.agent in session.record.conversations("agent")


def test_an_agents_record_shows_its_calls_when_it_ends(start) -> None:
    """And the record of one that called nothing shows its words, and no call."""
    seen: dict[str, bool] = {}

    def model(conversation: Conversation) -> Reply:
        if conversation.kind == "agent" and "look" in conversation.brief and not conversation.calls:
            return Reply("", (ToolCall("Read", {"file_path": __file__}),))
        if conversation.kind == "main" and not conversation.calls:
            return Reply("", tuple(ToolCall("Agent", {**AGENT.input, "prompt": say}) for say in ("look", "only talk")))
        return Reply("DONE")

    session = start(model, permission_mode="bypassPermissions")
    session.print_mode("go")
    for call in session.hook_calls("SubagentStop"):
        main = str(call.input["transcript_path"])
        text = Path(transcript.of_agent(main, call.agent)).read_text()
        seen["look" if '"content":"look"' in text else "talk"] = transcript.shows_no_call(main, call.agent)
    assert seen == {"look": False, "talk": True}


KEEPS = """
import glob, json, os, shutil, sys, time
given, until = json.load(sys.stdin), time.monotonic() + 1
records = given["transcript_path"].removesuffix(".jsonl") + "/subagents/*.meta.json"
while not glob.glob(records) and time.monotonic() < until:  # hooks/post_tool_use.py waits as long
    time.sleep(0.02)
for file in glob.glob(records):
    shutil.copy(file, sys.argv[1])
"""


def test_the_worktree_of_an_agent_is_on_record_when_its_launch_is_told(start, tmp_path: Path) -> None:
    Project(tmp_path / "project").commit_all()
    kept = tmp_path / "kept"
    kept.mkdir()
    (tmp_path / "keeps.py").write_text(KEEPS)
    command = f"{sys.executable} {tmp_path}/keeps.py {kept}"
    hook = {"matcher": "Agent", "hooks": [{"type": "command", "command": command}]}
    isolated = ToolCall("Agent", {**AGENT.input, "isolation": "worktree"})
    session = start(
        calls_once(isolated), settings={"hooks": {"PostToolUse": [hook]}}, permission_mode="bypassPermissions"
    )
    session.print_mode("go")
    [told] = [call for call in session.hook_calls("PostToolUse") if call.tool == "Agent"]
    answer = told.input["tool_response"]
    assert isinstance(answer, dict)
    meta = json.loads((kept / f"agent-{answer['agentId']}.meta.json").read_text())
    assert meta["worktreePath"].startswith(str(tmp_path / "project" / ".claude" / "worktrees"))
    assert meta["toolUseId"] == told.input["tool_use_id"]


@pytest.mark.parametrize(
    ("listed", "given"),
    [("Read, Grep, Glob, Bash", {"Read", "Bash"}), ("Read, Grep, Glob", {"Read", "Grep", "Glob"})],
    ids=["shell", "none"],
)
def test_who_has_grep_and_glob(start, tmp_path: Path, listed: str, given: set[str]) -> None:
    """Only who has no shell: agents with one search with its commands."""
    Project(tmp_path / "project").write(
        {".claude/agents/looker.md": f"---\nname: looker\ndescription: Looks.\ntools: {listed}\n---\nLook.\n"}
    )
    session = start(calls_once(ToolCall("Agent", {**AGENT.input, "subagent_type": "looker"})))
    session.print_mode("go")
    tools = session.record.of("agent")[0].body["tools"]
    assert {tool["name"] for tool in tools} == given


STOPS: dict[str, tuple[Json, bool]] = {
    "context": (specific("Stop", additionalContext="[what to do]"), False),
    "block": ({"decision": "block", "reason": "[what to do]"}, True),
}


@pytest.mark.parametrize("case", STOPS)
def test_context_sends_on_who_ends_its_turn_and_only_a_block_looks_like_an_error(
    start, tmp_path: Path, case: str
) -> None:
    answer, is_error = STOPS[case]
    model = lambda conversation: Reply("I go on." if "[what to do]" in conversation.fresh_text else "I end.")  # noqa: E731
    session = start(model, settings=answering(tmp_path, {"Stop": answer}))
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send("hello")
        terminal.wait_for(r"I end\.")
        terminal.wait_for(r"I go on\.")
        assert ("reported a problem" in terminal.text) is is_error


@pytest.mark.parametrize("name", ["findings.md", "notes.md"])
def test_a_report_is_written_by_a_command_alone(start, tmp_path: Path, name: str) -> None:
    """By an agent; before any hook is asked. fanout/run/tasks/report_files.py has the names."""
    path = tmp_path / "project" / name
    write = ToolCall("Write", {"file_path": str(path), "content": "x\n"})
    by_command = ToolCall("Bash", {"command": f"cat > {name} <<'END'\ny\nEND", "description": "write"})

    def model(conversation: Conversation) -> Reply:
        if conversation.kind == "main":
            return Reply("end" if conversation.calls else "", () if conversation.calls else (AGENT,))
        return (
            Reply("", ((write, by_command)[len(conversation.calls)],)) if len(conversation.calls) < 2 else Reply("DONE")
        )

    session = start(model, permission_mode="bypassPermissions")
    session.print_mode("go")
    [first, _] = session.record.of("agent")[-1].conversation.all_results
    assert first.is_error == (name == "findings.md") and path.read_text() == "y\n"
    assert len([call for call in session.hook_calls("PreToolUse") if call.tool == "Write"]) == (not first.is_error)
