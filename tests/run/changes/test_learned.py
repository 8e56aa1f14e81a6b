"""What a finished task teaches of the waiting ones: who may touch a file that two touched waits for its turn."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.run.store import journal, planned
from fanout.run.tasks import readiness

NAMES = ("a", "b", "c", "d", "e")


def begin(desk: Desk, **more: dict[str, Any]) -> None:
    """Five tasks with a file each; `more` is added to their records."""
    desk.start(plan({name: {"writes": [f"{name}.py"], "record": more.get(name, {})} for name in NAMES}, cap=2))


def finish(desk: Desk, name: str, *paths: str) -> None:
    desk.launch(name)
    for path in paths:
        assert not denial(desk.do(f"agent-{name}", path, f"{name}\n"))
    desk.end(f"agent-{name}", f"DONE|{name}|done")
    assert desk.state(name) == "done"


def locks(desk: Desk, path: str) -> set[tuple[str, str]]:
    return {(one.task, one.other) for one in planned.hazards(desk.db, desk.run) if one.witness == path}


@pytest.mark.parametrize(
    ("second", "texts", "wanted"),
    [
        (
            ["b.py", "routes.py"],
            {"c": "Register it in routes.py", "d": "and in src/routes.py."},
            {("c", "d"), ("d", "c")},
        ),
        (["b.py", "routes.py"], {"c": "Register it in routes.py", "d": "old-routes.py"}, set()),  # another file
        (["b.py", "routes.py"], {}, set()),  # nobody may touch it
        (["b.py"], {"c": "Register it in routes.py", "d": "routes.py"}, set()),  # one alone touched it
    ],
)
def test_a_file_that_two_touched_is_a_lock_for_those_that_name_it(
    desk: Desk, second: list[str], texts: dict[str, str], wanted: set[tuple[str, str]]
) -> None:
    begin(desk, **{name: {"description": text} for name, text in texts.items()})
    finish(desk, "a", "a.py", "routes.py")
    finish(desk, "b", *second)
    assert locks(desk, "routes.py") == wanted


def test_what_nearly_every_task_touched_is_everybodys(desk: Desk) -> None:
    begin(desk)
    for name in ("a", "b", "c"):
        assert locks(desk, "list.md") == set()
        finish(desk, name, f"{name}.py", "list.md")
    assert locks(desk, "list.md") == {("d", "e"), ("e", "d")}
    assert [event.facts for event in journal.events(desk.db, desk.run, "learned")] == [
        {"path": "list.md", "tasks": ["d", "e"]}
    ]


def test_the_next_of_them_waits_for_the_one_at_work_and_nothing_is_permitted(desk: Desk) -> None:
    begin(desk, c={"description": "It ends in routes.py"}, d={"description": "It ends in routes.py"})
    finish(desk, "a", "a.py", "routes.py")
    finish(desk, "b", "b.py", "routes.py")
    assert [task.id for task in readiness.startable(readiness.View(desk.db, desk.run))] == ["c", "e"]
    desk.launch("c")
    view = readiness.View(desk.db, desk.run)
    assert readiness.refusal(view, "d") == "waits for c: both write routes.py"
    assert "both write routes.py" in denial(desk.launch("d"))
    assert [one.pattern for one in planned.writes_of(desk.db, desk.run, "d")] == ["d.py"]
