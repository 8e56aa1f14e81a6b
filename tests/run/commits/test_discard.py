"""What is in no commit is taken back as the user asked: what that reaches, what is kept first, what refuses it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run.agents import agents, claims
from fanout.run.changes import objects
from fanout.run.commits import discard
from fanout.run.store import paths
from fanout.run.store.db import Write

FILES = {"a.txt": "1\n", "src/b.txt": "1\n", "src/gone.txt": "1\n", "[x].txt": "1\n", ".gitignore": "*.log\nbuild/\n"}
DIRTY = {
    "a.txt": "2\n",
    "src/b.txt": "2\n",
    "[x].txt": "2\n",
    "src/new.txt": "new\n",
    "made/deep/one.txt": "new\n",
    "made/two.txt": "new\n",
    "debug.log": "ignored\n",
    "build/out.o": "ignored\n",
    "staged.txt": "staged\n",
}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    project = Project(desk.root)
    project.write(FILES)
    project.commit_all()
    desk.start(plan({"01": {"writes": ["other.txt"]}}))
    project.write(DIRTY)
    (desk.root / "src" / "gone.txt").unlink()
    project.git("add", "staged.txt")
    return desk


def planned(desk: Desk, *given: str, ignored: bool = False) -> list[discard.Step]:
    naming = paths.Naming(str(desk.root), False)
    return discard.plan(naming, str(desk.root), [str(desk.root / path) for path in given], ignored)


def carry_out(desk: Desk, steps: list[discard.Step]) -> None:
    with Write(desk.db):
        discard.carry_out(desk.db, str(desk.root), str(desk.root), steps)


TRACKED = ["[x].txt", "a.txt", "src/b.txt", "src/gone.txt"]
NEW = ["made/deep/one.txt", "made/two.txt", "src/new.txt", "staged.txt"]
IGNORED = ["build/out.o", "debug.log"]
REACH = {
    # what is named, and what that reaches
    ".": (TRACKED, NEW),
    "src": (["src/b.txt", "src/gone.txt"], ["src/new.txt"]),
    "src/": (["src/b.txt", "src/gone.txt"], ["src/new.txt"]),
    "made": ([], ["made/deep/one.txt", "made/two.txt"]),
    "[x].txt": (["[x].txt"], []),
    "src/gone.txt": (["src/gone.txt"], []),
    "debug.log": ([], ["debug.log"]),
    "build": ([], []),
    "staged.txt": ([], ["staged.txt"]),
    "src/../a.txt": (["a.txt"], []),
    "nothing": ([], []),
}


@pytest.mark.parametrize("given", REACH)
def test_what_is_reached(desk: Desk, given: str) -> None:
    restored, deleted = REACH[given]
    steps = planned(desk, given)
    assert [step.path for step in steps if step.verb == discard.RESTORE] == restored
    assert [step.path for step in steps if step.verb == discard.DELETE] == deleted
    assert [step.name for step in steps] == [step.path for step in steps] == sorted({*restored, *deleted})


def test_ignored_files_only_when_they_are_asked_for(desk: Desk) -> None:
    steps = planned(desk, ".", ignored=True)
    assert [step.path for step in steps] == sorted([*TRACKED, *NEW, *IGNORED])
    assert [step.path for step in planned(desk, "build", "a.txt", "a.txt", ignored=True)] == ["a.txt", "build/out.o"]


@pytest.mark.parametrize("given", ["..", "../other", ".fanout", ".fanout/state.db", "/etc/hosts"])
def test_what_is_not_of_the_project_is_refused(desk: Desk, given: str) -> None:
    with pytest.raises(FanoutError, match=r"is not in .*, or is fanout's own\.") as raised:
        planned(desk, given, ignored=True)
    assert "Name files and folders of the project." in str(raised.value)


def test_a_link_is_taken_back_itself(desk: Desk) -> None:
    (desk.root / "link").symlink_to("a.txt")
    (desk.root / "into").symlink_to("src")
    assert [step.path for step in planned(desk, "link")] == ["link"]
    assert [step.path for step in planned(desk, "into/b.txt")] == ["src/b.txt"]


def test_all_is_kept_then_taken_back(desk: Desk) -> None:
    root = desk.root
    steps = planned(desk, ".", ignored=True)
    carry_out(desk, steps)
    assert {name: (root / name).read_text() for name in FILES} == FILES
    assert not [name for name in (*NEW, *IGNORED) if (root / name).exists()]
    assert not (root / "made").exists() and not (root / "build").exists(), "nor a folder that is empty then"
    assert Project(root).git("status", "--porcelain") == ""
    held = {
        step.path: Path(place).read_text() for step in steps if (place := discard.place(str(root), str(root), step))
    }
    assert held == DIRTY, "what was gone already held nothing"
    (row,) = desk.rows("SELECT data FROM event WHERE kind = 'discarded'")
    assert json.loads(row["data"])["paths"] == sorted([*TRACKED, *NEW, *IGNORED])


def test_a_part_leaves_the_rest_as_it_is(desk: Desk) -> None:
    carry_out(desk, planned(desk, "src/b.txt", "made/deep", "staged.txt"))
    left = Project(desk.root).git("status", "--porcelain", "-uall").splitlines()
    assert left == [" M [x].txt", " M a.txt", " D src/gone.txt", "?? made/two.txt", "?? src/new.txt"]
    assert (desk.root / "made").is_dir() and not (desk.root / "made" / "deep").exists()


def test_where_an_agent_works_on_one_nothing_is_taken(desk: Desk) -> None:
    steps = planned(desk, ".")
    number = agents.open_launch(desk.db, "s", "", "", "", desk.run, "01")
    claims.take(desk.db, number, "src/b.txt", "src/b.txt")
    with pytest.raises(
        FanoutError, match=r"src/b.txt belongs to task 01, which still works on it. Nothing was changed"
    ):
        carry_out(desk, steps)
    assert (desk.root / "a.txt").read_text() == "2\n" and (desk.root / "src/new.txt").exists()
    main = agents.main_of(desk.db, "s")
    desk.db.execute("UPDATE claim SET agent = ?", (main,))
    carry_out(desk, steps)
    assert (desk.root / "src/b.txt").read_text() == "1\n"


def test_what_can_not_be_kept_is_not_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = objects.keep
    monkeypatch.setattr(
        objects, "keep", lambda root, path: objects.NOT_KEPT if path.endswith("/b.txt") else keep(root, path)
    )
    with pytest.raises(FanoutError, match=r"src/b.txt is too large to be kept, or can't be read. Nothing was changed"):
        carry_out(desk, planned(desk, "."))
    assert (desk.root / "a.txt").read_text() == "2\n" and (desk.root / "src/new.txt").exists()


def test_many_files_go_back_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discard, "MOST_AT_ONCE", 3)
    carry_out(desk, planned(desk, "."))
    assert {name: (desk.root / name).read_text() for name in FILES} == FILES


def test_without_git_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    with pytest.raises(FanoutError, match="git status failed"):
        discard.plan(paths.Naming(str(tmp_path), False), str(tmp_path), [os.path.join(tmp_path, "a")], False)
