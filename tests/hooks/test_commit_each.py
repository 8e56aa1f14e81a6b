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
from fanout.run.store.db import Write
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


def test_without_the_setting_nothing_is_committed(project: Project) -> None:
    desk = done(project, "never", format="checklist", source="tasks.md")
    assert project.fanout("sync", desk.run).code == 0
    assert project.git("log", "--format=%s") == "start\n"
