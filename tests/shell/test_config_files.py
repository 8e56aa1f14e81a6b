"""Commands that may write git's settings: judged first, then really run, and the files compared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from shell import repos
from shell.scratch import git

from fanout.shell import analyse
from fanout.shell.git import config_files

LINES = """
git config core.hooksPath /dev/null
git config alias.x '!echo x'
git config alias.l -l
git config --local user.name x
git config --loc user.name x
git config --global user.name x
git config --global alias.x '!echo x'
git config --add a.b c
git config --replace-all user.name x
git config --unset user.name
git config --unset-all user.email
git config --global --unset init.defaultBranch
git config --remove-section alias
git config --rename-section alias other
git config --worktree a.b c
git config --type bool a.b yes
git config --type=bool a.b yes
git config user.name x --unset
git -C lib config a.b c
git --git-dir=.git config a.b c
GIT_DIR=.git git config a.b c
cd lib && git config a.b c
git config a.b "$(pwd)"
git set-it
git set-shell
git -c alias.y='config a.b c' y
git config alias.z 'config a.b c' && git z
git remote add o ../elsewhere
git remote set-url linked ../other
git remote rename linked l2
git remote remove linked
git remote rm linked
git remote set-branches linked main
git config user.name
git config --get user.name
git config --get-all user.name
git config --get-regexp 'user.*'
git config --list
git config -l --show-origin
git config --global --list
git config --global init.defaultBranch
git config --local --get core.bare
git config --type bool core.bare
git config --get-urlmatch http https://example.invalid
git config core.hooksPath || true
git -c core.hooksPath=/dev/null status
git -c user.name=x -c user.email=x@example.invalid commit -q --allow-empty -m x
git config -f my.cfg a.b c
git config --file my.cfg a.b c
git config -f my.cfg --get a.b
GIT_CONFIG=my.cfg git config a.b c
GIT_CONFIG_GLOBAL=my.cfg git config --global a.b c
HOME=$PWD git config --global a.b c
export HOME=$PWD; git config --global a.b c
git remote
git remote -v
git remote show -n linked
git remote get-url linked
git init -q ../fresh && git -C ../fresh config user.name x
git init -q new && cd new && git config user.name x
git clone -q . copy && cd copy && git config user.name x && git remote set-url origin ../x
mkdir made && cd made && git init -q && git config user.name x
git status
git log -1
git branch fresh
git tag v9
git stash list
"""


def kept(root: Path) -> dict[str, bytes]:
    files = [root / ".git/config", root / ".git/config.worktree", root.parent / "home/.gitconfig"]
    return {str(file): file.read_bytes() for file in files if file.exists()}


def written(line: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    from fanout.shell.git.aliases import spelled_out
    from fanout.shell.git.danger import in_new_repository
    from fanout.shell.git.gitrepo import GitRepo

    home = str(root.parent / "home")
    monkeypatch.setenv("HOME", home)
    found = spelled_out(analyse(line, str(root), home=home, env={"HOME": home}).git, GitRepo())
    files = {config_files.file(one) for at, one in enumerate(found) if not in_new_repository(one, found[:at])}
    return {file for file in files if file}


@pytest.mark.parametrize("has_extension", [False, True])
@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_judged_as_it_turns_out(
    line: str, has_extension: bool, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "nothing")
    git(root, "config", "alias.set-it", "config a.b c")
    git(root, "config", "alias.set-shell", "!git config a.b c")
    git(root, "remote", "add", "linked", "../elsewhere")
    if has_extension:
        git(root, "config", "extensions.worktreeConfig", "true")
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.gitconfig").write_text("[init]\n\tdefaultBranch = main\n")
    judged = {file for file in written(line, root, monkeypatch) if not file.startswith(f"{root}/my.cfg")}
    before = kept(root)
    done = repos.run(line, root)
    after = kept(root)
    changed = {file for file in {*before, *after} if before.get(file) != after.get(file)}
    judged -= {f"{root}/.gitconfig"}  # the folder of the line's own HOME
    assert judged == changed, done.stderr


@pytest.mark.parametrize(
    ("line", "is_writing"),
    [
        ("git config set a.b c", True),
        ("git config unset a.b", True),
        ("git config edit", True),
        ("git config --edit", True),
        ("git config set --local a.b c", True),
        ("git config list", False),
        ("git config get a.b", False),
        ("git config get --all a.b", False),
        ("git submodule sync", True),
        ("git submodule status", False),
        ("git lfs install", True),
        ("git lfs ls-files", False),
        ("git maintenance start", True),
        ("git maintenance run", False),
        ("git init", False),
        ("git init --template=t", True),
    ],
)
def test_what_not_every_git_knows(line: str, is_writing: bool, tmp_path: Path) -> None:
    assert [bool(effect.settings) for effect in analyse(line, str(tmp_path), home="/home/x").git] == [is_writing]


def test_a_linked_work_tree_has_the_settings_of_its_repository(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "run"
    repos.prepare(repository, root, "nothing")
    git(root, "worktree", "add", "-q", "../tree", "other")

    def file(line: str) -> str:
        return os.path.relpath(config_files.file(analyse(line, str(tmp_path / "tree")).git[0]), root)

    assert file("git config a.b c") == ".git/config"
    assert file("git config --worktree a.b c") == ".git/config"
    git(root, "config", "extensions.worktreeConfig", "true")
    assert file("git config --worktree a.b c") == ".git/worktrees/tree/config.worktree"
