"""What a task changed beyond what it declares, whose that was before, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.changes import beyond_declared, changes
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import scope


def at_work(desk: Desk, tasks: dict[str, dict[str, Any]]) -> Desk:
    """With all tasks' agents at work."""
    Project(desk.root).write({"README.md": "old\n", "old.md": "old\n"})
    desk.start(plan(tasks))
    for name in tasks:
        desk.launch(name)
    return desk


def recorded(desk: Desk) -> None:
    """What the agents have changed so far, as when they end."""
    with Write(desk.db):
        for agent in agents.live(desk.db):
            changes.record(desk.db, str(desk.root), agent)


def beyond(desk: Desk, task: str = "01") -> dict[str, str]:
    recorded(desk)
    return beyond_declared.of_task(desk.db, str(desk.root), desk.run, task)


def test_each_kind_of_change(desk: Desk) -> None:
    at_work(desk, {"01": {"writes": ["a.py", "src/**"]}, "02": {}})
    for name in ("a.py", "src/deep/x.py", "README.md", "new.md"):
        assert desk.do("agent-01", name, "changed\n") == {}
    assert desk.write("agent-01", "old.md") == {}
    (desk.root / "old.md").unlink()
    assert beyond(desk) == {"README.md": "changed", "new.md": "created", "old.md": "deleted"}
    assert beyond(desk, "02") == {}


def test_who_declares_nothing_has_no_beyond(desk: Desk) -> None:
    at_work(desk, {"01": {}})
    assert desk.do("agent-01", "README.md", "changed\n") == {} and beyond(desk) == {}


@pytest.mark.parametrize("who", ["01", "02"])
def test_what_was_granted_to_it_is_its_own(desk: Desk, who: str) -> None:
    at_work(desk, {"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}})
    scope.ask(desk.db, desk.naming, desk.run, who, "README.md", "why")
    desk.db.execute("DELETE FROM claim WHERE kind = 'granted'")
    assert desk.do("agent-01", "README.md", "changed\n") == {}
    assert beyond(desk) == ({} if who == "01" else {"README.md": "changed"})


def test_what_it_asked_for_is_no_declaration(desk: Desk) -> None:
    at_work(desk, {"01": {}})
    desk.end("agent-01", "NEEDS|01|a.py, to register it")
    desk.launch("01", agent="again")
    assert desk.do("again", "README.md", "changed\n") == {} and beyond(desk) == {}


@pytest.mark.parametrize(
    ("title", "path", "is_beyond"),
    [
        ("Add tests for it", "tests/test_a.py", False),
        ("Add it", "tests/test_a.py", True),
        ("Add tests for it", "notes.md", True),
    ],
)
def test_tests_that_it_asks_for_are_its_own(desk: Desk, title: str, path: str, is_beyond: bool) -> None:
    at_work(desk, {"01": {"writes": ["a.py"], "title": title, "record": {"title": title}}})
    assert desk.do("agent-01", path, "new\n") == {}
    assert beyond(desk) == ({path: "created"} if is_beyond else {})


def test_a_test_that_was_there_before_is_not(desk: Desk) -> None:
    at_work(desk, {"01": {"writes": ["a.py"], "record": {"title": "Add tests for it"}}})
    Project(desk.root).write({"tests/test_a.py": "old\n"})
    assert desk.do("agent-01", "tests/test_a.py", "changed\n") == {}
    assert beyond(desk) == {"tests/test_a.py": "changed"}


def noted(desk: Desk, task: str) -> list[str]:
    agent = agents.by_agent_id(desk.db, f"agent-{task}")
    assert agent is not None
    recorded(desk)
    with Write(desk.db):
        beyond_declared.note(desk.db, str(desk.root), agent)
    with Write(desk.db):
        return beyond_declared.lines(desk.db, desk.run)


def test_what_is_told_of_it(desk: Desk) -> None:
    at_work(desk, {"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}})
    assert desk.do("agent-01", "a.py", "x\n") == {}
    assert noted(desk, "01") == [] and journal.events(desk.db, desk.run, "beyond") == []
    assert desk.do("agent-01", "README.md", "changed\n") == {} and desk.do("agent-01", "new.md", "new\n") == {}
    assert noted(desk, "01") == [
        "01 also changed what it does not declare: README.md (changed), new.md (created). Tell the user. `fanout diff "
        "demo-1/01` shows it, `fanout undo demo-1/01 README.md new.md` takes that back alone; `fanout commit` takes it only "
        "with --beyond."
    ]
    with Write(desk.db):
        assert beyond_declared.lines(desk.db, desk.run) == [], "once"


@pytest.mark.parametrize("state", ["done", "failed"])
def test_whose_work_it_was_before(desk: Desk, state: str) -> None:
    """Of tasks that are done alone; of those it is to be looked whether they are whole."""
    at_work(desk, {"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}, "03": {"writes": ["c.py"]}})
    assert desk.do("agent-02", "b.py", "made\n") == {} and desk.do("agent-03", "c.py", "made\n") == {}
    for name in ("02", "03"):
        desk.end(f"agent-{name}", f"DONE|{name}|made it")
    desk.db.execute("UPDATE task SET state = ? WHERE id = '03'", (state,))
    for name in ("b.py", "c.py"):
        desk.write("agent-01", name)
        assert desk.do("agent-01", name, "other\n") == {}
    desk.db.execute("UPDATE task SET state = 'done' WHERE id = '01'")
    (said,) = noted(desk, "01")
    whose, theirs = ("b.py is the work of 02: look whether it is", "b.py")
    if state == "done":
        whose, theirs = ("b.py is the work of 02, c.py is the work of 03: look whether they are", "b.py c.py")
    assert (
        f"b.py (changed), c.py (changed). {whose} still whole; `fanout undo demo-1/01 {theirs}` takes back what 01 changed there "
        "and nothing else." in said
    )
