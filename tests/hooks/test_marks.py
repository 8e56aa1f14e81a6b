"""What is done is marked in the user's list under the name that it has there, whatever the run calls it by now."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from project import Project

from fanout.run.store import db as journal

CALLED = """# Work
- [ ] 1. CSV import in src/old.py
- [ ] 2. Readme in README.md
"""
TASK_MASTER = """{"tasks": [
  {"id": 1, "title": "CSV import in src/old.py", "status": "pending", "dependencies": [], "details": "Write `src/old.py`."},
  {"id": 2, "title": "Readme in README.md", "status": "pending", "dependencies": []}
]}
"""
BEADS = """{"id":"1","title":"CSV import in src/old.py","status":"open","issue_type":"task","priority":2}
{"id":"2","title":"Readme in README.md","status":"open","issue_type":"task","priority":2}
"""
LISTS = {
    "checklist": ("tasks.md", CALLED, ("[ ] 1.", "[x] 1.")),
    "kiro": (".kiro/specs/shop/tasks.md", CALLED, ("[ ] 1.", "[x] 1.")),
    "task-master": (".taskmaster/tasks/tasks.json", TASK_MASTER, ('"pending"', '"done"')),
    "beads": (".beads/issues.jsonl", BEADS, ('"open"', '"closed"')),
}


def begun(desk: Desk, path: str, text: str) -> Project:
    project = Project(desk.root)
    project.write({path: text})
    assert project.fanout("start", path, "--max-parallel", "2").code == 0
    desk.db = journal.connect(str(desk.root))
    desk.run = str(desk.rows("SELECT id FROM run")[0]["id"])
    return project


def done_as(desk: Desk, task: str, path: str, agent: str) -> None:
    desk.launch(task, agent)
    desk.do(agent, path)
    assert desk.end(agent, f"DONE|{task}|made") == {}
    Project(desk.root).fanout("sync", desk.run)


@pytest.mark.parametrize("shape", LISTS)
def test_a_task_that_the_run_calls_anew_is_marked_as_the_list_calls_it(desk: Desk, shape: str) -> None:
    path, text, (open_, closed) = LISTS[shape]
    project = begun(desk, path, text)
    task = f"{desk.run}/1"
    for name in ("src/new.py", "src/newer.py"):
        assert project.fanout("amend", task, "--writes", name).code == 0
    assert "CSV import in src/newer.py" in project.fanout("status").out
    done_as(desk, "1", "src/newer.py", "one")
    assert (desk.root / path).read_text() == text.replace(open_, closed, 1)
    assert project.fanout("retry", task, "--again", "--note", "with tests").code == 0
    assert (desk.root / path).read_text() == text, "its mark is taken back under the same name"
    done_as(desk, "1", "src/newer.py", "two")
    assert (desk.root / path).read_text() == text.replace(open_, closed, 1)
    assert "not marked" not in project.fanout("report").out


def test_a_task_that_the_user_calls_otherwise_is_left_alone(desk: Desk) -> None:
    project = begun(desk, "tasks.md", CALLED)
    project.fanout("amend", f"{desk.run}/1", "--writes", "src/new.py")
    path = desk.root / "tasks.md"
    desk.launch("1", "one")
    path.write_text(CALLED.replace("CSV import in src/old.py", "Excel import in src/new.py"))
    desk.do("one", "src/new.py")
    assert desk.end("one", "DONE|1|made") == {}
    project.fanout("sync", desk.run)
    assert "[ ] 1. Excel" in path.read_text()
    words = (
        "not marked in the task file: tasks.md:2: task 1 was 'CSV import in src/old.py' when it was read and is 'Excel"
    )
    assert words in project.fanout("report").out


def test_of_a_task_that_never_stood_in_the_list_no_mark_is_missed(desk: Desk) -> None:
    project = begun(desk, "tasks.md", CALLED)
    project.fanout("add", desk.run, "Changelog in CHANGELOG.md", "--writes", "CHANGELOG.md")
    done_as(desk, "3", "CHANGELOG.md", "one")
    assert (desk.root / "tasks.md").read_text() == CALLED
    assert project.fanout("sync", desk.run).err == ""
    assert "marked in the task file" not in project.fanout("report").out
    (desk.root / "tasks.md").write_text(CALLED.replace("- [ ] 2. Readme in README.md\n", ""))
    done_as(desk, "2", "README.md", "two")
    said = project.fanout("report").out
    assert "- 2: not marked in the task file: " in said and "tasks.md has no task 2 any more" in said


def test_an_added_task_that_the_user_wrote_down_too_is_marked(desk: Desk) -> None:
    project = begun(desk, "tasks.md", CALLED)
    project.fanout("add", desk.run, "Changelog in CHANGELOG.md", "--writes", "CHANGELOG.md")
    (desk.root / "tasks.md").write_text(f"{CALLED}- [ ] 3. Changelog in CHANGELOG.md\n")
    done_as(desk, "3", "CHANGELOG.md", "one")
    assert "- [x] 3. Changelog" in (desk.root / "tasks.md").read_text()
