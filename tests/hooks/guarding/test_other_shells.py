"""Lines of PowerShell, and of Bash where the user's shell is zsh: guarded and looked at like Bash's."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import CHECKOUT
from run.plans import plan


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def powershell(desk: Desk, line: str) -> dict[str, Any]:
    return desk.tool("agent-01", "PowerShell", {"command": line})


@pytest.mark.parametrize(
    "line",
    [
        "Set-Content b x",
        "'x' > b",
        "del b",
        "Get-Content a | Out-File b",
        "mv a b",
        "cmd /c del b",
        "[IO.File]::Delete('b')",
    ],
)
def test_a_siblings_file_is_denied_to_powershell(two: Desk, line: str) -> None:
    (two.root / "b").write_text("theirs")
    assert "belongs to task 02" in denial(powershell(two, line))


@pytest.mark.parametrize(
    "line", ["Set-Content a x", "Get-Content b", "Set-Content new x", "Get-ChildItem | Sort-Object Name"]
)
def test_own_and_free_files_are_free(two: Desk, line: str) -> None:
    assert powershell(two, line) == {}


def test_its_git_lines_are_judged(two: Desk) -> None:
    subprocess.run(["git", "init", "-q"], cwd=two.root, check=True)
    two.do("agent-02", "b")
    assert denial(powershell(two, "git stash -u"))
    assert denial(powershell(two, "if ($true) { git clean -fdx . }"))


def test_what_a_script_changed_is_seen_after_it(two: Desk) -> None:
    two.do("agent-02", "b", "theirs\n")
    assert powershell(two, ".\\build.ps1") == {}
    (two.root / "b").write_text("changed\n")
    given = {"tool_name": "PowerShell", "tool_input": {"command": ".\\build.ps1"}, "tool_use_id": f"t{two.calls}"}
    told = two.send(
        "after", "PostToolUse", agent_id="agent-01", agent_type="general-purpose", tool_response={}, **given
    )
    assert "b" in json.dumps(told) and "task 02" in json.dumps(told), told


def test_the_client_is_asked_to_call_for_it() -> None:
    hooks = json.loads((CHECKOUT / "hooks" / "hooks.json").read_text())["hooks"]
    for event, hook in (("PreToolUse", "guard"), ("PostToolUse", "after"), ("PostToolUseFailure", "after")):
        matchers = [entry["matcher"] for entry in hooks[event] if entry["hooks"][0]["command"].endswith(f" {hook}")]
        assert any(re.fullmatch(matcher, "PowerShell") for matcher in matchers), event


def test_every_hook_is_a_quoted_line_of_a_shell() -> None:
    """What starts on Windows, too: no script as a program, and a path with blanks."""
    hooks = json.loads((CHECKOUT / "hooks" / "hooks.json").read_text())["hooks"]
    for entries in hooks.values():
        for hook in (hook for entry in entries for hook in entry["hooks"]):
            assert re.fullmatch(r'sh "\$\{CLAUDE_PLUGIN_ROOT\}/hooks/start" [a-z-]+', hook["command"])
            assert "args" not in hook


def test_zsh_is_read_as_zsh_where_it_is_the_users_shell(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (two.root / "b").write_text("theirs")
    monkeypatch.setenv("SHELL", "/bin/bash")
    assert two.bash("agent-01", "echo x >! b") == {}, "bash writes a file of the name !"
    monkeypatch.setenv("SHELL", "/bin/zsh")
    assert "belongs to task 02" in denial(two.bash("agent-01", "echo x >! b"))
