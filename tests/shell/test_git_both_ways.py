"""Each family of git's verbs in a form that harms a sibling's work and in one that does not: judged first, then really run, and
the work compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import repos
from shell.scratch import environment

from fanout.shell import analyse, endangers
from fanout.shell.git.gitrepo import GitRepo

EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
INTO = "| git update-index --index-info"
HARMING = """
git add src/sib.ts
git add src
git add -N src/loose.ts
git commit -qm x own/mine.ts src/sib.ts
git commit -qam x
git commit -qm x -i own/mine.ts
git checkout -- src/sib.ts
git checkout theirs -- src/sib.ts
git checkout -q -f theirs
git checkout -q -f main
git checkout src
git switch -q -f other
git restore src/sib.ts
git restore --staged src/added.ts
git restore -s theirs src/sib.ts
git restore -s adds src/loose.ts
git reset -q
git reset -q -- src/added.ts
git reset -q --hard
git reset -q --keep HEAD~1
git reset -q --merge HEAD~1
git reset -q theirs -- src/sib.ts
git stash push -q src/sib.ts
git stash -q
git stash push -q -u
git clean -fdq
git clean -fq src/loose.ts
git apply --cached fix.patch
git apply fix.patch
git cherry-pick -n calmer
git rebase -q --autostash theirs
git sparse-checkout set own
"""
SPARING = """
git add own/mine.ts
git add own
git add -u own
git add -n .
git add -N own/new.ts
git add --refresh src/sib.ts
git commit -qm x -- own/mine.ts
git commit --dry-run -qam x
git commit -q -- src/sib.ts
git checkout -- own/mine.ts
git checkout theirs -- own/more.ts
git checkout -q other
git checkout -q theirs
git checkout -q -b fresh
git checkout own
git switch -q theirs
git switch -q -c fresh
git switch -q --orphan fresh
git restore own/mine.ts
git restore --staged own
git restore -s theirs own
git restore -S -s HEAD src/sib.ts
git reset -q own
git reset -q --soft HEAD~1
git reset -q theirs -- own
git stash push -q own/mine.ts
git stash push -q -u own
git stash create
git clean -fdq own
git clean -nd
git clean -dq
git clean -fXq
git apply mine.patch
git apply --check fix.patch
git apply --cached mine.patch
git apply -R mine.patch
git apply --include='own/*' fix.patch
git merge -q --no-edit other
git merge -q --no-edit theirs
git merge -q --no-commit calmer
git merge -q -s ours --no-edit theirs
git merge --abort
git merge -q --ff-only theirs
git cherry-pick other
git cherry-pick -n other
git cherry-pick -n theirs
git revert -n HEAD
git revert --no-edit HEAD
git rebase -q other
git rebase --abort
git bisect start
git bisect start HEAD HEAD~2
git sparse-checkout list
git worktree add -q ../w2 other
git archive HEAD src
git submodule update --init
git gc -q
git fetch -q .
git pull -q . other
git pull -q --no-rebase --no-edit . other
"""


@pytest.mark.parametrize(
    ("line", "is_harmful"),
    [
        (f"git ls-files -s {INTO}", False),
        (f"git ls-tree -r HEAD own {INTO}", False),
        (f"git ls-tree HEAD src/calm.ts {INTO}", False),
        (f"git ls-tree -r HEAD src/calm.ts src/sib.ts {INTO}", False),
        ("git ls-tree -z HEAD src/calm.ts | git update-index -z --index-info", False),
        (f"printf '100644 {EMPTY}\\town/mine.ts\\n' {INTO}", False),
        (f"printf '100644 {EMPTY} 0\\town/mine.ts\\n' {INTO}", False),
        (f"git ls-tree theirs src/sib.ts {INTO}", True),
        ("git ls-tree -z theirs src/sib.ts | git update-index -z --index-info", True),
        (f"printf '100644 {EMPTY}\\tsrc/sib.ts\\n' {INTO}", True),
        (f"printf '100644 blob {EMPTY}\\tsrc/sib.ts\\n' {INTO}", True),
        (f"printf '100644 {EMPTY}\\town/mine.ts\\n100644 {EMPTY}\\tsrc/sib.ts\\n' {INTO}", True),
        (f"printf '0 {'0' * 40}\\tsrc/added.ts\\n' {INTO}", True),
        (f"git update-index --cacheinfo 100644,{EMPTY},own/mine.ts", False),
        (f"git update-index --cacheinfo 100644 {EMPTY} own/mine.ts", False),
        (f"git update-index --cacheinfo 100644 {EMPTY} src/sib.ts", True),
        (f"git update-index --cacheinfo 100644,{EMPTY},src/sib.ts", True),
        ("git update-index own/mine.ts", False),
        ("git update-index src/sib.ts", True),
        ("git update-index --add own/new.ts", False),
        ("git update-index --add src/loose.ts", True),
        ("git update-index --force-remove own/mine.ts", False),
        ("git update-index --force-remove src/added.ts", True),
        ("git update-index --refresh", False),
        ("git read-tree HEAD -- ", True),
        ("git read-tree --empty", True),
        ("git read-tree --prefix=z/ theirs", False),
        ("git checkout-index -f own/mine.ts", False),
        ("git checkout-index -f src/sib.ts", True),
        ("git checkout-index src/sib.ts", False),
        ("echo src/sib.ts | git checkout-index --stdin -f", True),
        ("echo own/mine.ts | git checkout-index --stdin -f", False),
        ("git checkout-index -f", False),
        ("git rm -q --cached src/added.ts", True),
        ("git rm -q -f own/mine.ts", False),
        ("git rm -q src", False),
        ("git mv own/mine.ts own/other.ts", False),
        ("git mv src/sib.ts src/other.ts", True),
        ("git mv -n src/sib.ts src/other.ts", False),
    ],
)
def test_the_index_by_hand(line: str, is_harmful: bool, repository: Path, tmp_path: Path) -> None:
    compare(line, is_harmful, repository, tmp_path)


@pytest.mark.parametrize("line", HARMING.strip().splitlines())
@pytest.mark.sampled(3)
def test_what_harms(line: str, repository: Path, tmp_path: Path) -> None:
    compare(line, True, repository, tmp_path)


@pytest.mark.parametrize("line", SPARING.strip().splitlines())
@pytest.mark.sampled(3)
def test_what_spares(line: str, repository: Path, tmp_path: Path) -> None:
    compare(line, False, repository, tmp_path)


def compare(line: str, is_harmful: bool, repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "everything")
    effects = analyse(line, str(root), home=str(tmp_path / "home"))
    probe = GitRepo(environment(tmp_path / "home"))
    found = endangers(effects, "me", repos.OWNERS, str(root), str(root), probe)
    before, commits = repos.work(root)
    done = repos.run(line, root)
    harmed = before != repos.work(root, commits)[0]
    assert (bool(found), harmed) == (is_harmful, is_harmful), (found, done.stderr)


@pytest.mark.parametrize(
    "line", ["git filter-repo --force --path own", "git filter-repo --force --invert-paths --path src"]
)
def test_what_makes_all_commits_anew_reaches_every_tracked_file(line: str, repository: Path, tmp_path: Path) -> None:
    """It is not installed here."""
    root = tmp_path / "run"
    repos.prepare(repository, root, "everything")
    effects = analyse(line, str(root), home=str(tmp_path / "home"))
    probe = GitRepo(environment(tmp_path / "home"))
    [reason] = endangers(effects, "me", repos.OWNERS, str(root), str(root), probe)
    assert "src/calm.ts of sibling" in reason
    assert endangers(effects, "sibling", {"src/calm.ts": "sibling"}, str(root), str(root), probe) == []
