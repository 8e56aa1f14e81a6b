"""A task with a worktree of its own: judged there, and brought into the project when it is done."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import context, denial
from hooks.isolated import LINES, Isolated
from project import Project
from run.plans import plan

from fanout.hooks import post_tool_use
from fanout.run.agents import agents, attempts
from fanout.run.changes import objects
from fanout.run.commits import commit, undo
from fanout.run.commits import isolated as isolated_changes
from fanout.run.flow import brief
from fanout.run.store.db import Write
from fanout.run.tasks import tasks


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


def test_a_worktree_that_is_on_record_a_moment_after_the_launch_is_known(
    isolated: Isolated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the agent reads before its first guarded call is to be the run's state."""
    monkeypatch.setattr(post_tool_use, "RECORD_SECONDS", 60.0)
    given = {"isolation": "worktree", "prompt": "x"}
    isolated.db.execute("UPDATE agent SET state = 'open', agent_id = NULL")
    late = isolated.transcript.with_suffix("") / "subagents" / "agent-01a.meta.json"
    timer = threading.Timer(0.2, late.write_text, (json.dumps({"worktreePath": str(isolated.place)}),))
    timer.start()
    use = f"toolu_{isolated.session}_{isolated.calls}"
    isolated.send(
        *("after", "PostToolUse"),
        tool_name="Agent",
        tool_input=given,
        tool_use_id=use,
        tool_response={"agentId": "01a"},
    )
    timer.join()
    [row] = isolated.rows("SELECT worktree FROM agent WHERE agent_id = '01a'")
    assert row["worktree"] == str(isolated.place)


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


def test_what_a_program_stages_in_it_is_committed(isolated: Isolated) -> None:
    inner = Project(isolated.place)
    inner.write({"b.txt": "by a program of 01\n"})
    inner.git("add", "b.txt")
    inner.write({"b.txt": "and again\n"})
    for command in ("git add -A", "git commit -qm mine", "git commit -qam mine"):
        assert isolated.bash("agent-01", f"cd {isolated.place} && {command}") == {}, command


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


def test_what_clashed_is_brought_in_when_it_is_said_done_by_hand(isolated: Isolated) -> None:
    isolated.work(LINES.replace("line 2\n", "two\n"))
    (isolated.root / "a.txt").write_text(LINES.replace("line 2\n", "zwei\n"))
    isolated.end("agent-01", "DONE|01|did it")
    project, name = Project(isolated.root), f"{isolated.run}/01"
    refused = project.fanout("done", name, "did it")
    assert refused.code == 1 and "a.txt was changed in the same lines" in refused.err
    (isolated.root / "a.txt").write_text(LINES)
    assert project.fanout("done", name, "did it").code == 0 and isolated.state("01") == "done"
    assert "two\n" in (isolated.root / "a.txt").read_text() and (isolated.root / "new.txt").read_text() == "new\n"
    assert project.fanout("commit", name).code == 0
    assert project.git("show", "--name-only", "--format=", "HEAD") == "a.txt\nnew.txt\n"


def test_a_file_that_a_sibling_works_on_is_not_brought_in(isolated: Isolated) -> None:
    isolated.launch("02")
    isolated.work(LINES.replace("line 2\n", "two\n"))
    (isolated.place / "b.txt").write_text("by 01\n")
    assert isolated.end("agent-01", "DONE|01|did it") == {}
    (row,) = isolated.rows("SELECT outcome FROM task WHERE id = '01'")
    assert "b.txt belongs to task 02" in row["outcome"] and (isolated.root / "b.txt").read_text() == "b\n"


# -- what a worktree begins with ------------------------------------------------------------------------------------------

STEPS: dict[str, dict[str, Any]] = {
    "dep": {"writes": ["a.txt", "made.txt", "gone.txt"]},
    "one": {"writes": ["a.txt", "b.txt"], "needs": ["dep"], "record": {"isolation": "worktree"}},
    "two": {"writes": ["a.txt"], "needs": ["dep"], "record": {"isolation": "worktree"}},
}


class After(Isolated):
    """Two tasks with worktrees of their own after one that leaves its work uncommitted, in files that the user changed."""

    def begin(self) -> None:
        self.project = Project(self.root)
        self.project.write({"a.txt": LINES, "b.txt": "b\n", "gone.txt": "gone\n", ".gitignore": ".claude/\nmade.txt\n"})
        self.project.commit_all()
        self.start(plan(STEPS))
        self.launch("dep")
        assert not self.do("agent-dep", "a.txt", LINES.replace("line 2\n", "two of dep\n"))
        assert not self.do("agent-dep", "made.txt", "made\n")
        assert not self.write("agent-dep", "gone.txt")
        (self.root / "gone.txt").unlink()
        assert self.end("agent-dep", "DONE|dep|did it, removed gone.txt") == {}
        assert self.state("dep") == "done"

    def isolate(self, task: str, agent: str) -> Path:
        """Launches the task, with a worktree that the client makes from HEAD."""
        place = self.root / ".claude" / "worktrees" / agent
        self.project.git("worktree", "add", "-q", "-b", f"worktree-{agent}", str(place))
        self.place = place
        self.launch(task, agent)
        return place

    def meta(self, agent_id: str, tool_use: str, **more: Any) -> None:
        worktree = {} if agent_id == "agent-dep" else {"worktreePath": str(self.place)}
        super().meta(agent_id, tool_use, **worktree, **more)

    def edit(self, agent: str, old: str, new: str) -> None:
        file = self.place / "a.txt"
        assert not denial(self.write(agent, str(file), "Edit"))
        file.write_text(file.read_text().replace(old, new))


@pytest.fixture
def after(tmp_path: Path) -> After:
    (tmp_path / "project").mkdir()
    desk = After(tmp_path / "project")
    desk.begin()
    return desk


def test_a_worktree_begins_with_what_finished_tasks_left_uncommitted(after: After) -> None:
    place = after.isolate("one", "first")
    assert (place / "a.txt").read_text() == LINES.replace("line 2\n", "two of dep\n")
    assert (place / "made.txt").read_text() == "made\n" and not (place / "gone.txt").exists()
    told = context(after.write("first", str(place / "b.txt")))
    assert told.startswith("Your worktree begins with what the project has uncommitted: a.txt, gone.txt, made.txt.")
    (place / "b.txt").write_text("by one\n")
    after.edit("first", "two of dep\n", "two of one\n")
    assert after.end("first", "DONE|one|did it") == {} and after.state("one") == "done"
    assert "two of one\n" in (after.root / "a.txt").read_text() and (after.root / "b.txt").read_text() == "by one\n"
    changed = {
        row["path"] for row in after.rows("SELECT path FROM changed JOIN agent ON agent = id WHERE task = 'one'")
    }
    assert changed == {"a.txt", "b.txt"}


def test_what_an_isolated_task_did_since_is_not_undone_later(after: After) -> None:
    place = after.isolate("one", "first")
    after.edit("first", "two of dep\n", "two of one\n")
    after.write("first", str(place / "b.txt"))
    (place / "b.txt").write_text("by one\n")
    assert after.end("first", "DONE|one|did it") == {} and after.state("one") == "done"
    with Write(after.db):
        tasks.skip(after.db, after.run, "two", "")
    assert "No longer as" not in after.notify("first")


def test_what_it_only_put_back_takes_nothing_from_the_dependency(after: After) -> None:
    place = after.isolate("one", "first")
    after.write("first", str(place / "b.txt"))
    Project(place).git("checkout", "--", ".")
    (place / "b.txt").write_text("by one\n")
    assert after.end("first", "DONE|one|did it; a.txt did not need it") == {} and after.state("one") == "done"
    assert "two of dep\n" in (after.root / "a.txt").read_text() and not (after.root / "gone.txt").exists()


def test_two_on_the_same_lines_follow_each_other(after: After) -> None:
    after.isolate("one", "first")
    after.edit("first", "line 9\n", "nine of one\n")
    (after.place / "b.txt").write_text("by one\n")
    assert denial(after.launch("two", "second"))  # the same file: it waits
    assert after.end("first", "DONE|one|did it") == {} and after.state("one") == "done"
    after.isolate("two", "second")
    after.edit("second", "nine of one\n", "nine of two\n")
    assert after.end("second", "DONE|two|did it") == {} and after.state("two") == "done"
    assert (
        "nine of two\n" in (after.root / "a.txt").read_text() and "two of dep\n" in (after.root / "a.txt").read_text()
    )


def test_after_a_clash_the_next_try_begins_with_what_clashed(after: After) -> None:
    after.isolate("one", "first")
    after.edit("first", "line 9\n", "nine of one\n")
    (after.place / "b.txt").write_text("by one\n")
    users = (after.root / "a.txt").read_text().replace("line 9\n", "nine of the user\n")
    (after.root / "a.txt").write_text(users)
    assert after.end("first", "DONE|one|did it") == {} and after.state("one") == "blocked"
    with Write(after.db):
        tasks.retry(after.db, after.run, "one")
    place = after.isolate("one", "again")
    assert (place / "a.txt").read_text() == users
    after.edit("again", "nine of the user\n", "nine of both\n")
    (place / "b.txt").write_text("by one\n")
    assert after.end("again", "DONE|one|did it") == {} and after.state("one") == "done"
    assert (after.root / "a.txt").read_text() == users.replace("nine of the user\n", "nine of both\n")


def test_other_files_of_the_user_stay_out(after: After) -> None:
    (after.root / "b.txt").write_text("the user's\n")
    (after.root / "loose.txt").write_text("the user's\n")
    place = after.isolate("one", "first")
    assert (place / "b.txt").read_text() == "the user's\n" and not (place / "loose.txt").exists()


def test_one_without_finished_tasks_before_it_is_told_nothing(isolated: Isolated) -> None:
    assert isolated.write("agent-01", ".claude/worktrees/agent-01/a.txt") == {}
    assert (isolated.place / "a.txt").read_text() == LINES


def test_white_space_alone_is_no_work_there_either(isolated: Isolated) -> None:
    isolated.work(LINES.replace("line 2\n", "line 2   \n"))
    (isolated.place / "new.txt").write_text("")
    assert "only white space or the mode changed" in isolated.end("agent-01", "DONE|01|did it")["reason"]


def test_many_files_one_of_which_was_a_folder_are_compared_one_by_one(isolated: Isolated, tmp_path: Path) -> None:
    inner = Project(isolated.place)
    names = {f"many/{n}.txt": f"{n}\n" for n in range(250)}
    inner.write({**names, "kind/inner.txt": "x\n"})
    isolated.work(LINES.replace("line 2\n", "two\n"))
    inner.git("add", "-A")
    inner.git("commit", "-qm", "base")
    with Write(isolated.db):
        agent = agents.by_agent_id(isolated.db, "agent-01")
        assert agent is not None
        attempts.add(isolated.db, agent, 1, inner.git("rev-parse", "HEAD").strip(), "here")
    shutil.rmtree(isolated.place / "kind")
    inner.write({**dict.fromkeys(names, "changed\n"), "kind": "a file\n", "many/7.txt": "7\n"})
    steps = isolated_changes.steps(isolated.db, str(isolated.root), agent)
    root = str(isolated.root)
    assert sorted(steps) == sorted({*names, "kind", "kind/inner.txt"} - {"many/7.txt"})
    assert {steps[name][0] for name in names if name != "many/7.txt"} == {
        objects.keep_bytes(root, text.encode(), "") for name, text in names.items() if name != "many/7.txt"
    }
    assert steps["kind"] == (objects.ABSENT, objects.keep_bytes(root, b"a file\n", ""))
    assert steps["kind/inner.txt"] == (objects.keep_bytes(root, b"x\n", ""), objects.ABSENT)


# -- declared files that git ignores ------------------------------------------------------------------------------------------


class Ignored(After):
    writes: tuple[str, ...] = (".env.local", "dist/**", "src/**", "lib/x.gen.txt")

    def begin(self) -> None:
        self.project = Project(self.root)
        self.project.write(
            {"src/a.txt": "a\n", ".gitignore": ".claude/\ndist/\n.env.local\n*.gen.txt\n*.o\n__pycache__/\n"}
        )
        self.project.commit_all()
        self.project.write({".env.local": "KEY=old\n", "dist/kept.js": "kept\n"})
        self.start(plan({"one": {"writes": list(self.writes), "record": {"isolation": "worktree"}}}))
        self.isolate("one", "first")
        self.write("first", str(self.place / "src/a.txt"))


def test_what_git_ignores_of_the_declared_files_comes_back(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    desk = Ignored(tmp_path / "project")
    desk.begin()
    assert (desk.place / ".env.local").read_text() == "KEY=old\n", "it begins with what the project has"
    made = {
        ".env.local": "KEY=new\n",
        "dist/app.js": "built\n",
        "lib/x.gen.txt": "generated\n",
        "src/a.txt": "by one\n",
    }
    again = {"src/a.o": "object\n", "src/__pycache__/a.pyc": "cache\n", "dist/__pycache__/b.pyc": "cache\n"}
    Project(desk.place).write({**made, **again})
    assert desk.end("first", "DONE|one|did it") == {} and desk.state("one") == "done"
    assert {name: (desk.root / name).read_text() for name in made} == made
    assert (desk.root / "dist/kept.js").read_text() == "kept\n"
    assert not any((desk.root / name).exists() for name in again), "what tools make again stays there"
    undo.carry_out(desk.db, str(desk.root), desk.run, "one")
    assert (desk.root / ".env.local").read_text() == "KEY=old\n" and not (desk.root / "dist/app.js").exists()


class Objects(Ignored):
    writes = ("src/a.txt", "obj/*.o", "*.gen.txt")


def test_of_what_git_ignores_only_the_declared_files_come_back(tmp_path: Path) -> None:
    """By a pattern of one folder, in a folder that is not ignored itself."""
    (tmp_path / "project").mkdir()
    desk = Objects(tmp_path / "project")
    desk.begin()
    brought = {"obj/b.o": "object\n", "src/a.txt": "by one\n"}
    left = {"obj/deep/c.o": "object\n", "obj/d.gen.txt": "generated\n", "obj/__pycache__/e.o": "cache\n"}
    Project(desk.place).write({**brought, **left})
    assert desk.end("first", "DONE|one|did it") == {} and desk.state("one") == "done"
    assert {name: (desk.root / name).read_text() for name in brought} == brought
    assert [name for name in left if (desk.root / name).exists()] == []


def test_an_ignored_declared_file_that_nobody_wrote_is_still_missing(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    desk = Ignored(tmp_path / "project")
    desk.begin()
    assert "lib/x.gen.txt was to be written and is not there" in desk.end("first", "DONE|one|did it")["reason"]
