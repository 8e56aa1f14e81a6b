"""PreToolUse on Edit, Write and NotebookEdit."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.run.store import notice
from fanout.run.store.db import Write


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["src/a.py"], "title": "One"}, "02": {"writes": ["src/b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


@pytest.mark.parametrize("tool", ["Edit", "Write", "NotebookEdit", "MultiEdit"])
def test_an_own_path_passes_in_silence_and_a_siblings_is_denied(two: Desk, tool: str) -> None:
    assert two.write("agent-01", "src/a.py", tool) == {}
    reason = denial(two.write("agent-02", "src/a.py", tool))
    assert "src/a.py belongs to task 01" in reason and "declared in the plan" in reason
    assert f"fanout ask {two.run}/02 src/a.py" in reason and "NEEDS|02|" in reason and "go on without" in reason
    assert len(reason) <= 400


def test_the_first_to_write_an_undeclared_path_owns_it_until_it_ends(two: Desk) -> None:
    assert two.write("agent-01", "notes.md") == {}
    assert "belongs to task 01 (an edit of it that names it is under way" in denial(two.write("agent-02", "notes.md"))
    two.do("agent-01", "src/a.py")
    assert two.end("agent-01", "DONE|01|wrote a") == {}
    assert two.write("agent-02", "notes.md") == {}


@pytest.mark.parametrize("spelling", ["./src/a.py", "src//a.py", "src/../src/a.py", "link/a.py", "alias.py"])
def test_every_spelling_of_a_path_is_the_same_path(two: Desk, spelling: str) -> None:
    (two.root / "src").mkdir()
    (two.root / "src" / "a.py").write_text("a")
    (two.root / "link").symlink_to(two.root / "src")
    (two.root / "alias.py").symlink_to(two.root / "src" / "a.py")
    assert denial(two.write("agent-02", spelling))


def test_the_main_conversation_is_a_writer_too(two: Desk) -> None:
    assert "belongs to task 01" in denial(two.write(None, "src/a.py"))
    assert two.write(None, "README.md") == {}


def test_a_second_session_is_a_writer_too(two: Desk) -> None:
    other = Desk(two.root, "s2")
    assert "belongs to task 01" in denial(other.write(None, "src/a.py"))


def test_the_state_folder_is_not_written_by_tools(two: Desk) -> None:
    assert "fanout's own state" in denial(two.write("agent-01", ".fanout/state.db"))
    assert not denial(two.write("agent-01", f".fanout/results/{two.run}/01.txt"))
    assert denial(two.write("agent-01", f".fanout/results/{two.run}/02.txt"))
    assert not denial(two.write("agent-01", f".fanout/scratch/{two.run}/01/x.json"))


OWN_NOTES = [(".fanout/results/{}/01.txt", "Write"), (".fanout/scratch/{}/01/deep/x.json", "Edit")]
STILL_ASKED = [
    ("agent-01", "src/a.py", "Write"),
    ("agent-01", "src/.fanout/results/{}/01.txt", "Write"),
    ("agent-01", ".fanout/scratch/{}/01/../../../../src/a.py", "Write"),
    ("agent-01", ".fanout/scratch/{}/01/link/x", "Write"),
    ("agent-01", ".fanout/results/{}/01.txt", "NotebookEdit"),
    ("agent-01", ".fanout/results/{}/02.txt", "Write"),
    ("agent-01", ".fanout/results/{}/01.accept.txt", "Write"),
    ("agent-01", ".fanout/scratch/{}/010/x", "Write"),
    ("agent-01", ".fanout/state.db", "Edit"),
    ("agent-02", ".fanout/results/{}/01.txt", "Write"),
    ("stranger", ".fanout/results/{}/01.txt", "Write"),
    (None, ".fanout/results/{}/01.txt", "Write"),
]


def decision(answer: dict[str, Any]) -> str:
    return str(answer.get("hookSpecificOutput", {}).get("permissionDecision", "none"))


@pytest.mark.parametrize(("path", "tool"), OWN_NOTES)
def test_an_agents_own_notes_and_temporary_files_are_no_question_to_the_user(two: Desk, path: str, tool: str) -> None:
    assert decision(two.write("agent-01", path.format(two.run), tool)) == "allow"


@pytest.mark.parametrize(("who", "path", "tool"), STILL_ASKED)
def test_every_other_write_is_left_to_the_users_permissions(two: Desk, who: str | None, path: str, tool: str) -> None:
    link = two.root / ".fanout" / "scratch" / two.run / "01" / "link"
    link.symlink_to(two.root / "src")
    assert decision(two.write(who, path.format(two.run), tool)) in ("none", "deny")


def test_the_notes_of_a_task_that_another_agent_does_now_are_a_question(two: Desk) -> None:
    two.end("agent-01", "BLOCKED|01|no key")
    Project(two.root).fanout("retry", f"{two.run}/01")
    two.launch("01", agent="second")
    assert decision(two.write("second", f".fanout/results/{two.run}/01.txt")) == "allow"
    assert decision(two.write("agent-01", f".fanout/results/{two.run}/01.txt")) != "allow"


def test_what_an_agent_is_to_know_comes_with_the_answer_on_its_notes(two: Desk) -> None:
    path = f".fanout/results/{two.run}/01.txt"
    two.write("agent-01", path)
    with Write(two.db):
        notice.leave(two.db, two.rows("SELECT id FROM agent WHERE task = '01'")[0]["id"], "you are late")
    answer = two.write("agent-01", path)
    assert decision(answer) == "allow" and context(answer) == "you are late"


def test_a_read_only_task_writes_nothing(desk: Desk) -> None:
    desk.start(plan({"01": {"record": {"read_only": True}}}))
    desk.launch("01")
    assert "read-only" in denial(desk.write("agent-01", "x"))


def test_an_agent_that_no_gate_saw_is_guarded(two: Desk) -> None:
    assert denial(two.write("stranger", "src/a.py"))
    assert two.write("stranger", "own.txt") == {}
    assert denial(two.write("agent-01", "own.txt"))


def test_alone_nothing_is_denied(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}}))
    assert desk.write(None, "a") == {}


def test_a_hard_link_is_the_same_file(two: Desk) -> None:
    (two.root / "src").mkdir()
    (two.root / "src" / "a.py").write_text("a")
    (two.root / "other-name.py").hardlink_to(two.root / "src" / "a.py")
    assert "belongs to task 01" in denial(two.write("agent-02", "other-name.py"))
    assert two.write("agent-01", "other-name.py") == {}


@pytest.mark.parametrize("name", ["Caf\u00e9.py", "Cafe\u0301.py"])
def test_two_forms_of_a_name_are_one_path(two: Desk, name: str) -> None:
    assert two.write("agent-01", "Caf\u00e9.py") == {}
    assert denial(two.write("agent-02", name))
