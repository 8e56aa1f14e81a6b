"""What `start` says of a list beside the launch: what is left out, unread or doubtful."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

LIST = "# T\n- [!] A1: write `src/a.py`\n- [ ] A2: write `src/b.py` (depends on A1)\n- [ ] A3: write `src/c.py`\n"


def launched(out: str) -> list[str]:
    return [
        call["prompt"].split("/")[1].split("`")[0]
        for call in json.loads(out.split("```json\n")[1].split("```")[0])["launch"]
    ]


def test_a_blocked_task_is_not_launched_and_can_be_taken_up_later(project: Project) -> None:
    project.write({"tasks.md": LIST})
    for command in ("plan", "check"):
        assert (
            "held-back: A1: is blocked, deferred or on hold in the list: not started, nor is A2"
            in project.fanout(command, "tasks.md").out
        )
    ran = project.fanout("start", "tasks.md")
    assert ran.code == 0 and launched(ran.out) == ["A3"]
    assert "Warning held-back: A1: is blocked" in ran.out
    run = project.fanout("next", "--json").data["run"]
    assert "A1 blocked: blocked in the list" in project.fanout("status").out
    assert launched(project.fanout("retry", f"{run}/A1").out) == ["A3", "A1"], "A3 was handed out before"


@pytest.mark.parametrize("policy", ["fail-fast", "gate"])
def test_a_task_that_is_blocked_in_its_list_is_no_failure_of_the_run(project: Project, policy: str) -> None:
    tasks: dict[str, dict[str, Any]] = {
        "a": {"state": "blocked", "batch": 0},
        "b": {"writes": ["b.txt"]},
        "c": {"needs": ["b"], "batch": 2},
    }
    desk = Desk(project.path)
    desk.start(plan(tasks, on_failure=policy))
    assert launched(project.fanout("next").out) == ["b"]


def test_a_list_of_nothing_but_blocked_tasks_says_so(project: Project) -> None:
    project.write({"tasks.md": "- [!] A1: write `src/a.py`\n"})
    ran = project.fanout("start", "tasks.md")
    assert (ran.code, ran.out) == (1, "")
    assert "nothing can start." in ran.err and "A1: is blocked" in ran.err


def test_what_stands_behind_the_items_and_is_in_no_brief_is_named(project: Project) -> None:
    project.write({"todo.md": "# T\n\n- [ ] Add `a.py`\n- [ ] Add `b.py`\n\nAnn wants the second soon.\n"})
    said = project.fanout("start", "todo.md").out
    assert (
        "Warning in-no-brief: todo.md:6 stands behind the items and is in no brief: 'Ann wants the second soon.'. If it matters: "
        "`fanout amend t-1 'WORDS'` tells each task, with t-1/TASK one."
    ) in said
    project.fanout("cancel")
    project.write({"all.md": "# T\n\n- [ ] Add `a.py`\n- [ ] Add `b.py`\n\nEach with a test in test/.\n"})
    assert "in-no-brief" not in project.fanout("start", "all.md").out
    brief = project.fanout("brief", "t-2/01").out
    assert (
        "Each with a test in test/." in brief
        and "Tests that it asks for and that are not there yet are yours too" in brief
    )
