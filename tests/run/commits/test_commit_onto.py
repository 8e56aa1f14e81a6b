"""A commit is the task's own step, laid onto what HEAD and the index hold by now; real git."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run.commits import commit, undo

LINES = "".join(f"line {n}\n" for n in range(1, 21))


def with_line(number: int, text: str, lines: str = LINES) -> str:
    return lines.replace(f"line {number}\n", f"{text}\n")


@pytest.fixture
def repo(project: Project) -> Project:
    project.write({"a.txt": LINES})
    project.commit_all()
    return project


def play(repo: Project, tasks: dict[str, Callable[[Path], object]], writes: dict[str, list[str]] | None = None) -> Desk:
    """A run whose tasks do their work one after another, each through programs that no hook reads."""
    desk = Desk(repo.path)
    desk.start(plan({task: {"writes": (writes or {}).get(task, ["a.txt"])} for task in tasks}))
    for task, work in tasks.items():
        desk.launch(task)
        work(repo.path)
        assert desk.end(f"agent-{task}", f"DONE|{task}|did it, and removed what was to go") == {}
    return desk


def put(text: str, name: str = "a.txt") -> Callable[[Path], object]:
    return lambda root: (root / name).write_text(text)


def done(desk: Desk, task: str) -> str:
    return commit.task(desk.db, str(desk.root), desk.run, task)


def test_commits_made_since_stay(repo: Project) -> None:
    desk = play(repo, {"01": put(with_line(2, "two"))})
    repo.write({"a.txt": with_line(19, "nineteen", with_line(2, "two"))})
    repo.git("commit", "-qam", "by the user, all of it")
    assert done(desk, "01") == "", "HEAD has it already"
    repo.write({"a.txt": with_line(18, "eighteen", with_line(19, "nineteen"))})
    repo.git("commit", "-qam", "by the user, without it")
    assert done(play_again(desk), "01")
    assert repo.git("show", "HEAD:a.txt") == with_line(18, "eighteen", with_line(19, "nineteen", with_line(2, "two")))


def play_again(desk: Desk) -> Desk:
    desk.db.execute("DELETE FROM event WHERE kind = 'committed'")
    return desk


def test_a_chain_may_be_committed_in_any_order(repo: Project) -> None:
    last = with_line(19, "nineteen", with_line(2, "two"))
    desk = play(repo, {"01": put(with_line(2, "two")), "02": put(last)})
    done(desk, "02")
    assert repo.git("show", "HEAD:a.txt") == with_line(19, "nineteen")
    done(desk, "01")
    assert repo.git("show", "HEAD:a.txt") == last and repo.git("status", "--porcelain") == ""


def test_what_was_not_committed_and_what_is_staged_stays_out(repo: Project) -> None:
    mine = with_line(19, "not for anybody yet")
    repo.write({"a.txt": mine})
    repo.git("add", "a.txt")
    desk = play(repo, {"01": put(with_line(2, "two", mine))})
    done(desk, "01")
    assert repo.git("show", "HEAD:a.txt") == with_line(2, "two")
    assert repo.git("show", ":a.txt") == with_line(2, "two", mine), "the next commit of the user reverts nothing"
    assert repo.git("status", "--porcelain") == "M  a.txt\n"


def test_the_same_lines_are_refused_and_the_others_are_committed(repo: Project) -> None:
    new = {"01": ["a.txt"], "02": ["b.txt"]}
    desk = play(repo, {"01": put(with_line(2, "two")), "02": put("b\n", "b.txt")}, new)
    (repo.path / "a.txt").write_text(with_line(2, "zwei"))
    repo.git("commit", "-qm", "by the user", "a.txt")
    ran = repo.fanout("commit", "--all")
    assert ran.code == 1
    assert "01  not committed: a.txt: HEAD has other text in the same lines" in ran.out
    assert f"`fanout diff {desk.run}/01` shows" in ran.out
    assert repo.git("log", "--format=%s") == "Task 02\nby the user\nstart\n"
    assert repo.git("show", "HEAD:a.txt") == with_line(2, "zwei")


def test_of_a_chain_in_the_same_lines_the_first_is_asked_for(repo: Project) -> None:
    desk = play(repo, {"01": put(with_line(2, "two")), "02": put(with_line(2, "two and more"))})
    with pytest.raises(FanoutError, match="Task 01 changed it too and is not committed: commit that first"):
        done(desk, "02")
    assert repo.fanout("commit", "--all").code == 0
    assert repo.git("show", "HEAD:a.txt") == with_line(2, "two and more")


def test_all_at_once_keep_the_plans_order_but_for_those_that_share_a_file(repo: Project) -> None:
    desk = Desk(repo.path)
    desk.start(plan({name: {"writes": [f"{name}.txt"]} for name in ("01", "02", "03")}))
    for name in ("03", "02", "01"):
        desk.launch(name)
        put(f"{name}\n", f"{name}.txt")(repo.path)
        if name != "02":
            text = "line by 03\n" + ("line by 01\n" if name == "01" else "")
            assert not denial(desk.do(f"agent-{name}", "shared.txt", text))
        assert desk.end(f"agent-{name}", f"DONE|{name}|did it") == {}
    assert repo.fanout("commit", "--all").code == 0
    assert repo.git("log", "--format=%s", "--reverse") == "start\nTask 02\nTask 03\nTask 01\n"


def test_a_file_of_the_user_that_git_never_had_goes_in_whole(repo: Project) -> None:
    repo.write({"notes.txt": "mine\n"})
    desk = play(repo, {"01": put("mine\nand the task's\n", "notes.txt")}, {"01": ["notes.txt"]})
    done(desk, "01")
    assert repo.git("show", "HEAD:notes.txt") == "mine\nand the task's\n"


def test_a_file_deleted_by_a_commit_since_does_not_come_back(repo: Project) -> None:
    desk = play(repo, {"01": put(with_line(2, "two"))})
    repo.git("rm", "-qf", "a.txt")
    repo.git("commit", "-qm", "gone")
    with pytest.raises(FanoutError, match="HEAD has other text"):
        done(desk, "01")


def test_line_ends_and_filters_are_those_of_git(repo: Project) -> None:
    repo.write({".gitattributes": "*.txt text eol=crlf\n*.up filter=up\n", "x.up": "abc\n"})
    repo.git("config", "filter.up.clean", "tr a-z A-Z")
    repo.git("add", "--renormalize", ".")
    repo.git("add", ".")
    repo.git("commit", "-qm", "attributes")
    crlf = with_line(2, "two").replace("\n", "\r\n")

    def work(root: Path) -> None:
        (root / "a.txt").write_bytes(crlf.encode())
        (root / "x.up").write_text("abcd\n")

    (repo.path / "a.txt").write_bytes(LINES.replace("\n", "\r\n").encode())
    desk = play(repo, {"01": work}, {"01": ["a.txt", "x.up"]})
    done(desk, "01")
    assert repo.git("show", "HEAD:a.txt") == with_line(2, "two") and repo.git("show", "HEAD:x.up") == "ABCD\n"
    assert repo.git("status", "--porcelain") == ""


def test_links_modes_and_a_folder_in_a_files_place(repo: Project) -> None:
    repo.write({"conf": "old\n", "run.sh": "#!/bin/sh\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "more")

    def work(root: Path) -> None:
        (root / "link").symlink_to("a.txt")
        (root / "broken").symlink_to("/nowhere")
        (root / "run.sh").chmod(0o755)
        (root / "conf").unlink()
        (root / "conf").mkdir()
        (root / "conf" / "a").write_text("new\n")

    desk = play(repo, {"01": work}, {"01": ["link", "broken", "run.sh", "conf", "conf/a"]})
    done(desk, "01")
    listed = {line.split("\t")[1]: line.split()[0] for line in repo.git("ls-tree", "-r", "HEAD").splitlines()}
    expected = {"a.txt": "100644", "link": "120000", "broken": "120000", "run.sh": "100755", "conf/a": "100644"}
    assert listed == expected and repo.git("status", "--porcelain") == ""


def test_a_project_in_a_subfolder_of_its_repository(repo: Project) -> None:
    repo.write({"app/a.txt": LINES, "app/:odd.txt": "x\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "app")
    app = Project(repo.path / "app")
    (app.path / ".fanout").mkdir()

    def work(root: Path) -> None:
        (root / "a.txt").write_text(with_line(2, "two"))
        (root / ":odd.txt").write_text("y\n")

    desk = play(app, {"01": work}, {"01": ["a.txt", ":odd.txt"]})
    done(desk, "01")
    assert repo.git("show", "--name-only", "--format=", "HEAD") == "app/:odd.txt\napp/a.txt\n"
    assert repo.git("status", "--porcelain", "--", "app/a.txt", "./app/:odd.txt") == ""


def test_a_repository_inside_is_left_to_its_own_commits(repo: Project) -> None:
    inner = Project(repo.path / "vendor")
    inner.write({"lib.txt": "x\n", "src/deep/lib.c": "x\n"})
    inner.commit_all()

    before = repo.git("ls-files", "-s", "vendor")

    def work(root: Path) -> None:
        (root / "a.txt").write_text(with_line(2, "two"))
        (root / "vendor" / "lib.txt").write_text("y\n")
        (root / "vendor" / "src" / "deep" / "lib.c").write_text("y\n")

    desk = play(repo, {"01": work}, {"01": ["a.txt", "vendor/**"]})
    ran = repo.fanout("commit", "--all")
    assert "(in a repository of its own, commit it there: vendor/lib.txt, vendor/src/deep/lib.c)" in ran.out
    assert repo.git("show", "--name-only", "--format=", "HEAD") == "a.txt\n"
    assert inner.git("status", "--porcelain") == " M lib.txt\n M src/deep/lib.c\n"
    undo.carry_out(desk.db, str(repo.path), desk.run, "01")
    assert inner.git("status", "--porcelain") == "" and repo.git("ls-files", "-s", "vendor") == before


def test_signed_where_the_repository_says_so(repo: Project) -> None:
    repo.git("config", "commit.gpgsign", "true")
    repo.git("config", "gpg.program", "false")
    desk = play(repo, {"01": put(with_line(2, "two"))})
    with pytest.raises(FanoutError, match="git commit-tree failed"):
        done(desk, "01")


def test_the_first_commit_with_long_names_of_objects(project: Project) -> None:
    project.git("init", "-q", "--object-format=sha256")
    project.git("config", "user.email", "dev@example.org")
    project.git("config", "user.name", "Dev")
    desk = play(project, {"01": put("x\n")})
    made = done(desk, "01")
    assert len(made) == 64 and project.git("show", "--name-only", "--format=", "HEAD") == "a.txt\n"
    desk.db.execute("UPDATE task SET state = 'pending'")
    desk.launch("01", agent="again")
    os.unlink(project.path / "a.txt")
    assert desk.end("again", "DONE|01|removed a.txt") == {}
    assert project.git("rev-parse", "HEAD").strip() == made


def test_after_an_undo_the_task_is_done_and_committed_again(repo: Project) -> None:
    desk = play(repo, {"01": put(with_line(2, "two"))})
    done(desk, "01")
    assert repo.fanout("undo", f"{desk.run}/01").code == 0
    assert desk.state("01") == "cancelled"
    assert repo.fanout("retry", f"{desk.run}/01").code == 0
    assert desk.state("01") == "pending"
    desk.launch("01", agent="again")
    (repo.path / "a.txt").write_text(with_line(2, "second try"))
    assert desk.end("again", "DONE|01|did it") == {}
    done(desk, "01")
    assert repo.git("show", "HEAD:a.txt") == with_line(2, "second try") and repo.git("status", "--porcelain") == ""


def test_what_somebody_made_of_its_first_commit_is_not_taken_along(repo: Project) -> None:
    desk = play(repo, {"01": put(with_line(2, "two"))})
    done(desk, "01")
    assert repo.fanout("undo", f"{desk.run}/01").code == 0
    repo.git("commit", "-qam", "as it was")
    assert repo.fanout("retry", f"{desk.run}/01").code == 0
    desk.launch("01", agent="again")
    (repo.path / "a.txt").write_text(with_line(2, "second try"))
    assert desk.end("again", "DONE|01|did it") == {}
    assert repo.fanout("commit", "--all").code == 0
    assert repo.git("show", "HEAD:a.txt") == with_line(2, "second try")
