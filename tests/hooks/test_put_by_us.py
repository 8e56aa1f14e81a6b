"""What fanout itself puts back, while a sibling's command runs, is laid at nobody's door; what the sibling did is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hooks.desk import Desk
from hooks.test_what_was_written import after, call
from project import Project
from run.plans import plan

from fanout.run.commits import discard, undo
from fanout.run.store.db import Write

LINES = "".join(f"line {n}\n" for n in range(1, 11))
BY_01 = LINES.replace("line 2\n", "LINE 2\n")
BOTH = BY_01.replace("line 9\n", "LINE 9\n")
TEST = {"command": "make test"}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Tasks 01 and 02 have edited one file and ended, 03 runs."""
    Project(desk.root).write({"a.txt": LINES, ".gitignore": ".fanout/\n"})
    Project(desk.root).commit_all()
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["a.txt"]}, "03": {"writes": ["c.txt"]}}))
    for task, text in (("01", BY_01), ("02", BOTH)):
        desk.launch(task)
        desk.do(f"agent-{task}", "a.txt", text)
        assert desk.end(f"agent-{task}", f"DONE|{task}|did it") == {}
    desk.launch("03")
    return desk


def undone(desk: Desk) -> None:
    with Write(desk.db):
        undo.carry_out(desk.db, str(desk.root), desk.run, "01")


def undone_after_a_kill(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("fanout.run.commits.undo.undone", killed)
        undone(desk)
    assert undo.finish(desk.db, str(desk.root)) == []


def discarded(desk: Desk) -> None:
    steps = discard.plan(desk.naming, str(desk.root), [str(desk.root / "a.txt")], False)
    with Write(desk.db):
        discard.carry_out(desk.db, str(desk.root), str(desk.root), steps)


WAYS: dict[str, tuple[Callable[[Desk], None], str]] = {
    "undo": (undone, LINES.replace("line 9\n", "LINE 9\n")),
    "discard": (discarded, LINES),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_laid_at_nobodys_door(desk: Desk, way: str) -> None:
    put, text = WAYS[way]
    call(desk, "agent-03", "Bash", TEST, "u1")
    put(desk)
    assert (desk.root / "a.txt").read_text() == text
    assert after(desk, "agent-03", "Bash", TEST, "u1") == ""
    assert desk.rows("SELECT * FROM event WHERE kind = 'conflict'") == []


def test_an_undo_that_was_cut_off_is_nobodys_either(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    call(desk, "agent-03", "Bash", TEST, "u1")
    undone_after_a_kill(desk, monkeypatch)
    assert after(desk, "agent-03", "Bash", TEST, "u1") == ""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_before", [True, False])
def test_what_the_command_did_beside_it_is_said(desk: Desk, way: str, is_before: bool) -> None:
    file = desk.root / "a.txt"
    call(desk, "agent-03", "Bash", TEST, "u1")
    if is_before:
        file.write_text(BOTH + "unseen\n")
    WAYS[way][0](desk)
    if not is_before:
        file.write_text(file.read_text() + "unseen\n")
    said = after(desk, "agent-03", "Bash", TEST, "u1")
    assert "While your command ran, a.txt of task 02 changed" in said
    assert len(desk.rows("SELECT * FROM event WHERE kind = 'conflict'")) == 1
