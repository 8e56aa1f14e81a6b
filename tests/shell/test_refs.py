"""Commands on tags, notes and remotes: judged first, then really run, and what was there compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import repos
from shell.scratch import environment, git

from fanout.hooks.guarding.git_line import REFERRING
from fanout.shell import analyse
from fanout.shell.git.gitrepo import GitRepo
from fanout.shell.git.refs import RULES, changed
from fanout.shell.git.unreachable import RULES as UNREACHABLE

LINES = """
git tag -d v1
git tag -f v1 HEAD~1
git tag -f v1
git tag -am text -f v1
git tag v2
git tag -d v2
git update-ref -d refs/tags/v1
git update-ref refs/tags/v1 HEAD~2
printf 'delete refs/tags/v1\\n' | git update-ref --stdin
git notes remove HEAD
git notes remove HEAD~1
git notes add -f -m x
git notes add -m x
git replace HEAD HEAD~1
git replace -l
git branch -dr up/main
git push up --delete other
git push up :other
git push up :refs/tags/v1
git push -f up HEAD~1:main
git push -f up main
git push up HEAD~1:main
git push up +theirs:other
git push up main:fresh
git push -f up main:fresh
git push --mirror up
git push --all up
git push -f
git push -f up theirs:main
git push --prune up 'refs/heads/*:refs/heads/*'
git push -n up --delete other
git push ../up.git :other
git push ../nothing.git :other
"""


def refs_of(root: Path) -> dict[str, str]:
    text = git(root, "for-each-ref", "--format=%(refname) %(objectname)")
    return dict(line.split() for line in text.splitlines())


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_judged_as_it_turns_out(line: str, repository: Path, tmp_path: Path) -> None:
    root, up = tmp_path / "run", tmp_path / "up.git"
    repos.prepare(repository, root, "nothing")
    git(root, "notes", "add", "-m", "note")
    git(root, "init", "-q", "--bare", str(up))
    git(root, "remote", "add", "up", "../up.git")
    git(root, "push", "-q", "-u", "up", "main", "other", "v1", "other:gone")
    probe = GitRepo(environment(tmp_path / "home"))
    found = [change for effect in analyse(line, str(root), repo=probe).git for change in changed(effect, probe)]
    before = {**refs_of(root), **{f"up {name}": at for name, at in refs_of(up).items()}}
    done = repos.run(line, root)
    after = {**refs_of(root), **{f"up {name}": at for name, at in refs_of(up).items()}}
    lost = {name for name in before if after.get(name) != before[name]}
    if line.startswith("git replace HEAD"):
        lost = after.keys() - before.keys()
    assert bool(found) == bool(lost), ([change.called for change in found], lost, done.stderr)


def test_the_guard_asks_about_every_verb_with_a_rule() -> None:
    assert {*RULES, *UNREACHABLE} == set(REFERRING)
