"""Tracked files that change by no write that a hook saw: nobody is sent back, and somebody is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

SAID = "declared by nobody and by no write that a hook saw: "


@pytest.fixture
def repo(desk: Desk) -> Desk:
    for name in ("a.txt", "b.txt", "tests/test_a.py", "other.txt", "mine.txt"):
        (desk.root / name).parent.mkdir(exist_ok=True)
        (desk.root / name).write_text("old\n")
    Project(desk.root).commit_all()
    (desk.root / "mine.txt").write_text("the user's, before the run\n")
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    return desk


def end(desk: Desk, task: str) -> str:
    """The task's agent ends; what Claude is told then."""
    (desk.root / f"{'a' if task == '01' else 'b'}.txt").write_text(f"by {task}\n")
    assert desk.end(f"agent-{task}", f"DONE|{task}|did it") == {}
    said = desk.notify(f"agent-{task}")
    assert isinstance(said, str)
    return said


def build(root: Path) -> None:
    """What a script of an agent may do besides."""
    (root / "tests" / "test_a.py").unlink()
    (root / "other.txt").write_text("rewritten\n")


def test_what_a_program_changed_besides_is_told_once_and_reported(repo: Desk) -> None:
    repo.launch("01")
    repo.launch("02")
    build(repo.root)
    assert f"Changed while 01 worked, {SAID}other.txt, tests/test_a.py (deleted)." in end(repo, "01")
    assert SAID not in end(repo, "02")
    report = Project(repo.root).fanout("report").out
    for line in ("test_a.py was deleted while it worked", "other.txt was changed while it worked"):
        assert line in report.replace("\\", "")
    assert "mine.txt" not in report


def test_the_work_of_the_run_and_the_users_own_is_no_stray(repo: Desk) -> None:
    repo.launch("01")
    assert repo.do("agent-01", "other.txt") == {}, "seen by the guard: on the agent's account"
    (repo.root / "b.txt").write_text("declared by 02\n")
    assert SAID not in end(repo, "01")


def test_what_changed_before_the_agent_began_is_not_laid_at_its_door(repo: Desk) -> None:
    build(repo.root)
    repo.launch("01")
    repo.db.execute("UPDATE agent SET opened = opened + 60")
    assert SAID not in end(repo, "01")


def test_without_git_nothing_is_said(desk: Desk) -> None:
    (desk.root / "other.txt").write_text("old\n")
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    desk.launch("01")
    (desk.root / "other.txt").write_text("new\n")
    assert SAID not in end(desk, "01")
