"""What is said where a task's change can't be committed alone: whose commit comes first, or what to type."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.commits import commit

FILES = ["a.txt", "with space.txt"]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Task 01 without a title, 02 and 03 beside it, and what the user had not committed before."""
    project = Project(desk.root)
    project.write({"a.txt": "one\n", ".gitignore": ".fanout/\n"})
    project.commit_all()
    project.write({"a.txt": "the user's\n"})
    titled = {"title": "It's the model"}
    desk.start(plan({"01": {"title": "", "writes": ["a.txt"]}, "02": titled, "03": {}}))
    return desk


def said(desk: Desk, task: str) -> str:
    return str(commit._refusal(desk.db, str(desk.root), desk.run, task, "a.txt", FILES))


@pytest.mark.parametrize(("task", "title"), [("01", "01"), ("02", "'It'\"'\"'s the model'")])
def test_what_was_there_before_is_committed_with_it(desk: Desk, task: str, title: str) -> None:
    files = "a.txt 'with space.txt'"
    assert said(desk, task) == (
        f"a.txt: an uncommitted change that was there before stands in the same lines as that of task {task}. "
        f"`git add -- {files} && git commit -m {title} -- {files}` takes all that stands in the task's files; `fanout diff "
        f"demo-1/{task}` shows the task's alone."
    )


def test_what_somebody_committed_since_is_brought_together_by_hand(desk: Desk) -> None:
    Project(desk.root).commit_all()
    assert said(desk, "01") == (
        "a.txt: HEAD has other text in the same lines than task 01 began with. `fanout diff demo-1/01` shows the task's "
        "change: bring it in by hand, and commit it yourself."
    )


@pytest.mark.parametrize("state", ["done", "failed"])
def test_another_task_that_changed_it_is_committed_first(desk: Desk, state: str) -> None:
    for name in ("02", "03"):
        desk.launch(name)
        desk.write(f"agent-{name}", "a.txt")
        assert desk.do(f"agent-{name}", "a.txt", f"by {name}\n") == {}
        desk.end(f"agent-{name}", f"DONE|{name}|did it")
    desk.db.execute("UPDATE task SET state = ? WHERE id IN ('02', '03')", (state,))
    is_first = "Task 02, 03 changed it too and is not committed: commit that first" in said(desk, "01")
    assert is_first is (state == "done")
