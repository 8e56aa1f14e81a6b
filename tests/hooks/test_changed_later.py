"""Work that no longer stands as it was judged when the run ends, by no write that a hook saw."""

from __future__ import annotations

import os
import time

import pytest
from hooks.desk import Desk, context
from project import Project
from run.plans import plan

from fanout.run.commits import undo


@pytest.fixture
def desk_(desk: Desk) -> Desk:
    Project(desk.root).write({"a.txt": "old\n"})
    desk.start(plan({"01": {"writes": ["a.txt", "new.txt"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.launch("02")
    desk.do("agent-01", "a.txt", "by 01\n")
    desk.do("agent-01", "new.txt", "new\n")
    assert desk.end("agent-01", "DONE|01|did it") == {}
    return desk


def ended(desk: Desk) -> str:
    desk.do("agent-02", "b.txt", "b\n")
    assert desk.end("agent-02", "DONE|02|did it") == {}
    return desk.notify("agent-02")


def ran(desk: Desk, agent: str, command: str) -> str:
    """What the agent is told after its command, begun by `desk.bash`."""
    given = {"tool_name": "Bash", "tool_input": {"command": command}, "tool_use_id": f"t{desk.calls}"}
    return context(desk.send("after", "PostToolUse", agent_id=agent, tool_response={}, **given))


def test_what_was_undone_is_named_at_the_end_of_the_run(desk_: Desk) -> None:
    (desk_.root / "a.txt").write_text("old\n")
    (desk_.root / "new.txt").unlink()
    told = ended(desk_)
    assert "No longer as 01 left it when it was judged, by no write that a hook saw: " in told
    assert "a.txt is as it was before the task" in told and "new.txt is gone" in told
    report = Project(desk_.root).fanout("report").out.replace("\\", "")
    assert "01: no longer as it left it, by no write that a hook saw: a.txt (is as it was before the task)" in report


def test_what_is_undone_after_the_end_is_named_by_the_report(desk_: Desk) -> None:
    assert "No longer as" not in ended(desk_)
    (desk_.root / "a.txt").write_text("formatted\n")
    for _ in range(2):
        assert Project(desk_.root).fanout("report").out.count("no longer as it left it") == 1


def test_what_is_changed_long_after_the_end_is_how_the_project_goes_on(desk_: Desk) -> None:
    ended(desk_)
    (desk_.root / "a.txt").write_text("worked on\n")
    later = time.time() + 3600
    os.utime(desk_.root / "a.txt", (later, later))
    assert "no longer as it left it" not in Project(desk_.root).fanout("report").out


def test_what_a_later_agent_or_the_user_by_undo_changed_is_not_named(desk: Desk) -> None:
    desk.start(
        plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["a.txt"], "needs": ["01"]}, "03": {"writes": ["c.txt"]}})
    )
    desk.launch("01")
    desk.do("agent-01", "a.txt", "by 01\n")
    desk.end("agent-01", "DONE|01|did it")
    desk.launch("02")
    desk.launch("03")
    desk.do("agent-02", "a.txt", "by 02\n")
    desk.do("agent-03", "c.txt", "by 03\n")
    desk.end("agent-02", "DONE|02|did it")
    desk.end("agent-03", "DONE|03|did it")
    undo.carry_out(desk.db, str(desk.root), desk.run, "03")
    assert "No longer as" not in desk.notify("agent-03")


def test_what_a_later_task_made_by_a_program_is_its_change(desk: Desk) -> None:
    """No hook saw a write of it."""
    desk.start(plan({"01": {"writes": ["a.txt", "b.txt"]}, "02": {"writes": ["a.txt"], "needs": ["01"]}}))
    desk.launch("01")
    for name in ("a.txt", "b.txt"):
        desk.do("agent-01", name, "by 01\n")
    assert desk.end("agent-01", "DONE|01|did it") == {}
    desk.launch("02")
    desk.bash("agent-02", "make gen")
    for name in ("a.txt", "b.txt"):
        (desk.root / name).write_text("made\n")
    ran(desk, "agent-02", "make gen")
    assert desk.end("agent-02", "DONE|02|did it") == {}
    told = desk.notify("agent-02")
    assert "No longer as 01 left it" in told and "b.txt holds something else" in told
    assert "a.txt" not in told.partition("No longer as 01 left it")[2].partition("Look at it")[0]


def test_what_somebody_works_on_now_is_not_named(desk_: Desk) -> None:
    """Another run has it: its program may be at it this moment."""
    first = desk_.run
    ended(desk_)
    desk_.start(plan({"01": {"writes": ["a.txt"]}}))
    desk_.launch("01", "agent-next")
    desk_.bash("agent-next", "make gen")
    for name in ("a.txt", "new.txt"):
        (desk_.root / name).write_text("made\n")
    report = Project(desk_.root).fanout("report", first).out.replace("\\", "")
    assert "no longer as it left it, by no write that a hook saw: new.txt (holds something else)" in report


@pytest.mark.parametrize("is_noticed", [True, False])
def test_what_somebody_else_wrote_before_it_was_judged_is_not_later(desk: Desk, is_noticed: bool) -> None:
    """A line that a sibling's program left in the file is not the task's own, and stood there as the task was judged."""
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.launch("02")
    desk.do("agent-01", "a.txt", "by 01\n")
    file = desk.root / "a.txt"
    desk.bash("agent-02", "make test")
    file.write_text("by 01\nunseen\n")
    if is_noticed:  # before a command of its own: else it is found as the agent ends
        desk.bash("agent-01", "make test")
        given = {"tool_name": "Bash", "tool_input": {"command": "make test"}, "tool_use_id": f"t{desk.calls}"}
        desk.send("after", "PostToolUse", agent_id="agent-01", tool_response={}, **given)
    assert desk.end("agent-01", "DONE|01|did it") == {}
    told = ended(desk)
    assert "02 done" in told and "No longer as" not in told
    file.write_text("formatted\n")
    assert "01: no longer as it left it" in Project(desk.root).fanout("report").out


def test_what_changed_while_a_siblings_command_ran_is_said_so(desk_: Desk) -> None:
    desk_.bash("agent-02", "make test")
    (desk_.root / "a.txt").write_text("by a program of 02\n")
    said = ran(desk_, "agent-02", "make test")
    assert "While your command ran, a.txt of task 01 changed, which had finished with it" in said
    kept = said.split("The version before is kept in ")[1].split(". If")[0]
    assert (desk_.root / kept).read_text() == "by 01\n"
    assert (
        "No longer as 01 left it when it was judged, since a command of task 02 ran: a.txt holds something else."
        in ended(desk_)
    )
    report = Project(desk_.root).fanout("report").out.replace("\\", "")
    assert "01: no longer as it left it, since a command of task 02 ran: a.txt (holds something else)" in report


def test_what_changed_again_unseen_is_laid_at_nobodys_door(desk_: Desk) -> None:
    desk_.bash("agent-02", "make test")
    (desk_.root / "a.txt").write_text("by a program of 02\n")
    ran(desk_, "agent-02", "make test")
    (desk_.root / "a.txt").write_text("by an editor\n")
    assert "No longer as 01 left it when it was judged, by no write that a hook saw: a.txt" in ended(desk_)
