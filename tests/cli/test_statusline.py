"""fanout statusline: one line, silence without a run, and its way into the settings."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import CHECKOUT, Project
from report.runs import desk_in, eventful

from fanout.cli.commands import statusline

SCRIPT = CHECKOUT / "scripts" / "statusline"


def line(folder: Path, given: str = "{}") -> str:
    done = subprocess.run([str(SCRIPT)], cwd=folder, input=given, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return eventful(desk_in(tmp_path))


@pytest.mark.sampled(4)
@pytest.mark.parametrize("given", ["{}", "", "no json", "[1]", '{"cwd": 5}', '{"cwd": "/nowhere"}'])
def test_the_line_whatever_is_said(desk: Desk, given: str) -> None:
    assert line(desk.root, given) == "fanout demo-1: 2/6 done, 2 running, 1 blocked\n"


def test_from_a_folder_inside_and_by_what_the_client_says(desk: Desk, tmp_path: Path) -> None:
    (desk.root / "src").mkdir()
    assert line(desk.root / "src").startswith("fanout demo-1: 2/6")
    command = Project(tmp_path).fanout("statusline", input=json.dumps({"workspace": {"current_dir": str(desk.root)}}))
    assert command.out.startswith("fanout demo-1: 2/6")


def test_silence_without_a_run(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert line(other) == ""
    Project(desk.root).fanout("cancel")
    for name in ("04", "05"):
        desk.end(f"agent-{name}", f"DONE|{name}|x")
        desk.end(f"agent-{name}", f"DONE|{name}|x")
        desk.end(f"agent-{name}", f"DONE|{name}|x")
    assert line(desk.root) == ""


def test_silence_when_the_journal_is_damaged(desk: Desk) -> None:
    desk.db.close()
    for file in (desk.root / ".fanout").glob("state.db*"):
        file.write_bytes(b"not a database at all, not even close")
    assert line(desk.root) == ""


def conf(project: Project) -> Path:
    return project.path.parent / "claude"


@pytest.fixture(autouse=True)
def _no_settings_of_whoever_runs_this(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(conf(project)))


def test_install_shows_then_changes_and_keeps_the_rest(project: Project) -> None:
    project.write({".claude/settings.local.json": {"permissions": {"allow": ["X"]}}})
    file = project.path / ".claude" / "settings.local.json"
    file.chmod(0o600)
    before = file.read_text()
    dry = project.fanout("statusline", "--install")
    assert "Nothing is changed yet" in dry.out and file.read_text() == before
    assert project.fanout("statusline", "--install", "--yes").code == 0
    found = json.loads(file.read_text())
    assert found == {"permissions": {"allow": ["X"]}, "statusLine": {"type": "command", "command": str(SCRIPT)}}
    assert file.stat().st_mode & 0o777 == 0o600
    assert "has it already" in project.fanout("statusline", "--install", "--yes").out


@pytest.mark.parametrize("place", ["project", "user"])
def test_a_line_that_the_new_one_would_hide_is_left_alone(project: Project, place: str) -> None:
    mine = {"statusLine": {"type": "command", "command": "mine"}}
    file = project.path / ".claude" / "settings.json" if place == "project" else conf(project) / "settings.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(mine))
    ran = project.fanout("statusline", "--install", "--yes")
    assert ran.code == 1 and f"{file} has a status line of your own" in ran.err
    assert not (project.path / ".claude" / "settings.local.json").exists()


def test_install_for_the_user_goes_where_the_client_looks(project: Project, tmp_path: Path) -> None:
    ran = project.fanout(
        "statusline", "--install", "--user", "--yes", env={"CLAUDE_CONFIG_DIR": str(tmp_path / "conf")}
    )
    assert ran.code == 0
    assert json.loads((tmp_path / "conf" / "settings.json").read_text())["statusLine"]["type"] == "command"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('{"statusLine": {"type": "command", "command": "mine"}}', "a status line of your own"),
        ("{broken", "is not JSON"),
        ("[]", "is not a JSON object"),
    ],
)
def test_what_is_there_is_left_alone(project: Project, settings: str, said: str) -> None:
    project.write({".claude/settings.local.json": settings})
    ran = project.fanout("statusline", "--install", "--yes")
    assert ran.code == 1 and said in ran.err
    assert (project.path / ".claude" / "settings.local.json").read_text() == settings


def test_an_installed_plugin_is_found_again_after_an_update(tmp_path: Path) -> None:
    versions = tmp_path / "plugins" / "cache" / "fanout" / "spec"
    for number in ("0.1.0", "0.2.0"):
        (versions / number / "scripts").mkdir(parents=True)
        script = versions / number / "scripts" / "statusline"
        script.write_text(f"#!/bin/sh\necho {number}\n")
        script.chmod(0o755)
    command = statusline.command(str(versions / "0.1.0"))
    assert subprocess.run(["sh", "-c", command], capture_output=True, text=True).stdout.strip() in ("0.1.0", "0.2.0")
    (versions / "0.1.0" / "scripts" / "statusline").unlink()
    assert subprocess.run(["sh", "-c", command], capture_output=True, text=True).stdout.strip() == "0.2.0"
