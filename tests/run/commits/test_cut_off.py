"""Commits that were cut off: killed at any git command or statement, or stopped by a lock; real git."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import killed
import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan
from scale import WHOLE

from fanout.run.changes import git
from fanout.run.commits import commit, index, intents
from fanout.run.flow import hooks_switch
from fanout.run.store import db as journal
from fanout.run.store import meta, switch
from fanout.run.store.db import Write

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


CHANGES = ((git, "_call"), (os, "link"), (os, "replace"), (os, "unlink"), (os, "rename"))


def killed_at(desk: Desk, step: int, keeps_hooks: bool = False) -> bool:
    """Commits in a process that dies just before this statement, git command or change beside the index; False when it came
    to its end."""

    def work(count: Callable[..., None]) -> None:
        db = journal.connect(str(desk.root))
        db.set_trace_callback(count)
        with hooks_switch.Kept(db, str(desk.root)) if keeps_hooks else contextlib.nullcontext():
            commit.task(db, str(desk.root), desk.run, "01")

    return killed.killed_at(step, work, CHANGES)


def by_the_user(repo: Project, *files: str) -> bool:
    """Whether a commit by hand was made; git may refuse it, as the index is held."""
    done = subprocess.run(
        ["git", "commit", "-qm", "by the user", *files], cwd=repo.path, capture_output=True, text=True
    )
    assert done.returncode == 0 or "index.lock" in done.stderr
    return done.returncode == 0


NEXT: list[Callable[[Desk], object]] = [
    lambda desk: Project(desk.root).fanout("status"),
    lambda desk: desk.send("prompt", "UserPromptSubmit", prompt="and now commit the rest"),
    lambda desk: desk.bash(None, "git commit -qm 'the rest' --allow-empty"),
    lambda desk: desk.send("session-start", "SessionStart", source="startup"),
]
"""What may come next after a kill: a command, or an event of the client's."""


def stopped_before_its_index(repo: Project, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A commit that HEAD has, and that nothing came after."""
    desk = finished(repo)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(index.Held, "publish", stopped)
        with pytest.raises(KeyboardInterrupt):
            commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("log", "-1", "--format=%s") == "Two\n" and repo.git("diff", "--cached", "--name-only") != ""
    return desk


@pytest.mark.parametrize("is_on_a_branch", [True, False])
def test_stopped_after_the_commit_was_made_the_index_follows_it(
    repo: Project, monkeypatch: pytest.MonkeyPatch, is_on_a_branch: bool
) -> None:
    if not is_on_a_branch:
        repo.git("checkout", "-q", "--detach")
    desk = stopped_before_its_index(repo, monkeypatch)
    repo.fanout("status")
    assert repo.git("diff", "--cached", "--name-only") == "" and repo.git("status", "--porcelain") == ""
    assert intents.of_kind(desk.db, intents.COMMIT) == []


@pytest.mark.parametrize(
    ("command", "is_made"), [("checkout -q -f -b other HEAD~1", True), ("reset -q --hard HEAD~1", False)]
)
def test_a_commit_that_only_another_branch_has_was_made(
    repo: Project, monkeypatch: pytest.MonkeyPatch, command: str, is_made: bool
) -> None:
    desk = stopped_before_its_index(repo, monkeypatch)
    repo.git(*command.split())
    repo.fanout("status")
    assert len(desk.rows("SELECT * FROM event WHERE kind = 'committed'")) == is_made
    assert repo.git("diff", "--cached", "--name-only") == "" and intents.of_kind(desk.db, intents.COMMIT) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_killed_at_any_point_it_is_whole_after_whatever_comes_next(tmp_path: Path, part: int) -> None:
    step, made = part, set()
    while True:
        repo = Project(tmp_path / f"{step}")
        repo.path.mkdir()
        repo.write({"a.txt": OLD, "mine.txt": "mine\n", "gone.txt": "x\n"})
        repo.commit_all()
        desk = finished(repo)
        killed = killed_at(desk, step)
        repo.write({"mine.txt": "by the user\n"})
        repo.git("stash", "list")
        is_made = repo.git("log", "-1", "--format=%s").strip() == "Two"
        made.add(is_made)
        if by_the_user(repo, "mine.txt"):
            assert repo.git("show", "--name-only", "--format=", "HEAD") == "mine.txt\n", "it takes nothing back"
        NEXT[step % len(NEXT)](desk)
        assert by_the_user(repo, "--allow-empty"), "nothing of ours stands in the way"
        assert repo.git("show", "--name-only", "--format=", "HEAD") == "", "it takes nothing back"
        again = repo.fanout("commit", "--all")
        assert again.code == 0 and ("No task" in again.out) == is_made
        repo.git("commit", "-qam", "all that is left", "--allow-empty")
        assert repo.git("show", "HEAD:a.txt") == NEW and repo.git("status", "--porcelain") == ""
        assert repo.git("log", "--format=%s").count("Two") == 1
        assert intents.of_kind(desk.db, intents.COMMIT) == []
        assert not [name for name in os.listdir(repo.path / ".git") if "fanout" in name or name.endswith(".lock")]
        if not killed:
            break
        step += len(NEXT) * (1 if WHOLE else 2)
    assert made == {True, False}


@pytest.mark.slow
@pytest.mark.parametrize("comes_next", NEXT[1:])
def test_also_when_the_run_is_over_and_its_hooks_were_off(repo: Project, comes_next: Callable[[Desk], object]) -> None:
    desk = finished(repo)
    desk.send("prompt", "UserPromptSubmit", prompt="x")
    assert repo.fanout("cancel", desk.run).code == 0
    assert not switch.is_live(str(repo.path))
    step = 0
    while repo.git("log", "-1", "--format=%s").strip() != "Two":
        step += 1 if WHOLE else 2  # HEAD has moved, the index is held still: a few steps long
        killed_at(desk, step, keeps_hooks=True)
    assert switch.is_live(str(repo.path)) and not by_the_user(repo)
    comes_next(desk)
    assert repo.git("status", "--porcelain") == "" and not switch.is_live(str(repo.path))
    assert repo.git("show", "HEAD:a.txt") == NEW


@pytest.mark.slow
def test_an_index_that_another_git_holds_is_waited_for_and_named(repo: Project) -> None:
    finished(repo)
    head, lock = repo.git("rev-parse", "HEAD"), repo.path / ".git" / "index.lock"
    lock.write_text("")
    ran = repo.fanout("commit", "--all")
    assert ran.code == 1
    assert f"01  not committed: {lock} is there: another git holds the index. If no git runs, remove {lock}." in ran.out
    assert repo.git("rev-parse", "HEAD") == head and lock.exists(), "it is not ours to remove"
    lock.unlink()
    assert repo.fanout("commit", "--all").code == 0 and repo.git("status", "--porcelain") == ""


def test_an_index_that_is_let_go_meanwhile_is_no_obstacle(repo: Project) -> None:
    finished(repo)
    lock = repo.path / ".git" / "index.lock"
    lock.write_text("")
    subprocess.Popen(["sh", "-c", f"sleep 0.3; rm {lock}"])
    assert repo.fanout("commit", "--all").code == 0 and repo.git("status", "--porcelain") == ""


@pytest.mark.slow
def test_commits_made_by_themselves_wait_for_the_index_and_come_with_the_next_result(repo: Project) -> None:
    desk = finished(repo)
    with Write(desk.db):
        meta.put(desk.db, "commit", "task")
    lock = repo.path / ".git" / "index.lock"
    lock.write_text("")
    assert repo.fanout("sync", desk.run).code == 0 and repo.git("log", "-1", "--format=%s") == "start\n"
    lock.unlink()
    assert repo.fanout("sync", desk.run).code == 0 and repo.git("log", "-1", "--format=%s") == "Two\n"


def test_an_index_that_a_living_fanout_holds_is_its_own(repo: Project) -> None:
    """The neighbour: only the lock of a process that is gone is taken over."""
    tree = str(repo.path)
    with index.Held(tree):
        index.free(tree)
        assert not by_the_user(repo, "--allow-empty")
        assert not index.move(tree, {}, tries=2)
        repo.git("--no-optional-locks", "status")
    assert by_the_user(repo, "--allow-empty") and index.move(tree, {})


@pytest.mark.slow
def test_what_the_user_committed_after_a_cut_off_commit_stays(repo: Project) -> None:
    """The neighbour: an index is brought along only as far as no later commit changed the path."""
    desk = finished(repo)
    step = 0
    while repo.git("log", "-1", "--format=%s").strip() != "Two":
        step += 1 if WHOLE else 2  # HEAD has moved, the index is held still: a few steps long
        killed_at(desk, step)
    (repo.path / ".git" / "index.lock").unlink()  # by hand, as git advises
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
