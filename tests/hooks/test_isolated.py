"""A task with a worktree of its own: judged there, and brought into the project when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.isolated import LINES, Isolated
from project import Project

from fanout.run.changes import commit, undo
from fanout.run.flow import brief


@pytest.fixture
def isolated(tmp_path: Path) -> Isolated:
    (tmp_path / "project").mkdir()
    desk = Isolated(tmp_path / "project")
    desk.begin()
    return desk


def test_its_brief_speaks_of_the_folder_it_starts_in(isolated: Isolated) -> None:
    text = brief.write(isolated.db, str(isolated.root), isolated.run, "01")
    assert "You have a worktree of your own" in text and str(isolated.root) not in text and ".fanout" not in text
    assert isolated.prompt["isolation"] == "worktree"


@pytest.mark.parametrize("committed", [False, True])
def test_its_work_is_brought_in_committed_and_undone_like_any(isolated: Isolated, committed: bool) -> None:
    isolated.work(LINES.replace("line 2\n", "two\n"))
    if committed:
        inner = Project(isolated.place)
        inner.git("add", "-A")
        inner.git("commit", "-qm", "by the agent")
    (isolated.root / "a.txt").write_text(LINES.replace("line 9\n", "nine, meanwhile\n"))
    assert isolated.end("agent-01", "DONE|01|did it") == {}
    assert isolated.state("01") == "done"
    both = LINES.replace("line 2\n", "two\n").replace("line 9\n", "nine, meanwhile\n")
    assert (isolated.root / "a.txt").read_text() == both and (isolated.root / "new.txt").read_text() == "new\n"
    commit.task(isolated.db, str(isolated.root), isolated.run, "01")
    names = Project(isolated.root).git("show", "--name-only", "--format=", "HEAD")
    assert names == "a.txt\nnew.txt\n"
    undo.carry_out(isolated.db, str(isolated.root), isolated.run, "01")
    assert not (isolated.root / "new.txt").exists() and "line 2\n" in (isolated.root / "a.txt").read_text()


def test_its_worktree_is_its_own_also_for_git(isolated: Isolated) -> None:
    (isolated.place / "b.txt").write_text("by a program of 01\n")
    for command in ("git checkout .", "git stash -u", "git add -A && git commit -qm mine"):
        line = f"cd {isolated.place} && {command}"
        assert isolated.bash("agent-01", line) == {}, line


def test_a_liar_is_sent_back_there_too(isolated: Isolated) -> None:
    said = isolated.end("agent-01", "DONE|01|did it")["reason"]
    assert "new.txt was to be written and is not there" in said
    assert "nothing changed" in isolated.end("agent-01", "DONE|01|a.txt and new.txt did not need it")["reason"]


def test_a_clash_brings_nothing_in_and_names_where_the_work_stands(isolated: Isolated) -> None:
    isolated.work(LINES.replace("line 2\n", "two\n"))
    (isolated.root / "a.txt").write_text(LINES.replace("line 2\n", "zwei\n"))
    assert isolated.end("agent-01", "DONE|01|did it") == {}
    assert isolated.state("01") == "blocked"
    (row,) = isolated.rows("SELECT outcome FROM task WHERE id = '01'")
    assert "stands in the worktree .claude/worktrees/agent-01" in row["outcome"]
    assert "a.txt was changed in the same lines" in row["outcome"]
    assert "zwei" in (isolated.root / "a.txt").read_text() and not (isolated.root / "new.txt").exists()


def test_a_file_that_a_sibling_works_on_is_not_brought_in(isolated: Isolated) -> None:
    isolated.launch("02")
    isolated.work(LINES.replace("line 2\n", "two\n"))
    (isolated.place / "b.txt").write_text("by 01\n")
    assert isolated.end("agent-01", "DONE|01|did it") == {}
    (row,) = isolated.rows("SELECT outcome FROM task WHERE id = '01'")
    assert "b.txt belongs to task 02" in row["outcome"] and (isolated.root / "b.txt").read_text() == "b\n"
