"""One agent that does several tasks in order, and reports each."""

from __future__ import annotations

from hooks.desk import Desk, context, denial, launches
from run.plans import plan

LANE = {"record": {"lane": "api"}}


def in_lane(path: str) -> dict[str, object]:
    return {"writes": [path], "record": {"lane": "api", "writes": [path]}}


def test_the_agent_goes_on_with_the_next_task_of_its_lane(desk: Desk) -> None:
    lanes = [("01", "02", "exclusion", "one agent does the lane api")]
    desk.start(plan({"01": in_lane("a"), "02": in_lane("b"), "03": {"writes": ["c"]}}, hazards=lanes))
    assert launches(context(desk.stop())) == ["01", "03"]
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


def test_what_the_next_task_of_a_lane_may_not_is_held(desk: Desk) -> None:
    """The agent writes in its first task, and only reads in its second."""
    reads = {"record": {"lane": "api", "read_only": True}}
    desk.start(plan({"01": in_lane("a"), "02": reads}))
    desk.launch("01")
    assert desk.do("agent-01", "a") == {}
    assert desk.end("agent-01", "DONE|01|a written")["decision"] == "block"
    assert "is read-only" in denial(desk.write("agent-01", "b"))


def test_each_task_of_a_lane_needs_its_own_evidence(desk: Desk) -> None:
    """A file that stands since before the task began is no work of it."""
    (desk.root / "b").write_text("old\n")
    desk.start(plan({"01": in_lane("a"), "02": in_lane("b")}))
    desk.launch("01")
    desk.do("agent-01", "a")
    assert desk.end("agent-01", "DONE|01|a written")["decision"] == "block"
    assert "nothing changed in what the task declares (b)" in desk.end("agent-01", "DONE|02|b written")["reason"]
    desk.do("agent-01", "b", "new\n")
    assert desk.end("agent-01", "DONE|02|b written") == {}


def test_a_lane_goes_on_only_where_there_is_room(desk: Desk) -> None:
    """Another agent has taken the place that became free: an overload made the run slower."""
    desk.start(plan({"01": LANE, "02": LANE, "03": {}, "04": {}}, cap=2))
    desk.launch("01")
    desk.launch("03")
    desk.send("agent-failed", "StopFailure", agent_id="agent-03", last_assistant_message="API Error: 529 overloaded")
    desk.launch("stray", prompt="look around")
    desk.db.execute("UPDATE run SET cap = 1, pace = 1")
    desk.db.execute("UPDATE agent SET run = ?, task = '04' WHERE agent_id = 'agent-stray'", [desk.run])
    assert desk.end("agent-01", "DONE|01|x") == {}
    assert desk.state("02") == "pending"
