"""How many SQL statements a guarded call makes, whatever the run: counted as SQLite sees them, BEGIN and PRAGMA too."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk
from project import CHECKOUT
from run.plans import plan

from fanout.run.store import db as journal

OWN = {"writes": ["src/own.py", "lib/**"]}


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What every connection that is opened from now on executes; what SQLite runs inside a statement is a comment."""
    seen: list[str] = []
    module: Any = journal
    connect = module.sqlite3.connect

    def counting(*given, **more):
        connection = connect(*given, **more)
        connection.set_trace_callback(lambda text: None if text.startswith("-- ") else seen.append(text))
        return connection

    monkeypatch.setattr(module.sqlite3, "connect", counting)
    return seen


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A git project with a run of four agents, and a fifth task that has left its work uncommitted."""
    names = ("own", "two", "three", "four", "left")
    for name in names:
        (desk.root / "src").mkdir(exist_ok=True)
        (desk.root / "src" / f"{name}.py").write_text("x = 1\n")
    (desk.root / "lib").mkdir()
    git(desk, "init", "-q")
    git(desk, "add", "-A")
    git(desk, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first")
    work = {name: {"writes": [f"src/{name}.py"]} for name in names} | {"own": OWN}
    desk.start(plan(work))
    for name in names:
        desk.launch(name)
        assert not desk.do(f"agent-{name}", f"src/{name}.py") or name == "own"
    desk.end("agent-left", "DONE|left|it is left")
    assert desk.state("left") == "done"
    return desk


def git(desk: Desk, *words: str) -> None:
    subprocess.run(["git", *words], cwd=desk.root, check=True)


def counted(statements: list[str], call: Callable[[], dict[str, object]]) -> int:
    statements.clear()
    assert call() == {}
    return len(statements)


def ended(desk: Desk, agent: str, line: str) -> dict[str, object]:
    """PostToolUse of the last command."""
    given = {"tool_name": "Bash", "tool_input": {"command": line}, "tool_use_id": f"t{desk.calls}"}
    return desk.send("after", "PostToolUse", agent_id=agent, **given, tool_response={"stdout": ""})


@pytest.mark.parametrize("path", ["src/own.py", "lib/new.py", "elsewhere/new.py"])
def test_a_write_makes_at_most_eight_the_first_time_and_six_ever_after(
    busy: Desk, statements: list[str], path: str
) -> None:
    first = counted(statements, lambda: busy.write("agent-own", path))
    assert first <= 8, "\n".join(statements)
    again = counted(statements, lambda: busy.write("agent-own", path, tool="Edit"))
    assert again <= 6, "\n".join(statements)


def test_git_add_of_an_own_file_makes_at_most_twelve(busy: Desk, statements: list[str]) -> None:
    for _ in range(2):
        made = counted(statements, lambda: busy.bash("agent-own", "git add src/own.py"))
        assert made <= 12, "\n".join(statements)


def test_the_end_of_a_command_makes_at_most_fifteen(busy: Desk, statements: list[str]) -> None:
    for line in ("git add src/own.py", "make"):
        busy.bash("agent-own", line)
        made = counted(statements, partial(ended, busy, "agent-own", line))
        assert made <= 15, "\n".join(statements)


def test_the_end_of_a_write_makes_none_for_no_python_starts(busy: Desk, tmp_path: Path) -> None:
    """It is kept as it came; the next look at the files reads it."""
    started = tmp_path / "started"
    for name in ("cat", "mkdir"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    for name in ("python", "python3"):
        (tmp_path / name).write_text(f"#!/bin/sh\n: >{started}\n")
        (tmp_path / name).chmod(0o755)
    (busy.root / ".fanout" / "live").write_text(f"{tmp_path}/python\n")
    env = {"PATH": str(tmp_path), "CLAUDE_PROJECT_DIR": str(busy.root)}
    event = b'{"hook_event_name": "PostToolUse", "tool_name": "Write", "tool_use_id": "t"}'
    done = subprocess.run(
        [CHECKOUT / "hooks" / "start", "wrote"], input=event, env=env, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr, started.exists()) == (b"", b"", False)
    assert [kept.read_bytes() for kept in (busy.root / ".fanout" / "wrote").iterdir()] == [event]
    subprocess.run([CHECKOUT / "hooks" / "start", "after"], input=event, env=env, check=False, capture_output=True)
    assert started.exists(), "this Python would have been started"


def test_the_number_does_not_follow_that_of_agents_and_files(desk: Desk, statements: list[str]) -> None:
    made = {}
    for number in (2, 12):
        names = [f"{number}-{place}" for place in range(number)]
        desk.start(plan({name: {"writes": [f"{name}.py", f"{name}/**"]} for name in names}, cap=20, title=str(number)))
        for name in names:
            desk.launch(name)
            desk.do(f"agent-{name}", f"{name}.py")
            desk.do(f"agent-{name}", f"{name}/a.py")
        agent, line = f"agent-{number}-0", f"git add {number}-0.py && make"
        made[number] = counted(statements, partial(desk.bash, agent, line))
        desk.send("batch", "PostToolBatch", agent_id=agent, tool_calls=[{}])
    assert made[2] == made[12] <= 11, "\n".join(statements)
