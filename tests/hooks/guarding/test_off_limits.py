"""What no tool call writes while a run is live: by where the client, git and fanout keep what decides for everybody."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.hooks.guarding import off_limits


@pytest.fixture
def repo(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    home = tmp_path / "home"
    (home / ".claude").mkdir(parents=True)
    for name in (
        "XDG_CONFIG_HOME",
        "GIT_CONFIG_GLOBAL",
        "CLAUDE_CONFIG_DIR",
        "CLAUDE_PLUGIN_ROOT",
        "CLAUDE_PROJECT_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    Project(desk.root).git("init", "-q")
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


SETTINGS = "holds the client's settings, which switch hooks on and off"
GIT_SETTINGS = "is git's own and everybody's: agents don't write it by hand, nor by `git config`"
GITS = "is git's own and everybody's: agents don't write it by hand; git's commands"
PLUGIN = "belongs to the plugin that guards this run"
PLACES: list[tuple[str, dict[str, str], str]] = [
    # the place (~ is the home folder), what the environment says, and why an agent may not write it
    (".claude/settings.json", {}, SETTINGS),
    (".claude/settings.local.json", {}, SETTINGS),
    (".claude/other.json", {}, ""),
    ("~/.claude/settings.json", {}, SETTINGS),
    ("~/elsewhere/settings.json", {}, ""),
    ("~/elsewhere/settings.json", {"CLAUDE_CONFIG_DIR": "~/elsewhere"}, SETTINGS),
    ("~/opened/.claude/settings.json", {"CLAUDE_PROJECT_DIR": "~/opened"}, SETTINGS),
    ("~/.gitconfig", {}, GIT_SETTINGS),
    ("~/.config/git/config", {}, GIT_SETTINGS),
    ("~/.config/git/ignore", {}, ""),
    ("~/xdg/git/config", {}, ""),
    ("~/xdg/git/config", {"XDG_CONFIG_HOME": "~/xdg"}, GIT_SETTINGS),
    ("~/.config/git/config", {"XDG_CONFIG_HOME": "~/xdg"}, ""),
    ("~/own.gitconfig", {"GIT_CONFIG_GLOBAL": "~/own.gitconfig"}, GIT_SETTINGS),
    ("~/own.gitconfig", {}, ""),
    (".git/config", {}, GIT_SETTINGS),
    (".git/config.worktree", {}, GIT_SETTINGS),
    *((f".git/{part}", {}, GITS) for part in off_limits.GIT_PARTS if not part.startswith("config")),
    (".git/hooks/pre-commit", {}, GITS),
    (".git/worktrees/w/HEAD", {}, GITS),
    (".git/modules/sub/config", {}, GIT_SETTINGS),
    (".git/worktrees", {}, GITS),
    (".git/worktrees/w", {}, GITS),
    (".git/modules/sub", {}, GITS),
    (".git/worktrees/w/notes", {}, ""),
    (".git/info/exclude", {}, ""),
    (".gitignore", {}, ""),
    ("~/plugin/hooks/start", {"CLAUDE_PLUGIN_ROOT": "~/plugin"}, PLUGIN),
    ("~/plugin2/hooks/start", {"CLAUDE_PLUGIN_ROOT": "~/plugin"}, ""),
    ("~/data/projects/x/state.db", {"FANOUT_DATA_DIR": "~/data"}, "is part of fanout's own state"),
    ("~/data/else", {"FANOUT_DATA_DIR": "~/data"}, ""),
]


@pytest.mark.parametrize(("place", "environment", "why"), PLACES)
def test_what_an_agent_may_not_write(
    repo: Desk, monkeypatch: pytest.MonkeyPatch, place: str, environment: dict[str, str], why: str
) -> None:
    home = os.environ["HOME"]
    for name, value in environment.items():
        monkeypatch.setenv(name, value.replace("~", home))
    path = place.replace("~", home)
    said = denial(repo.write("agent-01", path))
    assert why in said if why else said == ""
    is_state = why.startswith("is part of fanout's")
    if why:
        assert (f"end with `NEEDS|01|{path[-60:] if path.startswith('/') else path}, why`" in said) is not is_state
    if why and not is_state:
        assert denial(repo.write(None, path)) == "", "they are the user's to change"
    elif why:
        assert why in denial(repo.write(None, path))


def test_an_agent_without_a_task_is_told_to_say_so_at_its_end(repo: Desk) -> None:
    assert denial(repo.write("free", ".git/config")).endswith(
        "If your work needs it, say so at your end: the main conversation can do it."
    )
    noted = repo.rows("SELECT data FROM event WHERE kind = 'write-denied'")
    assert '"path": ".git/config"' in noted[-1]["data"]


@pytest.mark.parametrize(
    ("caller", "path", "passes"),
    [
        (None, ".fanout/refined/tasks.md-702cfbbf.json", True),
        ("analyst", ".fanout/refined/tasks.md-702cfbbf.json", True),
        ("agent-01", ".fanout/refined/tasks.md-702cfbbf.json", False),
        (None, ".fanout/refined/x/y.json", False),
        (None, ".fanout/refined/x.db", False),
        (None, ".fanout/state.db", False),
        ("analyst", ".fanout/state.db", False),
    ],
)
def test_side_files_of_lists_are_written_by_who_refines(
    repo: Desk, caller: str | None, path: str, passes: bool
) -> None:
    assert ("is fanout's own state" in denial(repo.write(caller, path))) is not passes


def test_the_state_in_a_copy_of_the_project_is_nobodys(repo: Desk, tmp_path: Path) -> None:
    copy, tree = tmp_path / "copy", tmp_path / "tree"
    copy.mkdir()
    line = f"cp -a . {copy}/"
    for _again in range(2):
        assert denial(repo.bash("agent-01", line)) == ""
        subprocess.run(["bash", "-c", line], cwd=repo.root, check=True)
    assert denial(repo.bash("agent-01", f"rm -rf {copy}")) == ""
    project = Project(repo.root)
    project.write({"x": "x\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "--detach", str(tree))
    for place in (tree, repo.root / "src"):
        assert "is fanout's own state" in denial(
            repo.bash("agent-01", f"mkdir -p {place}/.fanout && : > {place}/.fanout/live")
        )


def test_git_changes_nothing_in_the_plugins_folder(repo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "plugin"
    folder.mkdir()
    plugin = Project(folder)
    plugin.git("init", "-q")
    plugin.write({"hooks/start": "x\n"})
    plugin.commit_all()
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", str(folder))
    for line in (
        f"git -C {folder} checkout HEAD~1",
        f"cd {folder}/hooks && git reset --hard",
        f"git -C {folder} stash",
    ):
        assert PLUGIN in denial(repo.bash("agent-01", line)), line
        assert denial(repo.bash(None, line)) == "", line
    for line in (f"git -C {folder} log -1", f"cd {folder} && git status", "git add a"):
        assert denial(repo.bash("agent-01", line)) == "", line
