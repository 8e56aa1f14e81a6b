"""The PowerShell tool of the real client in a run: guarded as Bash is, and our own lines run unasked. A stand-in is pwsh."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Worker


def with_pwsh(folder: Path) -> dict[str, str]:
    """The environment in which the client has its PowerShell tool: a stand-in for pwsh is enough for it."""
    folder.mkdir()
    (folder / "pwsh").write_text("#!/bin/sh\nexit 0\n")
    (folder / "pwsh").chmod(0o755)
    return {"CLAUDE_CODE_USE_POWERSHELL_TOOL": "1", "PATH": f"{folder}:{os.environ['PATH']}"}


def powershell(line: str) -> dict[str, Any]:
    return {"call": "PowerShell", "input": {"command": line, "description": "x"}}


def test_a_siblings_work_is_denied_to_it_and_our_own_lines_run(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    tasks = [{"id": name, "agent": "general-purpose", "writes": [f"{name}.txt"]} for name in ("a", "b")]
    project.write({"tasks.json": {"id": "demo", "tasks": tasks}, "b.txt": "old\n"})
    project.commit_all()
    lines = ("Set-Content b.txt mine", "git checkout .", "fanout status")
    worker = Worker.from_table(
        {
            "a": [
                {"after": "b wrote"},
                *map(powershell, lines),
                {"mark": "a tried"},
                {"write": "a.txt", "content": "a\n"},
                {"done": "wrote a.txt"},
            ],
            "b": [
                {"read": "b.txt"},
                {"write": "b.txt", "content": "theirs\n"},
                {"mark": "b wrote"},
                {"after": "a tried"},
                {"done": "wrote b.txt"},
            ],
        }
    )
    session = with_plugin(start, Cast(agent=worker), permission_mode="acceptEdits", env=with_pwsh(tmp_path / "bin"))
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    told = {str(refusal.input.get("command")): refusal.text for refusal in worker.refusals}
    assert set(told) == set(lines[:2]), told
    assert all("b.txt" in text and "task b" in text for text in told.values()), told
    assert (project.path / "b.txt").read_text() == "theirs\n"
