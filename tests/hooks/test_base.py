"""Runs that work elsewhere than in the project's root: in a linked worktree, in a folder of a monorepo."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, context, denial, launches
from mounts import passed_on
from project import CHECKOUT, Project

TASKS = {
    "tasks": [
        {"id": "01", "title": "first", "writes": ["src/a.py"]},
        {"id": "02", "title": "second", "writes": ["src/b.py"]},
    ]
}
ONE_AND_TWO = {"src/a.py": "a\n", "notes.md": "n\n"}


@pytest.fixture
def main(tmp_path: Path) -> Project:
    """A repository with one commit."""
    path = tmp_path / "main"
    path.mkdir()
    project = Project(path)
    project.write({**ONE_AND_TWO, "tasks.json": TASKS})
    project.commit_all()
    return project


@pytest.fixture(params=["beside", "inside"])
def linked(main: Project, request: pytest.FixtureRequest) -> Project:
    """A worktree of it on a branch of its own: beside it, or where the client makes its worktrees."""
    beside = request.param == "beside"
    path = main.path.parent / "linked" if beside else main.path / ".claude" / "worktrees" / "feature"
    main.git("worktree", "add", "-q", "-b", "feature", str(path))
    return Project(path)


def started(main: Project, home: Project, *args: str, session: str = "s1") -> Desk:
    ran = home.fanout("start", *(args or ("tasks.json",)), env={"CLAUDE_CODE_SESSION_ID": session})
    assert ran.code == 0, ran.err
    run = ran.out.split("fanout brief ")[1].split("/")[0]
    return Desk(main.path, session, home.path).join(run)


def brief(answer: dict[str, object]) -> str:
    return str(answer["hookSpecificOutput"]["updatedInput"]["prompt"])  # type: ignore[index]


def test_a_run_in_a_worktree_works_there(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    text = brief(desk.launch("01"))
    desk.launch("02")
    assert f"Project root: {linked.path}\n" in text
    assert f"`{main.path}/.fanout/results/{desk.run}/01.txt`" in text
    assert not desk.do("agent-01", "src/a.py", "changed\n")
    assert not desk.do("agent-02", "src/b.py", "new\n")
    assert desk.end("agent-01", "DONE|01|changed it") == {}
    assert desk.end("agent-02", "DONE|02|wrote it") == {}
    assert [desk.state(name) for name in ("01", "02")] == ["done", "done"]
    ran = linked.fanout("commit", "--all")
    assert ran.code == 0 and ran.out.count("\n") == 2, ran.err
    assert linked.git("log", "--format=%s", "--name-status").split() == (
        [
            "second",
            "A",
            "src/b.py",
            "first",
            "M",
            "src/a.py",
            "start",
            "A",
            "notes.md",
            "A",
            "src/a.py",
            "A",
            "tasks.json",
        ]
    )
    assert linked.git("status", "--short") == ""
    assert main.git("log", "--format=%s") == "start\n"
    assert main.git("status", "--short", "--", "src", "tasks.json") == ""


def test_declared_is_declared_in_a_worktree_too(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    desk.launch("01")
    desk.launch("02")
    reason = denial(desk.write("agent-02", "src/a.py"))
    assert reason.startswith("src/a.py belongs to task 01 (declared in the plan")
    assert f"`fanout ask {desk.run}/02 src/a.py " in reason
    assert linked.fanout("ask", f"{desk.run}/02", "src/c.py", "why").out.startswith("granted: src/c.py is yours")
    assert "src/c.py belongs to task 02" in denial(desk.write("agent-01", "src/c.py"))
    assert "src/c.py belongs to task 02 (granted, since " in linked.fanout("why", "src/c.py").out


def test_an_agent_that_changed_nothing_there_is_sent_back(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    desk.launch("01")
    (main.path / "src/a.py").write_text("in the wrong worktree\n")
    assert "nothing changed in what the task declares (src/a.py)" in desk.end("agent-01", "DONE|01|did it")["reason"]


def test_diff_and_undo_are_of_the_worktree(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    desk.launch("01")
    desk.do("agent-01", "src/a.py", "changed\n")
    desk.end("agent-01", "DONE|01|changed it")
    patch = linked.fanout("diff", f"{desk.run}/01").out
    assert "--- a/src/a.py\n+++ b/src/a.py\n" in patch
    assert linked.fanout("undo", f"{desk.run}/01").out.startswith("restore src/a.py (what it held: " + str(main.path))
    assert (linked.path / "src/a.py").read_text() == "a\n"


def test_two_runs_in_two_worktrees_are_not_in_each_others_way(main: Project, linked: Project) -> None:
    here = started(main, main, session="s1")
    there = started(main, linked, session="s2")
    for desk, agents in ((here, ("h1", "h2")), (there, ("t1", "t2"))):
        assert not denial(desk.launch("01", agents[0])) and not denial(desk.launch("02", agents[1]))
    for desk, agent in ((here, "h1"), (there, "t1")):
        assert not desk.do(agent, "src/a.py", f"{agent}\n")
        assert not desk.bash(agent, "git add src/a.py")
        assert desk.end(agent, "DONE|01|changed it") == {}
    assert (main.path / "src/a.py").read_text() == "h1\n" and (linked.path / "src/a.py").read_text() == "t1\n"
    assert f"fanout {there.run}: 1 of 2 done" in linked.fanout("next").out
    assert f"fanout {here.run}: 1 of 2 done" in main.fanout("next").out
    assert linked.fanout("commit", "--all").code == 0
    assert linked.git("log", "-1", "--format=%s") == "first\n" and main.git("log", "-1", "--format=%s") == "start\n"


def test_git_in_a_worktree_is_held_to_what_siblings_have_there(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    desk.launch("01")
    desk.launch("02")
    desk.do("agent-01", "src/a.py", "changed\n")
    assert "src/a.py of task 01" in denial(desk.bash("agent-02", "git checkout ."))
    assert not denial(desk.bash("agent-02", f"git -C {main.path} status"))


def test_a_command_that_changes_a_siblings_file_is_seen_in_a_worktree(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    desk.launch("01")
    desk.launch("02")
    desk.do("agent-01", "src/a.py", "changed by its owner\n")
    assert not denial(desk.bash("agent-02", "python3 build.py"))
    (linked.path / "src/a.py").write_text("changed by a program\n")
    desk.send(
        "after", "PostToolUse", tool_name="Bash", tool_use_id=f"t{desk.calls}", agent_id="agent-02", tool_input={}
    )
    told = str(desk.write("agent-01", "src/a.py"))
    assert "src/a.py belongs to you and changed while a command of task 02 ran, by no call of yours" in told
    kept = Path(told.split("The version before is kept in ")[1].split(". ")[0].rstrip("'}."))
    assert kept.read_text() == "changed by its owner\n"
    assert (linked.path / "src/a.py").read_text() == "changed by a program\n"


def test_a_commit_that_a_program_makes_in_a_worktree_is_seen(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    desk.launch("01")
    desk.launch("02")
    desk.do("agent-01", "src/a.py", "half done\n")
    assert not denial(desk.bash("agent-02", "python3 release.py"))
    linked.git("commit", "-qam", "release")
    answer = desk.send(
        "after", "PostToolUse", tool_name="Bash", tool_use_id=f"t{desk.calls}", agent_id="agent-02", tool_input={}
    )
    assert "src/a.py (commit " in context(answer)


def test_a_run_on_everything_leaves_other_worktrees_alone(main: Project, linked: Project) -> None:
    main.write({"all.json": {"tasks": [{"id": "01", "writes": ["**"]}, {"id": "02", "depends_on": ["01"]}]}})
    here = started(main, main, "all.json")
    here.launch("01", "h1")
    there = started(main, linked, session="s2")
    assert not denial(there.launch("01", "t1"))
    assert not there.do("t1", "src/a.py", "t1\n")
    assert there.end("t1", "DONE|01|changed it") == {}
    here.do("h1", "notes.md", "h1\n")
    assert here.end("h1", "DONE|01|changed it") == {}
    rows = here.rows("SELECT path FROM changed JOIN agent ON agent.id = changed.agent WHERE run = ?", here.run)
    assert [row["path"] for row in rows] == ["notes.md"]


def test_a_second_state_folder_is_not_made(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    desk.launch("01")
    assert "fanout's own state" in denial(desk.bash("agent-01", "mkdir -p .fanout/scratch"))
    assert not denial(desk.bash("agent-01", f"echo x > {main.path}/.fanout/scratch/{desk.run}/01/x"))


def test_what_an_agent_needs_is_named_as_its_brief_names_paths(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    desk.launch("01")
    assert desk.end("agent-01", "NEEDS|01|src/c.py, the helper") == {}
    assert launches(context(desk.stop())) == ["01", "02"]
    assert "Write only: `src/a.py`, `src/c.py`" in brief(desk.launch("01", "again"))
    assert not desk.do("again", "src/c.py") and not desk.do("again", "src/a.py")
    assert desk.end("again", "DONE|01|both") == {}


def test_an_agent_with_a_worktree_of_its_own(main: Project, linked: Project) -> None:
    (linked.path / "tasks.json").write_text(
        (linked.path / "tasks.json").read_text().replace('"first"', '"first", "isolation": "worktree"')
    )
    desk = started(main, linked)
    own = linked.path / ".claude" / "worktrees" / "agent-1"
    linked.git("worktree", "add", "-q", "-b", "agent-1", str(own))
    desk.launch("01", "agent-1")
    desk.meta("agent-1", f"toolu_s1_{desk.calls}", worktreePath=str(own))
    desk.launch("02")
    assert not desk.tool("agent-1", "Write", {"file_path": str(own / "src/a.py"), "content": "x"})
    assert not denial(desk.write("agent-02", "src/b.py"))


@pytest.mark.parametrize("relative", [False, True])
def test_the_hooks_find_the_run_from_a_worktree(main: Project, linked: Project, relative: bool) -> None:
    desk = started(main, linked)
    if relative:  # as git writes it with worktree.useRelativePaths
        there = (linked.path / ".git").read_text().split(": ")[1].strip()
        (linked.path / ".git").write_text(f"gitdir: {os.path.relpath(there, linked.path)}\n")
    given = {
        "session_id": "s1",
        "cwd": str(linked.path),
        "hook_event_name": "PreToolUse",
        "tool_name": "Agent",
        "tool_use_id": "t",
        "tool_input": {"prompt": f"Run `fanout brief {desk.run}/01` and follow it."},
    }
    done = subprocess.run(
        [str(CHECKOUT / "hooks" / "start"), "gate"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=main.path.parent,
        env={"PATH": os.environ["PATH"], "CLAUDE_PROJECT_DIR": str(linked.path / "src"), **passed_on()},
    )
    assert f"Project root: {linked.path}\n" in brief(json.loads(done.stdout))


@pytest.fixture
def app(main: Project) -> Project:
    """A package of the repository, which has what the list names."""
    main.write({"packages/app/src/x.py": "x\n", "packages/app/src/a.py": "a\n", "packages/app/tasks.json": TASKS})
    (main.path / "src" / "a.py").unlink()
    (main.path / "src").rmdir()
    main.git("add", "-A")
    main.git("commit", "-qm", "app")
    return Project(main.path / "packages" / "app")


def test_a_run_in_a_package_takes_its_paths_from_there(main: Project, app: Project) -> None:
    desk = started(main, app)
    text = brief(desk.launch("01"))
    desk.launch("02")
    assert f"Project root: {app.path}\n" in text and f"`{main.path}/.fanout/results/{desk.run}/01.txt`" in text
    assert denial(desk.write("agent-02", "src/a.py")).startswith("src/a.py belongs to task 01 (declared")
    assert not desk.do("agent-01", "src/a.py", "changed\n") and not desk.do("agent-02", "src/b.py")
    assert desk.end("agent-01", "DONE|01|changed it") == {} and desk.end("agent-02", "DONE|02|wrote it") == {}
    assert main.fanout("commit", "--all").code == 0
    assert main.git("log", "-2", "--format=%s", "--name-status").split() == (
        ["second", "A", "packages/app/src/b.py", "first", "M", "packages/app/src/a.py"]
    )


def test_acceptance_runs_in_the_base(main: Project, app: Project) -> None:
    app.write(
        {"tasks.json": {"tasks": [{"id": "01", "writes": ["src/a.py"], "accept": [{"command": "test -f src/x.py"}]}]}}
    )
    desk = started(main, app)
    desk.launch("01")
    desk.do("agent-01", "src/a.py", "changed\n")
    assert desk.end("agent-01", "DONE|01|changed it") == {}
    assert desk.state("01") == "done"


def test_head_of_the_runs_own_worktree_is_kept_where_it_is(main: Project, linked: Project) -> None:
    desk = started(main, linked)
    for task in ("01", "02"):
        desk.launch(task)
    assert not desk.do("agent-01", "src/a.py", "one\n")
    assert not desk.do("agent-02", "src/b.py", "two\n")
    linked.git("add", "src/a.py")
    linked.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "by one", "--", "src/a.py")
    assert "git checkout would move HEAD under the agents that work here" in denial(
        desk.bash("agent-02", "git checkout -b other")
    )
    said = denial(desk.bash("agent-02", "git commit --amend -m again"))
    assert "by one', which holds src/a.py: it is not yours" in said
    assert denial(desk.bash("agent-01", "git commit --amend -m again")) == ""
    assert denial(desk.bash("agent-02", "git log -1 && git commit -m two -- src/b.py")) == ""
