"""What a list says of the state of its tasks decides which are started."""

from __future__ import annotations

import pytest
from plan.made import reading, task

from fanout.plan import planner
from fanout.plan.read import registry
from fanout.plan.reading import Source
from fanout.report import plan_text

ISSUES = (
    '{"id":"a-1","title":"A","status":"blocked","issue_type":"task"}\n'
    '{"id":"a-2","title":"B","status":"open","issue_type":"task"}\n'
)


def made(*tasks, **statuses):
    found = reading(*tasks)
    for name, status in statuses.items():
        found.notes[name].status = status
    return planner.make(found, "quick")


def remarks(plan):
    return {remark.code: (remark.task, remark.message) for remark in plan.warnings}


def test_a_blocked_task_and_all_that_needs_it_is_in_no_batch_and_is_named():
    plan = made(task("a", "1"), task("b", "2"), task("c", "3", needs="b"), task("d", "4", needs="c"), b="blocked")
    assert [plan.ids(batch) for batch in plan.answer.batches] == [["a"]]
    assert plan.ids(sorted(plan.left_out)) == ["b", "c", "d"]
    message = "is blocked, deferred or on hold in the list: not started, nor are c and d, which need that"
    assert remarks(plan)["held-back"] == ("b", message)
    assert plan_text.head(plan).startswith("native: 4 tasks (3 held back), one agent at a time.")


def test_what_is_done_stays_done_behind_a_blocked_task_and_what_is_begun_is_said():
    plan = made(task("a", "1"), task("b", "2", needs="a"), task("c", "3"), a="blocked", b="completed", c="in_progress")
    assert plan.ids(sorted(plan.left_out)) == ["a"]
    assert plan.ids(sorted(plan.done)) == ["a", "b"]
    assert remarks(plan)["under-way"] == ("c", "is in progress in the list, and is started all the same")


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ('{"tasks":[{"id":1,"status":"deferred","dependencies":[]},{"id":2,"title":"B","dependencies":[1]}]}', {"1", "2"}),
        ('{"tasks":[{"id":1,"status":"blocked","dependencies":[],"subtasks":[{"id":1,"title":"s"}]}]}', {"1", "1.1"}),
        (ISSUES, {"a-1"}),
        ("- [!] A1: write `a.ts`\n- [ ] A2: write `b.ts`\n", {"A1"}),
    ],
)  # fmt: skip
def test_blocked_in_every_format(text, out):
    plan = planner.make(registry.read(Source("-", "", text, "/nowhere")), "quick")
    assert {plan.tasks[index].id for index in plan.left_out} == out


def test_the_open_sub_tasks_of_a_done_task_are_done():
    text = '{"tasks":[{"id":4,"status":"done","dependencies":[],"subtasks":[{"id":1,"title":"d","status":"pending"}]}]}'
    found = registry.read(Source("-", "", text, "/nowhere"))
    assert found.notes["4.1"].status == "completed"
    assert [remark.code for remark in found.warnings] == ["parent-over"]
