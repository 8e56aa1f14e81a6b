"""`claude -p` in the real client."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from fanout.client.conversation import CUT, OVERLOADED, RATE_LIMITED, Conversation, Failure, Reply, ToolCall
from fanout.client.hermetic import NotHermetic
from fanout.client.script import Cast, Flaky, Orchestrator, Worker, one_by_one
from fanout.client.session import Session, SessionError

LAUNCH = """Send these calls:
```json
{"launch":[
{"description":"one","prompt":"# Task one: x\\nWrite only: `one.txt`","subagent_type":"general-purpose"},
{"description":"two","prompt":"# Task two: x\\nWrite only: `two.txt`","subagent_type":"general-purpose"},
{"description":"three","prompt":"# Task three: x\\nWrite only: `three.txt`","subagent_type":"general-purpose"}
]}
```
"""


def batches(calls) -> list[list[str]]:
    """The tools of each message of the main conversation."""
    mine = [call for call in calls if call.event == "PostToolBatch" and not call.agent]
    return [[str(used["tool_name"]) for used in call.input["tool_calls"]] for call in mine]


def test_three_subagents_in_one_message_to_the_end(start, tmp_path: Path) -> None:
    worker = Worker.from_table({"two": [{"wait": 0.3}, {"declared": True}, {"done": "slowly"}]})
    session = start(Cast(Orchestrator(text="All is under way."), worker), permission_mode="acceptEdits")
    result = session.print_mode(LAUNCH)
    assert (result.exit_code, result.text) == (0, "All is under way.")
    assert sorted(os.listdir(tmp_path / "project")) == ["one.txt", "three.txt", "two.txt"]
    assert (tmp_path / "project" / "two.txt").read_text() == "two.txt by two\n"
    assert batches(result.hook_calls) == [["Agent"] * 3]
    assert sorted(worker.tasks().values()) == ["one", "three", "two"]
    assert set(worker.tasks()) == set(result.record.conversations("agent"))
    ends = [call.input["last_assistant_message"] for call in session.hook_calls("SubagentStop")]
    assert sorted(ends) == [
        "DONE|one|wrote the declared files",
        "DONE|three|wrote the declared files",
        "DONE|two|slowly",
    ]
    told = [call.input["prompt"] for call in session.hook_calls("UserPromptSubmit")]
    assert sum(str(prompt).startswith("<task-notification>") for prompt in told) == 3
    assert result.of("result")


def test_calls_one_by_one_are_three_messages(start) -> None:
    result = start(Cast(Orchestrator(one_by_one)), permission_mode="acceptEdits").print_mode(LAUNCH)
    assert batches(result.hook_calls) == [["Agent"]] * 3


@pytest.mark.parametrize("failure", [RATE_LIMITED, OVERLOADED, CUT], ids=["429", "529", "cut"])
def test_the_client_gets_over_a_failure(start, failure: Failure) -> None:
    session = start(Flaky(lambda conversation: Reply("recovered"), [failure]))
    result = session.print_mode("hello")
    assert (result.exit_code, result.text) == (0, "recovered")
    failures = [exchange.reply.failure for exchange in session.record.of("main")]
    assert failures == [failure, None]


def test_an_api_error_ends_an_agent_with_stop_failure(start) -> None:
    session = start(Cast(agent=Worker.from_table({"*": [{"fail": 400}]})))
    result = session.print_mode(LAUNCH)
    assert result.exit_code == 0
    assert len(session.hook_calls("StopFailure")) == 3
    assert session.hook_calls("SubagentStop") == []


def test_hook_inputs_are_recorded_whole(start, tmp_path: Path) -> None:
    project = tmp_path / "project"
    write = ToolCall("Write", {"file_path": str(project / "é.txt"), "content": "x" * 300_000})

    def model(conversation):
        return Reply("done") if conversation.calls else Reply("", (write,))

    session = start(model, permission_mode="acceptEdits")
    session.print_mode("go")
    events = [call.event for call in session.hook_calls()]
    wanted = ["SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PostToolBatch", "Stop", "SessionEnd"]
    assert events == wanted
    [call] = session.hook_calls("PreToolUse")
    assert (call.tool, call.agent, call.input["tool_input"]) == ("Write", "", write.input)
    assert call.env["CLAUDE_PROJECT_DIR"] == str(project)
    assert int(call.env["CLAUDE_PID"]) > 1
    assert call.env["HOME"] == str(session.home)
    assert "CLAUDE_ENV_FILE" in session.hook_calls("SessionStart")[0].env


def test_own_settings_stay_beside_the_recorder(start) -> None:
    deny = {"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny"}}
    hook = {"type": "command", "command": f"echo '{json.dumps(deny)}'"}
    settings = {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [hook]}]}, "env": {"FANOUT_X": "1"}}

    def model(conversation):
        return Reply("done") if conversation.calls else Reply("", (ToolCall("Bash", {"command": "ls"}),))

    session = start(model, settings=settings)
    session.print_mode("go")
    [result] = session.record.of("main")[-1].conversation.all_results
    assert result.is_error
    assert [call.event for call in session.hook_calls("PreToolUse")] == ["PreToolUse"]


def test_a_client_past_its_deadline_is_killed(start) -> None:
    session = start(Cast(main=Worker.from_table({"*": [{"never": True}]})), timeout=10)
    with pytest.raises(SessionError, match="claude -p hello ran longer than 10 s and was killed"):
        session.print_mode("hello")
    pid = int(session.hook_calls("SessionStart")[0].env["CLAUDE_PID"])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_home_is_gone_afterwards(client: Path, tmp_path: Path) -> None:
    with Session(tmp_path, lambda conversation: Reply("hi"), client=client) as session:
        session.print_mode("hello")
        home = session.home
        assert home.exists()
    assert not home.exists()


def test_a_model_that_raises_fails_the_session(client: Path, tmp_path: Path) -> None:
    def fails(conversation: Conversation) -> Reply:
        raise ZeroDivisionError

    with (
        pytest.raises(SessionError, match="ZeroDivisionError"),
        Session(tmp_path, fails, client=client) as session,
    ):
        session.print_mode("hello")


def test_no_client_starts_with_a_variable_of_the_caller(start) -> None:
    session = start(lambda conversation: Reply("hi"), env={"HTTPS_PROXY": "http://proxy"})
    for begin in (lambda: session.print_mode("x"), lambda: session.run_cli(["--version"]), session.interactive):
        with pytest.raises(NotHermetic, match="HTTPS_PROXY"):
            begin()
    assert session.record.exchanges == []


def test_plugin_commands_share_the_home(start, tmp_path: Path) -> None:
    market = tmp_path / "market"
    write(market / ".claude-plugin/marketplace.json", json.dumps(MARKETPLACE))
    write(market / ".claude-plugin/plugin.json", json.dumps({"name": "probe", "version": "1.0.0"}))
    write(market / "commands/hello.md", "---\ndescription: says hello\n---\nHello $ARGUMENTS.\n")
    session = start(lambda conversation: Reply("hi"))
    session.install(market, "probe@market")
    session.print_mode("/probe:hello you")
    assert "Hello you." in session.record.of("main")[0].conversation.typed
    with pytest.raises(SessionError, match="claude plugin install nothing@market failed"):
        session.install(market, "nothing@market")


MARKETPLACE = {"name": "market", "owner": {"name": "x"}, "plugins": [{"name": "probe", "source": "./"}]}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
