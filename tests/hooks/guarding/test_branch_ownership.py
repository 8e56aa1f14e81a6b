"""Branches: an agent deletes, renames and sets elsewhere only those that it made."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from hooks.isolated import Isolated
from project import Project
from run.plans import plan

DENIED = """
git branch -D users
git branch -d -f users
git branch -Dq users
git branch -m users mine
git branch -M fresh-one users
git branch -f users HEAD
git branch -C main users
git update-ref -d refs/heads/users
git update-ref refs/heads/users HEAD
git checkout -B users
git switch -C users
git worktree add -B users ../tree HEAD
git fetch . +main:users
git push . :users
git drop users
git branch -m trunk
git -C ../elsewhere branch -D users; git branch -D users
git branch fresh && git branch -D users
git branch --set-upstream-to=main users
git branch --set-upstream-to main users
git branch -u main users
"""
PASSES = """
git branch -d merged
git branch fresh
git branch -f fresh HEAD
git branch fresh && git branch -D fresh
git branch -D nobodys
git branch -vv
git branch --list
git branch --sort=-committerdate
git branch -c main copy
git branch -f merged main
git fetch . main:fresh
git update-ref refs/heads/fresh HEAD
git -C ../elsewhere branch -D users
git worktree add -b fresh ../tree
"""


@pytest.fixture
def repo(tmp_path: Path) -> Desk:
    """Branches that stood there before 01 began, a day ago by git's log."""
    desk = Desk(tmp_path / "project")
    for place in (tmp_path / "project", tmp_path / "elsewhere"):
        place.mkdir(exist_ok=True)
        project = Project(place)
        project.write({"src/a.txt": "a\n", "src/b.txt": "b\n", "text": "changed\n"})
        project.commit_all()
        project.git("branch", "merged")
        commit(project, "users", "README.md")
        before(place, "merged", "users", "main")
    Project(desk.root).git("config", "alias.drop", "branch -D")
    desk.start(plan({"01": {"writes": ["src/a.txt"]}, "02": {"writes": ["src/b.txt"]}}))
    desk.launch("01")
    return desk


def commit(project: Project, branch: str, path: str) -> None:
    """A branch with one commit of a path, made beside the work tree."""
    text = project.git("hash-object", "-w", "text").strip()
    project.git("read-tree", "HEAD")
    project.git("update-index", "--add", "--cacheinfo", f"100644,{text},{path}")
    tree = project.git("write-tree").strip()
    project.git("branch", branch, project.git("commit-tree", "-p", "HEAD", "-m", branch, tree).strip())
    project.git("read-tree", "HEAD")


def before(root: Path, *names: str) -> None:
    """Lets the branches be a day older."""
    for name in names:
        log = root / ".git/logs/refs/heads" / name
        head, tab, rest = log.read_text().partition("\t")
        *words, made, zone = head.split(" ")
        log.write_text(" ".join([*words, str(int(made) - 86400), zone]) + tab + rest)


def test_a_branch_that_was_there_stays(repo: Desk) -> None:
    for line in DENIED.strip().splitlines():
        said = denial(repo.bash("agent-01", line))
        assert "and you did not make that branch" in said, (line, said)
    assert denial(repo.bash("agent-01", "git branch -D users")) == (
        "git branch would delete users, and you did not make that branch: the user or another agent counts on it. Take one of "
        "your own: `git branch <new name> <commit>`; of users, say at your end what should become of it."
    )
    for line in ('git branch -D "$(cat names)"', "git branch --list 'use*' | xargs git branch -D"):
        assert "which ones, only its run shows" in denial(repo.bash("agent-01", line)), line
    assert repo.rows("SELECT * FROM event WHERE kind = 'write-denied'")


def test_what_leaves_others_branches_as_they_are_passes(repo: Desk) -> None:
    for line in PASSES.strip().splitlines():
        assert denial(repo.bash("agent-01", line)) == "", line


def test_an_agent_may_delete_what_it_made_itself(repo: Desk) -> None:
    project = Project(repo.root)
    commit(project, "mine", "src/a.txt")
    commit(project, "strange", "src/b.txt")
    project.git("branch", "empty")
    assert denial(repo.bash("agent-01", "git branch -D mine empty")) == ""
    assert denial(repo.bash("agent-01", "git branch -f mine HEAD")) == ""
    for where in ("", "-C src ", "-C .git "):
        assert "would delete strange" in denial(repo.bash("agent-01", f"git {where}branch -D mine strange"))


def test_the_user_does_what_it_likes_with_branches(repo: Desk) -> None:
    for line in ("git branch -D users", "git branch -f users HEAD", "git update-ref -d refs/heads/users"):
        assert denial(repo.bash(None, line)) == "", line


def test_the_branch_of_its_own_worktree_is_the_agents(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    desk = Isolated(tmp_path / "project")
    desk.begin()
    desk.work("by 01\n")
    before(desk.root, "worktree-agent-01", "main")
    here = desk.place.relative_to(desk.root)
    assert denial(desk.bash("agent-01", f"git -C {here} branch -M worktree-agent-01 mine")) == ""
    assert "you did not make" in denial(desk.bash("agent-01", f"git -C {here} branch -f main HEAD~1"))
