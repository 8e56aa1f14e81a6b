"""What is in no commit is kept as a run and its agents begin."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.changes import objects
from fanout.run.commits import users_work
from fanout.run.store import noted_work
from fanout.run.store.db import Write


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A changed file, a new one, a deleted one, and ignored ones: a small file, a large file, a folder."""
    project = Project(tmp_path_factory.mktemp("template"))
    project.write({"a.txt": "old\n", "same.txt": "same\n", "gone.txt": "x", ".gitignore": ".env\n*.big\nbuild/\n"})
    project.commit_all()
    project.write({"a.txt": "mine\n", "src/new.txt": "new\n", ".env": "key\n", "build/out": "made\n"})
    (project.path / "data.big").write_bytes(b"x" * (users_work.LARGEST_IGNORED + 1))
    (project.path / "limit.big").write_bytes(b"x" * users_work.LARGEST_IGNORED)
    (project.path / "gone.txt").unlink()
    (project.path / "lib").mkdir()
    Project(project.path / "lib").git("init", "-q")  # a repository of its own: git lists it as a folder
    return project.path


@pytest.fixture
def dirty(template: Path, tmp_path: Path) -> Desk:
    return Desk(shutil.copytree(template, tmp_path / "project"))


def held(desk: Desk) -> dict[str, str]:
    """What was kept of each file of the user's."""
    root, users = str(desk.root), noted_work.users(desk.db)
    return {name: objects.load(root, kept).decode()[:9] for name, kept in users.items()}


def names(desk: Desk) -> set[str]:
    return set(noted_work.of(desk.db))


def pass_time(desk: Desk) -> None:
    """The last look was longer ago than agents of one message are launched."""
    with Write(desk.db):
        desk.db.execute(
            "UPDATE meta SET value = value - ? WHERE key = ?", (users_work.EVERY_SECONDS + 1, noted_work.LAST)
        )


def test_a_run_begins_by_keeping_what_git_would_commit_and_small_ignored_files(dirty: Desk) -> None:
    dirty.start(plan({"01": {}}))
    assert held(dirty) == {"a.txt": "mine\n", "src/new.txt": "new\n", ".env": "key\n", "limit.big": "x" * 9}


def test_the_bytes_stand_under_the_names_that_the_files_had(dirty: Desk) -> None:
    dirty.start(plan({"01": {}}))
    kept = dirty.root / ".fanout" / "kept"
    found = {path.relative_to(kept).as_posix().partition("/")[2]: path.read_text()[:9] for path in kept.rglob("*.kept")}
    assert found == {f"{name}.kept": text for name, text in held(dirty).items()}, (
        "no test runner takes them for its own"
    )


def test_a_test_runner_finds_no_copy(dirty: Desk) -> None:
    """A copy of a test fails, as what it imports is not beside it, and nobody could mend it."""
    files = {"package.json": '{"type": "module"}', "src/x.js": "export const x = 1;\n"}
    test = 'import test from "node:test";\nimport { x } from "../src/x.js";\ntest("x", () => x);\n'
    Project(dirty.root).write({**files, "test/x.test.js": test})
    dirty.start(plan({"01": {}}))
    assert list((dirty.root / ".fanout" / "kept").rglob("x.test.js.kept"))
    ran = subprocess.run(["node", "--test", "--test-reporter=tap"], cwd=dirty.root, capture_output=True, text=True)
    assert ran.returncode == 0 and "# tests 1\n" in ran.stdout, ran.stdout


def test_what_is_staged_and_in_no_file_is_kept_too(dirty: Desk) -> None:
    """The hunks of `git add -p`, executable files and links among them, and files that are staged as they are."""
    project = Project(dirty.root)
    (dirty.root / "run.sh").write_text("one\n")
    (dirty.root / "run.sh").chmod(0o755)
    (dirty.root / "link").symlink_to("one")
    project.write({"a.txt": "a hunk\n", "same.txt": "staged whole\n"})
    project.git("add", "run.sh", "link", "a.txt", "same.txt")
    (dirty.root / "link").unlink()
    project.write({"run.sh": "two\n", "a.txt": "mine\n", "link": "a file\n"})
    dirty.start(plan({"01": {}}))
    kept = dirty.root / ".fanout" / "kept"
    found = {path: path.relative_to(kept).as_posix().partition("/")[2][:-5] for path in kept.rglob("*.kept")}
    versions = [(os.readlink(path) if path.is_symlink() else path.read_text(), name) for path, name in found.items()]
    assert {("a hunk\n", "a.txt"), ("one\n", "run.sh"), ("one", "link"), ("mine\n", "a.txt")} <= set(versions)
    assert ("staged whole\n", "same.txt") in versions
    assert any(
        os.access(path, os.X_OK) for path, name in found.items() if name == "run.sh" and "two" not in path.read_text()
    )


def test_without_git_nothing_is_kept(desk: Desk) -> None:
    (desk.root / "a.txt").write_text("mine\n")
    desk.start(plan({"01": {}}))
    assert names(desk) == set()


def test_what_an_agent_left_is_kept_as_the_next_begins_and_is_not_the_users(dirty: Desk) -> None:
    dirty.start(plan({"01": {}, "02": {}}))
    before = held(dirty)
    (dirty.root / "made.txt").write_text("by 01\n")
    (dirty.root / "a.txt").write_text("mine again\n")
    users_work.again(dirty.db, str(dirty.root), dirty.run)
    assert held(dirty) == before  # it was looked at a moment ago
    pass_time(dirty)
    users_work.again(dirty.db, str(dirty.root), dirty.run)
    assert held(dirty) == {**before, "a.txt": "mine agai"}
    assert names(dirty) == {*before, "made.txt"}
    assert objects.load(str(dirty.root), noted_work.of(dirty.db)["made.txt"][2]) == b"by 01\n"


def test_what_is_not_there_any_more_stays_known(dirty: Desk) -> None:
    dirty.start(plan({"01": {}}))
    before = held(dirty)
    (dirty.root / "src/new.txt").unlink()
    pass_time(dirty)
    users_work.again(dirty.db, str(dirty.root), dirty.run)
    assert held(dirty) == before


def test_work_without_a_plan_claims_nothing_as_the_users(dirty: Desk) -> None:
    dirty.start(plan({"01": {}}))
    with Write(dirty.db):
        users_work.begin(dirty.db, str(dirty.root))
    assert held(dirty) == {} and "a.txt" in names(dirty)


@pytest.mark.parametrize(
    ("limit", "value", "left"),
    [
        ("MOST_FILES", 1, {"src/new.txt", ".env", "limit.big"}),
        ("MOST_IGNORED", 1, {"a.txt", "src/new.txt", ".env"}),
        ("MOST_BYTES", 4, {"src/new.txt"}),
        ("MOST_BYTES", 12, {"src/new.txt", ".env"}),
    ],
)
def test_no_more_is_kept_than_the_limits(
    dirty: Desk, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, left: set[str]
) -> None:
    monkeypatch.setattr(users_work, limit, value)
    dirty.start(plan({"01": {}}))
    assert names(dirty) == left


def test_a_file_is_kept_again_when_its_time_alone_differs(dirty: Desk) -> None:
    """A text of the same length in place of another."""
    dirty.start(plan({"01": {}}))
    file = dirty.root / "a.txt"
    file.write_text("MINE\n")
    os.utime(file, ns=(1, 1))
    pass_time(dirty)
    users_work.again(dirty.db, str(dirty.root), dirty.run)
    assert held(dirty)["a.txt"] == "MINE\n"


def test_a_run_in_a_linked_worktree_keeps_what_is_in_no_commit_there(project: Project, tmp_path: Path) -> None:
    project.write({"a.txt": "old\n"})
    project.commit_all()
    project.git("worktree", "add", "-q", "-b", "side", "w")
    (project.path / "w" / "a.txt").write_text("mine\n")
    desk = Desk(project.path, home=project.path / "w")
    desk.start({**plan({"01": {}}), "base": "w"})
    assert held(desk) == {"w/a.txt": "mine\n"}
