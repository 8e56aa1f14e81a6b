"""fanout writes: what a line would write, and whether siblings would feel it beside their files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from project import Project

from fanout.cli.commands.writes import answer

BESIDE = {
    "pkill -f vite": "`pkill -f vite` would end every process that matches 'vite', whoever started it; instead: end by number",
    "docker compose down -v": "would stop and remove every container of the project",
    "dropdb app": "would drop the database app; instead: a database of your own",
    "createdb app2; dropdb app": "would drop the database app",
}
OWN = [
    "kill %1",
    "createdb t1 && pytest; dropdb t1",
    "docker compose -p mine down",
    "python3 -m http.server 8123 &",
    "ls",
]


@pytest.mark.parametrize("line", BESIDE)
@pytest.mark.parametrize("owners", [None, {"b.py": "02"}])
def test_what_siblings_may_use_is_endangered(line: str, owners: dict[str, str] | None, tmp_path: Path) -> None:
    found = answer(line, str(tmp_path), "01", owners)
    assert found["endangers_siblings"] is True and found["writes"] == []
    assert BESIDE[line] in str(found["reasons"])


@pytest.mark.parametrize("line", OWN)
def test_what_the_line_started_is_its_own(line: str, tmp_path: Path) -> None:
    assert answer(line, str(tmp_path), "01", {"b.py": "02"})["endangers_siblings"] is False


def test_on_the_command_line(tmp_path: Path) -> None:
    project = Project(tmp_path)
    found = json.loads(project.fanout("writes", "echo x > a.txt; pkill node").out)
    assert found["writes"] == ["a.txt"] and found["endangers_siblings"] is True


@pytest.mark.parametrize(("user_shell", "written"), [("/bin/zsh", ["a.txt"]), ("/bin/bash", ["!"]), ("", ["!"])])
def test_a_line_is_read_as_the_users_shell_reads_it(
    user_shell: str, written: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", user_shell)
    monkeypatch.setenv("PATH", "/bin:/usr/bin:/sbin")
    found = answer("echo x >! a.txt", str(tmp_path), "", None)
    assert (found["writes"], found["unknown"]) == (written, False)
