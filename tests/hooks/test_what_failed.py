"""A failure is told by who is told: its agent the gap and what to do, the main conversation what it means and the ways on,
the next agent why there was one before."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk, context, launches
from project import Project
from run.plans import plan

AGENTS = ("Write it", "Do the work", "Bring it back", "end with", "Fix it (", "result line (")


@pytest.fixture
def four(desk: Desk) -> Desk:
    desk.start(
        plan(
            {
                "01": {"writes": ["a.py"]},
                "02": {"writes": ["b.py"]},
                "03": {"writes": ["c.py"], "needs": ["01"]},
                "04": {"writes": ["d.py"], "needs": ["03"]},
            }
        )
    )
    desk.launch("01")
    desk.launch("02")
    return desk


def fails(desk: Desk, task: str) -> list[str]:
    """The agent says done three times; what it was told each time."""
    said = [str(desk.end(f"agent-{task}", f"DONE|{task}|did it").get("reason", "")) for _ in range(3)]
    assert desk.state(task) == "failed"
    return said


def test_the_agent_is_told_what_to_do_and_main_what_it_means(four: Desk) -> None:
    first, second, last = fails(four, "01")
    again = second.replace("This is the last time that it is sent back: without that it has failed. ", "")
    assert first == again != second and not last
    assert "a.py was to be written and is not there. Write it; or, if it turned out not to be needed" in first
    told = four.notify("agent-01").splitlines()[0]
    assert told == (
        "01 failed: said done, but a.py was to be written and is not there. 03, 04 need it and don't start; "
        "nothing else waits for it. Tell the user. `fanout retry demo-1/01` does it anew"
        " (`--note '...'` tells its agent more), "
        "`fanout skip demo-1/01` goes on without it; a small gap: SendMessage to agent-01 with what is missing, the same agent "
        "goes on where it stands; done by hand: `fanout done demo-1/01`."
    )


GAPS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"writes": ["new.py"]}, "", "new.py was to be written and is not there", "Write it; or"),
    (
        {"writes": ["src/**"]},
        "",
        "nothing changed in what the task declares (src/**)",
        "end with `DONE|01|already right: src",
    ),
    ({"writes": ["old.py"]}, "old.py", "of old.py only white space or the mode changed, or it is empty", "Do it; or"),
    (
        {},
        "",
        "its agent changed nothing that is on record, and its last message names nothing that it found",
        "Do the work; or look",
    ),
    (
        {"writes": ["new.py"], "record": {"accept": [{"command": "echo broken; exit 3"}]}},
        "new.py",
        "`echo broken; exit 3` exited 3: broken",
        "Fix it (whole output: ",
    ),
]


@pytest.mark.parametrize(("task", "wrote", "found", "to_do"), GAPS, ids=[gap[2][:24] for gap in GAPS])
def test_every_gap_has_a_text_for_the_agent_and_one_for_the_rest(
    desk: Desk, task: dict[str, Any], wrote: str, found: str, to_do: str
) -> None:
    (desk.root / "old.py").write_text("x = 1\n")
    desk.start(plan({"01": task, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    if wrote:
        desk.do("agent-01", wrote, " \n x = 1\n\n" if wrote == "old.py" else "x = 2\n")
    agents_own = [str(desk.say("agent-01", "DONE|01|did it").get("reason", "")) for _ in range(3)]
    assert to_do in agents_own[0]
    shown = [
        desk.notify("agent-01").splitlines()[0],
        *(Project(desk.root).fanout(*words).out for words in (["status"], ["report"], ["next"], ["status", "--json"])),
    ]
    assert found in shown[0]
    for text in shown:
        assert not any(words in text for words in AGENTS), text


def test_a_message_without_a_result_line_is_no_word_of_done(four: Desk) -> None:
    for _ in range(3):
        four.end("agent-01", "Bye.")
    assert four.notify("agent-01").startswith("01 failed: its last message has no result line. 03, 04 need it")


@pytest.mark.parametrize(
    ("policy", "meaning"),
    [
        ("best-effort", "No other task waits for it."),
        ("fail-fast", "The run starts nothing more after a failure (fail-fast)."),
    ],
)
def test_what_a_failure_means_for_the_rest(desk: Desk, policy: str, meaning: str) -> None:
    desk.start(plan({"01": {}, "02": {}, "03": {"needs": ["02"]}}, on_failure=policy))
    desk.launch("01")
    desk.launch("02")
    desk.end("agent-01", "BLOCKED|01|no key")
    assert f"01 blocked: no key. {meaning} Tell the user why." in desk.notify("agent-01")


def test_the_same_agent_can_go_on(four: Desk) -> None:
    fails(four, "01")
    assert "SendMessage to agent-01" in four.notify("agent-01")
    four.do("agent-01", "a.py")  # the client resumes it under its own id
    assert four.state("01") == "running"
    assert four.end("agent-01", "DONE|01|now it is there") == {} and four.state("01") == "done"
    assert launches(four.notify("agent-01")) == ["03"]


@pytest.mark.parametrize("how", ["failed", "stopped"])
def test_an_agent_that_was_cut_off_is_not_offered(four: Desk, how: str) -> None:
    said = four.notify("agent-01", how)
    assert "01 failed" in said and "SendMessage" not in said


def test_a_worker_of_another_client_is_not_offered(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}}))
    project = Project(desk.root)
    project.fanout("claim", "--worker", "w1")
    said = project.fanout("fail", f"{desk.run}/01", "no idea").out
    assert "SendMessage" not in said


def test_a_need_starts_again_with_what_was_granted_and_done(four: Desk) -> None:
    four.do("agent-01", "a.py", "half = 1\n")
    assert four.end("agent-01", "I added the half.\nNEEDS|01|b.py, to register the route") == {}
    said = four.notify("agent-01")
    assert said.splitlines()[0] == (
        "01 is to start again with b.py, which its agent asked for: to register the route. What it changed stands: a.py. It "
        "waits for 02: both write b.py."
    )
    assert "pending" not in said
    four.do("agent-02", "b.py")
    four.end("agent-02", "DONE|02|made")
    assert "01" in launches(four.notify("agent-02"))
    brief = four.launch("01", agent="second")["hookSpecificOutput"]["updatedInput"]["prompt"]
    _, _, earlier = brief.partition("## An agent before you\n")
    assert earlier.startswith(
        "- It ended: b.py, to register the route\n- Granted since, yours to write now: `b.py`\n"
        "- Task 02 (Task 02) wrote `b.py` in this run: build on that, keep what it did.\n"
        "- What it changed stands, go on from there: `a.py`\n- More of what it found: `.fanout/results/demo-1/01"
    )


def test_after_a_retry_nothing_stands_and_the_reason_is_told(four: Desk) -> None:
    four.do("agent-01", "a.py", "half = 1\n")
    four.end("agent-01", "BLOCKED|01|the API is gone")
    Project(four.root).fanout("retry", f"{four.run}/01")
    brief = four.launch("01", agent="second")["hookSpecificOutput"]["updatedInput"]["prompt"]
    assert "- It ended: the API is gone\n- Nothing of it is in the tree: begin anew.\n" in brief


def test_a_first_agent_has_none_before_it(four: Desk) -> None:
    assert "An agent before you" not in Project(four.root).fanout("brief", f"{four.run}/01").out


def test_a_retry_by_policy_says_that_it_starts_again(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {}}, on_failure="retry"))
    desk.launch("01")
    desk.launch("02")
    fails_first = [desk.end("agent-01", "DONE|01|x") for _ in range(3)]
    assert fails_first[2] == {}
    said = desk.notify("agent-01")
    assert said.startswith("01 starts again: said done, but a.py was to be written and is not there.")
    assert launches(said) == ["01"]


def test_a_run_that_is_over_says_what_is_left_and_how_to_go_on(four: Desk) -> None:
    four.do("agent-02", "b.py")
    four.end("agent-02", "DONE|02|made")
    four.notify("agent-02")
    four.end("agent-01", "BLOCKED|01|no key")
    said = four.notify("agent-01")
    assert (
        "Not done: 01 blocked. To go on: with the user's answer (`--note '...'`) `fanout retry demo-1/01` does it anew, "
        "`fanout skip demo-1/01` goes on without it; done by hand: `fanout done demo-1/01`; what it held up starts"
        " then."
    ) in said
    assert "The run stands still, 01 is blocked. Not started, what" in said
    assert "run is over" not in said, "it waits for the user's answer"
    assert launches(Project(four.root).fanout("skip", "demo-1/01").out) == ["03"], "it did go on"


def test_of_a_run_that_is_over_an_agent_that_was_cut_off_is_not_offered(four: Desk) -> None:
    four.end("agent-02", "BLOCKED|02|no key")
    four.notify("agent-02")
    said = four.notify("agent-01", "failed")
    assert "Not done: 01 failed" in said and "SendMessage" not in said


def test_status_advises_nothing_that_takes_a_fix_by_hand_back(four: Desk) -> None:
    four.end("agent-01", "BLOCKED|01|no key")
    four.end("agent-02", "BLOCKED|02|no key")
    four.notify("agent-02")
    for said in (Project(four.root).fanout("status").out, Project(four.root).fanout("status", "--batches").out):
        assert ", then `fanout done demo-1/0" in said and "then `fanout retry" not in said
        assert said.count("or `fanout retry demo-1/01` does it anew; or `fanout skip demo-1/01`") == 1


def race(desk: Desk, join: str = "any", **more: Any) -> Desk:
    made = plan(
        {"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"writes": ["c"], **more}, "04": {"writes": ["d"]}}
    )
    made["document"]["policy"]["join"] = join
    desk.start(made)
    for name in ("01", "02", "03"):
        desk.launch(name)
    desk.do("agent-01", "a")
    desk.end("agent-01", "DONE|01|x")
    return desk


DECIDED = (
    "It is decided: 01 done, this run needs no more (join any). Stop now what still works, it may write nothing: TaskStop with "
    "each task_id: agent-02 (02), agent-03 (03)."
)


def stopped(desk: Desk, task: str) -> str:
    given = {"task_id": f"agent-{task}"}
    desk.send(
        "after", "PostToolUse", tool_name="TaskStop", tool_input=given, tool_response={"task_type": "local_agent"}
    )
    return desk.notify(f"agent-{task}", "killed")


@pytest.mark.parametrize("kind", ["general-purpose", "Explore"])
def test_what_is_decided_is_said_at_once_and_ends_with_the_losers(desk: Desk, kind: str) -> None:
    said = race(desk, agent=kind).notify("agent-01")
    assert DECIDED in said and launches(said) == []
    said = stopped(desk, "02")
    assert "TaskStop with task_id agent-03 (03)" in said and "fanout retry" not in said
    said = stopped(desk, "03")
    assert "The run is over." in said and "Not done" not in said and "paused" not in said
    assert [desk.state(name) for name in ("01", "02", "03", "04")] == ["done", "cancelled", "cancelled", "cancelled"]


def test_a_race_for_two_is_not_decided_by_one(desk: Desk) -> None:
    said = race(desk, "2").notify("agent-01")
    assert "decided" not in said and launches(said) == ["04"]
    assert context(desk.bash("agent-02", "ls")) == ""


def test_at_the_end_a_reason_is_not_told_twice_in_one_message(four: Desk) -> None:
    four.end("agent-01", "BLOCKED|01|no key for 01")
    assert four.notify("agent-01").count("no key for 01") == 1
    four.end("agent-02", "BLOCKED|02|no key for 02")
    again = four.notify("agent-02")
    assert again.count("no key for 02") == 1 and "Not done: 01 blocked: no key for 01; 02 blocked. To go on" in again


def test_what_is_taken_back_for_another_try_is_named(four: Desk) -> None:
    four.do("agent-01", "a.py", "half = 1\n")
    four.end("agent-01", "BLOCKED|01|no key")
    said = Project(four.root).fanout("retry", "demo-1/01").out
    assert "01 is to be done again. Taken back: a.py; what was there is kept in .fanout/undo/demo-1/01/." in said
    assert (four.root / ".fanout/undo/demo-1/01/a.py.kept").read_text() == "half = 1\n"
    four.end("agent-02", "BLOCKED|02|no key")
    assert "Taken back" not in Project(four.root).fanout("retry", "demo-1/02").out, "it changed nothing"


def test_the_report_names_what_stands_of_a_task_that_is_not_done(four: Desk) -> None:
    four.do("agent-01", "a.py", "half = 1\n")
    four.end("agent-01", "BLOCKED|01|no key")
    for words in (["report"], ["report", "--all"]):
        said = Project(four.root).fanout(*words).out
        assert "Result: no key; what it changed stands: a.py" in said and said.count("stands: ") == 1, said
    assert "what it changed stands: a.py" in Project(four.root).fanout("status", "demo-1/01").out
    (four.root / "a.py").unlink()  # the user has taken it back
    assert "stands" not in Project(four.root).fanout("report").out


def test_what_waits_and_was_cut_off_is_told_with_what_stands(four: Desk) -> None:
    four.do("agent-01", "a.py", "half = 1\n")
    four.notify("agent-02", "killed")
    four.notify("agent-01", "killed")
    said = Project(four.root).fanout("status").out
    assert "01 Task 01: " in said and "; was cut off, its changes stand: a.py\n" in said, said
    assert said.count("was cut off") == 1, "the others have not begun"


def test_what_a_task_that_is_left_out_changed_is_named(four: Desk) -> None:
    four.do("agent-01", "a.py", "half = 1\n")
    four.end("agent-01", "BLOCKED|01|no key")
    assert "What it changed stands: a.py." in Project(four.root).fanout("skip", "demo-1/01").out
    assert (four.root / "a.py").read_text() == "half = 1\n"
    assert "stands" not in Project(four.root).fanout("skip", "demo-1/04").out


def test_what_a_task_that_is_left_out_while_it_runs_changed_is_named_at_its_end(four: Desk) -> None:
    four.do("agent-01", "a.py", "half = 1\n")
    Project(four.root).fanout("skip", "demo-1/01")
    said = four.notify("agent-01", "killed")
    assert "01 skipped" in said and "What it changed stands: a.py." in said
