"""fanout discard: uncommitted work goes on the user's word alone, and its bytes are kept first."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

FILES = {"src/a.txt": "a\n", "README.md": "v1\n", ".gitignore": ".env\nbuild/\n"}
LOOSE = {"README.md": "mine\n", "notes/x.txt": "n\n", ".env": "KEY\n", "build/o.js": "o\n"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    root = tmp_path / "project"
    root.mkdir()
    desk = Desk(root)
    Project(root).write(FILES)
    Project(root).commit_all()
    desk.start(plan({"01": {"writes": ["src/a.txt"]}}))
    Project(root).write(LOOSE)
    return desk


def status(root: Path) -> str:
    asked = ["git", "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True).stdout


def test_a_dry_run_says_what_it_would_take_and_changes_nothing(desk: Desk) -> None:
    before = status(desk.root)
    said = Project(desk.root).fanout("discard", "--dry-run", ".").out
    assert "restore README.md\n" in said and "delete  notes/x.txt\n" in said and ".env" not in said
    assert status(desk.root) == before and not (desk.root / ".fanout" / "kept").exists()


def test_what_is_discarded_can_be_read_where_it_says(desk: Desk) -> None:
    said = Project(desk.root).fanout("discard", "README.md", "notes").out
    assert (desk.root / "README.md").read_text() == "v1\n" and not (desk.root / "notes").exists()
    places = [line.split("what it held: ")[1].rstrip(")") for line in said.splitlines()]
    assert [(desk.root / place).read_text() for place in places] == ["mine\n", "n\n"]
    assert status(desk.root) == "" and (desk.root / ".env").exists()


@pytest.mark.parametrize(("given", "goes"), [(["--ignored", "."], [".env", "build/o.js"]), ([".env"], [".env"])])
def test_ignored_files_go_when_they_are_asked_for(desk: Desk, given: list[str], goes: list[str]) -> None:
    Project(desk.root).fanout("discard", *given)
    assert [name for name in (".env", "build/o.js") if not (desk.root / name).exists()] == goes
    assert (desk.root / ".fanout" / "state.db").exists()


def test_what_is_staged_goes_from_the_index_too(desk: Desk) -> None:
    subprocess.run(["git", "add", "notes", "README.md"], cwd=desk.root, check=True)
    Project(desk.root).fanout("discard", ".")
    assert status(desk.root) == "" and not (desk.root / "notes").exists()


def test_a_file_of_an_agent_at_work_is_left_alone(desk: Desk) -> None:
    desk.launch("01")
    desk.do("agent-01", "src/a.txt", "by 01\n")
    said = Project(desk.root).fanout("discard", ".").err
    assert "src/a.txt belongs to task 01, which still works on it. Nothing was changed." in said
    assert (desk.root / "README.md").read_text() == "mine\n"


@pytest.mark.parametrize("given", [".fanout", "../other"])
def test_only_files_of_the_project_are_discarded(desk: Desk, given: str) -> None:
    assert "is not in " in Project(desk.root).fanout("discard", given).err


def test_nothing_to_discard_is_said(desk: Desk) -> None:
    assert Project(desk.root).fanout("discard", "src").out == "There is nothing uncommitted there.\n"


def test_where_git_can_say_nothing_nothing_is_taken(desk: Desk) -> None:
    (desk.root / ".git" / "index").write_bytes(b"no index")
    said = Project(desk.root).fanout("discard", "README.md")
    assert said.code == 1 and "Without git there is nothing to go back to." in said.err
    assert "index file" in said.err.partition("git status failed: ")[2], "git's own words"
    assert (desk.root / "README.md").read_text() == "mine\n"
