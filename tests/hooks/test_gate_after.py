"""The gate where no run is live: a task of a run that is over, and agents without a plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, context, denial
from run.plans import plan

from fanout.hooks.launching import earlier_writes
from fanout.run.flow import hooks_switch
from fanout.run.store.db import Write
from fanout.run.tasks import runs


@pytest.fixture
def over(desk: Desk) -> Desk:
    """01 failed, so that 02 could not start; 03 is done."""
    desk.start(plan({"01": {}, "02": {"needs": ["01"]}, "03": {}}))
    for task in ("01", "03"):
        desk.launch(task)
    desk.end("agent-01", "BLOCKED|01|no")
    desk.end("agent-03", "DONE|03|x")
    desk.notify("agent-03")
    assert not (desk.root / ".fanout" / "live").exists()
    return desk


def test_a_task_of_a_run_that_is_over_is_told_how_it_opens_again(over: Desk) -> None:
    for task, way in (("01", "fanout retry {}/01"), ("02", "fanout retry {}/01"), ("02", "fanout skip {}/01")):
        assert f"`{way.format(over.run)}`" in denial(over.launch(task)), task
    assert "is done" in denial(over.launch("03"))
    assert over.rows("SELECT COUNT(*) FROM event WHERE kind = 'launch-denied'")[0][0] == 4


def test_what_belongs_to_no_run_of_this_project_passes(over: Desk) -> None:
    assert over.launch("x", prompt="look around") == {}
    assert over.launch("x", prompt="Run `fanout brief other-1/01` and follow it.") == {}


def test_what_an_agent_wrote_by_command_lines_is_read_from_its_transcript(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "gone.txt"):
        (tmp_path / name).write_text("x\n")
    (tmp_path / "gone.txt").unlink()
    line = "echo x > a.txt && cat b.txt && sed -i s/x/y/ b.txt && rm -f gone.txt && echo x > gone.txt"
    block = {"type": "tool_use", "name": "Bash", "input": {"command": line}}
    record = {"cwd": str(tmp_path), "message": {"content": [block]}}
    transcript = tmp_path / "agent.jsonl"
    transcript.write_text(json.dumps(record))
    assert {Path(path).name for path in earlier_writes.of(str(transcript), 0.0).named} == {"a.txt", "b.txt"}
    transcript.write_text(json.dumps({"message": {"content": [block]}}))
    assert earlier_writes.of(str(transcript), 0.0).named == [], "it does not say where"


def test_an_agent_without_a_plan_is_told_once_who_works_beside_it_and_is_guarded(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    desk.launch("01")
    desk.launch("free", prompt="tidy up")
    said = "At work beside you: task 01 of demo-1. Write none of their files."
    assert context(desk.write("agent-free", "free.txt")) == said
    assert context(desk.write("agent-free", "free.txt")) == ""
    assert "belongs to task 01" in denial(desk.write("agent-free", "a.txt"))


REOPENING: dict[str, tuple[str, str]] = {
    # the task, and what opens the run for it
    "01": ("failed", "`fanout retry demo-1/01` makes it ready again, `fanout skip demo-1/01` goes on without it."),
    "02": (
        "needs 01",
        "It needs 01, which failed: `fanout retry demo-1/01` tries that again, `fanout skip demo-1/01` goes on without it.",
    ),
    "03": ("done", "It is done: `fanout report demo-1`."),
    "04": ("skipped", "`fanout retry demo-1/04` makes it ready again, `fanout skip demo-1/04` goes on without it."),
    "05": ("free", "`fanout retry demo-1/05` makes it ready again, `fanout skip demo-1/05` goes on without it."),
    "06": (
        "needs 08",
        "It needs 08, which failed: `fanout retry demo-1/08` tries that again, `fanout skip demo-1/08` goes on without it.",
    ),
    "99": ("none", "`fanout start SOURCE` starts another run."),
}


def ended(desk: Desk, state: Any) -> None:
    desk.start(
        plan(
            {
                "01": {"state": "failed"},
                "02": {"needs": ["01"]},
                "03": {"state": "done"},
                "04": {"state": "skipped"},
                "05": {},
                "06": {"needs": ["08"]},
                "08": {"state": "failed"},
            }
        )
    )
    with Write(desk.db):
        runs.end(desk.db, desk.run, state)
        hooks_switch.settle(desk.db, str(desk.root))


@pytest.mark.parametrize(("task", "failed"), [("02", "01"), ("03", "01"), ("05", "")])
def test_while_the_run_goes_on_too_it_is_said_what_makes_a_task_ready(desk: Desk, task: str, failed: str) -> None:
    tasks: dict[str, dict[str, Any]] = {
        "01": {"state": "failed"},
        "02": {"needs": ["01"]},
        "03": {"needs": ["02"]},
        "04": {},
        "05": {"needs": ["04"]},
    }
    desk.start(plan(tasks))
    reason = denial(desk.launch(task))
    said = f": `fanout retry demo-1/{failed}` tries that again, `fanout skip demo-1/{failed}` goes on without it."
    assert "it is not ready, it needs" in reason and (said in reason if failed else "fanout retry" not in reason)
    assert "it is failed already: `fanout retry demo-1/01` tries that again" in denial(desk.launch("01"))


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("task", REOPENING)
def test_what_makes_a_task_ready_again(desk: Desk, task: str, beside: bool) -> None:
    """`beside`: agents without a plan are at work, so that the hooks are on."""
    ended(desk, "ended")
    for agent in ("one", "two") if beside else ():
        assert desk.launch(agent, agent=agent, prompt="look around") == {}
        desk.do(agent, agent)
    assert denial(desk.launch(task)) == f"fanout denies task {task} of demo-1: the run is ended. {REOPENING[task][1]}"


@pytest.mark.parametrize("task", ["01", "03"])
def test_a_run_that_was_cancelled_is_started_anew(desk: Desk, task: str) -> None:
    ended(desk, "cancelled")
    said = denial(desk.launch(task))
    assert (
        said == f"fanout denies task {task} of demo-1: the run is cancelled. `fanout start SOURCE` starts another run."
    )
