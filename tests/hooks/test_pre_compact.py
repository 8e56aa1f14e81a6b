"""An agent whose conversation is compacted is told where its instruction stands; nobody else is."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.store import notice
from fanout.run.store.db import Write


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    desk.launch("free", prompt="look around")
    desk.end("agent-02", "BLOCKED|02|why")
    desk.db.execute("DELETE FROM notice")
    return desk


def compacted(desk: Desk, who: str | None) -> list[tuple[str, str]]:
    """The events and notices after it, of whom."""
    about = {"agent_id": who} if who else {}
    assert desk.send("compact", "PreCompact", trigger="auto", **about) == {}
    query = "SELECT agent.agent_id AS id FROM event JOIN agent ON agent.id = event.agent WHERE event.kind = 'compacted'"
    rows = desk.rows(query)
    told = [(row["id"], "noted") for row in rows]
    for row in desk.rows("SELECT id, agent_id FROM agent"):
        if notice.there_is(desk.db, row["id"]):
            told.append((row["agent_id"], "told"))
    return told


def test_an_agent_of_a_task_is_told_what_prints_its_instruction(desk: Desk) -> None:
    assert compacted(desk, "agent-01") == [("agent-01", "noted"), ("agent-01", "told")]
    said = str(desk.write("agent-01", "a.py"))
    assert f"`fanout brief {desk.run}/01` prints your whole instruction again" in said
    assert "Your last line is still `DONE|01|what you did`" in said


@pytest.mark.parametrize("who", [None, "agent-02", "agent-free", "stranger"])
def test_nobody_else_is(desk: Desk, who: str | None) -> None:
    assert compacted(desk, who) == []


def test_what_waits_to_be_told_goes_first(desk: Desk) -> None:
    one = agents.by_agent_id(desk.db, "agent-01")
    assert one is not None
    with Write(desk.db):
        notice.leave(desk.db, one.id, "a sibling took a.py back")
    assert compacted(desk, "agent-01") == [("agent-01", "noted"), ("agent-01", "told")]
    said = str(desk.write("agent-01", "a.py"))
    assert "a sibling took a.py back" in said and "was compacted" not in said
