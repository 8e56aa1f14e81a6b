"""A call that did not run gives back what it alone had taken."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.run.changes import changes


@pytest.fixture
def desk(desk: Desk) -> Desk:
    Project(desk.root).write({"notes.txt": "old\n"})
    desk.start(plan({"01": {}, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def begin(desk: Desk, agent: str, path: str) -> tuple[dict[str, object], str]:
    given: dict[str, object] = {"file_path": str(desk.root / path), "content": "x\n"}
    assert not denial(desk.tool(agent, "Write", given))
    return given, f"t{desk.calls}"


def refuse(desk: Desk, given: dict[str, object], tool_use: str) -> None:
    """The user says no, and the message's calls have ended."""
    desk.failed("Write", given, tool_use)
    calls = [{"tool_name": "Write", "tool_use_id": tool_use}]
    desk.send("batch", "PostToolBatch", tool_calls=calls, agent_id="agent-01")


@pytest.mark.parametrize("path", ["notes.txt", "new.txt"])
def test_a_first_write_that_the_user_refused_is_nobodys(desk: Desk, path: str) -> None:
    refuse(desk, *begin(desk, "agent-01", path))
    assert desk.do("agent-02", path) == {}
    assert f"{path} belongs to task 02" in denial(desk.write("agent-01", path))


def test_what_another_writes_after_a_refusal_is_no_work_of_who_was_refused(desk: Desk) -> None:
    refuse(desk, *begin(desk, "agent-01", "notes.txt"))
    assert desk.do("agent-02", "notes.txt") == {}
    desk.end("agent-01", "DONE|01|looked at it")
    desk.end("agent-02", "DONE|02|noted it")
    assert not changes.of_task(desk.db, desk.run, "01")
    assert list(changes.of_task(desk.db, desk.run, "02")) == ["notes.txt"]


@pytest.mark.parametrize("there", ["by a command\n", "x\n", None])
def test_a_refused_write_to_what_changed_meanwhile_is_kept(desk: Desk, there: str | None) -> None:
    """Whether the agent wrote it another way is not known, and a claim too much costs a question, one too few a file."""
    given, call = begin(desk, "agent-01", "notes.txt")
    if there is None:
        (desk.root / "notes.txt").unlink()
    else:
        (desk.root / "notes.txt").write_text(there)
    refuse(desk, given, call)
    assert "notes.txt belongs to task 01" in denial(desk.write("agent-02", "notes.txt"))


@pytest.mark.parametrize("path", ["notes.txt", "new.txt"])
def test_what_was_written_before_is_kept(desk: Desk, path: str) -> None:
    assert desk.do("agent-01", path, "mine\n") == {}
    refuse(desk, *begin(desk, "agent-01", path))
    assert f"{path} belongs to task 01" in denial(desk.write("agent-02", path))


def test_what_a_second_call_waits_to_write_is_kept(desk: Desk) -> None:
    given, call = begin(desk, "agent-01", "notes.txt")
    begin(desk, "agent-01", "notes.txt")
    desk.failed("Write", given, call)
    desk.bash("agent-02", "make")
    assert "notes.txt belongs to task 01" in denial(desk.write("agent-02", "notes.txt"))


@pytest.mark.parametrize("path", ["notes.txt", "new.txt"])
def test_what_a_second_call_has_taken_too_is_kept(desk: Desk, path: str) -> None:
    first = begin(desk, "agent-01", path)
    given, call = begin(desk, "agent-01", path)
    (desk.root / path).write_text("x\n")
    desk.wrote("Write", given, {"filePath": str(desk.root / path), "content": "x\n", "originalFile": None}, call)
    refuse(desk, *first)
    assert f"{path} belongs to task 01" in denial(desk.write("agent-02", path))
