"""Where HEAD stands, read from git's files: what set it elsewhere since a run began, and what a commit took in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.changes import heads
from fanout.run.store import journal, meta
from fanout.run.store.db import Write

ONE, TWO = "1" * 40, "2" * 40


def git_folder(place: Path, files: dict[str, str]) -> Path:
    Project(place).write(files)
    return place


FILES: list[tuple[dict[str, str], str, str]] = [
    # what git keeps, the commit and the branch
    ({".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": f"{ONE}\n"}, ONE, "main"),
    ({".git/HEAD": "ref: refs/heads/a/b\n", ".git/refs/heads/a/b": ONE}, ONE, "a/b"),
    ({".git/HEAD": f"{ONE}\n"}, ONE, ""),
    (
        {
            ".git/HEAD": "ref: refs/heads/main\n",
            ".git/packed-refs": f"# pack-refs with: peeled\n{TWO} refs/heads/remains\n{ONE} refs/heads/main\n^{TWO}\n",
        },
        ONE,
        "main",
    ),
    ({".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": f"{ONE} refs/heads/other\n"}, "", "main"),
    ({".git/HEAD": "ref: refs/heads/main\n"}, "", "main"),
    ({}, "", ""),
    (
        {
            ".git": "gitdir: ../kept/worktrees/w\n",
            "../kept/worktrees/w/HEAD": "ref: refs/heads/side\n",
            "../kept/worktrees/w/commondir": "../..\n",
            "../kept/refs/heads/side": ONE,
        },
        ONE,
        "side",
    ),
    ({".git": "gitdir: ../kept\n", "../kept/HEAD": TWO}, TWO, ""),
]


@pytest.mark.parametrize(("files", "commit", "branch"), FILES)
def test_where_head_stands(tmp_path: Path, files: dict[str, str], commit: str, branch: str) -> None:
    (tmp_path / "tree").mkdir()
    tree = str(git_folder(tmp_path / "tree", files))
    assert (heads.of(tree), heads.branch_of(tree)) == (commit, branch)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("template"))
    project.write({"a.txt": "a\n", "b.txt": "b\n"})
    project.commit_all()
    project.git("branch", "other")
    return project.path


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Project:
    return Project(shutil.copytree(template, tmp_path / "project"))


def commit(project: Project, *files: str) -> str:
    for file in files:
        (project.path / file).write_text("more\n")
    project.git("add", "--", *files)
    project.git("commit", "-q", "-m", "more")
    return project.git("rev-parse", "HEAD").strip()


MOVES: list[tuple[list[str], str]] = [
    ([], ""),
    (["commit --allow-empty -qm more"], ""),
    (["checkout -q other"], "HEAD is on branch other now, and demo-1 began on branch main"),
    (["checkout -q --detach"], "HEAD is on no branch now, and demo-1 began on branch main"),
    (["checkout -q other", "checkout -q main"], ""),
    (["commit -q --allow-empty --amend -m anew"], "main no longer holds commit {start}, with which demo-1 began"),
    (["update-ref refs/heads/main {none}"], ""),  # a commit that is not there: nothing is known
]


@pytest.mark.parametrize(("commands", "said"), MOVES)
def test_how_head_was_set_elsewhere_since_a_run_began(repo: Project, commands: list[str], said: str) -> None:
    desk = Desk(repo.path)
    desk.start(plan({"01": {}}))
    start = heads.of(str(repo.path))
    for command in commands:
        words = command.split()
        if "{none}" in words:
            (repo.path / ".git/refs/heads/main").write_text(f"{ONE}\n")
        else:
            repo.git(*words)
    assert heads.moved(desk.db, str(repo.path), desk.run) == said.format(start=start[:12])


def test_a_head_on_no_branch_that_lost_its_commit(repo: Project) -> None:
    repo.git("checkout", "-q", "--detach")
    desk = Desk(repo.path)
    desk.start(plan({"01": {}}))
    start = heads.of(str(repo.path))
    repo.git("commit", "-q", "--allow-empty", "--amend", "-m", "anew")
    said = heads.moved(desk.db, str(repo.path), desk.run)
    assert said == f"HEAD no longer holds commit {start[:12]}, with which demo-1 began"


def test_without_git_head_moves_nowhere(repo: Project) -> None:
    desk = Desk(repo.path)
    desk.start(plan({"01": {}}))
    shutil.rmtree(repo.path / ".git")
    assert heads.moved(desk.db, str(repo.path), desk.run) == ""
    with Write(desk.db):
        meta.drop(desk.db, heads.START + desk.run)
    assert heads.moved(desk.db, str(repo.path), desk.run) == ""


@pytest.fixture
def three(repo: Project) -> Desk:
    desk = Desk(repo.path)
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}, "03": {}}))
    for name in ("01", "02", "03"):
        desk.launch(name)
    return desk


def after(desk: Desk, old: str) -> list[str]:
    """A command of 03 has run, beside which 01 and 02 own their files."""
    actor, one, two = (agents.of_task(desk.db, desk.run, name) for name in ("03", "01", "02"))
    assert actor is not None and one is not None and two is not None
    with Write(desk.db):
        return heads.after(desk.db, str(desk.root), actor, str(desk.root), old, {"a.txt": one, "b.txt": two})


def test_each_commit_of_a_command_is_told_with_the_files_that_it_took_in(three: Desk) -> None:
    project = Project(three.root)
    old = heads.of(str(three.root))
    first = commit(project, "a.txt", "mine.txt")
    commit(project, "mine.txt2")
    last = commit(project, "b.txt")
    said = sorted(after(three, old))
    assert said == sorted([f"a.txt (commit {first[:12]})", f"b.txt (commit {last[:12]})"])
    noted = journal.events(three.db, three.run, "swept")
    assert {(one.task, one.facts["commit"], *one.facts["paths"]) for one in noted} == {
        ("03", first, "a.txt"),
        ("03", last, "b.txt"),
    }
    assert context(three.write("agent-01", "a.txt")) == (
        f"a.txt, which is yours, went into commit {first[:12]} as it was while you worked; a command of task 03 ran at that "
        "time. Go on: what you still change is committed later."
    )
    assert f"went into commit {last[:12]}" in context(three.write("agent-02", "b.txt"))


@pytest.mark.parametrize("case", ["nothing moved", "unknown before", "no file of theirs", "fanout's own"])
def test_no_other_commit_is_laid_at_a_commands_door(three: Desk, case: str) -> None:
    project = Project(three.root)
    old = heads.of(str(three.root))
    made = commit(project, *(["mine.txt"] if case == "no file of theirs" else ["a.txt"]))
    if case == "fanout's own":
        with Write(three.db):
            journal.note(three.db, "committed", three.run, "01", commit=made, paths=["a.txt"])
    assert after(three, {"nothing moved": made, "unknown before": ""}.get(case, old)) == []
    assert three.write("agent-01", "a.txt") == {} and not denial(three.write("agent-02", "b.txt"))
