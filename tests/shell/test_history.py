"""Commands that move HEAD or replace commits: judged first, then really run, and the history compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import repos
from shell.scratch import environment, git

from fanout.shell import MOVING, analyse, moves_history
from fanout.shell.git.gitrepo import GitRepo
from fanout.shell.git.history import RULES

# What each line does when my commit is the last one, and when a sibling's is: it moves HEAD ("away"), it replaces a
# commit that is not mine ("rewrite"), or neither.
LINES = """
git checkout -b feature
git checkout -q other
git checkout -q HEAD~1
git checkout -q main
git checkout -q --detach
git checkout -q --orphan fresh
git checkout -q -
git checkout -- own/mine.ts
git checkout HEAD~1 -- own/more.ts
git checkout own/mine.ts
git switch -q other
git switch -q -c feature
git switch -q main
git switch -q --detach HEAD~1
git symbolic-ref HEAD refs/heads/other
git symbolic-ref HEAD
git branch feature
git branch -m trunk
git branch -M main trunk
git branch --move main trunk
git branch -m other o2
git branch -c main copy
git branch -vv
git branch -f other HEAD
git tag v9
git worktree add -q ../tree other
git commit -q --amend -m again
git commit -q --amend -m again -- own/mine.ts
git commit -q --am -m again
git commit --dry-run --amend
git commit -q -m more -- own/mine.ts
git commit -q --allow-empty -m empty
git reset -q --soft HEAD~1
git reset -q HEAD~1
git reset -q --hard HEAD~1
git reset -q --keep HEAD~2
git reset -q --soft HEAD
git reset -q HEAD
git reset -q HEAD -- own/mine.ts
git update-ref refs/heads/main HEAD~1
git update-ref HEAD HEAD~2
git update-ref refs/heads/other HEAD
git rebase -q other
git rebase -q --onto other HEAD~1
git rebase -q --root
git rebase -q main
GIT_SEQUENCE_EDITOR='sed -i 2d' git rebase -q -i HEAD~2
GIT_SEQUENCE_EDITOR='sed -i s/^pick/reword/' git rebase -q -i HEAD~1
git revert --no-edit HEAD
git cherry-pick other
git merge -q --no-edit calmer
git filter-branch -f --msg-filter 'sed s/^/x/' -- HEAD
git bisect start && git bisect bad && git bisect good HEAD~2
git bisect start
git stash branch nothing
git log -1
git rev-parse HEAD~1
"""

# By hand anything may become of a commit; these happen to leave the sibling's as it was.
CAUTIOUS = {
    "GIT_SEQUENCE_EDITOR='sed -i 2d' git rebase -q -i HEAD~2",
    "GIT_SEQUENCE_EDITOR='sed -i s/^pick/reword/' git rebase -q -i HEAD~1",
}


def prepared(template: Path, root: Path, last: str) -> None:
    """Two commits on top, mine and a sibling's, and nothing uncommitted."""
    repos.prepare(template, root, "nothing")
    git(root, "checkout", "-q", "--", ".")
    for name in ["own/more.ts", "src/calm.ts"][:: 1 if last == "sibling" else -1]:
        repos.write(root, name, f"by {last}\n")
        git(root, "commit", "-qm", f"change {name}", "--", name)
    git(root, "clean", "-qfd")
    repos.write(root, "own/mine.ts", "work\n")
    git(root, "stash", "push", "-q")


def outcome(before: tuple[str, list[str]], root: Path) -> str:
    branch, commits = (
        git(root, "symbolic-ref", "-q", "HEAD", check=False),
        git(root, "rev-list", "HEAD", check=False).split(),
    )
    if (root / ".git/rebase-merge").exists():
        return "rewrite"
    if branch != before[0]:
        return "away"
    for commit in set(before[1]) - set(commits):
        names = git(root, "show", "--format=", "--name-only", commit).split()
        if not all(name.startswith("own/") for name in names):
            return "rewrite"
    return ""


@pytest.mark.sampled(8)
@pytest.mark.parametrize("last", ["me", "sibling"])
@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_judged_as_it_turns_out(line: str, last: str, repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    prepared(repository, root, last)
    probe = GitRepo(environment(tmp_path / "home"))
    effects = analyse(line, str(root), home=str(tmp_path / "home"))
    found = moves_history(effects, probe, str(root), lambda path: path.startswith("own/"))
    before = git(root, "symbolic-ref", "-q", "HEAD"), git(root, "rev-list", "HEAD").split()
    done = repos.run(line, root)
    kind = "" if not found else "away" if "would move HEAD" in found[0] else "rewrite"
    if not (line in CAUTIOUS and kind == "rewrite"):
        assert kind == outcome(before, root), (found, done.stderr)


def test_alone_another_branch_is_nobodys_surprise_and_others_commits_stay(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    prepared(repository, root, "sibling")
    probe = GitRepo(environment(tmp_path / "home"))

    def judged(line: str) -> list[str]:
        return moves_history(analyse(line, str(root)), probe, str(root), lambda path: path.startswith("own/"), True)

    assert judged("git checkout -b feature") == []
    assert judged("git commit --amend -m x") == [
        f"git commit would replace the commit '{git(root, 'log', '-1', '--format=%h %s').strip()}', which holds "
        "src/calm.ts: it is not yours; instead: a new commit: git commit -m <message> -- <your files> (or fanout commit)"
    ]


@pytest.mark.parametrize(
    ("line", "is_denied"),
    [
        ("git rebase -q other", False),
        ("git -c rebase.autoStash=false rebase -q other", False),
        ("git -c rebase.autoStash=true rebase -q other", True),
        ("git rebase -q --autostash other", True),
        ("git -c rebase.autoStash=true rebase -q --no-autostash other", False),
        ("git stash -q && git rebase -q other", True),
        ("git add . && git commit -qm all && git rebase -q other", True),
        ("git checkout -q -- own/mine.ts && git rebase -q other", True),
        ("git filter-branch -f --msg-filter 'sed s/^/x/' -- HEAD", False),
        ("git commit -q --amend -m again", True),
        ("git reset -q --soft HEAD~1", True),
    ],
)
def test_what_git_refuses_in_a_changed_tree_replaces_nothing(
    line: str, is_denied: bool, repository: Path, tmp_path: Path
) -> None:
    root = tmp_path / "run"
    prepared(repository, root, "sibling")
    repos.write(root, "own/mine.ts", "not committed\n")
    probe = GitRepo(environment(tmp_path / "home"))
    found = moves_history(analyse(line, str(root)), probe, str(root), lambda path: path.startswith("own/"))
    before = git(root, "symbolic-ref", "-q", "HEAD"), git(root, "rev-list", "HEAD").split()
    done = repos.run(line, root)
    assert (bool(found), bool(outcome(before, root))) == (is_denied, is_denied), (found, done.stderr)


def test_of_a_pull_request_that_takes_its_branch_along(tmp_path: Path, repository: Path) -> None:
    root = tmp_path / "run"
    prepared(repository, root, "me")
    probe = GitRepo(environment(tmp_path / "home"))

    def judged(line: str) -> list[str]:
        return moves_history(analyse(line, str(root)), probe, str(root), bool)

    for line in ("gh pr merge 3 --squash --delete-branch", "gh pr merge -sd", "gh pr close 3 -d"):
        assert "would delete the branch here, too, and move HEAD" in judged(line)[0]
        assert "the same without --delete-branch" in judged(line)[0]
    for line in ("gh pr merge 3 --squash", "gh pr close 3", "gh pr view 3 -d", "git lfs migrate info", "git lfs pull"):
        assert judged(line) == [], line
    assert "gh pr checkout would move HEAD" in judged("gh pr checkout 12")[0]
    effects = analyse("git lfs migrate import --include='*.psd'", str(root))
    assert "git lfs would replace the commit" in moves_history(effects, probe, str(root), lambda path: False)[0]


def test_a_worktree_of_ones_own_has_its_own_head(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    prepared(repository, root, "sibling")
    git(root, "worktree", "add", "-q", "../mine", "other")
    probe = GitRepo(environment(tmp_path / "home"))
    for line in ("git -C ../mine checkout -b feature", "cd ../mine && git reset --hard HEAD~1"):
        assert moves_history(analyse(line, str(root)), probe, str(root), lambda path: False) == [], line
    assert "would move HEAD" in moves_history(analyse("gh pr checkout 12", str(root)), probe, str(root), bool)[0]


def test_a_repository_inside_is_shared_where_it_holds_what_others_count_on(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    prepared(repository, root / "vendor/theirs", "sibling")
    prepared(repository, root / "vendor/mine", "sibling")
    git(root, "init", "-q")
    probe = GitRepo(environment(tmp_path / "home"))

    def judged(line: str) -> list[str]:
        return moves_history(
            analyse(line, str(root)), probe, str(root), lambda _: False, False, ["vendor/theirs/src/sib.ts"]
        )

    assert "would move HEAD" in judged("git -C vendor/theirs checkout -b feature")[0]
    assert "which holds src/calm.ts" in judged("cd vendor/theirs && git commit --amend -m x")[0]
    for line in ("git -C vendor/mine checkout -b feature", "cd vendor/mine && git commit --amend -m x"):
        assert judged(line) == [], line


def test_every_verb_with_a_rule_is_asked_about() -> None:
    assert set(RULES) == set(MOVING)
