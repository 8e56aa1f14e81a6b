"""git commands next to a sibling's uncommitted work: judged first, then really run, and the work compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from scale import SCALE
from shell import lines, repos
from shell.scratch import environment

from fanout.shell import analyse, endangers
from fanout.shell.git.gitrepo import GitRepo

# Judged dangerous although the work came back as it was: it was away in between, or git refused for a reason that only
# running it shows.
CAUTIOUS = {
    "git stash && git stash pop",
    "git rebase --autostash other",
    "git stash --staged",
    "git stash push --staged",
    "sudo -n git reset --hard || true",
    "git ls-files -m | grep own | xargs git checkout --",
}
# What no reading of the line can show: a makefile, an archive piped into tar.
BLIND = {
    "git archive HEAD | tar x",
}


def cases() -> list[tuple[str, str]]:
    """Every second line, each with another state of the sibling's work; larger scales take all lines, then all states."""
    table = lines.table("git")
    if SCALE >= 5:
        return [(line, state) for line in table for state in repos.STATES]
    usual = ("everything", "everything", *repos.STATES)
    numbered = [(line, usual[number // 2 % len(usual)]) for number, line in enumerate(table)]
    return numbered if SCALE > 1 else numbered[::2]


def judged(line: str, root: Path) -> list[str]:
    effects = analyse(line, str(root), home=str(root.parent / "home"))
    probe = GitRepo(environment(root.parent / "home"))
    return endangers(effects, "me", repos.OWNERS, str(root), str(root), probe)


def test_the_table_is_large_enough() -> None:
    assert len(set(lines.table("git"))) == len(lines.table("git")) >= 300


@pytest.mark.parametrize(("line", "state"), cases())
@pytest.mark.slow
def test_judged_as_it_turns_out(line: str, state: str, repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, state)
    reasons = judged(line, root)
    before, commits = repos.work(root)
    repos.run(line, root)
    harmed = before != repos.work(root, commits)[0]
    if line in CAUTIOUS and not harmed:
        return
    if line in BLIND:
        assert analyse(line, str(root)).unknown
        return
    assert bool(reasons) == harmed, reasons


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("git add -A", ["src/sib.ts of sibling", "instead: git add -- <your files>"]),
        ("git commit -am 'all of it'", ['instead: git commit -m "all of it" -- <your files>']),
        ("git checkout .", ["src/sib.ts of sibling", "instead: git checkout -- <your files>"]),
        ("git stash", ["instead: git stash push -u -- <your files>"]),
        ("git reset --hard", ["instead: git restore --staged --worktree -- <your files>"]),
        ("git clean -fd", ["would delete src/loose.ts of sibling", "instead: rm -- <your files>"]),
    ],
)
def test_the_reason_names_whose_work_and_what_to_type(
    line: str, words: list[str], repository: Path, tmp_path: Path
) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "everything")
    reason = judged(line, root)[0]
    assert len(reason) <= 400
    for word in words:
        assert word in reason


@pytest.mark.parametrize("line", lines.table("git")[:60])
def test_judging_leaves_the_repository_as_it_is(line: str, repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "everything")
    before = repos.work(root), (root / ".git/index").read_bytes(), (root / ".git/HEAD").read_bytes()
    judged(line, root)
    assert (repos.work(root), (root / ".git/index").read_bytes(), (root / ".git/HEAD").read_bytes()) == before


def test_alone_nothing_is_endangered(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "everything")
    effects = analyse("git reset --hard && git clean -fdx && rm -rf src", str(root))
    owners = dict.fromkeys(repos.OWNERS, "me")
    assert endangers(effects, "me", owners, str(root), str(root), GitRepo(environment(tmp_path))) == []
    assert endangers(effects, "me", {}, str(root), str(root), GitRepo(environment(tmp_path))) == []


@pytest.mark.parametrize(
    ("line", "endangered"),
    [
        ("git checkout .", True),
        ("git checkout -- own/mine.ts", False),
        ("git checkout -- src", True),
        ("git checkout -- '*.ts'", True),
        ("git stash", True),
        ("git add -A", True),
        ("git co .", True),
        ("git status", False),
        ("git log", False),
        ("git fetch", False),
    ],
)
def test_without_a_repository_to_ask_the_answer_is_cautious(line: str, endangered: bool, tmp_path: Path) -> None:
    effects = analyse(line, str(tmp_path))
    assert bool(endangers(effects, "me", repos.OWNERS, str(tmp_path), str(tmp_path), None)) == endangered


def test_plain_writes_are_judged_by_path_and_the_longest_owned_path_decides(tmp_path: Path) -> None:
    owners = {"src": "sibling", "src/mine.ts": "me"}
    root = str(tmp_path)
    for line, endangered in (
        ("echo x > src/mine.ts", False),
        ("echo x > src/other.ts", True),
        ("rm -rf src", True),
        ("mkdir -p lib", False),
        ("cat src/other.ts > copy.ts", False),
    ):
        assert bool(endangers(analyse(line, root), "me", owners, root, root)) == endangered, line


def test_forced_removal_of_a_worktree_with_unknown_work_is_dangerous(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "nothing")
    repos.git(root, "worktree", "add", "-q", "../theirs-tree")
    repos.write(tmp_path / "theirs-tree", "new.ts", "work\n")
    assert judged("git worktree remove ../theirs-tree", root) == []
    said = judged("git worktree remove --force ../theirs-tree", root)[0]
    assert "would remove" in said and " of somebody, with work that is in no commit" in said and "sibling" not in said
    assert "would remove" in judged("git worktree remove -f theirs-tree", root)[0]


def test_a_siblings_stash_is_not_dropped_or_taken(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "modified")
    repos.git(root, "stash", "push", "-q", "--", "src/sib.ts")
    for line in (
        "git stash drop",
        "git stash pop",
        "git stash clear",
        "git stash apply",
        "git update-ref -d refs/stash",
    ):
        assert judged(line, root), line
    repos.git(root, "stash", "push", "-q", "--", "own/mine.ts")
    for line in ("git stash drop", "git stash pop", "git stash show"):
        assert judged(line, root) == [], line
    assert judged("git stash drop 1", root) and judged("git stash clear", root)


def test_a_pull_from_a_repository_on_this_disk_is_looked_at_first(repository: Path, tmp_path: Path) -> None:
    upstream = tmp_path / "upstream"
    repos.prepare(repository, upstream, "nothing")
    repos.git(upstream, "checkout", "-q", "--", ".")
    root = tmp_path / "run"
    repos.git(tmp_path, "clone", "-q", str(upstream), str(root))
    assert judged("git pull", root) == []
    repos.write(upstream, "own/more.ts", "newer\n")
    repos.git(upstream, "commit", "-qm", "own", "--", "own/more.ts")
    assert judged("git pull", root) == []
    repos.write(upstream, "src/calm.ts", "newer\n")
    repos.git(upstream, "commit", "-qm", "theirs", "--", "src/calm.ts")
    assert "src/calm.ts" in judged("git pull", root)[0]


@pytest.mark.parametrize("line", ["git checkout -b fresh src/sib.ts", "git checkout -B fresh src/sib.ts"])
def test_a_branch_is_made_from_no_path(line: str, repository: Path, tmp_path: Path) -> None:
    """git refuses it, and leaves the file alone."""
    root = tmp_path / "run"
    repos.prepare(repository, root, "everything")
    assert judged(line, root) == []
    before, commits = repos.work(root)
    repos.run(line, root)
    assert before == repos.work(root, commits)[0]
