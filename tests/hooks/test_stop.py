"""Stop: what Claude is told when it wants to end its turn."""

from __future__ import annotations

from hooks.desk import Desk, context, launches
from run.plans import plan


def test_an_end_that_no_notification_told_is_told_once(desk: Desk) -> None:
    """The last agent's notification comes later, and finds the hooks switched off."""
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    desk.launch("01")
    assert desk.stop() == {}, "while it works"
    desk.do("agent-01", "a.txt")
    desk.end("agent-01", "DONE|01|made")
    said = context(desk.stop())
    assert "1 of 1 done" in said and "The run is over" in said
    assert desk.stop() == {}


def test_what_may_start_is_handed_out_once(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    assert launches(context(desk.stop())) == ["01", "02"]
    assert desk.stop() == {}
    desk.launch("01")
    desk.end("agent-01", "BLOCKED|01|no key")
    assert launches(context(desk.stop())) == ["02"], "another set of tasks"
