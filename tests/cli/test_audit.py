"""fanout audit: finds this project's transcripts and no other's; and what the real client writes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from project import Project
from report.sessions import Made
from report.test_audit import lost_by_write

from fanout.report import transcripts


def stored(config: Path, project: str, cwd: str | None = None) -> Path:
    """A session with a lost update in the client's folder of a project."""
    folder = config / "projects" / transcripts.slug(project)
    folder.mkdir(parents=True)
    made = Made(folder)
    lost_by_write(made)
    made.write()
    for path in folder.rglob("*.jsonl"):
        path.write_text(path.read_text().replace("/home/dev/shop", cwd or project))
    return folder


def test_the_projects_own_sessions(project: Project, tmp_path: Path) -> None:
    config = tmp_path / "config"
    stored(config, str(project.path))
    ran = project.fanout("audit", env={"CLAUDE_CONFIG_DIR": str(config)})
    assert ran.code == 0
    assert "Lost updates: 1\n  x.py: 'part b' replaced" in ran.out
    data = project.fanout("audit", "--json", env={"CLAUDE_CONFIG_DIR": str(config)}).data
    assert data["counts"] == {"lost_updates": 1, "overlapping_writes": 0, "sweeps": 0, "not_parallel": 0}


def test_subfolders_and_worktrees_belong_to_it_and_namesakes_do_not(project: Project, tmp_path: Path) -> None:
    config = tmp_path / "config"
    stored(config, f"{project.path}/.claude/worktrees/one")
    stored(config, f"{project.path}-other")
    found = [folder.name for folder in transcripts.folders(str(project.path), config)]
    assert found == [transcripts.slug(f"{project.path}/.claude/worktrees/one")]


def test_a_folder_with_the_same_name_but_another_project(project: Project, tmp_path: Path) -> None:
    config = tmp_path / "config"
    stored(config, str(project.path), cwd="/somewhere/else")
    assert "nothing to audit" in project.fanout("audit", env={"CLAUDE_CONFIG_DIR": str(config)}).out


def test_a_folder_of_transcripts(project: Project, tmp_path: Path) -> None:
    folder = stored(tmp_path / "config", "/home/dev/shop")
    assert "Lost updates: 1" in project.fanout("audit", str(folder)).out


def test_without_any_client(project: Project, tmp_path: Path) -> None:
    ran = project.fanout("audit", env={"CLAUDE_CONFIG_DIR": str(tmp_path / "none"), "HOME": str(tmp_path)})
    assert ran.code == 0 and "nothing to audit" in ran.out


@pytest.mark.parametrize("count", [300])
def test_many_sessions_are_quick(project: Project, tmp_path: Path, count: int) -> None:
    folder = tmp_path / "many"
    for number in range(count):
        made = Made(folder, f"{number:08x}-0000-4000-8000-000000000000")
        lost_by_write(made)
        made.write()
    began = time.monotonic()
    data = json.loads(project.fanout("audit", str(folder), "--json").out)["data"]
    assert data["counts"]["lost_updates"] == count
    assert time.monotonic() - began < 30
