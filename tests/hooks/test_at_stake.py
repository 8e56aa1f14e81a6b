"""What is at stake beside the files of siblings at work: finished work without a commit, and the user's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, context, denial
from project import FANOUT, Project
from run.plans import declared, plan

from fanout.run.changes import objects, owned
from fanout.run.commits import commit
from fanout.run.store import paths, planned

FILES = {"src/a.txt": "a\n", "src/b.txt": "b\n", "README.md": "v1\n", ".gitignore": ".env\n.fanout\n"}
TASKS = {
    "01": {"writes": ["src/a.txt"]},
    "02": {"writes": ["src/b.txt", "src/new.txt"]},
    "03": {"writes": ["src/b.txt"], "needs": ["02"]},
}


@pytest.fixture
def repo(desk: Desk) -> Desk:
    Project(desk.root).write(FILES)
    Project(desk.root).commit_all()
    desk.start(plan(TASKS))
    desk.launch("01")
    desk.launch("02")
    return desk


@pytest.fixture
def finished(repo: Desk) -> Desk:
    """02 is done and not committed, 01 works on."""
    for name in ("src/b.txt", "src/new.txt"):
        assert repo.do("agent-02", name, "by 02\n") == {}
    assert repo.end("agent-02", "DONE|02|did it") == {}
    return repo


def run(desk: Desk, agent: str | None, command: str) -> str:
    """The command with both its hooks; the denial, or what the agent is told after it."""
    answer = desk.bash(agent, command)
    if denial(answer):
        return denial(answer)
    subprocess.run(["sh", "-c", command], cwd=desk.root, check=False, capture_output=True)
    who = {"agent_id": agent} if agent else {}
    given = {"tool_name": "Bash", "tool_input": {"command": command}, "tool_use_id": f"t{desk.calls}"}
    return context(desk.send("after", "PostToolUse", **given, **who))


SWEEPS = ["git checkout .", "git reset --hard", "git stash", "git stash -u && git stash drop", "git commit -qam mine"]


@pytest.mark.parametrize("command", [*SWEEPS, "git clean -fd", "git restore src"])
def test_git_keeps_off_what_a_finished_task_left_uncommitted(finished: Desk, command: str) -> None:
    said = run(finished, "agent-01", command)
    assert "of task 02" in said
    assert (finished.root / "src" / "b.txt").read_text() == (finished.root / "src" / "new.txt").read_text() == "by 02\n"


@pytest.mark.parametrize("command", SWEEPS)
def test_also_when_one_agent_is_left(finished: Desk, command: str) -> None:
    finished.do("agent-01", "src/a.txt", "by 01\n")
    assert finished.end("agent-01", "DONE|01|did it") == {}
    finished.launch("03")
    assert "of task 0" in run(finished, "agent-03", command)


def test_what_is_committed_is_at_stake_no_more(finished: Desk) -> None:
    commit.task(finished.db, str(finished.root), finished.run, "02")
    assert run(finished, "agent-01", "git reset --hard") == ""


def test_a_script_over_finished_work_is_told_to_its_agent_and_reported(finished: Desk) -> None:
    (finished.root / "clobber.sh").write_text("echo clobbered > src/b.txt\n")
    said = run(finished, "agent-01", "sh clobber.sh")
    assert "While your command ran, src/b.txt of task 02 changed, which had finished with it" in said
    kept = list((finished.root / ".fanout" / "conflicts").rglob("b.txt.kept"))
    assert [path.read_text() for path in kept] == ["by 02\n"]
    assert "src/b.txt of task 02 changed while a command of task 01 ran" in Project(finished.root).fanout("report").out


def test_what_a_command_did_to_others_is_said_by_the_undo(finished: Desk) -> None:
    (finished.root / "clobber.sh").write_text("echo clobbered > src/b.txt\n")
    finished.do("agent-01", "src/a.txt", "by 01\n")
    run(finished, "agent-01", "sh clobber.sh")
    assert finished.end("agent-01", "DONE|01|did it") == {}
    said = Project(finished.root).fanout("undo", f"{finished.run}/01").out
    assert "While a command of task 01 ran, others' files changed too, and that stands: src/b.txt." in said
    (finished.root / "src" / "b.txt").write_text("by 02\n")
    assert "others' files" not in Project(finished.root).fanout("undo", f"{finished.run}/01").out


def test_the_task_that_is_to_go_on_with_a_finished_file_may(finished: Desk) -> None:
    finished.launch("03")
    (finished.root / "go_on.sh").write_text("echo more >> src/b.txt\n")
    assert run(finished, "agent-03", "sh go_on.sh") == ""
    assert run(finished, "agent-03", "git add src/b.txt") == ""


USERS = [
    ("git checkout .", "README.md"),
    ("git restore .", "README.md"),
    ("git reset --hard", "README.md"),
    ("git stash", "README.md"),
    ("git clean -fd", "notes.txt"),
    ("git clean -fdx", ".env"),
    ("git checkout HEAD -- .", "README.md"),
]


@pytest.mark.parametrize(("command", "name"), USERS)
def test_a_sweep_keeps_off_the_users_own_work(repo: Desk, command: str, name: str) -> None:
    Project(repo.root).write({"README.md": "the user's\n", "notes.txt": "mine\n", ".env": "KEY=1\n"})
    repo.do("agent-01", "src/a.txt", "by 01\n")
    said = run(repo, "agent-01", command)
    assert name in said and "of the user or a program" in said and said.startswith("git ")
    assert (repo.root / "README.md").read_text() == "the user's\n"
    assert (repo.root / "notes.txt").exists() and (repo.root / ".env").exists()


def test_a_sweep_over_ones_own_work_alone_passes_and_so_does_a_file_by_its_name(repo: Desk) -> None:
    repo.do("agent-01", "src/a.txt", "by 01\n")
    assert run(repo, "agent-01", "git checkout .") == ""
    Project(repo.root).write({"README.md": "changed by a program of 01\n"})
    assert run(repo, "agent-01", "git checkout -- README.md") == ""
    assert (repo.root / "README.md").read_text() == "v1\n"
    (row,) = repo.rows("SELECT before FROM written WHERE path = 'README.md'")
    assert objects.load(str(repo.root), row["before"]) == b"changed by a program of 01\n"


def test_of_many_files_of_one_agent_the_others_are_still_seen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owned, "MOST_FILES", 12)
    many = {f"big/{number:02}.txt": "x\n" for number in range(40)}
    Project(desk.root).write({**FILES, **many})
    Project(desk.root).commit_all()
    desk.start(plan({"00": {"writes": ["big/**"]}, **TASKS}))
    for task in ("00", "01", "02"):
        desk.launch(task)
    desk.do("agent-02", "src/b.txt", "by 02\n")
    (desk.root / "big" / "39.txt").write_text("by a program of 00\n")
    (desk.root / "clobber.sh").write_text("echo clobbered > src/b.txt\n")
    assert "src/b.txt of task 02" in run(desk, "agent-01", "git stash -- src")
    assert "big/39.txt of task 00" in run(desk, "agent-01", "git checkout big")
    assert "src/b.txt of task 02 changed, by no call of task 02" in run(desk, "agent-01", "sh clobber.sh")


def test_the_plan_goes_before_who_came_first(repo: Desk) -> None:
    assert repo.do("agent-02", "src/b.txt") == {} == repo.do("agent-02", "src/new.txt")
    assert repo.do(None, "src/c.txt") == {}, "the main conversation, while agents work"
    row = declared("src/c.txt", repo.naming.fold)
    planned.declare(repo.db, repo.run, "03", "write", row["anchor"], row["pattern"], row["regex"])
    repo.end("agent-02", "DONE|02|did it")
    repo.launch("03")
    assert repo.write("agent-03", "src/c.txt") == {}
    assert "belongs to task 03" in denial(repo.write(None, "src/c.txt"))


def test_what_the_main_conversation_wrote_is_free_when_its_turn_is_over(repo: Desk) -> None:
    repo.do(None, "src/c.txt")
    assert "belongs to the main conversation" in denial(repo.write("agent-01", "src/c.txt"))
    repo.stop()
    assert "src/c.txt was changed by the main conversation" in denial(repo.write("agent-01", "src/c.txt")), "once"
    assert repo.write("agent-01", "src/c.txt") == {}


@pytest.mark.parametrize("command", ["black .", "prettier --write src", "ruff check --fix"])
def test_a_formatter_over_a_folder_owns_nothing_afterwards(desk: Desk, command: str) -> None:
    Project(desk.root).write(FILES)
    desk.start(plan({**TASKS, "02": {"writes": ["src/b.txt", "src/new.py"], "needs": ["01"]}}))
    desk.launch("01")
    assert desk.bash("agent-01", command) == {}
    desk.db.execute("UPDATE task SET state = 'done' WHERE id = '01'")
    desk.launch("02")
    assert desk.write("agent-02", "src/new.py") == {} and desk.bash("agent-02", "echo x > src/new2.py") == {}


def test_a_folder_outside_is_neither_kept_nor_claimed(repo: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "theirs").write_text("x" * 100)
    assert repo.bash("agent-01", f"tar xf x.tar -C {outside}") == {}
    assert repo.bash("agent-02", f"echo hi > {outside}/mine.log") == {}
    assert repo.rows("SELECT 1 FROM written WHERE path LIKE ?", f"{outside}/theirs") == []


def test_what_tools_make_is_not_looked_at_file_by_file(repo: Desk) -> None:
    Project(repo.root).write({"app/node_modules/x/index.js": "x\n", "app/main.js": "x\n"})
    names = paths.files_below(repo.naming, "app")
    assert names == ["app/main.js"]


def test_a_command_that_was_refused_blinds_nobody(repo: Desk) -> None:
    repo.do("agent-02", "src/b.txt", "by 02\n")
    assert repo.bash("agent-02", "node ./script.js") == {}
    repo.send(
        "batch", "PostToolBatch", agent_id="agent-02", tool_calls=[{"tool_name": "Bash", "tool_response": "denied"}]
    )
    (repo.root / "clobber.sh").write_text("echo clobbered > src/b.txt\n")
    assert "src/b.txt of task 02 changed, by no call of task 02" in run(repo, "agent-01", "sh clobber.sh")


def test_a_command_of_the_main_conversation_is_looked_at_too(repo: Desk) -> None:
    repo.do("agent-02", "src/b.txt", "by 02\n")
    (repo.root / "clobber.sh").write_text("echo clobbered > src/b.txt\n")
    assert "src/b.txt of task 02 changed, by no call of task 02" in run(repo, None, "sh clobber.sh")
    told = str(repo.rows("SELECT text FROM notice")[0]["text"])
    assert "src/b.txt belongs to you and changed while a command of the main conversation ran" in told


@pytest.mark.parametrize("packed", [False, True])
def test_a_script_that_commits_half_done_work_is_named(repo: Desk, packed: bool) -> None:
    repo.do("agent-02", "src/b.txt", "half\n")
    if packed:
        Project(repo.root).git("pack-refs", "--all")
    (repo.root / "all.sh").write_text("git add -A && git commit -qm all\n")
    said = run(repo, "agent-01", "sh all.sh")
    head = Project(repo.root).git("rev-parse", "HEAD")[:12]
    assert f"took in half-done work of siblings: src/b.txt (commit {head})" in said
    assert f"src/b.txt, which is yours, went into commit {head}" in str(repo.rows("SELECT text FROM notice")[0]["text"])
    assert f"commit {head}, made while a command of it ran" in Project(repo.root).fanout("report").out
    assert repo.rows("SELECT head FROM call") == []


def test_commits_of_the_run_are_no_sweep(finished: Desk) -> None:
    finished.launch("03")
    assert run(finished, "agent-01", f"echo x > src/a.txt; {FANOUT} commit {finished.run}/02") == ""


FORMATTERS = ["npx prettier -w .", "prettier --write src", "ruff format . && prettier -w ."]


@pytest.mark.parametrize("command", FORMATTERS)
def test_a_formatter_alone_in_a_run_keeps_off_what_is_in_no_commit(project: Project, command: str) -> None:
    """Nobody else works, and 01's work and the user's change are in no commit."""
    project.write({"src/a.js": "a\n", "src/b.js": "b\n", "README.md": "v1\n"})
    project.commit_all()
    desk = Desk(project.path)
    desk.start(plan({"01": {"writes": ["src/a.js"]}, "02": {"writes": ["src/b.js"]}}))
    desk.launch("01")
    desk.do("agent-01", "src/a.js", "by 01\n")
    desk.end("agent-01", "DONE|01|did it")
    project.write({"README.md": "v1\nthe user's\n"})
    desk.launch("02")
    desk.do("agent-02", "src/b.js", "by 02\n")
    said = denial(desk.bash("agent-02", command))
    assert (
        "This would rewrite what is in no commit: " in said
        and "src/a.js of task 01" in said
        and "name your own files" in said
    )
    assert denial(desk.bash("agent-02", "prettier -w src/b.js")) == ""
    desk.end("agent-02", "BLOCKED|02|no key")
    assert denial(desk.bash(None, command)) == "", "the main conversation does what the user says"


def test_a_formatter_goes_through_a_folder_where_all_is_committed_or_its_own(project: Project) -> None:
    project.write({"src/a.js": "a\n", "src/b.js": "b\n", "docs/c.py": "c = 1\n"})
    project.commit_all()
    desk = Desk(project.path)
    desk.start(plan({"02": {"writes": ["src/**"]}}))
    project.write({"docs/c.py": "c = 2\n"})
    desk.launch("02")
    desk.do("agent-02", "src/b.js", "by 02\n")
    for command in ("prettier -w src", "npx prettier -w ."):
        assert denial(desk.bash("agent-02", command)) == "", "of its languages nothing is somebody else's"
