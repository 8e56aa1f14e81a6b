"""git's settings are everybody's: an agent's commands don't change them, by whatever verb."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from hooks.isolated import Isolated
from project import Project
from run.plans import plan

DENIED = """
git config core.hooksPath /dev/null
git config alias.x '!cmd'
git config --local user.email x@example.invalid
git config --unset core.hooksPath
git config --unset-all alias.x
git config --remove-section alias
git config --edit
git config --worktree core.hooksPath x
git config -f .git/config a.b c
git -C src config a.b c
git config user.email x@example.invalid && git commit -m x -- src/a.txt
git set-it
git remote set-url origin https://example.invalid/x
git remote add mine https://example.invalid/x
git remote remove origin
git submodule sync
"""
USERS = """
git config --global user.name x
git config --global alias.x '!cmd'
git config --global --unset user.name
git maintenance start
git lfs install
echo x >> ~/.gitconfig
"""
INSTALLS = """
npx husky init
npx --yes husky@9
husky install
pnpm dlx husky init
yarn husky
lefthook install
npx lefthook install -f
pre-commit install
pre-commit install --hook-type commit-msg
cd src && uvx pre-commit uninstall
bash -c 'prek install'
npx simple-git-hooks
overcommit --install
git init --template=hooks
"""
INSTALLS_NOTHING = """
npx husky --version
npx husky add .husky/pre-commit 'npm test'
lefthook run pre-commit
pre-commit --version
pre-commit run --files src/a.txt
pre-commit run --hook-stage manual --files src/a.txt -v
pre-commit autoupdate
cd ../elsewhere && pre-commit install
git init
git init -q .
"""
PASSES = """
git config user.name
git config --get user.email
git config --list
git config -l --show-origin
git config --global --get user.name
git config --get-regexp 'alias.*'
git -c user.name=x -c core.hooksPath=/dev/null log -1
git remote -v
git remote get-url origin
git init -q /tmp/scratch-of-a-test && git -C /tmp/scratch-of-a-test config user.email x@example.invalid
cd "$(mktemp -d)" && git init -q && git config user.email x@example.invalid
git -C ../elsewhere config user.email x@example.invalid
cd ../elsewhere && git config core.hooksPath x && git remote add o x
GIT_CONFIG_GLOBAL=/tmp/one-of-a-test git config --global a.b c
HOME=/tmp/home-of-a-test git config --global a.b c
"""


@pytest.fixture
def repo(tmp_path: Path) -> Desk:
    (tmp_path / "project").mkdir()
    desk = Desk(tmp_path / "project")
    project = Project(desk.root)
    project.write({"src/a.txt": "a\n", "src/b.txt": "b\n"})
    project.commit_all()
    project.git("config", "alias.set-it", "config a.b c")
    (tmp_path / "elsewhere").mkdir()
    Project(tmp_path / "elsewhere").git("init", "-q")
    desk.start(plan({"01": {"writes": ["src/a.txt"]}, "02": {"writes": ["src/b.txt"]}}))
    desk.launch("01")
    return desk


def test_an_agent_changes_no_settings_of_the_repository(repo: Desk) -> None:
    for line in DENIED.strip().splitlines():
        assert denial(repo.bash("agent-01", line)) == (
            ".git/config is git's own and everybody's: agents don't write it by hand, nor by `git config`, `git remote` or "
            "the like. A setting for one command of yours: `git -c <name>=<value> ...`. If your task needs it, end with "
            "`NEEDS|01|.git/config, why`: the main conversation can do it."
        ), line


def test_nor_those_that_hold_for_every_repository(repo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for line in USERS.strip().splitlines():
        said = denial(repo.bash("agent-01", line))
        assert ".gitconfig is git's own and everybody's" in said, line
    assert ".gitconfig is git's own" in denial(repo.write("agent-01", str(tmp_path / ".gitconfig")))


@pytest.mark.parametrize("line", INSTALLS.strip().splitlines())
def test_nor_puts_an_agent_hooks_in_place_that_run_at_everybodys_commit(repo: Desk, line: str) -> None:
    (repo.root / "hooks").mkdir()
    said = denial(repo.bash("agent-01", line))
    assert said.startswith((".git/config is git's own", ".git/hooks is git's own", "hooks is git's own")), said
    assert denial(repo.bash(None, line)) == ""


@pytest.mark.parametrize("line", INSTALLS_NOTHING.strip().splitlines())
def test_running_them_for_ones_own_files_is_no_installing(repo: Desk, line: str) -> None:
    repo.launch("02")
    assert denial(repo.bash("agent-01", line)) == ""


def test_what_reads_or_concerns_another_repository_passes(repo: Desk) -> None:
    for line in PASSES.strip().splitlines():
        assert denial(repo.bash("agent-01", line)) == "", line


def test_the_settings_are_the_users_to_change(repo: Desk) -> None:
    for line in [*DENIED.strip().splitlines(), "git config --global user.name x"]:
        assert "is git's own" not in denial(repo.bash(None, line)), line


def test_in_a_worktree_of_its_own_an_agent_sets_for_it_what_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    desk = Isolated(tmp_path / "project")
    desk.begin()
    desk.work("by 01\n")
    Project(desk.root).git("config", "extensions.worktreeConfig", "true")
    here = desk.place.relative_to(desk.root)
    assert denial(desk.bash("agent-01", f"git -C {here} config --worktree user.name x")) == ""
    for words in ("--worktree core.hooksPath x", "--worktree alias.x '!cmd'"):
        said = denial(desk.bash("agent-01", f"git -C {here} config {words}"))
        assert ".git/worktrees/agent-01/config.worktree is git's own" in said
    for line in (f"git -C {here} config user.name x", "git config user.name x"):
        assert ".git/config is git's own" in denial(desk.bash("agent-01", line))
    assert ".git/config.worktree is git's own" in denial(desk.bash("agent-01", "git config --worktree user.name x"))


def test_a_project_that_is_a_linked_work_tree_has_its_settings_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main").mkdir()
    project = Project(tmp_path / "main")
    project.commit_all()
    project.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    desk = Desk(tmp_path / "tree")
    desk.start(plan({"01": {}}))
    desk.launch("01")
    assert "main/.git/config is git's own" in denial(desk.bash("agent-01", "git config a.b c"))
    monkeypatch.chdir(desk.root)  # the tree that it shares is not its own
    project.git("config", "extensions.worktreeConfig", "true")
    said = denial(desk.bash("agent-01", "git config --worktree user.name x"))
    assert "main/.git/worktrees/tree/config.worktree is git's own" in said
    assert "main/.git/hooks/pre-commit is git's own" in denial(desk.write("agent-01", "../main/.git/hooks/pre-commit"))
