"""git commands with words that are known only when they run: judged as unknown, never a failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import repos
from shell.scratch import environment

from fanout.shell import NOT_JUDGED, analyse, endangers, moves_history
from fanout.shell.git.gitrepo import GitRepo
from fanout.shell.git.verbs import WHERE

UNKNOWN = ("$X", "-- $X", "--force $X", "-- a$X/b", "-C $X", "HEAD $X", "$X HEAD")
LINES = """
git worktree list | awk '{print $1}' | xargs -n1 git worktree remove --force
git worktree move $X ../elsewhere
git worktree remove "$(head -1 list)"
git branch | sed 1d | xargs git branch -D
git stash list | cut -d: -f1 | xargs -n1 git stash drop
git mv $X other
git archive $X | tar x
GIT_INDEX_FILE=$X git add .
GIT_DIR=$X git checkout .
git --git-dir=$X --work-tree=$X reset --hard
cd $X && git worktree remove .
"""
JUST_A_NAME = "git worktree list | awk '{print $1}'"


@pytest.fixture(scope="module")
def root(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("unknown") / "project"
    repos.prepare(repository, root, "everything")
    return root


def judged(line: str, root: Path) -> list[str]:
    effects = analyse(line, str(root), home=str(root.parent / "home"))
    probe = GitRepo(environment(root.parent / "home"))
    reasons = endangers(effects, "me", repos.OWNERS, str(root), str(root), probe)
    return reasons + moves_history(effects, probe, str(root), lambda path: False)


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_a_line_is_judged_whatever_is_unknown(line: str, root: Path) -> None:
    assert not any("could not be judged" in reason for reason in judged(line, root))


@pytest.mark.parametrize("verb", sorted({*WHERE, "switch", "tag", "remote"}))
def test_every_verb_is_judged_whatever_is_unknown(verb: str, root: Path) -> None:
    for words in UNKNOWN:
        reasons = judged(f"git {verb} {words}", root)
        assert not any("could not be judged" in reason for reason in reasons), words


def test_an_unknown_worktree_may_be_any_but_the_main_one(root: Path) -> None:
    line = "git worktree list | awk '{print $1}' | xargs -n1 git worktree remove --force"
    assert judged(JUST_A_NAME, root) == [] and judged(line, root) == []


def test_a_failure_says_what_to_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(GitRepo, "states", fail)
    (reason,) = judged("git checkout .", root)
    assert reason == NOT_JUDGED.format(why="KeyError: 'x'")
    assert "Run each as a line of its own, with the folder, the files and the branch spelled out." in reason
