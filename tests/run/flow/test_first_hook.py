"""A run that no hook answers says so, with the cause; the first event of any hook ends that."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from mounts import passed_on
from project import CHECKOUT, Project

from fanout.cli.app import app
from fanout.cli.commands import doctor
from fanout.run.flow import first_hook

TASKS = {"tasks": [{"id": "a", "writes": ["a.py"]}, {"id": "b", "writes": ["b.py"]}]}
SESSION = {"CLAUDE_CODE_SESSION_ID": "s1"}


@pytest.fixture
def started(project: Project) -> Project:
    """A run begun in a conversation, some time ago."""
    project.write({"tasks.json": json.dumps(TASKS)})
    assert project.fanout("start", "tasks.json", env=SESSION).code == 0
    mark = project.path / ".fanout" / first_hook.NAME
    os.utime(mark, (mark.stat().st_mtime - 60,) * 2)
    return project


def fires(project: Project, event: str) -> None:
    given = {"session_id": "s1", "cwd": str(project.path), "tool_name": "Bash", "tool_input": {"command": "true"}}
    subprocess.run(
        ["sh", str(CHECKOUT / "hooks" / "start"), event],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"], "CLAUDE_PROJECT_DIR": str(project.path), **passed_on()},
    )


@pytest.mark.parametrize("command", ["next", "status"])
def test_after_a_brief_that_no_hook_answered_each_look_says_that_nothing_is_guarded(
    started: Project, command: str
) -> None:
    said = started.fanout("brief", "tasks-json-1/a", env=SESSION).out
    assert said.startswith("NOT GUARDED: no hook of fanout has fired in the ") and "Tell the user." in said
    for env in (SESSION, None):
        assert started.fanout(command, env=env).out.startswith("NOT GUARDED: no hook of fanout has fired in the ")


@pytest.mark.parametrize("command", ["next", "status"])
def test_before_it_a_conversation_is_told_what_that_means(started: Project, command: str) -> None:
    """A line that the user types with ! has no hooks, and is no sign of anything."""
    said = started.fanout(command, env=SESSION).out
    assert said.startswith("No hook of fanout has fired in the ") and "If Claude typed this line" in said
    assert "launch nothing" in said and "If the user typed it, all may be well." in said
    assert "No hook of fanout" not in started.fanout(command).out, "in another terminal"


def test_json_stays_json(started: Project) -> None:
    ran = started.fanout("status", "--json", env=SESSION)
    assert json.loads(ran.out) and ran.err.startswith("No hook of fanout has fired")


@pytest.mark.parametrize("event", ["guard", "after", "prompt", "wrote", "batch", "stop"])
def test_the_first_event_of_any_hook_ends_that(started: Project, event: str) -> None:
    started.fanout("brief", "tasks-json-1/a", env=SESSION)
    fires(started, event)
    assert "NOT GUARDED" not in started.fanout("next", env=SESSION).out
    assert "ok  first hook" in started.fanout("doctor").out


def test_doctor_calls_it_bad(started: Project) -> None:
    ran = started.fanout("doctor")
    assert ran.code == 1
    assert "BAD first hook: none has fired in the " in ran.out and "nothing is guarded" in ran.out


def test_a_run_that_began_just_now_is_not_doubted(project: Project) -> None:
    """`fanout start x && fanout status`: the client reports the end of a command only after it."""
    project.write({"tasks.json": json.dumps(TASKS)})
    project.fanout("start", "tasks.json", env=SESSION)
    mark = project.path / ".fanout" / first_hook.NAME
    os.utime(mark, (mark.stat().st_mtime + 600,) * 2)
    assert "NOT GUARDED" not in project.fanout("status", env=SESSION).out
    assert "ok  first hook: none yet, 0 s after the run began" in project.fanout("doctor").out


def test_a_run_begun_in_a_terminal_waits_for_the_client_in_silence(project: Project) -> None:
    project.write({"tasks.json": json.dumps(TASKS)})
    project.fanout("start", "tasks.json")
    mark = project.path / ".fanout" / first_hook.NAME
    os.utime(mark, (mark.stat().st_mtime - 60,) * 2)
    assert "NOT GUARDED" not in project.fanout("status").out


CAUSES = [
    (".claude/settings.json", {"disableAllHooks": True}, "settings.json has disableAllHooks: take it out."),
    (".claude/settings.local.json", {"disableAllHooks": True}, "settings.local.json has disableAllHooks"),
    (
        ".claude/settings.json",
        {"enabledPlugins": {"spec@fanout": False}},
        "switches the plugin spec@fanout off: /plugin",
    ),
    (".claude/settings.json", {"enabledPlugins": {"spec@fanout": True, "other@x": False}}, "/plugin shows it"),
    (".claude/settings.json", {"disableAllHooks": False}, "before the plugin was installed"),
    (".claude/settings.json", [], "before the plugin was installed"),
]


@pytest.mark.parametrize(("file", "settings", "said"), CAUSES)
def test_the_cause_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, settings: object, said: str
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "nothing"))
    monkeypatch.delenv("CLAUDE_CODE_SIMPLE", raising=False)
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(json.dumps(settings))
    assert said in first_hook.cause(str(tmp_path))


def test_of_the_users_own_settings_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "settings.json").write_text('{"disableAllHooks": true}')
    assert first_hook.cause("/nowhere").startswith(f"{tmp_path}/settings.json has disableAllHooks")


def test_a_client_without_hooks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("CLAUDE_CODE_SIMPLE", "1")
    assert "--bare" in first_hook.cause(str(tmp_path))


def test_on_windows_without_git_bash_one_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_hook, "ON_WINDOWS", True)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    monkeypatch.delenv("CLAUDE_CODE_GIT_BASH_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert first_hook.cause(str(tmp_path)).startswith("Hooks need Git Bash: install Git for Windows")
    [found] = doctor._git_bash()
    assert not found.fine and "no hook can start" in found.found and "Git for Windows" in found.fix
    (tmp_path / "bash.exe").write_text("")
    monkeypatch.setenv("CLAUDE_CODE_GIT_BASH_PATH", str(tmp_path / "bash.exe"))
    assert [found.fine for found in doctor._git_bash()] == [True]


def test_on_windows_a_git_bash_that_is_not_where_it_is_said_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_hook, "ON_WINDOWS", True)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("CLAUDE_CODE_GIT_BASH_PATH", str(tmp_path / "gone" / "bash.exe"))
    assert first_hook.cause(str(tmp_path)).startswith("Hooks need Git Bash")
    assert [found.fine for found in doctor._git_bash()] == [False]


def test_elsewhere_git_bash_is_no_question() -> None:
    assert doctor._git_bash() == []


def test_on_windows_a_start_calls_no_run_guarded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write({"tasks.json": json.dumps(TASKS)})
    monkeypatch.chdir(project.path)
    elsewhere = CliRunner().invoke(app, ["start", "tasks.json", "--dry-run"]).output
    monkeypatch.setattr(first_hook, "ON_WINDOWS", True)
    said = CliRunner().invoke(app, ["start", "tasks.json"]).output
    assert said.startswith(first_hook.UNPROVEN) and said.startswith("NOT GUARDED"), said
    assert "NOT GUARDED" not in elsewhere
