"""Which work tree a git command works on, and which branches it changes, by what is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import Project

from fanout import shell
from fanout.hooks.guarding import git_across_trees
from fanout.shell.globs import UNKNOWN

# Relative to a folder that holds the repository `main` and its linked work tree `linked`; typed in `main/sub`.
TREES = """
git add a                                           | main/sub
git -C .. add a                                     | main
git -C ../../linked add a                           | linked
git --work-tree=../../linked add a                  | linked
git --work-tree=../../linked --git-dir=../.git add a| linked
git --git-dir=../.git add a                         | main
git --git-dir=../../main/.git add a                 | main
git --git-dir=../.git/worktrees/linked add a        | linked
git --git-dir=../.git/../.git/worktrees/linked add a| linked
git --git-dir=../../bare add a                      | main/sub
GIT_DIR=../.git/worktrees/linked git add a          | linked
GIT_WORK_TREE=../../linked git add a                | linked
GIT_WORK_TREE=../../linked git --git-dir=../.git add a | linked
git --work-tree=.. --git-dir=../.git/worktrees/linked add a | main
GIT_DIR=../.git git --git-dir=../.git/worktrees/linked add a | linked
GIT_WORK_TREE=.. git --work-tree=../../linked add a | linked
cd ../../linked && git --git-dir=../main/.git add a | main
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("trees").resolve()
    (place / "main" / "sub").mkdir(parents=True)
    main = Project(place / "main")
    main.commit_all()
    main.git("worktree", "add", "-q", "../linked")
    main.git("init", "-q", "--bare", "../bare")
    return place


def test_the_work_tree_that_a_command_works_on(place: Path) -> None:
    told = [tuple(map(str.strip, line.split("|"))) for line in TREES.strip().splitlines()]
    found = []
    for line, _ in told:
        effect = shell.analyse(line, str(place / "main" / "sub")).git[-1]
        tree = Path(git_across_trees.tree_of(effect)).resolve()
        found.append((line, tree.relative_to(place).as_posix()))
    assert found == told


@pytest.mark.parametrize(
    "line", ['git -C "$WHERE" add a', 'git --work-tree="$WHERE" add a', 'git --git-dir="$D" add a']
)
def test_what_only_the_run_tells_is_not_known(place: Path, line: str) -> None:
    (effect,) = shell.analyse(line, str(place)).git
    assert UNKNOWN in git_across_trees.tree_of(effect)


BRANCHES = """
git branch -d a               | a
git branch -D a b             | a b
git branch --delete a         | a
git branch -m a b             | a b
git branch -M a b             | a b
git branch --move a b         | a b
git branch -f a b             | a
git branch --force a b        | a
git branch -f -m a b          | a b
git branch a b                |
git branch                    |
git branch --list a           |
git checkout a                |
git checkout --ignore-other-worktrees a b | a
git switch --ignore-other-worktrees a     | a
git switch a                  |
git update-ref refs/heads/a b | refs/heads/a
git update-ref -d refs/heads/a| refs/heads/a
git symbolic-ref HEAD refs/heads/a | HEAD refs/heads/a
git symbolic-ref HEAD a b     | HEAD a
git commit -m a               |
git reset a                   |
"""


def test_the_branches_that_a_command_changes() -> None:
    told = [tuple(map(str.strip, line.split("|"))) for line in BRANCHES.strip().splitlines()]
    found = [(line, " ".join(git_across_trees._branches(shell.analyse(line, "/r").git[0]))) for line, _ in told]
    assert found == told
