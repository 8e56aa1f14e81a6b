"""The command line that an MCP tool stands for: whatever a server calls its arguments, the line is what would run."""

from __future__ import annotations

from typing import Any

import pytest

from fanout.hooks.guarding import mcp_line

BASE = "/base"
SHELL: list[tuple[str, dict[str, Any], str, str]] = [
    # the tool, its arguments, the line and the folder
    ("mcp__host__run_command", {"command": "ls"}, "ls", BASE),
    ("mcp__host__shell", {"cmd": "ls"}, "ls", BASE),
    ("mcp__host__terminal", {"command_line": "ls"}, "ls", BASE),
    ("mcp__host__start_process", {"commandLine": "ls"}, "ls", BASE),
    ("mcp__host__exec", {"command": "ls"}, "ls", BASE),
    ("mcp__host__execute", {"command": "ls"}, "ls", BASE),
    ("mcp__host__run", {"command": "ls"}, "ls", BASE),
    ("mcp__host__bash", {"command": "ls"}, "ls", BASE),
    ("mcp__host__cmd", {"command": "ls"}, "ls", BASE),
    ("mcp__host__command", {"command": "ls"}, "ls", BASE),
    ("mcp__host__run", {"command": "ls", "cwd": "/x"}, "ls", "/x"),
    ("mcp__host__run", {"command": "ls", "workdir": "src/../lib"}, "ls", "/base/lib"),
    ("mcp__host__run", {"command": "ls", "working_directory": "/x"}, "ls", "/x"),
    ("mcp__host__run", {"command": "ls", "workingDirectory": "/x"}, "ls", "/x"),
    ("mcp__host__run", {"command": "ls", "working_dir": "/x"}, "ls", "/x"),
    ("mcp__host__run", {"command": "ls", "workingDir": "/x"}, "ls", "/x"),
    ("mcp__host__run", {"command": "ls", "cwd": "", "workdir": "/x"}, "ls", "/x"),
    ("mcp__host__run", {"command": "ls", "cwd": 7}, "ls", BASE),
    ("mcp__host__run", {"command": ["rm", "it's", 7]}, "'rm' 'it'\\''s' '7'", BASE),
    ("mcp__host__run", {"command": "rm", "args": ["a b", "c"]}, "rm 'a b' 'c'", BASE),
    ("mcp__host__run", {"command": "rm", "args": "a"}, "rm", BASE),
    ("mcp__host__run", {"command": 7}, "", BASE),
    ("mcp__host__run", {}, "", BASE),
    ("mcp__ssh__run", {"command": "ls", "cwd": "/x"}, "", BASE),  # another machine's
    ("mcp__host__run", {"command": "ls", "container": "db"}, "", BASE),
    ("mcp__editor__editor_command", {"command": "view"}, "", BASE),
    ("mcp__host__read_file", {"command": "ls"}, "", BASE),
]
GIT: list[tuple[str, dict[str, Any], str]] = [
    ("git_add", {"all": True}, "git add '-A'"),
    ("git_add", {"all": 1, "files": ["a"]}, "git add '--' 'a'"),
    ("git_add", {"paths": "a"}, "git add '--' 'a'"),
    ("git_add", {"files": [], "paths": ["a"]}, "git add"),
    ("git_add", {"files": ["a", 7, "b"]}, "git add '--' 'a' 'b'"),
    ("git_commit", {"all": True, "amend": True}, "git commit '-a' '--amend' '-m' 'x'"),
    ("git_commit", {"all": "yes", "amend": 1}, "git commit '-m' 'x'"),
    ("git_reset", {"mode": "hard", "commit": "HEAD~1"}, "git reset '--hard' 'HEAD~1'"),
    ("git_reset", {"mode": "hard", "files": ["a"]}, "git reset '--' 'a'"),
    ("git_reset", {"mode": 7}, "git reset"),
    ("git_checkout", {"force": True, "createBranch": True, "branch": "x"}, "git checkout '-f' '-b' 'x'"),
    ("git_checkout", {"force": 1, "createBranch": 1, "target": "x"}, "git checkout 'x'"),
    ("git_checkout", {"ref": "main", "paths": ["a"]}, "git checkout 'main' '--' 'a'"),
    ("git_checkout", {"branch_name": "-f"}, "git checkout"),
    ("git_stash", {}, "git stash 'push'"),
    ("git_stash", {"mode": "pop"}, "git stash 'pop'"),
    ("git_stash", {"mode": 7, "includeUntracked": True}, "git stash 'push' '-u'"),
    ("git_stash", {"includeUntracked": 1}, "git stash 'push'"),
    ("git_clean", {}, "git clean '-f'"),
    ("git_clean", {"dryRun": True}, "git clean '-f' '-n'"),
    ("git_clean", {"dry_run": True, "directories": True, "ignored": True}, "git clean '-f' '-n' '-d' '-x'"),
    ("git_clean", {"directories": 1}, "git clean '-f'"),
    ("git_merge", {"branch": "x"}, "git merge 'x'"),
    ("git_rebase", {"target": "x"}, "git rebase 'x'"),
    ("git_pull", {}, "git pull"),
    ("git_cherry_pick", {"commit": "abc"}, "git cherry-pick 'abc'"),
    ("git_revert", {"commit": "abc"}, "git revert 'abc'"),
    ("git_switch", {"branch": "x"}, "git switch 'x'"),
    ("git_restore", {"paths": ["a"]}, "git restore '--' 'a'"),
    ("git_rm", {"files": ["a"]}, "git rm '--' 'a'"),
    ("git_push", {"branch": "x"}, ""),
    ("git_log", {}, ""),
]


@pytest.mark.parametrize(("tool", "call", "line", "folder"), SHELL)
def test_a_tool_that_runs_a_line(tool: str, call: dict[str, Any], line: str, folder: str) -> None:
    assert mcp_line.of(tool, call, BASE) == (line, folder)


@pytest.mark.parametrize(("tool", "call", "line"), GIT)
def test_a_tool_that_is_a_git_command(tool: str, call: dict[str, Any], line: str) -> None:
    assert mcp_line.of(f"mcp__vcs__{tool}", call, BASE) == (line, BASE)
    assert mcp_line.of(f"mcp__git__{tool.removeprefix('git_')}", call, BASE) == (line, BASE)


@pytest.mark.parametrize("key", ["repo_path", "repoPath", "path", "working_directory", "cwd"])
def test_where_a_git_command_would_run(key: str) -> None:
    assert mcp_line.of("mcp__git__git_pull", {key: "lib"}, BASE) == ("git pull", "/base/lib")
    assert mcp_line.of("mcp__git__git_pull", {key: "/x"}, BASE) == ("git pull", "/x")
