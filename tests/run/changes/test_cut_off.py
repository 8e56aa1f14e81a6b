"""Commits that were cut off: killed at any git command or statement, or stopped by a lock; real git."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.changes import commit, git, intents
from fanout.run.store import db as journal

OLD, NEW = "1\n2\n3\n4\n5\n", "1\nTWO\n3\n4\n5\n"


@pytest.fixture
def repo(project: Project) -> Project:
    project.write({"a.txt": OLD, "mine.txt": "mine\n", "gone.txt": "x\n"})
    project.commit_all()
    return project


def finished(repo: Project) -> Desk:
    desk = Desk(repo.path)
    desk.start(plan({"01": {"writes": ["a.txt", "new.txt", "gone.txt"], "title": "Two"}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    assert desk.do("agent-01", "a.txt", NEW) == {}
    assert desk.do("agent-01", "new.txt", "new\n") == {}
    assert desk.write("agent-01", "gone.txt") == {}
    (repo.path / "gone.txt").unlink()
    assert desk.end("agent-01", "DONE|01|two, without gone.txt") == {}
    return desk


def killed_at(desk: Desk, step: int) -> bool:
    """Commits in a process that dies just before this statement or git command; False when it came to its end."""
    child = os.fork()
    if child == 0:
        left, call, db = step, git._call, journal.connect(str(desk.root))

        def count(*_: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def counted(*args: Any, **options: Any) -> Any:
            count()
            return call(*args, **options)

        git._call = counted
        db.set_trace_callback(count)
        try:
            commit.task(db, str(desk.root), desk.run, "01")
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_killed_at_any_point_the_next_command_finishes_it(tmp_path: Path, part: int) -> None:
    step, made = part, set()
    while True:
        repo = Project(tmp_path / f"{step}")
        repo.path.mkdir()
        repo.write({"a.txt": OLD, "mine.txt": "mine\n", "gone.txt": "x\n"})
        repo.commit_all()
        desk = finished(repo)
        killed = killed_at(desk, step)
        repo.write({"mine.txt": "by the user\n"})
        assert repo.fanout("status").code == 0
        is_made = repo.git("log", "-1", "--format=%s").strip() == "Two"
        made.add(is_made)
        repo.git("commit", "-qm", "by the user", "--allow-empty")
        assert repo.git("show", "--name-only", "--format=", "HEAD") == "", "it takes nothing back"
        again = repo.fanout("commit", "--all")
        assert again.code == 0 and ("No task" in again.out) == is_made
        assert repo.git("show", "HEAD:a.txt") == NEW and repo.git("status", "--porcelain") == " M mine.txt\n"
        assert repo.git("log", "--format=%s").count("Two") == 1
        assert intents.of_kind(desk.db, intents.COMMIT) == []
        if not killed:
            break
        step += 3
    assert made == {True, False}


def test_a_locked_index_is_said_and_brought_along_by_the_next_command(repo: Project) -> None:
    finished(repo)
    (repo.path / ".git" / "index.lock").write_text("")
    ran = repo.fanout("commit", "--all")
    assert ran.code == 0 and "01  " in ran.out and "not committed" not in ran.out
    assert (
        ".git/index.lock keeps the index as it was" in ran.err and "would take a.txt, gone.txt, new.txt back" in ran.err
    )
    assert "the next `fanout` command brings the index along" in repo.fanout("status").err
    (repo.path / ".git" / "index.lock").unlink()
    assert repo.fanout("status").err == ""
    assert repo.git("status", "--porcelain") == ""


def test_what_the_user_committed_after_a_cut_off_commit_stays(repo: Project) -> None:
    """The neighbour: an index is brought along only as far as no later commit changed the path."""
    finished(repo)
    (repo.path / ".git" / "index.lock").write_text("")
    repo.fanout("commit", "--all")
    (repo.path / ".git" / "index.lock").unlink()
    repo.write({"a.txt": "another\n"})
    repo.git("commit", "-qm", "by the user", "a.txt")
    assert repo.fanout("status").err == ""
    assert repo.git("status", "--porcelain") == "" and repo.git("show", "HEAD:a.txt") == "another\n"


@pytest.mark.slow
def test_a_branch_that_stays_locked_is_named(repo: Project) -> None:
    finished(repo)
    (repo.path / ".git" / "HEAD.lock").write_text("")
    ran = repo.fanout("commit", "--all")
    assert ran.code == 1 and "not committed: HEAD could not be moved" in ran.out and "HEAD.lock" in ran.out
    (repo.path / ".git" / "HEAD.lock").unlink()
    assert repo.fanout("commit", "--all").code == 0 and repo.git("status", "--porcelain") == ""
