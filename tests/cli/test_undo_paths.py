"""`fanout undo RUN/TASK PATH...`: only these of its paths; `fanout discard` says whose finished work it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

FILES = {"docs/ops.md": "one\ntwo\nthree\n", "src/a.txt": "a\n"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """5 has written docs/ops.md, and 1, which declares src/a.txt and new.txt, changed a line of it afterwards."""
    root = tmp_path / "project"
    root.mkdir()
    desk = Desk(root)
    Project(root).write(FILES)
    Project(root).commit_all()
    desk.start(plan({"1": {"writes": ["src/a.txt", "new.txt"]}, "5": {"writes": ["docs/ops.md"]}}))
    desk.launch("5")
    desk.do("agent-5", "docs/ops.md", "one\nof 5\nthree\n")
    desk.end("agent-5", "DONE|5|ops")
    desk.launch("1")
    for path, text in (("src/a.txt", "b\n"), ("new.txt", "n\n"), ("docs/ops.md", "ONE\nof 5\nthree\n")):
        desk.do("agent-1", path, text)
    desk.end("agent-1", "DONE|1|done")
    assert (desk.state("1"), desk.state("5")) == ("done", "done")
    return desk


def _read(desk: Desk) -> dict[str, str]:
    names = ("docs/ops.md", "src/a.txt", "new.txt")
    return {name: (desk.root / name).read_text() for name in names if (desk.root / name).exists()}


def test_only_the_paths_that_are_named_go_back(desk: Desk) -> None:
    done = Project(desk.root).fanout("undo", f"{desk.run}/1", "docs/ops.md")
    assert done.out.startswith("restore docs/ops.md (what it held: ")
    assert done.out.endswith("The rest of what task 1 did stays, and it counts as done.\n") and done.code == 0
    assert _read(desk) == {"docs/ops.md": "one\nof 5\nthree\n", "src/a.txt": "b\n", "new.txt": "n\n"}
    assert desk.state("1") == "done" == desk.state("5")


def test_report_diff_and_commit_say_it(desk: Desk) -> None:
    project = Project(desk.root)
    project.fanout("undo", f"{desk.run}/1", "new.txt")
    assert "new.txt" not in project.fanout("diff", f"{desk.run}/1").out
    assert "- 1: taken back of it since: new.txt" in project.fanout("report").out.replace("\\", "")
    made = project.fanout("commit", f"{desk.run}/1")
    assert made.code == 0 and "1  without what was taken back of it since: new.txt\n" in made.out
    assert project.git("show", "--name-only", "--format=", "HEAD").split() == ["src/a.txt"]


def test_of_what_is_committed_the_taking_back_is_the_users_to_commit(desk: Desk) -> None:
    project = Project(desk.root)
    assert project.fanout("commit", f"{desk.run}/1").code == 0
    done = project.fanout("undo", f"{desk.run}/1", "src/a.txt")
    assert "stays; commit this change too when it is right." in done.out
    assert project.git("status", "--porcelain", "src").strip() == "M src/a.txt"
    assert project.git("diff", "--name-only", "HEAD").split() == ["docs/ops.md", "src/a.txt"]


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    before = _read(desk)
    said = Project(desk.root).fanout("undo", "--dry-run", f"{desk.run}/1", "docs")
    assert said.out == "restore docs/ops.md\n" and _read(desk) == before
    assert desk.rows("SELECT * FROM event WHERE kind = 'part-undone'") == []


@pytest.mark.parametrize("given", [["src", "new.txt", "docs/ops.md"], ["."]])
def test_all_of_them_is_the_whole_task(desk: Desk, given: list[str]) -> None:
    said = Project(desk.root).fanout("undo", f"{desk.run}/1", *given).out
    assert "Task 1 counts as not done now" in said and desk.state("1") != "done"
    assert _read(desk) == {"docs/ops.md": "one\nof 5\nthree\n", "src/a.txt": "a\n"}


def test_a_path_where_it_changed_nothing_is_refused(desk: Desk) -> None:
    before = _read(desk)
    said = Project(desk.root).fanout("undo", f"{desk.run}/1", "src/a.txt", "docs/other.md")
    assert said.code != 0 and "task 1 changed nothing at docs/other.md." in said.err
    assert "What it changed: docs/ops.md, new.txt, src/a.txt." in said.err and _read(desk) == before


def test_the_same_lines_changed_since_are_refused_as_ever_and_other_paths_go(desk: Desk) -> None:
    (desk.root / "src/a.txt").write_text("the user's\n")
    project = Project(desk.root)
    refused = project.fanout("undo", f"{desk.run}/1", "src/a.txt")
    assert refused.code != 0 and "Nothing was changed." in refused.err and desk.state("1") == "done"
    assert project.fanout("undo", f"{desk.run}/1", "new.txt").code == 0
    assert _read(desk)["src/a.txt"] == "the user's\n" and "new.txt" not in _read(desk)


def test_done_again_nothing_is_said_of_it(desk: Desk) -> None:
    project = Project(desk.root)
    project.fanout("undo", f"{desk.run}/1", "new.txt")
    assert project.fanout("retry", f"{desk.run}/1", "--again").code == 0
    desk.launch("1", agent="second")
    desk.do("second", "new.txt", "n\n")
    desk.do("second", "src/a.txt", "b\n")
    desk.end("second", "DONE|1|again")
    assert "taken back" not in project.fanout("commit", f"{desk.run}/1").out


def test_discard_says_whose_finished_work_it_takes(desk: Desk) -> None:
    project = Project(desk.root)
    project.fanout("undo", f"{desk.run}/1", "docs/ops.md")
    told = (
        f"docs/ops.md is finished work of task 5, which counts as done all the same: `fanout retry {desk.run}/5 --again` does it "
        f"anew, `fanout undo {desk.run}/5` takes all of it back.\n"
    )
    assert told in project.fanout("discard", "--dry-run", "docs").out
    assert told in project.fanout("discard", "docs").out and desk.state("5") == "done"
    assert project.fanout("undo", f"{desk.run}/5").code == 0


def test_discard_says_nothing_of_what_is_committed_or_nobodys(desk: Desk) -> None:
    project = Project(desk.root)
    project.fanout("undo", f"{desk.run}/1")
    project.fanout("commit", f"{desk.run}/5")
    (desk.root / "docs/ops.md").write_text("mine\n")
    (desk.root / "loose.txt").write_text("mine\n")
    assert "finished work" not in project.fanout("discard", "docs", "loose.txt").out
