"""What is said of a write follows what was written: calls that never ran, contents that MCP calls announce, what fanout
itself puts into the tree, files in a worktree."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, context, denial
from hooks.isolated import LINES, Isolated
from project import Project
from run.plans import plan

from fanout.run.agents import calls


def call(desk: Desk, agent: str, tool: str, given: dict[str, Any], use: str) -> dict[str, Any]:
    """PreToolUse of a call with its own id."""
    return desk.send("guard", "PreToolUse", agent_id=agent, tool_name=tool, tool_input=given, tool_use_id=use)


def after(desk: Desk, agent: str, tool: str, given: dict[str, Any], use: str) -> str:
    answer = desk.send(
        "after", "PostToolUse", agent_id=agent, tool_name=tool, tool_input=given, tool_use_id=use, tool_response="ok"
    )
    return context(answer)


def batch(desk: Desk, agent: str, use: str) -> None:
    desk.send("batch", "PostToolBatch", agent_id=agent, tool_calls=[{"tool_name": "x", "tool_use_id": use}])


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def shared(desk: Desk) -> dict[str, Any]:
    return {"file_path": str(desk.root / "shared.txt"), "content": "x\n"}


@pytest.mark.parametrize("tool", ["Write", "Bash"])
def test_a_write_that_the_user_refused_owns_nothing(two: Desk, tool: str) -> None:
    given = shared(two) if tool == "Write" else {"command": "echo x > shared.txt"}
    assert call(two, "agent-01", tool, given, "u1") == {}
    assert "belongs to task 01" in denial(two.write("agent-02", "shared.txt")), "it may still be written"
    batch(two, "agent-01", "u1")
    assert two.write("agent-02", "shared.txt") == {}


def test_a_write_that_happened_owns_its_file_whatever_fails_after_it(two: Desk) -> None:
    two.do("agent-01", "shared.txt")
    call(two, "agent-01", "Write", shared(two), "u1")
    batch(two, "agent-01", "u1")
    assert "belongs to task 01 (first to write" in denial(two.write("agent-02", "shared.txt"))


@pytest.mark.parametrize("is_heard", [True, False])
@pytest.mark.parametrize("is_told", [True, False])
def test_a_second_write_that_did_not_run_takes_no_first_one_back(two: Desk, is_told: bool, is_heard: bool) -> None:
    """A stranger puts the older text back while the second waits for permission: its end is told, or only its message's;
    the end of the first was heard at a look before, or is heard with it."""
    command = {"command": "make test"}
    file = two.root / "shared.txt"
    file.write_text("old\n")
    second = {"file_path": str(file), "content": "second\n"}
    if not is_heard:
        call(two, "agent-02", "Bash", command, "u2")
    call(two, "agent-01", "Write", shared(two), "u1")
    file.write_text("x\n")
    response = {"filePath": str(file), "content": "x\n", "originalFile": "old\n"}
    two.wrote("Write", shared(two), response, "u1")
    if is_heard:
        call(two, "agent-02", "Bash", command, "u2")
    call(two, "agent-01", "Write", second, "u3")
    file.write_text("old\n")
    if is_told:
        two.failed("Write", second, "u3")
    batch(two, "agent-01", "u3")
    after(two, "agent-02", "Bash", command, "u2")
    said = context(two.write("agent-01", "shared.txt"))
    assert "shared.txt belongs to you and changed while a command of task 02 ran" in said
    assert "belongs to task 01 (" in denial(two.write("agent-02", "shared.txt"))


def test_the_content_that_an_mcp_call_announces_is_its_owners(two: Desk) -> None:
    file = two.root / "a.txt"
    file.write_text("old\n")
    given = {"path": str(file), "content": "new\n"}
    call(two, "agent-02", "Bash", {"command": "make test"}, "u1")
    call(two, "agent-01", "mcp__files__write_file", given, "u2")
    file.write_text("new\n")
    assert after(two, "agent-01", "mcp__files__write_file", given, "u2") == ""
    assert after(two, "agent-02", "Bash", {"command": "make test"}, "u1") == ""


def test_another_content_than_an_mcp_call_announced_is_said(two: Desk) -> None:
    file = two.root / "a.txt"
    file.write_text("old\n")
    given = {"path": str(file), "content": "new\n"}
    call(two, "agent-02", "Bash", {"command": "make test"}, "u1")
    call(two, "agent-01", "mcp__files__write_file", given, "u2")
    file.write_text("other\n")
    said = after(two, "agent-01", "mcp__files__write_file", given, "u2")
    assert "calls of yours and of task 02 ran: which of them did it can't be told" in said


def test_a_file_that_holds_what_it_held_is_not_said_to_have_changed(two: Desk) -> None:
    file = two.root / "a.txt"
    file.write_text("old\n")
    call(two, "agent-02", "Bash", {"command": "make test"}, "u1")
    call(two, "agent-01", "Bash", {"command": "sort -o a.txt a.txt"}, "u2")
    file.unlink()
    file.write_text("old\n")
    said = after(two, "agent-01", "Bash", {"command": "sort -o a.txt a.txt"}, "u2")
    assert said == (
        "a.txt was written while calls of yours and of task 02 ran, and holds what it held before: what you changed in it "
        "meanwhile, if you did, is gone. Read it again before you write it."
    )
    assert after(two, "agent-02", "Bash", {"command": "make test"}, "u1") == "", "nothing is left of it to answer for"


# What the owner's Edit waits to do, what the file comes to hold meanwhile, how the Edit ends, and what is said of it.
WAITING = {
    "its text came, and it is told": ("old x\n", "old y\n", "told", ""),
    "its text came, and the user refused it": ("old x\n", "old y\n", "refused", "by no call of yours"),
    "another text came": ("old x\n", "other\n", "refused", "calls of yours and of task 02 ran"),
    "nothing came": ("old x\n", "old x\n", "refused", ""),
    "its new file is gone": (None, None, "told", "by no call of yours"),
    "its new file was refused": (None, None, "refused", ""),
}


@pytest.mark.parametrize("case", WAITING)
def test_what_a_waiting_edit_may_have_done_is_judged_as_it_ends(two: Desk, case: str) -> None:
    """While it waits, a look finds what it was to do: it may have been it."""
    old, new, end, said = WAITING[case]
    file = two.root / "a.txt"
    if old is not None:
        file.write_text(old)
    call(two, "agent-02", "Bash", {"command": "make test"}, "u1")
    if old is None:
        tool, given = "Write", {"file_path": str(file), "content": "new\n"}
        answer = {"filePath": str(file), "content": "new\n", "originalFile": None}
    else:
        tool, given = "Edit", {"file_path": str(file), "old_string": "x", "new_string": "y"}
        answer = {"filePath": str(file), "originalFile": old, "oldString": "x", "newString": "y"}
    call(two, "agent-01", tool, given, "u2")
    if new is not None:
        file.write_text(new)
    call(two, "agent-02", "mcp__gen__generate", {"kind": "all"}, "u3")
    if end == "told":
        two.wrote(tool, given, answer, "u2")
    batch(two, "agent-01", "u2")
    heard = context(two.bash("agent-01", "true"))
    assert said in heard if said else heard == ""
    after(two, "agent-02", "mcp__gen__generate", {}, "u3")
    after(two, "agent-02", "Bash", {"command": "make test"}, "u1")
    assert context(two.bash("agent-01", "true")) == ""
    assert not calls.is_any_held(two.db), "nothing waits to be judged for ever"


# Who makes the file, whether that was told to have failed, and whether another's command runs meanwhile.
MADE_AND_GONE = {
    "a line": ("Bash", {"command": "echo new > a.txt"}, False, True, True),
    "an MCP call": ("mcp__files__write_file", {"path": "a.txt", "content": "new\n"}, False, True, True),
    "a call that failed": ("mcp__files__write_file", {"path": "a.txt", "content": "new\n"}, True, True, False),
    "a line that does not say what it leaves": ("Bash", {"command": "sed -i s/x/y/ a.txt"}, False, True, False),
    "nobody beside it": ("Bash", {"command": "echo new > a.txt"}, False, False, False),
}


@pytest.mark.parametrize("case", MADE_AND_GONE)
def test_a_new_file_that_is_gone_as_its_maker_ends_is_said(two: Desk, case: str) -> None:
    tool, given, has_failed, is_beside, is_said = MADE_AND_GONE[case]
    if is_beside:
        call(two, "agent-02", "Bash", {"command": "make test"}, "u1")
    call(two, "agent-01", tool, given, "u2")
    end = {"error": "no"} if has_failed else {"tool_response": "ok"}
    event = "PostToolUseFailure" if has_failed else "PostToolUse"
    said = context(
        two.send("after", event, agent_id="agent-01", tool_name=tool, tool_input=given, tool_use_id="u2", **end)
    )
    assert said == (
        "a.txt is not there, as before, though calls of yours and of task 02 ran meanwhile: what yours made of it, if it "
        "did, is gone. Make it again if you need it."
        if is_said
        else ""
    )
    assert not is_beside or after(two, "agent-02", "Bash", {"command": "make test"}, "u1") == ""


@pytest.fixture
def isolated(tmp_path: Path) -> Isolated:
    desk = Isolated(tmp_path / "project")
    desk.root.mkdir()
    desk.begin()
    desk.launch("02")
    return desk


def test_what_is_brought_in_from_a_worktree_is_nobody_elses_doing(isolated: Isolated) -> None:
    isolated.work(LINES.replace("line 3\n", "line three\n"))
    call(isolated, "agent-02", "Bash", {"command": "make test"}, "u1")
    assert isolated.end("agent-01", "DONE|01|x") == {}
    assert "line three" in (isolated.root / "a.txt").read_text()
    assert after(isolated, "agent-02", "Bash", {"command": "make test"}, "u1") == ""
    assert isolated.rows("SELECT * FROM event WHERE kind = 'conflict'") == []


def test_a_stranger_in_a_worktree_is_told_before_its_owner_has_written_anything(isolated: Isolated) -> None:
    assert isolated.do("agent-01", ".claude/worktrees/agent-01/new.txt") == {}
    call(isolated, "agent-02", "Bash", {"command": "make test"}, "u1")
    (isolated.place / "a.txt").write_text("gone\n")
    said = after(isolated, "agent-02", "Bash", {"command": "make test"}, "u1")
    assert "a.txt of task 01 changed, by no call of task 01" in said


def test_after_clear_the_end_of_a_call_that_was_begun_before_it_is_heard(two: Desk) -> None:
    given = {"command": "make test"}
    two.send("guard", "PreToolUse", tool_name="Bash", tool_input=given, tool_use_id="u1")
    two.send("session-end", "SessionEnd", reason="clear")
    two.session = "s2"
    two.send("after", "PostToolUse", tool_name="Bash", tool_input=given, tool_use_id="u1", tool_response="")
    assert two.rows("SELECT * FROM call WHERE closed IS NULL") == []


def test_the_main_conversation_is_told_once_of_what_a_task_wrote_before_its_own_first_call(two: Desk) -> None:
    two.do("agent-01", "a.txt")
    assert two.end("agent-01", "DONE|01|x") == {}
    said = denial(two.write(None, "a.txt"))
    assert said.startswith("a.txt was changed by task 01 at ") and "after you began" not in said
    assert said.endswith(
        ". Read it again and keep that change; if your task needs this file, then write it. This is said only once."
    )
    assert two.write(None, "a.txt") == {}


def test_what_nobody_wrote_in_the_run_is_the_main_conversations_to_write(two: Desk) -> None:
    (two.root / "notes.txt").write_text("mine\n")
    assert two.write(None, "notes.txt") == {} and two.write(None, "new.txt") == {}


def test_a_write_that_clear_cut_off_has_changed_nothing(two: Desk) -> None:
    file = two.root / "notes.txt"
    file.write_text("mine\n")
    two.write(None, "notes.txt")  # the user is asked, and types /clear
    two.send("session-end", "SessionEnd", reason="clear")
    two.session = "s2"
    two.send("session-start", "SessionStart", source="clear")
    assert two.write(None, "notes.txt") == {}


def test_what_the_user_wrote_after_it_was_cut_off_is_laid_at_nobodys_door(two: Desk) -> None:
    file = two.root / "notes.txt"
    file.write_text("mine\n")
    two.write(None, "notes.txt")
    two.send("session-end", "SessionEnd", reason="clear")
    two.session = "s2"
    file.write_text("mine, by hand\n")
    two.send("session-start", "SessionStart", source="clear")
    assert "notes.txt has changed since the main conversation was about to write it at " in denial(
        two.write(None, "notes.txt")
    )


def test_a_write_before_clear_is_said_after_it(two: Desk) -> None:
    two.do(None, "notes.txt")
    two.send("session-end", "SessionEnd", reason="clear")
    two.session = "s2"
    two.send("session-start", "SessionStart", source="clear")
    assert denial(two.write(None, "notes.txt")).startswith("notes.txt was changed by the main conversation at ")


def test_the_report_has_one_line_for_what_agents_most_likely_changed_themselves(two: Desk) -> None:
    for name, tool_use in (("a.txt", "u2"), ("shared.txt", "u3")):
        (two.root / name).write_text("old\n")
        call(two, "agent-02", "Bash", {"command": "make test"}, f"{tool_use} of 02")
        call(two, "agent-01", "Bash", {"command": f"sed -i s/old/new/ {name}"}, tool_use)
        (two.root / name).write_text("new\n")
        said = after(two, "agent-01", "Bash", {"command": f"sed -i s/old/new/ {name}"}, tool_use)
        assert f"{name} belongs to you and changed while calls of yours and of task 02 ran" in said
        assert after(two, "agent-02", "Bash", {"command": "make test"}, f"{tool_use} of 02") == ""
    report = Project(two.root).fanout("report").out
    wrong = report.split("### Went wrong on the way\n")[1].split("\n###")[0]
    assert wrong == (
        "- a.txt, shared.txt: changed while a command that names them, of the agent at work there, and another's ran; which "
        "of them did it can't be told"
    )


def test_of_the_owners_script_and_a_siblings_the_report_names_both(two: Desk) -> None:
    (two.root / "a.txt").write_text("old\n")
    call(two, "agent-01", "Write", {"file_path": str(two.root / "a.txt"), "content": "old\n"}, "u0")
    call(two, "agent-02", "Bash", {"command": "make test"}, "u1")
    call(two, "agent-01", "Bash", {"command": "make lint"}, "u2")
    (two.root / "a.txt").write_text("new\n")
    after(two, "agent-01", "Bash", {"command": "make lint"}, "u2")
    report = Project(two.root).fanout("report").out.replace("\\", "")
    said = "a.txt of task 01 changed while calls of its owner's and of task 02 ran; which of them did it can't be told"
    assert f"- 01: {said}; the version before is kept" in report


@pytest.mark.parametrize("written", [0, 20])
def test_a_hook_that_has_only_begun_to_say_what_was_written_is_waited_for(two: Desk, written: int) -> None:
    """Its file is there before its first byte, and a sibling's command looks meanwhile."""
    (two.root / "a.txt").write_text("old\n")
    call(two, "agent-02", "Bash", {"command": "make test"}, "u1")
    given = {"file_path": str(two.root / "a.txt"), "content": "new\n"}
    call(two, "agent-01", "Write", given, "u2")
    (two.root / "a.txt").write_text("new\n")
    answer = {"type": "update", "content": "new\n", "originalFile": "old\n"}
    event = {"hook_event_name": "PostToolUse", "tool_name": "Write", "tool_use_id": "u2", "tool_input": given}
    text = json.dumps({**event, "tool_response": answer})
    spool = two.root / ".fanout" / "wrote"
    spool.mkdir(exist_ok=True)
    with open(spool / "4711", "w") as file:
        file.write(text[:written])
        file.flush()
        call(two, "agent-02", "Bash", {"command": "make lint"}, "u3")
        after(two, "agent-02", "Bash", {"command": "make lint"}, "u3")
        file.write(text[written:])
    batch(two, "agent-01", "u2")
    assert after(two, "agent-02", "Bash", {"command": "make test"}, "u1") == ""
    assert context(two.bash("agent-01", "cat a.txt")) == ""
    assert list(spool.iterdir()) == []


def test_what_a_killed_hook_left_is_taken_away(two: Desk) -> None:
    spool = two.root / ".fanout" / "wrote"
    spool.mkdir(exist_ok=True)
    (spool / "4711").write_text("")
    os.utime(spool / "4711", (1, 1))
    (two.root / "a.txt").write_text("x\n")
    two.bash("agent-02", "make test")
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize(
    ("beside", "is_told"), [("a.txt.tmp.4711.bc3e05241c4e", False), ("a.txt.tmp", True), ("a.txt.tmp.4711.old", True)]
)
def test_what_the_client_writes_beside_a_file_is_no_file_of_its_owners(desk: Desk, beside: str, is_told: bool) -> None:
    """The client writes the new content beside a file and renames it; a look may fall between."""
    desk.start(plan({"01": {"writes": ["d/**"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.launch("02")
    folder = desk.root / "d"
    folder.mkdir()
    (folder / "a.txt").write_text("old\n")
    given = {"file_path": str(folder / "a.txt"), "content": "new\n"}
    call(desk, "agent-01", "Write", given, "u1")
    (folder / beside).write_text("new\n")
    call(desk, "agent-02", "Bash", {"command": "make test"}, "u2")
    (folder / beside).rename(folder / "a.txt")
    desk.wrote("Write", given, {"type": "update", "content": "new\n", "originalFile": "old\n"}, "u1")
    batch(desk, "agent-01", "u1")
    said = after(desk, "agent-02", "Bash", {"command": "make test"}, "u2")
    assert (f"d/{beside} of task 01 changed" in said) is is_told
    assert "d/a.txt of task 01" not in said


@pytest.mark.parametrize("back", [False, True])
def test_what_a_task_wrote_is_named_though_somebody_put_it_back_since(two: Desk, back: bool) -> None:
    (two.root / "c.txt").write_text("c\n")
    two.do("agent-01", "a.txt")
    two.do("agent-01", "c.txt", "by 01\n")
    assert two.end("agent-01", "DONE|01|x") == {}
    if back:
        (two.root / "c.txt").write_text("c\n")
    assert denial(two.write("agent-02", "c.txt")).startswith("c.txt was changed by task 01 at ")


def test_a_file_that_was_only_asked_for_is_named_by_nobody(two: Desk) -> None:
    (two.root / "c.txt").write_text("c\n")
    two.do("agent-01", "a.txt")
    assert two.write("agent-01", "c.txt") == {}, "and then the user refuses the call"
    assert two.end("agent-01", "DONE|01|x") == {}
    assert two.write("agent-02", "c.txt") == {}
