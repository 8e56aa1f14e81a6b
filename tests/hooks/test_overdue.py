"""Agents that take too long: they are told, Claude is told, each once; a task without a limit is left alone."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, context
from run.plans import plan

LIMITS = [
    ({"timeout_minutes": 10}, 11, "its timeout is 10.0 min"),
    ({"timeout_minutes": 10, "estimate_minutes": 60}, 11, "its timeout is 10.0 min"),
    ({"estimate_minutes": 5}, 16, "3 times its estimate is 15.0 min"),
]


def after(desk: Desk, minutes: float) -> None:
    """As if the agents had begun so long ago, their last sign of life half a minute ago."""
    desk.db.execute("UPDATE agent SET started = started - ?, seen = seen - 30", (minutes * 60,))


@pytest.mark.parametrize(("record", "minutes", "limit"), LIMITS)
def test_the_agent_is_told_once(desk: Desk, record: dict[str, object], minutes: float, limit: str) -> None:
    desk.start(plan({"01": {"writes": ["a.py"], "record": record}}))
    desk.launch("01")
    assert desk.write("agent-01", "a.py") == {}
    after(desk, minutes)
    said = context(desk.write("agent-01", "a.py"))
    assert limit in said and "BLOCKED|01|" in said
    after(desk, 1)
    assert desk.write("agent-01", "a.py") == {}


@pytest.mark.parametrize(
    ("record", "minutes"), [({}, 600), ({"estimate_minutes": 5}, 14), ({"timeout_minutes": 10}, 9)]
)
def test_in_time_is_silence(desk: Desk, record: dict[str, object], minutes: float) -> None:
    desk.start(plan({"01": {"writes": ["a.py"], "record": record}}))
    desk.launch("01")
    after(desk, minutes)
    assert desk.write("agent-01", "a.py") == {}


def test_claude_is_told_with_the_next_notification(desk: Desk) -> None:
    desk.start(plan({"01": {"record": {"timeout_minutes": 10}}, "02": {}, "03": {}}))
    for name in ("01", "02", "03"):
        desk.launch(name)
    after(desk, 12)
    desk.end("agent-02", "DONE|02|b")
    said = desk.notify("agent-02")
    assert "01 works for 12.0 min, its timeout is 10.0 min" in said and f"fanout retry {desk.run}/01" in said
    desk.end("agent-03", "DONE|03|c")
    assert "01 works" not in desk.notify("agent-03")
