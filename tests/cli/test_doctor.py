"""fanout doctor: what it finds wrong, what it fixes, and the proof in the real client."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project, Ran
from report.runs import desk_in
from run.plans import plan

from fanout.cli.commands import doctor
from fanout.run.agents import team
from fanout.run.flow import workflow
from fanout.run.store import switch
from fanout.run.store.db import Write


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = desk_in(tmp_path)
    desk.start(plan({"01": {"writes": ["a.py"]}}))
    return desk


def bad(ran: Ran) -> list[str]:
    lines = [line.removeprefix("BAD ") for line in ran.out.splitlines() if line.startswith("BAD ")]
    assert ran.code == (1 if lines else 0), ran.out
    return lines


def test_nothing_is_wrong(project: Project, desk: Desk) -> None:
    assert bad(project.fanout("doctor")) == []
    assert bad(Project(desk.root).fanout("doctor")) == []
    desk.launch("01")
    assert "ok  claims: 1 claim of 1 live agent." in Project(desk.root).fanout("doctor").out


def test_the_switch_of_the_hooks_is_put_right(desk: Desk) -> None:
    project = Project(desk.root)
    switch.clear_live(str(desk.root))
    [line] = bad(project.fanout("doctor"))
    assert line.startswith("hooks: switched off though a run, an agent or a team is there. fanout doctor --fix")
    assert bad(project.fanout("doctor", "--fix")) == [] and switch.is_live(str(desk.root))
    project.fanout("cancel")
    switch.set_live(str(desk.root), "/usr/bin/python3")
    [line] = bad(project.fanout("doctor"))
    assert line.startswith("hooks: switched on though nothing runs")
    assert bad(project.fanout("doctor", "--fix")) == [] and not switch.is_live(str(desk.root))


def test_a_team_keeps_them_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()))
    with Write(desk.db):
        team.note(desk.db, "s1")
    Project(desk.root).fanout("cancel")
    assert switch.is_live(str(desk.root)) and bad(Project(desk.root).fanout("doctor")) == []


def test_claims_of_the_dead_are_released(desk: Desk) -> None:
    desk.launch("01")
    with Write(desk.db):
        desk.db.execute("UPDATE agent SET client = 4194303, client_start = '1'")
    [line] = bad(Project(desk.root).fanout("doctor"))
    assert line.startswith("claims: held by agents whose client is gone: task 01")
    assert bad(Project(desk.root).fanout("doctor", "--fix")) == []
    assert desk.state("01") == "pending" and desk.rows("SELECT * FROM claim") == []


def test_agents_that_no_hook_saw_are_named(desk: Desk) -> None:
    desk.launch("01")
    assert bad(Project(desk.root).fanout("doctor")) == []
    with Write(desk.db):
        desk.db.execute("UPDATE agent SET agent_id = NULL, opened = opened - 90")
    [line] = bad(Project(desk.root).fanout("doctor"))
    assert line.startswith("agents: 1 agent launched and none seen: hooks do not fire inside agents")


def test_a_damaged_journal_is_moved_aside(desk: Desk) -> None:
    desk.db.close()
    for name in ("state.db-wal", "state.db-shm"):
        (desk.root / ".fanout" / name).unlink(missing_ok=True)
    (desk.root / ".fanout" / "state.db").write_bytes(b"no database at all " * 100)
    project = Project(desk.root)
    [line] = bad(project.fanout("doctor"))
    assert (
        line.startswith("journal: ")
        and line.count("fanout doctor") == 1
        and "fanout doctor --fix moves it aside" in line
    )
    ran = project.fanout("status")
    assert ran.code == 1 and "is damaged: " in ran.err and "`fanout doctor --fix` moves it aside" in ran.err
    assert bad(project.fanout("doctor", "--fix")) == []
    assert [path for path in (desk.root / ".fanout").iterdir() if ".damaged-" in path.name]
    assert bad(project.fanout("doctor")) == []


def test_a_journal_that_breaks_in_the_middle_is_damaged_too(desk: Desk) -> None:
    desk.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    desk.db.close()
    path = desk.root / ".fanout" / "state.db"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096))
    ran = Project(desk.root).fanout("status")
    assert ran.code == 1 and "damaged" in ran.err and "`fanout doctor --fix` moves it aside" in ran.err
    assert bad(Project(desk.root).fanout("doctor", "--fix")) == []


def test_a_journal_of_a_newer_fanout_is_left_where_it_is(desk: Desk) -> None:
    desk.db.execute("PRAGMA user_version = 99")
    [line] = bad(Project(desk.root).fanout("doctor", "--fix"))
    assert "has schema 99" in line and "Update the plugin" in line
    assert (desk.root / ".fanout" / "state.db").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "is gone"),
        ("#!/bin/sh\nexit 49\n", "does not run as Python 3.9 or newer"),
        (f'#!/bin/sh\nexec {sys.executable} "$@"\n', ""),
    ],
    ids=["gone", "stub", "python"],
)
def test_the_python_of_the_hooks_is_run_before_it_is_called_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, said: str
) -> None:
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    if text is not None:
        python.write_text(text)
        python.chmod(0o755)
    (tmp_path / "python").write_text(f"{python}\n")
    monkeypatch.setenv("FANOUT_CACHE_DIR", str(tmp_path))
    found = doctor._interpreter()
    assert found.fine is not bool(said) and said in found.found and str(python) in found.found
    if text is not None:
        monkeypatch.setenv("FANOUT_CACHE_DIR", "")
        monkeypatch.setenv("PATH", f"{python.parent}")
        assert doctor._interpreter().fine is not bool(said)


@pytest.mark.client
def test_the_guard_is_proved_in_the_real_client(project: Project) -> None:
    ran = project.fanout("doctor", "--self-test")
    assert "ok  guard: denied a sibling's write in the real client" in ran.out and ran.code == 0
    assert list(project.path.iterdir()) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "agent teams: off (CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS is not set)."),
        ("1", "agent teams: on (CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS=1): in an interactive session"),
        ("true", "agent teams: CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS is 'true'; the documented value is 1."),
    ],
)
def test_the_teams_flag_is_told(project: Project, value: str, said: str) -> None:
    ran = project.fanout("doctor", env={team.FLAG: value})
    assert bad(ran) == [] and said in ran.out


def test_the_workflow_runtime_starts_as_many_as_the_plan_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said, and put right in the project's own settings, beside what stands there."""
    desk = desk_in(tmp_path)
    desk.start({**plan({"01": {"writes": ["a.py"]}}, cap=40), "engine": "workflow"})
    project = Project(desk.root)
    project.write({".claude/settings.local.json": {"env": {"OTHER": "1"}, "model": "x"}})
    monkeypatch.delenv(workflow.CAP_VARIABLE, raising=False)
    (said,) = [line for line in bad(project.fanout("doctor")) if line.startswith("workflow runtime")]
    assert "demo-1 wants 40 at once, the client starts " in said
    assert "(its own rule for " in said
    fixed = project.fanout("doctor", "--fix").out
    assert "ok  workflow runtime: fixed: demo-1 wants 40 at once" in fixed
    settings = json.loads((Path(desk.root) / ".claude" / "settings.local.json").read_text())
    assert settings == {"env": {"OTHER": "1", workflow.CAP_VARIABLE: "40"}, "model": "x"}
    again = project.fanout("doctor").out
    assert "ok  workflow runtime: 40 at once" in again
    monkeypatch.setenv(workflow.CAP_VARIABLE, "3")
    assert f"Start the client with {workflow.CAP_VARIABLE}=40." in project.fanout("doctor").out
