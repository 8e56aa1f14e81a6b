"""A list is run anew while an agent of its cancelled run still does one of its tasks."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial, launches
from project import Project
from run.plans import plan

from fanout.run.store.db import Write
from fanout.run.tasks import runs

LIST = {"1": {}, "2": {"needs": ["1"]}, "3": {}}


@pytest.fixture
def old(desk: Desk) -> Desk:
    """Task 1 of the first run is at work as that is cancelled."""
    desk.start(plan(LIST) | {"source": "tasks.md"})
    desk.launch("1")
    with Write(desk.db):
        assert runs.end(desk.db, desk.run, "cancelled")
    return desk


def anew(old: Desk, source: str = "tasks.md") -> Desk:
    new = Desk(old.root)
    new.calls = 50
    new.start(plan(LIST, title="New") | {"source": source})
    return new


def test_what_is_still_done_is_not_launched_again(old: Desk) -> None:
    new = anew(old)
    assert launches(new.stop()["hookSpecificOutput"]["additionalContext"]) == ["3"]
    said = denial(new.launch("1", agent="second"))
    assert "it waits for agent-1 of demo-1, which does it still: its end counts here" in said


def test_its_end_counts_and_the_new_run_goes_on(old: Desk) -> None:
    new = anew(old)
    old.end("agent-1", "DONE|1|made")
    said = new.notify("agent-1")
    assert "Task 1 done, not checked: made\nnew-1 does the list now: it counts there." in said
    assert launches(said) == ["2", "3"] and new.state("1") == "done"


def test_its_failure_does_not(old: Desk) -> None:
    new = anew(old)
    old.end("agent-1", "BLOCKED|1|no key")
    said = new.notify("agent-1")
    assert "new-1 does the list now: there it is done anew." in said
    assert launches(said) == ["1", "3"] and new.state("1") == "pending"


def test_of_another_list_nothing_waits(old: Desk) -> None:
    new = anew(old, "other.md")
    assert not denial(new.launch("1", agent="second"))
    old.end("agent-1", "DONE|1|made")
    assert new.state("1") == "running" and "does the list now" not in new.notify("agent-1")


def test_a_list_on_standard_input_is_no_list_of_another_run(desk: Desk) -> None:
    desk.start(plan(LIST) | {"source": "-"})
    desk.launch("1")
    Project(desk.root).fanout("cancel", desk.run)
    assert not denial(anew(desk, "-").launch("1", agent="second"))


def test_what_is_done_before_its_notification_comes_is_not_handed_out(old: Desk) -> None:
    """The agent has ended, the turn ends, and the notification still waits in the client's queue."""
    new = anew(old)
    new.launch("3")
    new.end("agent-3", "DONE|3|made")
    old.end("agent-1", "DONE|1|made")
    assert launches(new.stop()["hookSpecificOutput"]["additionalContext"]) == ["2"]
    assert new.state("1") == "done"
    assert "it counts there" in new.notify("agent-1")


def test_what_was_done_before_the_new_run_began_is_the_lists_to_say(desk: Desk) -> None:
    desk.start(plan(LIST) | {"source": "tasks.md"})
    desk.launch("1")
    desk.end("agent-1", "DONE|1|made")
    with Write(desk.db):
        assert runs.end(desk.db, desk.run, "cancelled")
    assert launches(anew(desk).stop()["hookSpecificOutput"]["additionalContext"]) == ["1", "3"]
