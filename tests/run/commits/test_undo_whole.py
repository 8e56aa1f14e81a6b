"""Undo is done whole or not at all: killed at any point, stopped by a file that can't be written; the index with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import killed
import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan
from scale import WHOLE

from fanout.errors import FanoutError
from fanout.run.changes import git, objects
from fanout.run.commits import restore, undo
from fanout.run.store import db as journal
from fanout.run.store import under_way
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

FILES = {"a.txt": "a\n", "conf": "file\n", "deep/x.txt": "x\n", "mine.txt": "mine\n"}
WRITES = ["a.txt", "conf", "conf/in.txt", "deep/x.txt", "deep", "new.txt"]


def finished(repo: Project) -> Desk:
    """A task that changed, made and deleted files, put a folder in a file's place, and a file in a folder's."""
    repo.write(FILES)
    repo.commit_all()
    desk = Desk(repo.path)
    desk.start(plan({"01": {"writes": WRITES}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    for path in WRITES:
        assert desk.write("agent-01", path) == {}
    (repo.path / "a.txt").write_text("by the task\n")
    (repo.path / "new.txt").write_text("new\n")
    (repo.path / "conf").unlink()
    (repo.path / "conf").mkdir()
    (repo.path / "conf" / "in.txt").write_text("in\n")
    (repo.path / "deep" / "x.txt").unlink()
    (repo.path / "deep").rmdir()
    (repo.path / "deep").write_text("a file now\n")
    assert desk.end("agent-01", "DONE|01|replaced conf and deep/x.txt") == {}
    return desk


def tree(repo: Project) -> dict[str, str]:
    files = (path for path in repo.path.rglob("*") if path.is_file() and not {".git", ".fanout"} & {*path.parts})
    return {str(path.relative_to(repo.path)): path.read_text() for path in files}


CHANGES = ((os, "replace"), (os, "unlink"), (os, "rmdir"), (objects, "put"), (git, "_call"))


def killed_at(desk: Desk, step: int) -> bool:
    """Undoes in a process that dies just before this statement, git command or change of a file."""

    def work(count: Callable[..., None]) -> None:
        db = journal.connect(str(desk.root))
        db.set_trace_callback(count)
        with Write(db):
            undo.carry_out(db, str(desk.root), desk.run, "01")
            tasks.revoke(db, desk.run, "01", "undone by hand")

    return killed.killed_at(step, work, CHANGES)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_killed_at_any_point_it_is_whole_after_the_next_command(tmp_path: Path, part: int) -> None:
    step, whole = part, set()
    while True:
        repo = Project(tmp_path / f"{step}")
        repo.path.mkdir()
        desk = finished(repo)
        after = tree(repo)
        repo.git("add", "-A", "--", ".")
        killed = killed_at(desk, step)
        assert repo.fanout("status").err == ""
        found = tree(repo)
        assert found in (FILES, after)
        whole.add(found == FILES)
        assert repo.fanout("undo", f"{desk.run}/01").code == 0 and tree(repo) == FILES
        assert repo.git("status", "--porcelain") == ""
        assert desk.state("01") == "cancelled"
        repo.fanout("status")
        assert restore.unfinished(str(repo.path)) == []
        if not killed:
            break
        step += 3 if WHOLE else 6
    assert whole == {True, False}


def test_what_cannot_be_written_leaves_all_as_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = finished(project)
    before, put, calls = tree(project), objects.put, 0

    def full_disk(path: str, data: bytes, kind: str) -> None:
        nonlocal calls
        calls += ".fanout" not in path
        if calls == 2 and ".fanout" not in path:
            raise OSError(28, "No space left on device")
        put(path, data, kind)

    monkeypatch.setattr(objects, "put", full_disk)
    with (
        pytest.raises(FanoutError, match=r"can't be written: No space left on device\. Nothing was changed"),
        Write(desk.db),
    ):
        undo.carry_out(desk.db, str(project.path), desk.run, "01")
    assert tree(project) == before and restore.unfinished(str(project.path)) == []
    assert desk.state("01") == "done"


def test_what_of_it_is_staged_leaves_the_index_and_the_users_stays(project: Project) -> None:
    desk = finished(project)
    project.write({"mine.txt": "staged\n"})
    project.git("add", "-A")
    assert project.fanout("undo", f"{desk.run}/01").code == 0
    assert project.git("status", "--porcelain") == "M  mine.txt\n"


@pytest.mark.parametrize("is_by_a_hook", [False, True])
def test_with_a_locked_index_the_next_command_unstages_it(project: Project, is_by_a_hook: bool) -> None:
    """The next one of ours, or the hook before Claude's next line of git."""
    desk = finished(project)
    project.git("add", "-A")
    (project.path / ".git" / "index.lock").write_text("")
    assert "index.lock keeps what is staged of it" in project.fanout("undo", f"{desk.run}/01").err
    (project.path / ".git" / "index.lock").unlink()
    if is_by_a_hook:
        assert desk.bash(None, "ls") == {} and project.git("status", "--porcelain") != ""
        assert desk.bash(None, "git commit -m x") == {}
    else:
        assert project.fanout("status").err == ""
    assert project.git("status", "--porcelain") == "" and not under_way.is_marked(str(project.path))


def test_after_a_commit_the_index_stays_with_the_commit(project: Project) -> None:
    """The neighbour: what is committed is not staged."""
    desk = finished(project)
    assert project.fanout("commit", f"{desk.run}/01").code == 0
    assert project.fanout("undo", f"{desk.run}/01").code == 0
    assert project.git("diff", "--cached", "--name-only") == "" and tree(project) == FILES


@pytest.mark.parametrize("again", ["by the task\n", "by the second agent\n"])
@pytest.mark.parametrize("how", [("retry", "--again"), ("undo",)])
def test_what_the_next_agent_does_is_not_undone_when_it_ends(tmp_path: Path, how: tuple[str, ...], again: str) -> None:
    project = Project(tmp_path)
    project.write({"a.txt": "a\n"})
    project.commit_all()
    desk = Desk(project.path)
    desk.start(plan({"01": {"writes": ["a.txt", "new.txt"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.do("agent-01", "a.txt", "by the task\n")
    desk.do("agent-01", "new.txt", "new\n")
    desk.end("agent-01", "DONE|01|made both")
    assert project.fanout(how[0], f"{desk.run}/01", *how[1:]).code == 0
    if how == ("undo",):
        assert project.fanout("retry", f"{desk.run}/01").code == 0
    assert not (tmp_path / "new.txt").exists()
    desk.launch("01", agent="second")
    desk.do("second", "a.txt", again)
    desk.do("second", "new.txt", "new\n")
    assert desk.end("second", "DONE|01|made both again") == {}
    status = project.fanout("status")
    assert "was cut off" not in status.out + status.err
    assert tree(project) == {"a.txt": again, "new.txt": "new\n"}
    assert tasks.get(desk.db, desk.run, "01").state == "done"
    assert restore.unfinished(str(tmp_path)) == []


@pytest.mark.parametrize("is_locked", [False, True])
def test_a_mark_stands_only_while_something_is_half_done(project: Project, is_locked: bool) -> None:
    """A command killed just after it set the mark leaves nothing else behind."""
    desk = finished(project)
    root = str(project.path)
    if is_locked:
        project.git("add", "-A")
        (project.path / ".git" / "index.lock").write_text("")
        assert "index.lock" in project.fanout("undo", f"{desk.run}/01").err
    else:
        under_way.mark(root)
    project.fanout("status")
    assert under_way.is_marked(root) is is_locked
