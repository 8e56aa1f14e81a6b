"""Tags, notes, a remote's branches, submodules, old objects: an agent deletes or replaces only what it made itself."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

DENIED = """
git tag -d v1: delete the tag v1
git tag --delete nothing v2: delete the tag v2
git tag -f v1 HEAD~1: replace the tag v1
git tag -fam text v2: replace the tag v2
git for-each-ref --format='%(refname:strip=2)' refs/tags | xargs git tag -d: delete the tag v1
git update-ref -d refs/tags/v1: delete the tag v1
git update-ref refs/tags/v1 HEAD~1: replace the tag v1
echo 'delete refs/tags/v1' | git update-ref --stdin: delete the tag v1
git update-ref -d refs/remotes/origin/theirs: delete what is known of origin/theirs
git branch -dr origin/theirs: delete what is known of origin/theirs
git notes remove HEAD~1: replace the notes of commits
git notes add -f -m x HEAD~1: replace the notes of commits
git notes --ref=review edit HEAD~1: replace the notes of review
git replace HEAD HEAD~1: replace what git shows for HEAD
git replace --graft HEAD: replace what git shows for HEAD
git push origin --delete theirs: delete theirs of origin
git push -d origin theirs: delete theirs of origin
git push origin :theirs: delete theirs of origin
git push origin :refs/tags/v1: delete v1 of origin
git push -f origin HEAD~2:main: replace main of origin
git push --force-with-lease origin HEAD~2:main: replace main of origin
git push origin +HEAD~1:theirs: replace theirs of origin
git push --mirror origin: delete theirs of origin
git push --prune origin 'refs/heads/*:refs/heads/*': delete theirs of origin
git push ../origin.git :theirs: delete theirs of origin
git unpush: delete theirs of origin
"""
OLD = """
git gc --prune=now
git gc --prune=1.hour.ago
git -c gc.pruneExpire=now gc
git prune
git prune --expire=now
git repack -a -d
git reflog expire --expire=now --all
git reflog delete HEAD@{1}
"""
TAKING_BACK = """
git submodule deinit -f vendor/sub
git submodule update --init --force
git submodule foreach 'git reset --hard'
git submodule foreach --recursive git checkout .
"""
PASSES = """
git tag
git tag -l 'v*'
git tag -d nothing
git tag -f v1
git tag -f fresh
git tag fresh && git tag -d fresh
git tag -a fresh -m text && git push origin fresh
git notes show
git notes add -f -m x
git notes append -m more HEAD
git notes --ref=mine add -f -m x HEAD
git replace -l
git update-ref refs/tags/fresh HEAD
git update-ref refs/tags/v1 HEAD
git push origin main
git push
git push -f
git push -f origin main
git push -f origin HEAD:fresh
git push origin HEAD:theirs
git push --dry-run --delete origin theirs
git push origin --delete nothing
git init -q --bare ../made.git && git push -f ../made.git HEAD:main
git gc
git gc --auto
git gc --prune=2.weeks.ago
git prune -n
git repack -A -d
git reflog
git reflog expire --expire=90.days --all
git fetch --prune
git submodule status
git submodule update
git submodule update --recursive vendor/sub
git submodule foreach 'git status -s'
"""


@pytest.fixture
def repo(tmp_path: Path) -> Desk:
    """What stood there before 01 began: an hour ago by the times of the files."""
    (tmp_path / "project").mkdir()
    project, desk = Project(tmp_path / "project"), Desk(tmp_path / "project")
    sub = Project(tmp_path / "sub")
    sub.write({"in.txt": "in\n"})
    sub.commit_all()
    project.write({"src/a.txt": "a\n", "src/b.txt": "b\n"})
    project.commit_all()
    project.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../sub", "vendor/sub")
    project.git("commit", "-q", "-m", "second")
    project.git("tag", "v1")
    project.git("tag", "-a", "-m", "v2", "v2")
    project.git("notes", "add", "-m", "note")
    project.git("notes", "--ref=review", "add", "-m", "note")
    project.git("init", "-q", "--bare", "../origin.git")
    project.git("remote", "add", "origin", "../origin.git")
    project.git("push", "-q", "-u", "origin", "main", "v1", "main:theirs")
    project.git("fetch", "-q")
    project.git("commit", "-q", "--allow-empty", "-m", "third")
    project.git("push", "-q", "origin", "HEAD:theirs")
    project.git("tag", "-f", "v1")
    project.git("config", "alias.unpush", "push origin :theirs")
    project.write({"vendor/sub/in.txt": "the user's\n"})
    older(desk.root / ".git", tmp_path / "origin.git")
    desk.start(plan({"01": {"writes": ["src/a.txt"]}, "02": {"writes": ["src/b.txt"]}}))
    desk.launch("01")
    return desk


def older(git: Path, there: Path) -> None:
    """Lets tags and logs be an hour older."""
    for file in [*(git / "refs/tags").iterdir(), there / "config"]:
        os.utime(file, (time.time() - 3600,) * 2)
    for log in (git / "logs/refs").rglob("*"):
        if log.is_file():
            first, _, rest = log.read_text().partition("\t")
            *words, made, zone = first.split(" ")
            log.write_text(" ".join([*words, str(int(made) - 3600), zone]) + "\t" + rest)


def test_what_was_there_stays(repo: Desk) -> None:
    for row in DENIED.strip().splitlines():
        line, _, does = row.rpartition(": ")
        said = denial(repo.bash("agent-01", line))
        assert f"would {does}, and you did not make that: the user or another agent counts on it." in said, (line, said)
    assert denial(repo.bash("agent-01", "git push origin :theirs")) == (
        "git push would delete theirs of origin, and you did not make that: the user or another agent counts on it. Push to a "
        "branch of your own: `git push <remote> HEAD:<new name>`; say at your end what should become of it."
    )
    for line in (
        "git tag | xargs git tag -d",
        'git tag -d "$(cat names)"',
        "git push -f https://example.invalid/x HEAD:main",
    ):
        assert "whose that is, only its run shows" in denial(repo.bash("agent-01", line)), line


def test_what_no_branch_holds_stays_for_a_while(repo: Desk) -> None:
    for line in OLD.strip().splitlines():
        said = denial(repo.bash("agent-01", line))
        assert "That is everybody's: leave it." in said, (line, said)
        assert ("Plain `git gc` keeps what is younger than two weeks" in said) == ("reflog" not in line)


def test_what_the_user_changed_in_a_submodule_is_not_taken_back(repo: Desk) -> None:
    for line in TAKING_BACK.strip().splitlines():
        assert "vendor/sub/in.txt of the user or a program" in denial(repo.bash("agent-01", line)), line
    assert "vendor/sub of the user or a program" in denial(repo.bash("agent-01", "git rm -qf vendor/sub"))


def test_a_submodule_goes_with_what_a_sibling_has_in_it(repo: Desk) -> None:
    Project(repo.root / "vendor" / "sub").git("checkout", "-q", "--", "in.txt")
    repo.launch("02")
    repo.do("agent-02", "vendor/sub/in.txt", "02's\n")
    for line in ("git rm -qf vendor/sub", "git submodule deinit -f vendor/sub", "git submodule update --remote"):
        assert "vendor/sub" in denial(repo.bash("agent-01", line)), line
    assert "vendor/sub/in.txt" in denial(
        repo.bash("agent-01", "git -C vendor/sub checkout -b x && echo x > vendor/sub/in.txt")
    )
    assert "would move HEAD" in denial(repo.bash("agent-01", "git -C vendor/sub checkout -b x"))
    assert denial(repo.bash("agent-01", "git submodule update --init")) == ""


def test_what_adds_or_moves_onwards_passes(repo: Desk) -> None:
    for line in PASSES.strip().splitlines():
        assert denial(repo.bash("agent-01", line)) == "", line


def test_an_agent_may_take_away_what_it_made_itself(repo: Desk) -> None:
    project = Project(repo.root)
    project.git("tag", "mine")
    project.git("notes", "--ref=mine", "add", "-m", "x")
    project.git("push", "-q", "origin", "HEAD:refs/heads/mine")
    for line in ("git tag -d mine", "git notes --ref=mine remove HEAD", "git push origin --delete mine"):
        assert denial(repo.bash("agent-01", line)) == "", line
    assert "mine of origin" not in denial(repo.bash("agent-01", "git push -f origin HEAD~1:mine"))


def test_the_user_does_as_it_likes(repo: Desk) -> None:
    for line in ("git tag -d v1", "git push -f origin HEAD~2:main", "git gc --prune=now", "git notes remove HEAD"):
        assert denial(repo.bash(None, line)) == "", line
