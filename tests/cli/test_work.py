"""commit and undo as they are typed, after a run."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.store import journal, meta
from fanout.run.store.db import Write


@pytest.fixture
def done(project: Project) -> Project:
    """A run of two tasks, one of them done."""
    project.commit_all()
    desk = Desk(project.path)
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    assert desk.write("agent-01", "a.txt") == {}
    (project.path / "a.txt").write_text("a\n")
    assert desk.end("agent-01", "DONE|01|wrote it") == {}
    return project


def test_all_commits_what_is_done_once_and_undo_names_the_commit(done: Project) -> None:
    first = done.fanout("commit", "--all")
    made = done.git("rev-parse", "HEAD")[:12]
    assert first.out.split()[:2] == ["01", made], first.err
    assert first.out.splitlines()[1:] == ["Not done yet, so not committed: 02 (not begun)."]
    assert done.git("show", "--name-only", "--format=", "HEAD") == "a.txt\n"
    run = done.fanout("next", "--json").data["run"]
    again = done.fanout("commit", "--all", str(run)).out.splitlines()
    assert again == [f"No task of {run} is done and not committed yet.", *first.out.splitlines()[1:]]
    undone = done.fanout("undo", f"{run}/01")
    assert undone.out == f"delete  a.txt (what it held: .fanout/undo/{run}/01/a.txt.kept)\n" + (
        f"Task 01 counts as not done now; `fanout retry {run}/01` does it again.\n"
        f"fanout {run}: 0 of 2 done, 1 cancelled (01).\n"
        f"Its commit {made} stays; commit this change too when it is right.\n"
    )
    assert not (done.path / "a.txt").exists()


def test_the_run_may_stand_behind_another_option(done: Project) -> None:
    run = done.fanout("next", "--json").data["run"]
    ran = done.fanout("commit", "--all", "--beyond", run)
    assert ran.code == 0 and ran.out.startswith("01"), ran.err
    assert "name either RUN/TASK or --all RUN" in done.fanout("commit", "--all", "--beyond", f"{run}/01").err


def test_several_tasks_are_committed_each_by_its_name(done: Project) -> None:
    run = done.fanout("next", "--json").data["run"]
    ran = done.fanout("commit", f"{run}/01", f"{run}/02")
    assert (
        ran.code == 0
        and [line[:2] for line in ran.out.splitlines()] == ["01", "02"]
        and "02  nothing to commit" in ran.out
    )
    assert done.git("show", "--name-only", "--format=", "HEAD") == "a.txt\n"
    assert "of several runs" in done.fanout("commit", f"{run}/01", "other-1/02").err


def test_without_git_the_way_out_is_named(project: Project) -> None:
    project.write({"tasks.json": {"id": "demo", "tasks": [{"id": "01", "writes": ["a.txt"]}]}})
    assert project.fanout("start", "tasks.json").code == 0
    ran = project.fanout("commit", "--all")
    assert ran.code == 1 and ran.err.endswith(
        "is no git repository, and a commit needs one. `git init` makes one; `fanout diff` and `fanout undo` work without.\n"
    )


@pytest.mark.parametrize("words", [[], ["demo-1/01", "--all"], ["demo-1/01", "--all", "demo-1"]])
def test_one_of_both_is_named(done: Project, words: list[str]) -> None:
    ran = done.fanout("commit", *words)
    assert ran.code == 2 and "name either RUN/TASK or --all" in ran.err


MOVES = {
    "git checkout -q -b feature": "HEAD is on branch feature now, and demo-1 began on branch main",
    "git checkout -q --detach": "HEAD is on no branch now, and demo-1 began on branch main",
    "git commit -q --amend --allow-empty -m other": "main no longer holds commit {start}, with which demo-1 began",
    "git commit -q --allow-empty -m more": "",
    "git branch feature": "",
}


@pytest.mark.parametrize("line", MOVES)
def test_a_commit_where_head_was_moved_to_says_so(done: Project, line: str) -> None:
    said = MOVES[line].format(start=done.git("rev-parse", "HEAD")[:12])
    done.git(*line.split()[1:])
    ran = done.fanout("commit", "demo-1/01")
    made = done.git("rev-parse", "HEAD")[:12]
    note = f"01  note: {said}. If the commit is not meant to be there, `git cherry-pick {made}` takes it along.\n"
    assert ran.out == f"01  {made}  Task 01\n{note if said else ''}"
    report = done.fanout("report", "demo-1").out.replace("\\", "")
    assert (f"- 01: its commit {made} is where HEAD was then: {said}" in report) == bool(said)


def test_a_commit_by_itself_is_not_made_where_head_was_moved_to(done: Project) -> None:
    done.git("checkout", "-q", "-b", "feature")
    desk = Desk(done.path).join("demo-1")
    with Write(desk.db):
        meta.put(desk.db, "commit", "task")
    done.fanout("sync", "demo-1")
    assert done.git("log", "--format=%s") == "start\n"
    (event,) = journal.events(desk.db, "demo-1", "commit-refused")
    assert event.facts["reason"] == (
        "HEAD is on branch feature now, and demo-1 began on branch main. "
        "`fanout commit demo-1/01` commits it there, when that is right."
    )


def test_a_run_in_place_of_a_task_is_told_the_line_for_a_run(done: Project) -> None:
    ran = done.fanout("commit", "demo-1")
    assert ran.code == 2 and "demo-1 is a run: `fanout commit --all demo-1` makes one commit for each" in ran.err


def test_who_commits_is_asked_once_and_before_anything_is_done(
    marked: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("user.name", "user.email"):
        marked.git("config", "--unset", name)
    marked.git("config", "user.useConfigOnly", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    run = str(marked.fanout("next", "--json").data["run"])
    for words in (("--all", run), (f"{run}/01",), (f"{run}/01", "-m", "x")):
        ran = marked.fanout("commit", *words)
        assert ran.code == 1 and ran.out == "", ran.out
        assert ran.err == (
            "error: git does not know who commits: no email was given and auto-detection is disabled. "
            "`git config --global user.name 'YOUR NAME'` and `git config --global user.email 'YOU@EXAMPLE.COM'` tell it.\n"
        )
        assert marked.git("log", "--format=%s") == "start\n"
    for name in ("user.name", "user.email"):
        marked.git("config", name, "Dev")
    assert marked.fanout("commit", "--all", run).code == 0


def test_another_run_that_waits_for_its_commits_is_named(done: Project) -> None:
    other = Desk(done.path).start({**plan({"01": {"writes": ["c.txt"]}}), "source": "other"})
    ran = done.fanout("commit", "--all", other)
    said = f"No task of {other} is done and not committed yet. `fanout commit --all demo-1`: that run has some.\n"
    assert ran.out.startswith(said)


@pytest.mark.parametrize("words", [[], ["-m", "Other words"]])
def test_a_line_that_somebody_wants_at_the_end_of_messages_is_put_there(done: Project, words: list[str]) -> None:
    done.fanout("commit", "demo-1/01", *words, "--trailer", "Reviewed-by: Ada <ada@example.org>")
    head = "Other words\n\n" if words else "Task 01\n\nwrote it\n\nTask: demo-1/01\n"
    assert done.git("log", "-1", "--format=%B") == f"{head}Reviewed-by: Ada <ada@example.org>\n\n"


@pytest.fixture
def marked(project: Project) -> Project:
    """One of two tasks is done, and ticked in the list, which was committed before."""
    project.write({"tasks.md": "# Tasks\n\n- [ ] Write `a.txt`\n- [ ] Write `b.txt`\n", "notes.md": "old\n"})
    project.commit_all()
    project.fanout("start", "tasks.md")
    project.write({"a.txt": "a\n"})
    name = project.fanout("next", "--json").data["launch"][0]["prompt"].split()[3].strip("`")
    assert project.fanout("done", name, "wrote it").code == 0
    return project


def test_the_marks_in_the_users_list_are_committed_with_the_tasks(marked: Project) -> None:
    marked.write({"notes.md": "of the user, staged\n"})
    marked.git("add", "notes.md")
    said = marked.fanout("commit", "--all", "--trailer", "Reviewed-by: Ada <ada@example.org>").out
    assert "tasks.md  " in said and said.endswith("  Mark what is done\n")
    assert marked.git("show", "--format=%B", "--name-only", "HEAD").split("\n") == [
        *("Mark what is done", "", "Reviewed-by: Ada <ada@example.org>", "", "", "tasks.md", ""),
    ]
    assert "M  notes.md\n" in marked.git("status", "--short")
    assert "tasks.md" not in marked.fanout("commit", "--all").out


def test_a_list_that_the_user_has_changed_is_left_and_named(marked: Project) -> None:
    path = marked.path / "tasks.md"
    path.write_text(path.read_text() + "- [ ] Write `c.txt`\n")
    said = marked.fanout("commit", "--all").out
    line = "`git add tasks.md && git commit -m 'Mark what is done' -- tasks.md` commits it as it stands."
    assert f"tasks.md  not committed: the marks of what is done stand in it, and it is your file. {line}" in said
    assert "tasks.md" in marked.git("status", "--short")


def test_so_is_one_of_which_something_is_staged_and_that_of_one_task(marked: Project) -> None:
    assert "tasks.md  not committed" in marked.fanout("commit", "tasks-1/01").out
    marked.git("add", "tasks.md")
    assert "tasks.md  not committed" in marked.fanout("commit", "--all").out
    assert "M  tasks.md" in marked.git("status", "--short")


def test_no_mark_is_committed_where_the_work_of_one_is_not(project: Project) -> None:
    project.write({"tasks.md": "# Tasks\n\n- [ ] Write `a.txt`\n- [ ] Write `b.txt`\n", "a.txt": "old\n"})
    project.commit_all()
    project.write({"a.txt": "mine, in no commit\n"})
    run = project.fanout("start", "tasks.md", "--json").data["run"]
    desk = Desk(project.path).join(run)
    for name, file in (("01", "a.txt"), ("02", "b.txt")):
        desk.launch(name)
        desk.do(f"agent-{name}", file, f"of {name}\n")
        desk.end(f"agent-{name}", f"DONE|{name}|wrote it")
    project.fanout("sync", run)
    ran = project.fanout("commit", "--all")
    assert ran.code == 1 and "01  not committed: a.txt" in ran.out and "tasks.md  not committed" in ran.out
    assert project.git("show", "--format=", "--name-only", "HEAD").split() == ["b.txt"]


@pytest.mark.parametrize("is_read", [False, True])
def test_a_task_that_is_done_is_done_anew_by_a_word_of_its_own(done: Project, is_read: bool) -> None:
    if is_read:
        desk = Desk(done.path).join("demo-1")
        desk.db.execute("DELETE FROM changed")
    refused = done.fanout("retry", "demo-1/01")
    assert (
        refused.code == 1 and "`fanout retry demo-1/01 --again` takes its changes back and does it anew" in refused.err
    )
    ran = done.fanout("retry", "demo-1/01", "--again", "--note", "in French")
    assert ran.code == 0 and "demo-1/01" in ran.out, ran.err
    assert (done.path / "a.txt").exists() is is_read
    assert "in French" in done.fanout("brief", "demo-1/01").out
