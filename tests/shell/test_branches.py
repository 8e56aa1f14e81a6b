"""Commands on branches that are there: judged first, then really run, and the branches compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import repos
from shell.scratch import environment, git

from fanout.hooks.guarding.git_line import BRANCHING
from fanout.shell import analyse
from fanout.shell.git.branches import RULES, changed
from fanout.shell.git.gitrepo import GitRepo

LINES = """
git branch -D other
git branch -D other theirs
git branch -Dq other
git branch -d -f other
git branch --delete --force other
git branch -v -D other
git branch -D nothing
git branch -D -- other
git branch -d other
git branch -d merged
git branch -m other o2
git branch -M other theirs
git branch -m other theirs
git branch -M merged
git branch --move --force other theirs
git branch -f other main
git branch -f other
git branch --force other HEAD~1
git branch -f merged HEAD
git branch -f fresh HEAD~1
git branch -C main other
git branch -c main copy
git branch -c -f main other
git branch other
git branch fresh
git branch fresh other
git branch --list -v
git branch --sort refname
git branch -vv
git branch --show-current
git update-ref refs/heads/other HEAD
git update-ref -d refs/heads/other
git update-ref refs/heads/merged HEAD
git update-ref refs/heads/fresh HEAD
git update-ref refs/tags/v2 HEAD
echo 'delete refs/heads/other' | git update-ref --stdin
echo 'update refs/heads/other HEAD' | git update-ref --stdin
printf 'create refs/heads/fresh HEAD\\n' | git update-ref --stdin
git symbolic-ref -d refs/heads/other
git symbolic-ref --short HEAD
git checkout -q -B other
git checkout -q -B other HEAD~1
git checkout -q -b fresh
git checkout -q -B fresh
git switch -q -C other
git switch -q --force-create other HEAD~1
git switch -q -c fresh
git worktree add -q -B other ../tree HEAD
git worktree add -q -b fresh ../tree
git worktree add -q ../tree other
git fetch -q . +main:other
git fetch -q -f . main:other
git fetch -q . main:fresh
git fetch -q . main:behind
git fetch -q . main
git push -q . :other
git push -q . --delete other
git push -q . +main:other
git push -q -f . main:other
git push -q . main:fresh
git push -q . main:refs/heads/fresh
git for-each-ref --format='%(refname:short)' refs/heads/other | xargs git branch -D
git tag -d v1
git log other
git -C lib branch -D other
"""
# Git itself refuses to rename over a branch, or moves one only onwards.
MOVED_ON = {"git fetch -q . main:behind"}
CAUTIOUS = {"git branch -m other theirs", "git symbolic-ref -d refs/heads/other"}


def branches_of(root: Path) -> dict[str, str]:
    rows = git(root, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads").splitlines()
    return dict(row.split() for row in rows)


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_judged_as_it_turns_out(line: str, repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "nothing")
    git(root, "branch", "merged")
    git(root, "branch", "behind", "HEAD~1")
    probe = GitRepo(environment(tmp_path / "home"))
    effects = analyse(line, str(root), home=str(tmp_path / "home"), repo=probe)
    found = [change for effect in effects.git for change in changed(effect, probe)]
    before = branches_of(root)
    done = repos.run(line, root)
    after = branches_of(root)
    gone = {name for name in before if after.get(name) != before[name]}
    if " -d merged" in line or line in MOVED_ON:
        assert gone and not found  # nobody's commits are lost
    elif line not in CAUTIOUS or gone:
        assert {name for _, name in found} >= gone and bool(found) == bool(gone), (found, gone, done.stderr)


def test_the_guard_asks_about_every_verb_with_a_rule() -> None:
    assert set(RULES) == set(BRANCHING)
