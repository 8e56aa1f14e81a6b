"""What a failure, an overload or enough results do to the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk, context, denial, launches
from project import Project
from run.plans import plan

from fanout.run.flow import failure_policy
from fanout.run.store.db import Write
from fanout.run.tasks import readiness, runs


def fail(desk: Desk, task: str) -> str:
    desk.end(f"agent-{task}", f"BLOCKED|{task}|can't")
    return desk.notify(f"agent-{task}")


def test_best_effort_holds_only_the_dependents(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"needs": ["01"]}, "04": {"needs": ["02"]}}))
    desk.launch("01")
    desk.launch("02")
    fail(desk, "01")
    desk.end("agent-02", "DONE|02|x")
    assert launches(desk.notify("agent-02")) == ["04"]


def test_fail_fast_starts_nothing_more(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {}}, cap=2, on_failure="fail-fast"))
    desk.launch("01")
    desk.launch("02")
    assert launches(fail(desk, "01")) == []
    assert "stops after a failure (fail-fast)" in denial(desk.launch("03"))
    desk.end("agent-02", "DONE|02|x")
    assert "The run stands still, 01 is blocked." in desk.notify("agent-02")


def test_gate_stops_at_the_batch(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"batch": 2}}, cap=1, on_failure="gate"))
    desk.launch("01")
    assert launches(fail(desk, "01")) == ["02"]
    desk.launch("02")
    desk.end("agent-02", "DONE|02|x")
    assert launches(desk.notify("agent-02")) == []
    assert desk.state("03") == "pending"


def test_retry_starts_again_from_a_clean_state_of_its_own_paths(desk: Desk) -> None:
    (desk.root / "a").write_text("old\n")
    desk.start(plan({"01": {"writes": ["a"]}}, on_failure="retry"))
    desk.launch("01")
    desk.do("agent-01", "a", "half done\n")
    said = desk.notify("agent-01", "failed")
    assert launches(said) == ["01"] and (desk.root / "a").read_text() == "old\n"
    desk.launch("01", agent="second")
    desk.notify("second", "failed")
    assert desk.state("01") == "failed", "one retry is one retry"


def test_an_overload_is_handed_out_again_at_a_slower_pace(desk: Desk) -> None:
    desk.start(plan({f"{n:02}": {} for n in range(1, 7)}, cap=4))
    for n in range(1, 5):
        desk.launch(f"{n:02}")
    desk.send("agent-failed", "StopFailure", agent_id="agent-01", last_assistant_message="API Error: 529 overloaded")
    view = readiness.View(desk.db, desk.run)
    assert desk.state("01") == "pending" and view.run.pace == 2 and view.tasks["01"].attempts == 0
    assert readiness.startable(view) == []
    for n in (2, 3):
        desk.end(f"agent-{n:02}", f"DONE|{n:02}|x")
    assert [task.id for task in readiness.startable(readiness.View(desk.db, desk.run))] == ["01", "05", "06"]


def test_any_ends_the_rest_and_keeps_the_losers_work_apart(desk: Desk) -> None:
    made = plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"writes": ["c"], "needs": ["01"]}})
    made["document"]["policy"]["join"] = "any"
    desk.start(made)
    desk.launch("01")
    desk.launch("02")
    desk.do("agent-02", "b", "half\n")
    desk.do("agent-01", "a")
    desk.end("agent-01", "DONE|01|x")
    desk.notify("agent-01")
    assert desk.state("03") == "cancelled"
    assert "01 finished first" in denial(desk.write("agent-02", "b"))
    desk.end("agent-02", "DONE|02|x")
    desk.notify("agent-02")
    assert not (desk.root / "b").exists() and desk.state("02") == "cancelled"
    kept = desk.root / ".fanout" / "results" / desk.run / "02.patch"
    assert "+half" in kept.read_text()


def test_a_loser_is_told_that_another_was_faster_and_never_sent_back(desk: Desk) -> None:
    made = plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}, "03": {"writes": ["c.py"]}})
    made["document"]["policy"]["join"] = "any"
    desk.start(made)
    for name in ("01", "02", "03"):
        desk.launch(name)
    desk.do("agent-01", "a.py")
    desk.end("agent-01", "DONE|01|x")
    desk.notify("agent-01")
    told = "01 finished first, and the run needs no more"
    assert told in context(desk.bash("agent-02", "ls")), "before it tries to write"
    assert told in denial(desk.write("agent-02", "b.py")) and told in denial(desk.bash("agent-03", "echo x > c.py"))
    assert desk.end("agent-02", "I stopped.") == {} and desk.end("agent-03", "DONE|03|wrote it") == {}
    assert "02 cancelled: lost the race; it had changed nothing" in desk.notify("agent-02")
    assert desk.state("03") == "cancelled" and not list(desk.root.glob(".fanout/results/*/*.patch"))


def test_barriers_wait_for_the_whole_batch(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"batch": 2}}, mode="barrier"))
    desk.launch("01")
    desk.launch("02")
    desk.end("agent-01", "DONE|01|x")
    assert launches(desk.notify("agent-01")) == []
    assert "batch 1 is not over" in denial(desk.launch("03"))
    desk.end("agent-02", "DONE|02|x")
    assert launches(desk.notify("agent-02")) == ["03"]


def test_an_event_is_journaled_for_each_step(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    desk.launch("01")
    desk.end("agent-01", "DONE|01|x")
    kinds = [row["kind"] for row in desk.rows("SELECT kind FROM event ORDER BY id")]
    assert kinds == ["run-started", "task-started", "launched", "task-done"]
    assert json.loads(desk.rows("SELECT data FROM event WHERE kind = 'task-done'")[0]["data"]) == {"outcome": "x"}


def test_with_barriers_the_batch_decides_who_has_a_contested_path_first(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"], "batch": 2}, "02": {"writes": ["a"], "batch": 1}}, mode="barrier"))
    assert [task.id for task in readiness.startable(readiness.View(desk.db, desk.run))] == ["02"]


OVERLOADED = "API Error: 529 overloaded"


def test_a_task_is_not_handed_out_for_ever(desk: Desk) -> None:
    """Each time the user says go on."""
    desk.start(plan({"01": {}, "02": {}}))
    for attempt in range(2 * failure_policy.MOST_OVERLOADS - 1):  # every other one pauses the run
        assert not denial(desk.launch("01", agent=f"a{attempt}"))
        desk.send("agent-failed", "StopFailure", agent_id=f"a{attempt}", last_assistant_message=OVERLOADED)
        assert desk.state("01") == "pending", attempt
        with Write(desk.db):
            runs.go_on(desk.db, desk.run)
    desk.launch("01", agent="last")
    desk.send("agent-failed", "StopFailure", agent_id="last", last_assistant_message=OVERLOADED)
    assert desk.state("01") == "failed" and desk.state("02") == "pending"


def test_the_slowest_pace_is_one_agent(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}}, cap=1))
    for attempt in range(2):
        desk.launch("01", agent=f"a{attempt}")
        desk.send("agent-failed", "StopFailure", agent_id=f"a{attempt}", last_assistant_message=OVERLOADED)
    with Write(desk.db):
        runs.go_on(desk.db, desk.run)
    view = readiness.View(desk.db, desk.run)
    assert view.run.pace == 1 and [task.id for task in readiness.startable(view)] == ["01"]


def test_who_comes_too_early_after_an_overload_is_told_which_limit_it_met(desk: Desk) -> None:
    """Before, it read as one agent that fills five places."""
    desk.start(plan({"01": {}, "02": {}, "03": {}}, cap=3))
    desk.launch("01")
    desk.launch("02")
    desk.send("agent-failed", "StopFailure", agent_id="agent-01", last_assistant_message=OVERLOADED)
    said = denial(desk.launch("01"))
    assert "1 agent runs already (no more than 1 until results come: the API was too busy)" in said


def test_a_task_that_can_never_start_holds_nobody_up(desk: Desk) -> None:
    """02 stands before 03 in the queue for the path, and what it needs has failed."""
    desk.start(plan({"01": {}, "02": {"writes": ["a"], "needs": ["01"]}, "03": {"writes": ["a"]}}))
    assert launches(context(desk.stop())) == ["01"]
    desk.launch("01")
    assert launches(fail(desk, "01")) == ["03"]
    assert not denial(desk.launch("03"))


@pytest.mark.parametrize("policy", ["fail-fast", "gate"])
def test_what_was_blocked_in_the_list_is_no_failure_of_the_run(desk: Desk, policy: str) -> None:
    tasks: dict[str, dict[str, Any]] = {"01": {"state": "blocked"}, "02": {"batch": 2}, "03": {"batch": 3}}
    desk.start(plan(tasks, cap=1, on_failure=policy))
    assert launches(context(desk.stop())) == ["02"]
    desk.launch("02")
    fail(desk, "02")
    assert "stops after a failure" in denial(desk.launch("03"))


def test_what_waits_for_a_skipped_task_starts(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {"needs": ["01"]}, "03": {"state": "skipped"}, "04": {"needs": ["03"]}}))
    assert launches(context(desk.stop())) == ["01", "04"]
    Project(desk.root).fanout("skip", f"{desk.run}/01")
    assert not denial(desk.launch("02"))


def test_a_retried_task_begins_with_all_its_tries(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}}))
    desk.launch("01")
    for _ in range(2):
        assert desk.end("agent-01", "DONE|01|x")["decision"] == "block"
    assert desk.end("agent-01", "DONE|01|x") == {} and desk.state("01") == "failed"
    Project(desk.root).fanout("retry", f"{desk.run}/01")
    desk.launch("01", agent="again")
    for _ in range(2):
        assert desk.end("again", "DONE|01|x")["decision"] == "block", "two gaps are its own"
    assert desk.end("again", "DONE|01|x") == {} and desk.state("01") == "failed"
    assert desk.write("again", "a") == {}, "it goes on"
    assert desk.end("again", "DONE|01|x")["decision"] == "block"


def test_a_retry_that_was_refused_is_tried_once(desk: Desk) -> None:
    """Somebody changed the same lines since: that is said, and not tried again at each event."""
    (desk.root / "a").write_text("old\n")
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}, on_failure="retry"))
    desk.launch("01")
    desk.launch("02")
    desk.do("agent-01", "a", "half done\n")
    desk.end("agent-01", "BLOCKED|01|x")
    desk.db.execute("UPDATE task SET state = 'failed' WHERE id = '01'")
    (desk.root / "a").write_text("by the user\n")
    for _ in range(3):
        desk.stop()
        desk.notify("agent-01")
    assert desk.state("01") == "failed"
    refused = desk.rows("SELECT 1 FROM event WHERE kind = 'retry-refused'")
    assert len(refused) == 1
