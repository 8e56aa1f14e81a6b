"""What git tells apart and lines don't: folders, links, modes, submodules, the case of a name; committed and undone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.commits import commit

WRITES = ["a", "a/**", "d", "d/**", "link", "link/**", "run.sh", "Name.txt", "name.txt", "sub", "sub/**"]


def folder_for_file(root: Path) -> None:
    (root / "a").unlink()
    (root / "a").mkdir()
    (root / "a" / "in.txt").write_text("in\n")


def file_for_folder(root: Path) -> None:
    shutil.rmtree(root / "d")
    (root / "d").write_text("a file now\n")


def link_for_file(root: Path) -> None:
    (root / "a").unlink()
    (root / "a").symlink_to("d/x.txt")


def file_for_link(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").write_text("no link\n")


def link_for_folder(root: Path) -> None:
    shutil.rmtree(root / "d")
    (root / "d").symlink_to("a")


def folder_for_link(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").mkdir()
    (root / "link" / "in.txt").write_text("in\n")


def another_target(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").symlink_to("nowhere")


def mode_alone(root: Path) -> None:
    (root / "run.sh").chmod(0o755)
    (root / "a").write_text("more\n")


def another_case(root: Path) -> None:
    (root / "Name.txt").rename(root / "name.txt")


KINDS: dict[str, Callable[[Path], None]] = {
    work.__name__: work
    for work in (
        folder_for_file,
        file_for_folder,
        link_for_file,
        file_for_link,
        link_for_folder,
        folder_for_link,
        another_target,
        mode_alone,
        another_case,
    )
}


@pytest.fixture
def repo(project: Project) -> Project:
    project.write({"a": "a\n", "d/x.txt": "x\n", "d/y/z.txt": "z\n", "run.sh": "#!/bin/sh\n", "Name.txt": "name\n"})
    (project.path / "link").symlink_to("a")
    project.commit_all()
    return project


def tree(root: Path) -> dict[str, tuple[str, str]]:
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in (".git", ".fanout")]
        for name in [*names, *(name for name in folders if os.path.islink(os.path.join(folder, name)))]:
            path = Path(folder) / name
            kind = "link" if path.is_symlink() else "exe" if path.stat().st_mode & 0o100 else "file"
            found[str(path.relative_to(root))] = (kind, os.readlink(path) if kind == "link" else path.read_text())
    return found


def done(repo: Project, work: Callable[[Path], None]) -> Desk:
    desk = Desk(repo.path)
    desk.start(plan({"01": {"writes": WRITES}, "02": {"writes": ["other"]}}))
    desk.launch("01")
    work(repo.path)
    assert (
        desk.end(
            "agent-01", "DONE|01|removed and replaced a, d, link, Name.txt, d/x.txt, d/y/z.txt; name.txt was not needed"
        )
        == {}
    )
    return desk


@pytest.mark.parametrize("work", KINDS.values(), ids=KINDS)
def test_committed(repo: Project, work: Callable[[Path], None]) -> None:
    desk = done(repo, work)
    expected = tree(repo.path)
    made = commit.task(desk.db, str(repo.path), desk.run, "01")
    assert made and repo.git("status", "--porcelain") == ""
    repo.git("worktree", "add", "-q", "--detach", str(repo.path.parent / "fresh"), "HEAD")
    (repo.path.parent / "fresh" / ".git").unlink()
    assert tree(repo.path.parent / "fresh") == expected


@pytest.mark.parametrize("staged", [False, True])
@pytest.mark.parametrize("work", KINDS.values(), ids=KINDS)
def test_undone(repo: Project, work: Callable[[Path], None], staged: bool) -> None:
    before = tree(repo.path)
    desk = done(repo, work)
    if staged:
        repo.git("add", "-A")
    ran = repo.fanout("undo", f"{desk.run}/01")
    assert ran.code == 0, ran
    assert tree(repo.path) == before and repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("work", KINDS.values(), ids=KINDS)
def test_undone_after_the_commit(repo: Project, work: Callable[[Path], None]) -> None:
    before = tree(repo.path)
    desk = done(repo, work)
    commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.fanout("undo", f"{desk.run}/01").code == 0
    assert tree(repo.path) == before
    assert repo.git("diff", "--cached", "--name-only") == ""
    repo.git("add", "-A")
    assert repo.git("diff", "--cached", "HEAD~1", "--name-only") == ""


def test_a_submodule_that_was_moved_on_stays_where_it_is(repo: Project) -> None:
    """The pointer is no file of the task: neither its commit nor its undo takes it along."""
    module = repo.path / "sub"
    module.mkdir()
    inner = Project(module)
    (module / "m.txt").write_text("one\n")
    inner.commit_all()
    repo.git("add", "sub")
    repo.git("commit", "-q", "-m", "with a module")
    pointer = repo.git("rev-parse", "HEAD:sub")

    def work(root: Path) -> None:
        (root / "a").write_text("more\n")
        (root / "sub" / "m.txt").write_text("two\n")
        inner.git("commit", "-qam", "moved on")

    desk = done(repo, work)
    moved = inner.git("rev-parse", "HEAD")
    assert commit.task(desk.db, str(repo.path), desk.run, "01")
    assert repo.git("show", "--name-only", "--format=", "HEAD").split() == ["a"]
    assert repo.git("rev-parse", "HEAD:sub") == pointer
    assert repo.fanout("undo", f"{desk.run}/01").code == 0
    assert (repo.path / "a").read_text() == "a\n"
    assert inner.git("rev-parse", "HEAD") == moved
