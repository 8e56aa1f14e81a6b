"""Results, notifications and Stop move the run on."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, context, denial, launches
from project import Project
from run.plans import plan

from fanout.run.evidence import acceptance
from fanout.run.flow import hooks_switch, next_message, run_end


def test_a_run_moves_on_by_itself_to_its_end(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"needs": ["01", "02"], "title": "Last"}}))
    desk.launch("01")
    desk.launch("02")
    assert desk.end("agent-01", "All good.\nDONE|01|made a") == {}
    said = desk.notify("agent-01")
    assert (
        "01 done, not checked: made a" in said
        and "made a" not in desk.notify("agent-01", result="DONE|01|made a")
        and launches(said) == []
        and "1 running (02)" in said
    )
    desk.end("agent-02", "DONE|02|made b")
    said = desk.notify("agent-02")
    assert launches(said) == ["03"] and "2 of 3 done" in said
    assert "The launch block above" in desk.notify("agent-02"), "safe to repeat"
    desk.launch("03")
    desk.end("agent-03", "DONE|03|made c")
    said = desk.notify("agent-03")
    assert "The run is over" in said and f"fanout report {desk.run}" in said
    assert not (desk.root / ".fanout" / "live").exists()


def test_what_stands_in_the_conversation_is_not_said_twice(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"needs": ["01"]}, "04": {"needs": ["01"]}, "05": {}}))
    for name in ("01", "02", "05"):
        desk.launch(name)
    desk.end("agent-01", "DONE|01|a")
    desk.end("agent-02", "DONE|02|b")
    assert launches(desk.notify("agent-01")) == ["03", "04"]
    second = desk.notify("agent-02")
    assert "02 done" in second and launches(second) == [] and "launch block above" in second
    assert desk.stop() == {}  # 05 runs; Claude ended its turn without launching: the next notification says it again
    assert launches(desk.notify("agent-02")) == ["03", "04"]


@pytest.fixture
def three_ended(desk: Desk) -> Desk:
    """Of four that run, three have ended, and the conversation was told of none of them."""
    desk.start(plan({name: {} for name in ("01", "02", "03", "04")}))
    for name in ("01", "02", "03", "04"):
        desk.launch(name)
    for name in ("01", "02", "03"):
        desk.end(f"agent-{name}", f"DONE|{name}|it")
    return desk


def test_of_agents_that_end_together_how_the_run_stands_is_said_once(three_ended: Desk) -> None:
    first = three_ended.notify("agent-01")
    assert first.endswith(
        "1 running (04).\nNothing to launch now. End your turn, unless another notification here brings a launch."
    )
    assert [three_ended.notify(f"agent-{name}") for name in ("02", "03")] == [
        "02 done, not checked: it",
        "03 done, not checked: it",
    ]
    three_ended.end("agent-04", "BLOCKED|04|no key")
    assert "3 of 4 done" in three_ended.notify("agent-04"), "it stands otherwise now"


def test_it_is_said_again_later_and_to_a_conversation_that_has_lost_it(three_ended: Desk) -> None:
    assert "1 running (04)" in three_ended.notify("agent-01")
    three_ended.db.execute("UPDATE said SET at = at - 60 WHERE what LIKE 'stands: %'")
    three_ended.db.commit()
    assert "1 running (04)" in three_ended.notify("agent-02")
    three_ended.send("session-start", "SessionStart", source="compact")
    assert "1 running (04)" in three_ended.notify("agent-03")


def test_what_can_start_since_is_put_beside_a_block_that_stands_unanswered(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"needs": ["01"]}, "04": {"needs": ["02"]}, "05": {}}))
    for name in ("01", "02", "05"):
        desk.launch(name)
    desk.end("agent-01", "DONE|01|a")
    assert launches(desk.notify("agent-01")) == ["03"]
    desk.end("agent-02", "DONE|02|b")
    second = desk.notify("agent-02")
    assert launches(second) == ["04"] and "send these calls too, in one message with those above" in second
    assert launches(desk.notify("agent-05")) == [] and not denial(desk.launch("03")) and not denial(desk.launch("04"))


def test_a_block_is_handed_over_again_when_time_has_passed(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {"needs": ["01"]}}))
    desk.launch("01")
    desk.end("agent-01", "DONE|01|a")
    assert launches(desk.notify("agent-01")) == ["02"]
    desk.db.execute("UPDATE meta SET value = '1.0 02:0' WHERE key LIKE 'handed %'")
    assert launches(desk.notify("agent-01")) == ["02"]


def test_a_missing_result_line_sends_the_agent_back_twice_then_fails(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    desk.launch("01")
    for _ in range(2):
        answer = desk.end("agent-01", "I am finished.")
        assert answer["decision"] == "block" and "DONE|01|" in answer["reason"]
    assert desk.end("agent-01", "Really.") == {}
    assert desk.state("01") == "failed"


def test_a_result_of_another_task_does_not_count(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    desk.launch("01")
    assert desk.end("agent-01", "DONE|02|did the other one")["decision"] == "block"
    assert desk.state("02") == "pending"


def test_stop_hands_over_ready_work_once_for_each_state(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {"needs": ["01"]}}))
    answer = desk.stop()
    assert "decision" not in answer and launches(context(answer)) == ["01"], "a block looks like an error on screen"
    assert desk.stop() == {}
    desk.launch("01")
    assert desk.stop() == {}
    desk.end("agent-01", "DONE|01|x")
    assert launches(context(desk.stop())) == ["02"]
    assert desk.stop() == {}


def test_a_killed_agent_fails_its_task_and_its_dependents_wait(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {"needs": ["01"]}, "03": {}}))
    desk.launch("01")
    desk.launch("03")
    desk.notify("agent-01", "killed")
    assert desk.state("01") == "failed"
    desk.end("agent-03", "DONE|03|x")
    assert "Not started, what it needs failed: 02" in desk.notify("agent-03")


def test_a_session_that_ends_releases_its_agents(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}}))
    desk.launch("01")
    desk.send("session-end", "SessionEnd", reason="other")
    assert desk.state("01") == "pending" and desk.rows("SELECT * FROM claim") == []
    said = context(Desk(desk.root, "s2").send("session-start", "SessionStart", source="startup"))
    assert "0 of 1 done" in said and "lost with their session: 01" in said and f"/spec:resume {desk.run}" in said


def test_a_compaction_forgets_nothing(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"needs": ["01"]}}))
    desk.launch("01")
    said = context(desk.send("session-start", "SessionStart", source="compact"))
    assert "1 running (01)" in said and launches(said) == ["02"]


def test_the_end_is_told_also_when_claude_stops_before_the_last_notification(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    desk.launch("01")
    desk.end("agent-01", "DONE|01|x")
    said = context(desk.stop())
    assert said.startswith("01 done, not checked: x\n") and "The run is over" in said
    assert desk.stop() == {} and desk.notify("agent-01") == ""


def test_calls_that_were_sent_are_not_said_to_hold_no_longer(desk: Desk) -> None:
    desk.start(plan({name: {"writes": [name]} for name in ("a", "b", "c")}, cap=2))
    assert launches(Project(desk.root).fanout("cap", "2").out) == ["a", "b"]
    desk.launch("a")
    desk.launch("b")
    desk.do("agent-a", "a")
    desk.end("agent-a", "DONE|a|made")
    said = desk.notify("agent-a")
    assert launches(said) == ["c"] and "no longer hold" not in said


def test_the_end_is_told_once(desk: Desk) -> None:
    """The hooks of the last notification may run though the end has been told."""
    desk.start(plan({"01": {}}))
    desk.launch("01")
    desk.end("agent-01", "BLOCKED|01|no key")
    assert "The run stands still, 01 is blocked" in desk.notify("agent-01")
    hooks_switch.turn_on(str(desk.root))
    assert desk.notify("agent-01") == ""


def test_the_end_tells_the_results_that_no_notification_told(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"writes": ["c"]}}))
    for name in ("01", "02", "03"):
        desk.launch(name)
    desk.do("agent-01", "a")
    desk.end("agent-01", "DONE|01|first")
    desk.notify("agent-01")
    desk.end("agent-02", "BLOCKED|02|no key")
    desk.do("agent-03", "c")
    desk.end("agent-03", "DONE|03|third")
    said = context(desk.stop())
    assert said.splitlines()[:2] == ["02 blocked: no key", "03 done: third"] and "01 done" not in said


def test_the_end_says_that_what_reviews_found_is_still_to_come(desk: Desk) -> None:
    desk.start(plan({"01": {"record": {"read_only": True}}}))
    desk.launch("01")
    desk.end("agent-01", "DONE|01|two holes")
    said = context(desk.stop())
    assert "`fanout report demo-1` has the details; what the reviews found stands in .fanout/results/demo-1/." in said
    assert "Tell the user the result" not in said
    assert said.endswith("in their own messages right after this. Tell the user with those.")


def test_a_run_that_was_opened_again_ends_again_in_words(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    desk.launch("01")
    desk.end("agent-01", "BLOCKED|01|no key")
    assert "The run stands still, 01 is blocked" in context(desk.stop())
    Project(desk.root).fanout("retry", f"{desk.run}/01")
    desk.launch("01", agent="second")
    desk.end("second", "DONE|01|found it")
    said = context(desk.stop())
    assert "01 done, not checked: found it" in said and "The run is over" in said


def test_an_agent_whose_end_was_never_judged_is_judged_by_its_notification(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"needs": ["01"]}, "04": {}}))
    for name in ("01", "02", "04"):
        desk.launch(name)
    desk.do("agent-01", "a")
    said = desk.notify("agent-01", result="All fine.\nDONE|01|all good")
    assert desk.state("01") == "done" and launches(said) == ["03"]
    assert "02 failed: said done, but nothing changed" in desk.notify("agent-02", result="DONE|02|b")
    assert "04 failed: its last message has no result line." in desk.notify("agent-04", result="Bye.")
    assert desk.rows("SELECT * FROM claim") == []


def test_the_checks_of_the_runs_end_may_take_longer_than_a_hook(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptance, "HOOK_SECONDS", 0.3)
    desk.start(plan({"01": {"record": {"accept": [{"command": "sleep 1", "when": "end"}]}}}))
    desk.launch("01")
    desk.end("agent-01", "DONE|01|x")
    assert f"`fanout next {desk.run}` now" in desk.notify("agent-01") and desk.state("01") == "done"
    assert "The run is over" in next_message.text(run_end.conclude(desk.db, str(desk.root), desk.run))


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "Send exactly this Agent call now, then end your turn:"),
        (2, "Send exactly these 2 Agent calls now, all in one message, then end your turn:"),
        (3, "Send exactly these 3 Agent calls now, all in one message, then end your turn:"),
    ],
)
def test_the_calls_to_send_are_counted(desk: Desk, count: int, said: str) -> None:
    desk.start(plan({f"{number:02}": {} for number in range(count)}))
    reason = context(desk.stop())
    assert said in reason and len(launches(reason)) == count
