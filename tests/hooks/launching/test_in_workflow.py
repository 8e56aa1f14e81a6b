"""Agents of the workflow runtime: a task begins with the first call that a hook sees, and ends with StructuredOutput."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.run.flow import workflow
from fanout.run.store import journal, run_files
from fanout.run.store.db import Write
from fanout.run.tasks import readiness, runs, tasks

WRITE = {"content": "x\n"}


@pytest.fixture
def flow(desk: Desk) -> Desk:
    """A run of three tasks on the workflow runtime: 02 needs 01, and 03 writes what 01 writes."""
    given = plan(
        {
            "01": {"writes": ["a"], "record": {"model": "small"}},
            "02": {"writes": ["b"], "needs": ["01"]},
            "03": {"writes": ["a"], "agent": "reviewer"},
        },
    )
    desk.start({**given, "engine": "workflow"})
    return desk


def agent(desk: Desk, name: str, label: object) -> str:
    """The client's note of an agent that the script started."""
    folder = desk.transcript.with_suffix("") / "subagents" / "workflows" / "wf_1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"agent-{name}.meta.json").write_text(json.dumps({"description": label}))
    return name


def output(desk: Desk, name: str, state: str, summary: str = "made it") -> dict[str, Any]:
    given = {"state": state, "summary": summary}
    who = {"agent_id": name, "agent_type": "general-purpose"} if name else {}
    return desk.send("output", "PreToolUse", tool_name="StructuredOutput", tool_input=given, tool_use_id="o1", **who)


def handed(answer: dict[str, Any]) -> list[str]:
    """The tasks that an output hands to the script."""
    return [one["task"] for one in answer["hookSpecificOutput"]["updatedInput"]["next"]]


def hand(desk: Desk) -> list[dict[str, str]]:
    with Write(desk.db):
        return workflow.hand(desk.db, readiness.View(desk.db, desk.run))


def test_a_first_write_begins_the_task_of_the_label(flow: Desk) -> None:
    name = agent(flow, "w1", f"{flow.run}/01")
    assert flow.do(name, "a") == {} and flow.state("01") == "running"
    assert flow.do(name, "a") == {}  # its second call begins nothing
    rows = flow.rows("SELECT agent_type, description, task FROM agent WHERE agent_id = 'w1'")
    assert [tuple(row) for row in rows] == [("general-purpose", "01 Task 01", "01")]
    assert (flow.root / ".fanout" / "scratch" / flow.run / "01").is_dir()
    assert "a belongs to task 01" in denial(flow.do(agent(flow, "else", "another thing"), "a"))


@pytest.mark.parametrize("label", ["", "a/b", "demo-1", "demo-1/", "/01", None, 7])
def test_any_other_agent_of_a_workflow_begins_none(flow: Desk, label: object) -> None:
    assert flow.do(agent(flow, "w1", label), "z") == {}
    assert output(flow, "w1", "done") == {}
    assert {flow.state(name) for name in ("01", "02", "03")} == {"pending"}


def test_a_label_of_a_run_of_this_conversation_begins_none(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}}))
    assert desk.do(agent(desk, "w1", "demo-1/01"), "z") == {} and desk.state("01") == "pending"


def paused(desk: Desk) -> None:
    with Write(desk.db):
        runs.pause(desk.db, desk.run, "the user said so")


def cancelled(desk: Desk) -> None:
    with Write(desk.db):
        runs.end(desk.db, desk.run, "cancelled")


def begun(desk: Desk) -> None:
    desk.do(agent(desk, "first", f"{desk.run}/01"), "a")


REFUSED = {
    "no such task": (None, "09", "the run has no such task"),
    "paused": (paused, "01", "the run is paused: the user said so"),
    "cancelled": (cancelled, "01", "the run is cancelled"),
    "running": (begun, "01", "it is running already"),
    "not ready": (None, "02", "it is not ready, it needs 01"),
    "a hazard": (begun, "03", "it is not ready, it waits for 01: both write a"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_not_begin_is_denied_and_handed_again(flow: Desk, case: str) -> None:
    before, task, why = REFUSED[case]
    if before is not None:
        before(flow)
    name = agent(flow, "w1", f"{flow.run}/{task}")
    assert denial(flow.write(name, "z")) == (
        f"fanout denies task {task} of {flow.run}: {why}. Do nothing of it: call StructuredOutput with state `blocked`."
    )
    noted = journal.events(flow.db, flow.run, "launch-denied")
    assert [(one.task, one.facts["reason"]) for one in noted] == [(task, why)]
    was = {one: flow.state(one) for one in ("01", "02", "03")}
    assert handed(output(flow, name, "done")) == []
    assert {one: flow.state(one) for one in was} == was


def test_each_task_is_handed_once_and_none_beside_its_rival(flow: Desk) -> None:
    assert hand(flow) == [{"task": "01", "agent": "general-purpose", "model": "small"}]
    assert hand(flow) == []
    with Write(flow.db):
        workflow.give_back(flow.db, flow.run, "02")  # not what was handed
    assert hand(flow) == []
    with Write(flow.db):
        workflow.give_back(flow.db, flow.run, "01")
    assert [one["task"] for one in hand(flow)] == ["01"]
    with Write(flow.db):
        workflow.anew(flow.db, flow.run)
    assert [one["task"] for one in hand(flow)] == ["01"]


def test_no_more_are_handed_than_there_are_places(desk: Desk) -> None:
    names = [f"0{place}" for place in range(1, 6)]
    desk.start({**plan({name: {"writes": [name]} for name in names}, cap=2), "engine": "workflow"})
    assert [one["task"] for one in hand(desk)] == ["01", "02"]
    assert hand(desk) == []
    desk.do(agent(desk, "w1", f"{desk.run}/01"), "01")
    assert hand(desk) == []
    assert handed(output(desk, "w1", "done")) == ["03"]


def test_an_end_hands_what_it_sets_free(flow: Desk) -> None:
    hand(flow)
    name = agent(flow, "w1", f"{flow.run}/01")
    assert "nothing changed in what the task declares (a)" in denial(output(flow, name, "done"))
    flow.do(name, "a")
    answer = output(flow, name, "done")
    assert handed(answer) == ["02", "03"] and flow.state("01") == "done"
    assert answer["hookSpecificOutput"]["updatedInput"]["summary"] == "made it"
    assert tasks.get(flow.db, flow.run, "01").outcome == "made it"
    assert handed(output(flow, name, "done", "said again")) == []  # it has ended
    assert tasks.get(flow.db, flow.run, "01").outcome == "made it"


def test_what_a_program_of_its_agent_changed_besides_is_named(desk: Desk) -> None:
    project = Project(desk.root)
    project.write({"a": "old\n", "other.txt": "old\n"})
    project.commit_all()
    desk.start({**plan({"01": {"writes": ["a"]}}), "engine": "workflow"})
    name = agent(desk, "w1", f"{desk.run}/01")
    desk.do(name, "a")
    (desk.root / "other.txt").write_text("by a script\n")
    output(desk, name, "done")
    assert "other.txt was changed while it worked" in project.fanout("report").out.replace("\\", "")


@pytest.mark.parametrize(
    ("state", "becomes", "next_"),
    [("blocked", "blocked", ["03"]), ("needs", "pending", ["01"])],  # what it needs is nobody's: it is granted
)
def test_an_end_without_success(flow: Desk, state: str, becomes: str, next_: list[str]) -> None:
    name = agent(flow, "w1", f"{flow.run}/01")
    flow.do(name, "a")
    assert handed(output(flow, name, state, "z.txt, for the key")) == next_
    assert flow.state("01") == becomes


def test_an_output_in_no_form_says_what_is_missing(flow: Desk) -> None:
    name = agent(flow, "w1", f"{flow.run}/01")
    flow.do(name, "a")
    said = denial(output(flow, name, "finished"))
    assert said == "Task 01 is not done: its last message has no result line\nThen call StructuredOutput again."


def test_findings_of_several_lines_are_kept_and_the_first_is_the_outcome(desk: Desk) -> None:
    desk.start({**plan({"01": {"record": {"read_only": True}}, "02": {}}), "engine": "workflow"})
    name = agent(desk, "w1", f"{desk.run}/01")
    desk.bash(name, "ls")
    assert handed(output(desk, name, "done", "two faults\na.py:1 is wrong\nb.py:2 too")) == ["02"]
    assert tasks.get(desk.db, desk.run, "01").outcome.startswith("two faults")
    with open(run_files.result(str(desk.root), desk.run, "01"), encoding="utf-8") as kept:
        assert kept.read() == "two faults\na.py:1 is wrong\nb.py:2 too\n"


def test_the_agent_that_asks_what_comes_next_gives_back_what_did_not_begin(flow: Desk) -> None:
    assert [one["task"] for one in hand(flow)] == ["01"]
    asks = agent(flow, "w9", f"{flow.run}//next")
    assert handed(output(flow, asks, "done", "02")) == []
    assert handed(output(flow, asks, "done", "01")) == ["01"]
    assert {flow.state(name) for name in ("01", "02", "03")} == {"pending"}


def test_the_last_end_ends_the_run(desk: Desk) -> None:
    desk.start({**plan({"01": {"writes": ["a"]}}), "engine": "workflow"})
    name = agent(desk, "w1", f"{desk.run}/01")
    desk.do(name, "a")
    assert handed(output(desk, name, "done")) == []
    assert runs.get(desk.db, desk.run).state == "ended"
    assert not (desk.root / ".fanout" / "live").exists()


def test_the_main_conversations_own_output_is_none_of_ours(flow: Desk) -> None:
    agent(flow, "w1", f"{flow.run}/01")
    assert output(flow, "", "done") == {}


def test_what_a_conversation_is_told_to_call(flow: Desk) -> None:
    def told() -> str:
        with Write(flow.db):
            return workflow.told(flow.db, readiness.View(flow.db, flow.run))

    call = json.loads(told().split("```json\n")[1].split("\n```")[0])
    first = [{"task": "01", "agent": "general-purpose", "model": "small"}]
    assert call == {"name": "spec:run-plan", "args": {"run": flow.run, "first": first}}
    assert json.loads(told().split("```json\n")[1].split("\n```")[0]) == call  # the script before is gone
    assert "at most 5 at once (the client's own limit is CLAUDE_CODE_WORKFLOW_MAX_CONCURRENT_AGENTS)" in told()
    flow.do(agent(flow, "w1", f"{flow.run}/01"), "a")
    assert told() == f"Launch nothing: the workflow of {flow.run} goes on by itself (1 at work). End your turn."
    output(flow, "w1", "blocked", "no key")
    flow.do(agent(flow, "w3", f"{flow.run}/03"), "a")
    output(flow, "w3", "blocked", "no key")
    assert told() == f"Nothing of {flow.run} can start now: `fanout status {flow.run}` says why. Tell the user."


def test_the_agent_that_asks_may_look_around(flow: Desk) -> None:
    asks = agent(flow, "w9", f"{flow.run}//next")
    assert flow.bash(asks, "ls") == {} and flow.write(asks, "z") == {}
    assert journal.events(flow.db, flow.run, "launch-denied") == []
