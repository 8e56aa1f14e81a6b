"""One agent that does several tasks in order, and reports each."""

from __future__ import annotations

from hooks.desk import Desk, denial, launches
from run.plans import plan

LANE = {"record": {"lane": "api"}}


def in_lane(path: str) -> dict[str, object]:
    return {"writes": [path], "record": {"lane": "api", "writes": [path]}}


def test_the_agent_goes_on_with_the_next_task_of_its_lane(desk: Desk) -> None:
    lanes = [("01", "02", "exclusion", "one agent does the lane api")]
    desk.start(plan({"01": in_lane("a"), "02": in_lane("b"), "03": {"writes": ["c"]}}, hazards=lanes))
    assert launches(desk.stop()["reason"]) == ["01", "03"]
    desk.launch("01")
    desk.do("agent-01", "a")
    answer = desk.end("agent-01", "DONE|01|a written")
    assert answer["decision"] == "block" and answer["reason"].startswith("# Task 02")
    assert (desk.state("01"), desk.state("02")) == ("done", "running")
    assert denial(desk.write("other", "b")) and not denial(desk.write("other", "a", "Edit"))
    desk.do("agent-01", "b")
    assert desk.end("agent-01", "DONE|02|b written") == {}
    assert desk.state("02") == "done"
    assert "02 done: b written" in desk.notify("agent-01")


def test_a_lane_waits_where_its_next_task_has_to(desk: Desk) -> None:
    desk.start(plan({"01": LANE, "02": {**LANE, "needs": ["03"]}, "03": {}}))
    desk.launch("01")
    assert desk.end("agent-01", "DONE|01|x") == {}
    desk.launch("03")
    desk.end("agent-03", "DONE|03|x")
    assert launches(desk.notify("agent-03")) == ["02"], "another agent does it then"


def test_a_failure_ends_the_lane_for_this_agent(desk: Desk) -> None:
    desk.start(plan({"01": LANE, "02": LANE}))
    desk.launch("01")
    assert desk.end("agent-01", "BLOCKED|01|no") == {}
    assert desk.state("02") == "pending"


def test_an_agent_is_not_sent_on_for_ever(desk: Desk) -> None:
    names = [f"{n:02}" for n in range(1, 9)]
    desk.start(plan(dict.fromkeys(names, LANE)))
    desk.launch("01")
    done = [name for name in names if desk.end("agent-01", f"DONE|{name}|x").get("decision") == "block"]
    assert len(done) == 4, "five tasks, then a new agent"
