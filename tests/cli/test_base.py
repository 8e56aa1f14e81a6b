"""Which folder a list's paths are taken from, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import Project

LINE = "Paths are taken from "


def listed(*writes: str) -> dict[str, object]:
    return {"tasks": [{"id": f"{number:02}", "writes": [path]} for number, path in enumerate(writes, 1)]}


@pytest.fixture
def app(project: Project) -> Project:
    """A package in a repository: src/ is in both, lib/ in the package alone, docs/ at the top alone."""
    for name in ("src/top.py", "docs/x.md", "packages/app/src/app.py", "packages/app/lib/x.py"):
        project.write({name: "x\n"})
    project.commit_all()
    return Project(project.path / "packages" / "app")


@pytest.mark.parametrize(
    ("writes", "said", "root"),
    [
        (["lib/x.py"], "from packages/app: they exist there", "packages/app"),
        (["lib/new.py"], "from packages/app: they exist there", "packages/app"),
        (["lib/**", "new.py"], "from packages/app: they exist there", "packages/app"),
        (["src/app.py"], "from packages/app: they exist there", "packages/app"),
        (["docs/x.md"], "", ""),
        (["packages/app/lib/x.py"], "", ""),
        (["src/new.py"], "; --base . takes them from packages/app.", ""),
        (["new.py"], "; --base . takes them from packages/app.", ""),
        (["lib/x.py", "docs/x.md"], "; --base . takes them from packages/app.", ""),
    ],
)
@pytest.mark.parametrize("command", ["start", "plan", "check"])
def test_a_list_in_a_package(
    app: Project, project: Project, writes: list[str], said: str, root: str, command: str
) -> None:
    app.write({"tasks.json": listed(*writes)})
    ran = app.fanout(command, "tasks.json")
    assert ran.code == 0, ran.err
    told = ran.out if command == "start" else ran.err
    assert said in told if said else LINE not in ran.out + ran.err
    if command == "start":
        brief = app.fanout("brief", f"{ran.out.split('fanout brief ')[1].split('/')[0]}/01").out
        assert f"Project root: {project.path / root}\n" in brief


@pytest.mark.parametrize(("base", "root"), [(".", "packages/app"), ("../..", ""), ("src", "packages/app/src")])
def test_the_user_may_name_the_base(app: Project, project: Project, base: str, root: str) -> None:
    app.write({"tasks.json": listed("new.py")})
    ran = app.fanout("start", "tasks.json", "--base", base)
    assert ran.code == 0 and LINE not in ran.out
    assert f"Project root: {project.path / root}\n" in app.fanout("claim", "--worker", "w").out


def test_a_base_elsewhere_is_refused(app: Project, tmp_path: Path) -> None:
    app.write({"tasks.json": listed("new.py")})
    other = tmp_path / "other"
    other.mkdir()
    assert f"--base: {other} is not in " in app.fanout("plan", "tasks.json", "--base", str(other)).err
    assert "--base: there is no folder " in app.fanout("start", "tasks.json", "--base", "nowhere").err


def test_at_the_top_nothing_is_said(project: Project) -> None:
    project.write({"tasks.json": listed("new.py")})
    project.commit_all()
    ran = project.fanout("start", "tasks.json")
    assert LINE not in ran.out and "worktree" not in ran.out and ran.code == 0


def test_in_a_worktree_its_top_is_the_base(app: Project, project: Project, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", "-b", "feature", str(tmp_path / "linked"))
    linked = Project(tmp_path / "linked")
    linked.write({"tasks.json": listed("docs/x.md"), "packages/app/tasks.json": listed("lib/x.py")})
    ran = linked.fanout("start", "tasks.json")
    assert ran.out.startswith(f"Works in the worktree {linked.path}: ")
    package = Project(linked.path / "packages" / "app")
    assert package.fanout("start", "tasks.json").out.startswith(LINE + "packages/app: ")
    assert f"Project root: {package.path}\n" in package.fanout("brief", "packages-app-tasks-json-1/01").out
    assert f"Project root: {tmp_path}/linked\n" in project.fanout("brief", "tasks-json-1/01").out


def test_a_feature_of_the_main_worktree_is_found_from_another(project: Project, tmp_path: Path) -> None:
    project.write({"specs/f/tasks.json": listed("a.py"), ".gitignore": "specs/\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "-b", "feature", str(tmp_path / "linked"))
    linked = Project(tmp_path / "linked")
    assert linked.fanout("start", "f").code == 0
    assert f"Project root: {linked.path}\n" in linked.fanout("claim", "--worker", "w").out


def test_a_worktree_that_is_gone_says_so(project: Project, tmp_path: Path) -> None:
    project.write({"tasks.json": listed("a.py")})
    project.commit_all()
    project.git("worktree", "add", "-q", "-b", "feature", str(tmp_path / "linked"))
    linked = Project(tmp_path / "linked")
    linked.fanout("start", "tasks.json")
    linked.fanout("claim", "--worker", "w")
    linked.write({"a.py": "a\n"})
    assert linked.fanout("done", "tasks-json-1/01", "wrote it").code == 0
    project.git("worktree", "remove", "--force", str(linked.path))
    ran = project.fanout("commit", "tasks-json-1/01")
    assert ran.code == 1 and f"{linked.path}, where tasks-json-1 worked, is gone." in ran.err
    assert "+a\n" in project.fanout("diff", "tasks-json-1").out
    assert project.git("log", "--format=%s") == "start\n"


def test_the_list_of_a_worktree_is_marked_there(project: Project, tmp_path: Path) -> None:
    project.write({"tasks.md": "# Tasks\n\n- [ ] 1. Write a.py\n- [ ] 2. Write b.py\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "-b", "feature", str(tmp_path / "linked"))
    linked = Project(tmp_path / "linked")
    ran = linked.fanout("start", "tasks.md")
    run = ran.out.split("fanout brief ")[1].split("/")[0]
    assert linked.fanout("done", f"{run}/1", "--unchecked").code == 0
    assert "[x] 1" in (linked.path / "tasks.md").read_text()
    assert "[x]" not in (project.path / "tasks.md").read_text()
