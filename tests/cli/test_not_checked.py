"""A result that rests on somebody's word reads "not checked" wherever results are shown, and no other does."""

from __future__ import annotations

import json

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.flow import statusline


@pytest.fixture
def desk(desk_: Desk) -> Desk:
    desk_.start(plan({"01": {"writes": ["a.txt"]}, "02": {}, "03": {"writes": ["c.txt"]}, "04": {"writes": ["d.txt"]}}))
    for name in ("01", "02", "04"):
        desk_.launch(name)
    desk_.do("agent-01", "a.txt")
    desk_.end("agent-01", "DONE|01|wrote a.txt")
    desk_.end("agent-02", "DONE|02|looked around")
    assert Project(desk_.root).fanout("done", f"{desk_.run}/03", "by me", "--unchecked").code == 0
    return desk_


@pytest.fixture
def desk_(project: Project) -> Desk:
    return Desk(project.path)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["status", "--all"], ["3 of 4 done (2 not checked)", "Result: done, not checked: looked around"]),
        (["status", "--batches"], ["02 Task 02: done, not checked: looked around", "01 Task 01: wrote a.txt"]),
        (["status", "--tree"], ["Success, not checked"]),
        (["report"], ["done, not checked: looked around", "by me (not checked)", "3 of 4 done (2 not checked)"]),
        (["report", "--html", "page.html"], ["done, not checked: looked around", "2 not checked"]),
        (["next"], ["3 of 4 done (2 not checked: 02, 03)"]),
    ],
)
def test_it_is_said_by(desk: Desk, command: list[str], said: list[str]) -> None:
    ran = Project(desk.root).fanout(*command)
    assert ran.code == 0, ran.err
    page = desk.root / "page.html"
    shown = page.read_text() if page.exists() else ran.out
    for words in said:
        assert words in shown
    assert "not checked: wrote a.txt" not in shown


def test_it_is_said_in_the_status_line_the_notification_and_json(desk: Desk) -> None:
    assert statusline.of_run(desk.db, desk.run) == f"{desk.run}: 3/4 done (2 not checked), 1 running"
    assert "02 done, not checked: looked around" in desk.notify("agent-02")
    for command in ("status", "report"):
        tasks = Project(desk.root).fanout(command, "--json").data["tasks"]
        assert [task["unchecked"] for task in tasks] == [False, True, True, False], json.dumps(tasks)
