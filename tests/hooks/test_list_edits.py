"""The user edits the list's file while its run goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project

from fanout.run.store import db as journal

LIST = """# Work
- [ ] 1. Add `a.py`
- [ ] 2. Add `b.py`
- [ ] 3. Add `c.py`, after 1 (depends on 1)
"""


@pytest.fixture
def desk(tmp_path: Path, desk: Desk) -> Desk:
    """Task 1 runs, 2 and 3 wait."""
    project = Project(desk.root)
    project.write({"tasks.md": LIST})
    assert project.fanout("start", "tasks.md", "--max-parallel", "1").code == 0
    desk.run, desk.db = "work-1", journal.connect(str(desk.root))
    desk.launch("1")
    return desk


def edited(desk: Desk, change: Callable[[str], str]) -> str:
    """What `fanout next` says after the file was changed."""
    path = desk.root / "tasks.md"
    path.write_text(change(path.read_text()))
    return Project(desk.root).fanout("next").out


def brief(desk: Desk, task: str) -> str:
    return Project(desk.root).fanout("brief", f"{desk.run}/{task}").out


def test_new_words_of_a_task_that_waits_are_taken_in(desk: Desk) -> None:
    said = edited(desk, lambda text: text.replace("2. Add `b.py`", "2. Add `b.py` in German"))
    assert "Task 2 has other words in the list now; its brief has them." in said
    assert "in German" in brief(desk, "2").splitlines()[0]
    assert "other words" not in Project(desk.root).fanout("next").out, "said once"


def test_of_a_task_that_runs_they_are_named(desk: Desk) -> None:
    said = edited(desk, lambda text: text.replace("1. Add `a.py`", "1. Add `a.py` in German"))
    assert "Task 1 has other words in the list now, and its agent works by the old ones: send it 'Add " in said
    assert "German" in said and "German" not in brief(desk, "1")


def test_what_it_may_write_stays_as_it_was(desk: Desk) -> None:
    said = edited(desk, lambda text: text.replace("`b.py`", "`other.py`"))
    assert "Task 2 has other writes in the list now: not taken in" in said
    assert "Write only: `b.py`" in brief(desk, "2")


@pytest.mark.parametrize("is_added", [False, True])
def test_at_the_end_what_no_task_is_of_is_named(desk: Desk, is_added: bool) -> None:
    edited(desk, lambda text: text + "- [ ] 4. Add `d.py`\n")
    project = Project(desk.root)
    if is_added:
        project.fanout("add", desk.run, "Add d.py", "--writes", "d.py")
    project.fanout("skip", *(f"{desk.run}/{name}" for name in ("2", "3", *("4" * is_added))))
    desk.do("agent-1", "a.py")
    desk.end("agent-1", "DONE|1|made")
    said = desk.notify("agent-1")
    assert "The run is over." in said
    assert (
        f"New in tasks.md and no task of this run: 4; `fanout add {desk.run} 'what'` makes one." in said
    ) is not is_added


def test_what_is_new_and_what_is_gone_is_named_with_the_way(desk: Desk) -> None:
    said = edited(desk, lambda text: text.replace("- [ ] 2. Add `b.py`\n", "") + "- [ ] 4. Add `d.py`\n")
    assert f"Task 4 is new in tasks.md; `fanout add {desk.run} 'what'` makes a task of it." in said
    assert f"Task 2 is gone from tasks.md; `fanout skip {desk.run}/2` leaves it out." in said


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("- [ ] 2", "- [x] 2"),
        lambda text: text + "\nA word at the end.\n",
        lambda text: "",
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["nothing", "a mark", "prose", "half written", "line ends"],
)
def test_what_is_no_edit_of_a_task_is_not_said(desk: Desk, change: Callable[[str], str]) -> None:
    said = edited(desk, change)
    assert "in the list now" not in said and "is gone" not in said and "is new" not in said


def test_our_own_mark_is_no_edit_and_the_background_look_says_it_too(desk: Desk) -> None:
    desk.do("agent-1", "a.py")
    desk.end("agent-1", "DONE|1|made")
    Project(desk.root).fanout("sync", desk.run)
    assert "- [x] 1. Add" in (desk.root / "tasks.md").read_text()
    path = desk.root / "tasks.md"
    path.write_text(path.read_text().replace("2. Add `b.py`", "2. Add `b.py`, short"))
    Project(desk.root).fanout("sync", desk.run)
    said = desk.notify("agent-1")
    assert "Task 2 has other words in the list now" in said and "Task 1 has" not in said


def test_marks_that_were_all_taken_back_are_made_again(desk: Desk) -> None:
    """As by a `git checkout .` that was judged, and waited for the user's answer, before they were made."""
    path, project = desk.root / "tasks.md", Project(desk.root)
    desk.do("agent-1", "a.py")
    desk.end("agent-1", "DONE|1|made")
    project.fanout("sync", desk.run)
    path.write_text(LIST)
    desk.launch("2")
    desk.do("agent-2", "b.py")
    desk.end("agent-2", "DONE|2|made")
    project.fanout("sync", desk.run)
    assert path.read_text() == LIST.replace("- [ ] 1", "- [x] 1").replace("- [ ] 2", "- [x] 2")


def test_a_mark_that_the_user_took_back_stays_so(desk: Desk) -> None:
    path, project = desk.root / "tasks.md", Project(desk.root)
    desk.do("agent-1", "a.py")
    desk.end("agent-1", "DONE|1|made")
    project.fanout("sync", desk.run)
    path.write_text(path.read_text().replace("[x] 1. Add", "[ ] 1. Really add"))
    project.fanout("sync", desk.run)
    assert "[ ] 1. Really add" in path.read_text()


def test_a_line_that_was_added_to_the_run_as_well_is_not_new(desk: Desk) -> None:
    Project(desk.root).fanout("add", desk.run, "Add `d.py`", "--writes", "d.py")
    said = edited(desk, lambda text: text + "- [ ] 4. Add `d.py`\n- [ ] 5. Add `e.py`\n")
    assert [line for line in said.splitlines() if "is new in" in line] == [
        "Task 5 is new in tasks.md; `fanout add work-1 'what'` makes a task of it."
    ]
