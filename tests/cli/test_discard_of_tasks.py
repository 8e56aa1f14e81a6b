"""`fanout discard` of files that tasks changed: what is the user's own stays, and what is taken back is never committed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

COMMITTED = "".join(f"line {number}\n" for number in range(1, 10))
USERS = COMMITTED.replace("line 2\n", "the user's 2\n")
FILES = ["own.txt", "new.txt", "gone.txt", "clean.txt", "made.txt"]
BY_1 = USERS.replace("line 8\n", "by 1\n")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """own.txt, new.txt and gone.txt hold work of the user's that is in no commit as the run begins; clean.txt does not."""
    root = tmp_path / "project"
    root.mkdir()
    desk = Desk(root)
    project = Project(root)
    project.write(dict.fromkeys(("own.txt", "gone.txt", "clean.txt", "two.txt"), COMMITTED))
    project.commit_all()
    project.write({"own.txt": USERS, "gone.txt": USERS, "new.txt": USERS})
    desk.start(plan({"1": {"writes": FILES}, "2": {"writes": ["two.txt"]}}))
    return desk


def done(desk: Desk, task: str, files: dict[str, str]) -> None:
    desk.launch(task)
    for path, text in files.items():
        desk.do(f"agent-{task}", path, text)
    rest = ", ".join(name for name in FILES if name not in files)
    desk.end(f"agent-{task}", f"DONE|{task}|did it" + (f"; not needed: {rest}" if task == "1" else ""))
    assert desk.state(task) == "done"


def discard(desk: Desk, *given: str) -> str:
    said = Project(desk.root).fanout("discard", *given)
    assert said.code == 0, said.err
    return said.out


def held(desk: Desk, name: str) -> str:
    return (desk.root / name).read_text()


def test_the_users_own_lines_stay(desk: Desk) -> None:
    clean = COMMITTED.replace("line 8\n", "by 1\n")
    done(desk, "1", {"own.txt": BY_1, "new.txt": BY_1, "clean.txt": clean, "made.txt": "made\n"})
    said = discard(desk, ".")
    verbs = [line.split()[:2] for line in said.splitlines() if "what it held" in line]
    assert verbs == [
        ["restore", "clean.txt"],
        ["restore", "gone.txt"],  # no task changed it: that is what was asked for
        ["delete", "made.txt"],
        ["undo", "new.txt"],
        ["undo", "own.txt"],
    ]
    assert "new.txt, own.txt keep what is uncommitted there and no task's, the user's own changes with it" in said
    assert [held(desk, name) for name in ("own.txt", "new.txt", "clean.txt")] == [USERS, USERS, COMMITTED]
    assert not (desk.root / "made.txt").exists()


def test_what_the_user_wrote_since_stays_too_and_goes_when_all_is_asked_for(desk: Desk) -> None:
    done(desk, "1", {"own.txt": BY_1})
    (desk.root / "own.txt").write_text(BY_1.replace("line 5\n", "the user's 5\n"))
    discard(desk, "own.txt")
    assert held(desk, "own.txt") == USERS.replace("line 5\n", "the user's 5\n")
    assert "keep" not in discard(desk, "own.txt") and held(desk, "own.txt") == COMMITTED, "no task's any more"


def test_the_whole_goes_when_that_is_asked_for(desk: Desk) -> None:
    done(desk, "1", {"own.txt": BY_1})
    said = discard(desk, "--whole", "own.txt")
    assert said.startswith("restore own.txt (what it held: ") and "keeps" not in said
    assert held(desk, "own.txt") == COMMITTED


def test_where_both_changed_the_same_lines_nothing_is_taken(desk: Desk) -> None:
    done(desk, "1", {"own.txt": BY_1})
    (desk.root / "own.txt").write_text(BY_1.replace("by 1\n", "by 1, and the user\n"))
    said = Project(desk.root).fanout("discard", "own.txt")
    assert said.code == 1 and "the same lines were changed since" in said.err and "Nothing was changed." in said.err
    assert f"`fanout diff {desk.run}/1`" in said.err and "`fanout discard --whole own.txt`" in said.err
    assert "and the user" in held(desk, "own.txt")
    discard(desk, "--whole", "own.txt")
    assert held(desk, "own.txt") == COMMITTED


def test_a_clean_file_goes_back_whatever_was_written_over_the_tasks_lines(desk: Desk) -> None:
    done(desk, "1", {"clean.txt": COMMITTED.replace("line 8\n", "by 1\n")})
    (desk.root / "clean.txt").write_text(COMMITTED.replace("line 8\n", "by 1, and the user\n"))
    discard(desk, "clean.txt")
    assert held(desk, "clean.txt") == COMMITTED


def test_what_two_tasks_wrote_over_each_other_goes_whole(desk: Desk) -> None:
    done(desk, "1", {"own.txt": BY_1})
    done(desk, "2", {"own.txt": BY_1.replace("by 1\n", "by 2\n"), "two.txt": "2\n"})
    discard(desk, "own.txt")
    assert held(desk, "own.txt") == USERS
    project = Project(desk.root)
    assert "own.txt" not in project.fanout("diff", desk.run).out


@pytest.mark.parametrize("given", ["own.txt", "clean.txt", "made.txt"])
def test_it_is_taken_back_of_the_task_and_never_committed(desk: Desk, given: str) -> None:
    clean = COMMITTED.replace("line 8\n", "by 1\n")
    done(desk, "1", {"own.txt": BY_1, "clean.txt": clean, "made.txt": "made\n"})
    discard(desk, given)
    project = Project(desk.root)
    made = project.fanout("commit", "--all")
    assert f"1  without what was taken back of it since: {given}\n" in made.out and "still differ" not in made.out
    rest = sorted({"own.txt", "clean.txt", "made.txt"} - {given})
    assert project.git("show", "--name-only", "--format=", "HEAD").split() == rest
    assert f"taken back of it since: {given}" in project.fanout("report").out.replace("\\", "")


def test_undo_takes_the_rest_and_takes_the_discarded_for_gone(desk: Desk) -> None:
    done(desk, "1", {"own.txt": BY_1, "made.txt": "made\n"})
    discard(desk, "own.txt")
    said = Project(desk.root).fanout("undo", f"{desk.run}/1")
    assert said.code == 0 and "own.txt" not in said.out and desk.state("1") == "cancelled"
    assert held(desk, "own.txt") == USERS and not (desk.root / "made.txt").exists()


def test_of_a_task_that_is_wholly_discarded_undo_says_so(desk: Desk) -> None:
    done(desk, "1", {"own.txt": BY_1})
    discard(desk, "own.txt")
    said = Project(desk.root).fanout("undo", f"{desk.run}/1").out
    assert said.startswith("What task 1 changed is taken back already: own.txt.\n")
    assert "Task 1 counts as not done now" in said and held(desk, "own.txt") == USERS


def test_what_is_staged_of_the_task_is_unstaged_and_the_users_stays_staged(desk: Desk) -> None:
    project = Project(desk.root)
    done(desk, "1", {"own.txt": BY_1})
    project.git("add", "own.txt")
    discard(desk, "own.txt")
    assert project.git("show", ":own.txt") == USERS


def test_what_is_committed_by_hand_is_no_work_that_is_taken_back(desk: Desk) -> None:
    project = Project(desk.root)
    done(desk, "1", {"own.txt": BY_1})
    project.git("commit", "-qam", "mine")
    (desk.root / "own.txt").write_text(BY_1 + "more\n")
    assert "finished work" not in discard(desk, "own.txt") and held(desk, "own.txt") == BY_1


def test_a_failed_tasks_change_is_taken_out_as_well(desk: Desk) -> None:
    desk.launch("1")
    desk.do("agent-1", "own.txt", BY_1)
    desk.end("agent-1", "BLOCKED|1|no redis")
    said = discard(desk, "own.txt")
    assert held(desk, "own.txt") == USERS and "finished" not in said
