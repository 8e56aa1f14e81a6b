"""Tracked files that change by no write that a hook saw: nobody is sent back, and somebody is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.run.commits import users_work
from fanout.run.store import noted_work

SAID = "declared by no open task and by no write that a hook saw: "


@pytest.fixture
def repo(desk: Desk) -> Desk:
    for name in ("a.txt", "b.txt", "tests/test_a.py", "other.txt", "mine.txt"):
        (desk.root / name).parent.mkdir(exist_ok=True)
        (desk.root / name).write_text("old\n")
    Project(desk.root).commit_all()
    (desk.root / "mine.txt").write_text("the user's, before the run\n")
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    return desk


def end(desk: Desk, task: str) -> str:
    """The task's agent ends; what Claude is told then."""
    (desk.root / f"{'a' if task == '01' else 'b'}.txt").write_text(f"by {task}\n")
    assert desk.end(f"agent-{task}", f"DONE|{task}|did it") == {}
    said = desk.notify(f"agent-{task}")
    assert isinstance(said, str)
    return said


def build(root: Path) -> None:
    """What a script of an agent may do besides."""
    (root / "tests" / "test_a.py").unlink()
    (root / "other.txt").write_text("rewritten\n")


def test_what_a_program_changed_besides_is_told_once_and_reported(repo: Desk) -> None:
    repo.launch("01")
    repo.launch("02")
    build(repo.root)
    assert f"Changed while 01 worked, {SAID}other.txt, tests/test_a.py (deleted)." in end(repo, "01")
    assert SAID not in end(repo, "02")
    report = Project(repo.root).fanout("report").out
    for line in ("test_a.py was deleted while it worked", "other.txt was changed while it worked"):
        assert line in report.replace("\\", "")
    assert "mine.txt" not in report


def test_where_the_user_had_changed_the_file_before_the_version_of_then_is_named(repo: Desk) -> None:
    repo.launch("01")
    build(repo.root)
    (repo.root / "mine.txt").write_text("by a program\n")
    said = next(line for line in end(repo, "01").splitlines() if SAID in line)
    named = said.partition("mine.txt (it had uncommitted changes before: kept in ")[2].partition(")")[0]
    assert (repo.root / named).read_text() == "the user's, before the run\n" and "other.txt (" not in said
    assert "`fanout discard PATH` takes it back, and with it the uncommitted changes of before." in said


def test_what_the_list_had_as_done_is_declared_by_nobody(desk: Desk) -> None:
    (desk.root / "old.txt").write_text("old\n")
    Project(desk.root).write({"todo.md": "- [x] 1. Add `old.txt`\n- [ ] 2. Add `b.txt`\n- [ ] 3. Add `c.txt`\n"})
    Project(desk.root).commit_all()
    desk.join(Project(desk.root).fanout("start", "todo.md").out.split()[1].rstrip(":"))
    desk.launch("2")
    (desk.root / "old.txt").write_text("formatted\n")
    desk.do("agent-2", "b.txt")
    assert desk.end("agent-2", "DONE|2|did it") == {}
    assert f"Changed while task 2 worked, {SAID}old.txt." in desk.notify("agent-2")


def test_the_work_of_the_run_and_the_users_own_is_no_stray(repo: Desk) -> None:
    repo.launch("01")
    assert repo.do("agent-01", "other.txt") == {}, "seen by the guard: on the agent's account"
    (repo.root / "b.txt").write_text("declared by 02\n")
    assert SAID not in end(repo, "01")


def test_what_changed_before_the_agent_began_is_not_laid_at_its_door(repo: Desk) -> None:
    build(repo.root)
    repo.launch("01")
    repo.db.execute("UPDATE agent SET opened = opened + 60")
    assert SAID not in end(repo, "01")


def test_without_git_nothing_is_said(desk: Desk) -> None:
    (desk.root / "other.txt").write_text("old\n")
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    desk.launch("01")
    (desk.root / "other.txt").write_text("new\n")
    assert SAID not in end(desk, "01")


def kept(desk: Desk) -> list[str]:
    """What the files hold whose bytes stand under their names."""
    folder = desk.root / ".fanout" / "kept"
    return sorted(f"{path.stem}: {path.read_text()}" for path in folder.rglob("*.kept") if path.is_file())


def test_the_users_work_that_a_program_takes_away_is_kept_and_said(desk: Desk) -> None:
    (desk.root / ".gitignore").write_text(".env\nout/\n")
    (desk.root / "mine.txt").write_text("old\n")
    Project(desk.root).commit_all()
    texts = {
        "mine.txt": "by the user\n",
        "notes.txt": "in no commit\n",
        ".env": "KEY=1\n",
        "out/made.txt": "made again\n",
    }
    Project(desk.root).write(texts)
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    line = "python3 -c \"exec('import os; os.remove(chr(110) + \\'otes.txt\\')')\""
    assert desk.bash("agent-01", line) == {}, "no reading of the line shows it"
    (desk.root / "notes.txt").unlink()
    said = end(desk, "01")
    found = re.search(r"notes\.txt \(deleted, kept in (\S+)\)", said)
    assert found and (desk.root / found[1]).read_text() == "in no commit\n"
    assert kept(desk) == [".env: KEY=1\n", "mine.txt: by the user\n", "notes.txt: in no commit\n"]


def test_what_the_user_writes_during_the_run_is_kept_at_the_next_launch(
    repo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users_work, "EVERY_SECONDS", 0.0)
    repo.launch("01")
    (repo.root / "later.txt").write_text("the user's\n")
    repo.launch("02")
    assert "later.txt: the user's\n" in kept(repo)
    (repo.root / "later.txt").unlink()
    assert SAID not in end(repo, "01"), "whose it is can't be known: it came while agents worked"


def test_what_an_agent_removes_by_name_is_on_its_account(repo: Desk) -> None:
    (repo.root / "notes.txt").write_text("in no commit\n")
    repo.db.execute("DELETE FROM meta WHERE key = ?", (noted_work.LAST,))
    users_work.begin(repo.db, str(repo.root), repo.run)
    repo.launch("01")
    assert "notes.txt holds uncommitted changes of the user's" in denial(repo.bash("agent-01", "rm notes.txt"))
    assert repo.bash("agent-01", "mv notes.txt ../away.txt") == {}
    (repo.root / "notes.txt").unlink()
    said = end(repo, "01")
    assert SAID not in said and "01 also changed what it does not declare: notes.txt (deleted)" in said
    assert "notes.txt: in no commit\n" in kept(repo)


@pytest.mark.parametrize(("size", "is_kept"), [(10, True), (5_000, True), (20_001, False)])
def test_what_is_too_large_is_left(repo: Desk, monkeypatch: pytest.MonkeyPatch, size: int, is_kept: bool) -> None:
    monkeypatch.setattr(users_work, "MOST_BYTES", 20_000)
    (repo.root / "big.bin").write_bytes(b"x" * size)
    users_work.begin(repo.db, str(repo.root), repo.run)
    assert any(one.startswith("big.bin") for one in kept(repo)) == is_kept


@pytest.mark.parametrize("line", ["git clean -fx -- .env", "git stash push mine.txt"])
def test_what_git_takes_away_by_name_is_kept_first(repo: Desk, line: str) -> None:
    (repo.root / ".gitignore").write_text(".env\n")
    (repo.root / ".env").write_text("KEY=2\n")
    (repo.root / "mine.txt").write_text("newer\n")
    repo.launch("01")
    if not denial(repo.bash("agent-01", line)):
        assert ("mine.txt: newer\n" if "stash" in line else ".env: KEY=2\n") in kept(repo)
