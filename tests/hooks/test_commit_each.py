"""`commit = "task"`: each task that is done is committed beside the hook, whatever list the run came from."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.hooks.judging import judge
from fanout.run.store import meta
from fanout.run.store.db import Write, connect
from fanout.run.tasks import runs

WAIT_SECONDS = 60.0


def state(repo: Project) -> str:
    """The subjects of the commits, and what is not committed."""
    return repo.git("log", "--format=%s") + repo.git("--no-optional-locks", "status", "--porcelain")


def comes_to(repo: Project, expected: str) -> bool:
    until = time.monotonic() + WAIT_SECONDS
    while state(repo) != expected and time.monotonic() < until:
        time.sleep(0.05)
    return state(repo) == expected


def done(repo: Project, setting: str, **of_run: Any) -> Desk:
    repo.commit_all()
    desk = Desk(repo.path)
    desk.start({**plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}), **of_run})
    with Write(desk.db):
        meta.put(desk.db, "commit", setting)
    desk.launch("01")
    desk.do("agent-01", "a.txt")
    assert desk.end("agent-01", "DONE|01|a") == {}
    return desk


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("format", "source"), [*((name, "tasks.md") for name in judge.WITHOUT_STATUS), ("checklist", "-"), ("oac", "x")]
)
def test_of_every_format_and_with_one_task_left(project: Project, format: str, source: str) -> None:
    desk = done(project, "task", format=format, source=source)
    assert runs.get(desk.db, desk.run).format == format
    assert comes_to(project, "Task 01\nstart\n"), state(project)


def test_after_a_commit_the_hooks_are_off_again(project: Project) -> None:
    desk = done(project, "never", format="checklist", source="tasks.md")
    project.fanout("skip", f"{desk.run}/02")
    live = project.path / ".fanout" / "live"
    assert not live.exists() and project.fanout("commit", "--all").code == 0
    assert not live.exists() and not (project.path / ".fanout" / "under-way").exists()


def test_without_the_setting_nothing_is_committed(project: Project) -> None:
    desk = done(project, "never", format="checklist", source="tasks.md")
    assert project.fanout("sync", desk.run).code == 0
    assert project.git("log", "--format=%s") == "start\n"


LISTS = {
    "beside": "tasks.md",
    "in a folder": "docs/plans/tasks.md",
    "ignored by git": "ignored/tasks.md",
    "outside": "../tasks.md",
}
BOXES = "- [ ] 01: Make a (writes: a.txt)\n- [ ] 02: Make b (writes: b.txt)\n"


def commits(repo: Project) -> int:
    return int(repo.git("rev-list", "--count", "HEAD"))


@pytest.mark.parametrize("where", LISTS.values(), ids=LISTS)
def test_the_marks_in_the_list_stay_the_users(project: Project, where: str) -> None:
    """Each commit holds its task's own files: no mark of it or of another task, wherever the list is."""
    project.write({where: BOXES, ".gitignore": "ignored/\n"})
    project.commit_all()
    assert project.fanout("start", where).code == 0
    desk = Desk(project.path)
    [run] = [run.id for run in runs.all_of(connect(str(project.path)))]
    desk.join(run)
    with Write(desk.db):
        meta.put(desk.db, "commit", "task")
    for task, path in (("01", "a.txt"), ("02", "b.txt")):
        desk.launch(task)
        desk.do(f"agent-{task}", path)
    for task in ("01", "02"):
        assert desk.end(f"agent-{task}", f"DONE|{task}|made") == {}
    ticked, until = BOXES.replace("[ ]", "[x]"), time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and (commits(project) < 3 or (project.path / where).read_text() != ticked):
        time.sleep(0.05)
    kept = [project.git("show", "--name-only", "--format=", f"HEAD~{back}").split() for back in (1, 0)]
    assert sorted(kept) == [["a.txt"], ["b.txt"]]
    assert (project.path / where).read_text() == ticked
    is_seen = where in ("tasks.md", "docs/plans/tasks.md")
    assert project.git("status", "--porcelain") == (f" M {where}\n" if is_seen else "")
