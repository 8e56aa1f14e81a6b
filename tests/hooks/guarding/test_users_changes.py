"""What the user changed and did not commit stays in a file of an agent's own, or somebody is told."""

from __future__ import annotations

import os
import subprocess

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.report import run_facts, run_text
from fanout.run.store.db import Write

COMMITTED = "".join(f"line {number}\n" for number in range(1, 9))
USERS = COMMITTED.replace("line 2\n", "the user's 2\n")
TASKS = {"1": {"writes": ["src/server.js", "src/clean.js", "src/new.js"]}, "2": {"writes": ["src/two.js"]}}


@pytest.fixture
def wip(desk: Desk) -> Desk:
    """src/server.js and a new file hold work in progress of the user's; task 1 declares both."""
    return begun(desk, USERS)


def begun(desk: Desk, users: str) -> Desk:
    project = Project(desk.root)
    project.write({"src/server.js": COMMITTED, "src/clean.js": COMMITTED, "src/two.js": "2\n", ".gitignore": "out/\n"})
    project.commit_all()
    project.git("config", "alias.back", "checkout --")
    project.write({"src/server.js": users, "src/new.js": "new\n", "out/made.js": "made\n"})
    desk.start(plan(TASKS))
    desk.launched = desk.launch("1")  # type: ignore[attr-defined]
    return desk


def run(desk: Desk, line: str) -> str:
    """The denial, "" when it ran."""
    reason = denial(desk.bash("agent-1", line))
    if not reason:
        subprocess.run(["bash", "-c", line], cwd=desk.root, check=False, capture_output=True)
        desk.send(
            "after",
            "PostToolUse",
            tool_name="Bash",
            tool_input={"command": line},
            tool_use_id=f"t{desk.calls}",
            agent_id="agent-1",
            tool_response={},
        )
    return reason


def held(desk: Desk, name: str = "src/server.js") -> str:
    return (desk.root / name).read_text()


TAKING = [
    "git restore src/server.js",
    "git checkout -- src/server.js",
    "git checkout src/server.js",
    "git checkout HEAD -- src/server.js",
    "git restore --source=HEAD --staged --worktree src/server.js",
    "git stash push -- src/server.js",
    "git stash",
    "git checkout .",
    "git checkout -f HEAD",
    "git reset --hard",
    "git checkout-index -f src/server.js",
    "git back src/server.js",
    "git show HEAD:src/server.js > src/server.js",
    "cd src && git cat-file -p HEAD:./server.js | tee server.js",
    "git show HEAD:src/server.js > /tmp/x.$$ && git show HEAD:src/server.js > src/server.js",
    "git diff src/server.js | git apply -R",
    "rm src/server.js",
    "rm -f src/new.js",
    "rm -rf src",
    "git rm -f src/server.js",
    "git clean -fd src",
    ": > src/server.js",
    "truncate -s 0 src/server.js",
]


@pytest.mark.parametrize("line", TAKING)
@pytest.mark.parametrize("edited", [False, True])
def test_no_command_takes_it_away(wip: Desk, line: str, edited: bool) -> None:
    if edited:
        wip.do("agent-1", "src/server.js", USERS.replace("line 7\n", "the agent's 7\n"))
    before = held(wip), held(wip, "src/new.js")
    assert "uncommitted changes of the user's" in run(wip, line)
    assert (held(wip), held(wip, "src/new.js")) == before


def test_the_denial_says_why_and_what_to_do(wip: Desk) -> None:
    assert run(wip, "git restore src/server.js").startswith(
        "src/server.js holds uncommitted changes of the user's, and this would take them away: build on them. To take back "
        "what you wrote yourself, Edit it back (the user's version: .fanout/kept/"
    )


FREE = [
    "git restore src/clean.js",
    "git checkout -- src/clean.js",
    "git stash push -- src/clean.js",
    "rm src/clean.js",
    "git show HEAD:src/clean.js > src/clean.js",
    "git add src/server.js",
    "git diff src/server.js",
    "git restore --staged src/server.js",
    "sed -i s/7/seven/ src/server.js",
    "echo more >> src/server.js",
    "mv src/server.js src/clean.js",
    "git mv -f src/server.js src/clean.js",
    "rm -rf out",
]


@pytest.mark.parametrize("line", FREE)
def test_files_without_it_and_changes_upon_it_stay_free(wip: Desk, line: str) -> None:
    wip.do("agent-1", "src/clean.js", "the agent's\n")
    assert run(wip, line) == ""


def test_what_is_staged_may_be_gone_back_to(wip: Desk) -> None:
    """`git restore` takes back the agent's change alone, where the user's is in the index."""
    Project(wip.root).git("add", "src/server.js")
    wip.do("agent-1", "src/server.js", USERS.replace("line 7\n", "the agent's 7\n"))
    assert "uncommitted" in run(wip, "git checkout HEAD -- src/server.js")
    assert run(wip, "git restore src/server.js") == ""
    assert held(wip) == USERS


def test_once_the_user_has_committed_it_the_file_is_free(wip: Desk) -> None:
    Project(wip.root).git("commit", "-qm", "mine", "--", "src/server.js")
    wip.do("agent-1", "src/server.js", USERS.replace("line 7\n", "the agent's 7\n"))
    assert run(wip, "git restore src/server.js") == ""
    assert held(wip) == USERS


def test_a_commit_of_the_agents_own_lines_frees_nothing(wip: Desk) -> None:
    wip.do("agent-1", "src/server.js", USERS.replace("line 7\n", "the agent's 7\n"))
    project = Project(wip.root)
    mine = COMMITTED.replace("line 7\n", "the agent's 7\n")
    blob = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=wip.root, input=mine, capture_output=True, text=True, check=True
    ).stdout.strip()
    project.git("update-index", "--cacheinfo", f"100644,{blob},src/server.js")
    project.git("commit", "-qm", "the agent's")
    assert "uncommitted" in run(wip, "git restore src/server.js")


def test_what_an_agent_before_left_in_a_clean_file_is_free(wip: Desk) -> None:
    wip.do("agent-1", "src/clean.js", "half done\n")
    wip.end("agent-1", "BLOCKED|1|why")
    Project(wip.root).fanout("retry", f"{wip.run}/1")
    wip.launch("1", agent="again")
    assert denial(wip.bash("again", "git restore src/clean.js")) == ""
    assert "uncommitted" in denial(wip.bash("again", "git restore src/server.js"))


def test_the_main_conversation_may(wip: Desk) -> None:
    said = denial(wip.bash(None, "git restore src/clean.js"))
    assert "uncommitted changes of the user's" not in said


@pytest.mark.parametrize("line", ["git checkout .", "git stash"])
def test_a_form_that_is_named_instead_says_what_it_is_not_for(wip: Desk, line: str) -> None:
    wip.launch("2")
    wip.do("agent-2", "src/two.js", "by 2\n")
    said = denial(wip.bash("agent-1", line))
    assert "src/two.js of task 2" in said and "<your files>" in said
    assert said.endswith(
        "; but not src/new.js, src/server.js, with uncommitted changes of the user's: Edit back what you wrote"
    )
    wip.do("agent-1", "src/clean.js", "by 1\n")
    assert "but not" not in denial(wip.bash("agent-2", line)), "neither is a file of its own"


def test_the_brief_names_them(wip: Desk) -> None:
    prompt = wip.launched["hookSpecificOutput"]["updatedInput"]["prompt"]  # type: ignore[attr-defined]
    assert "`src/new.js`, `src/server.js` hold uncommitted changes of the user's: build on them, keep them." in prompt
    other = wip.launch("2")["hookSpecificOutput"]["updatedInput"]["prompt"]
    assert "uncommitted" not in other


def end(desk: Desk, *files: str) -> str:
    """What the notification says as task 1 ends."""
    for file in files:
        desk.do("agent-1", file, "made\n" if file != "src/new.js" else "new\nmade\n")
    assert desk.end("agent-1", "DONE|1|did it") == {}
    return desk.notify("agent-1", result="DONE|1|did it")


def report(desk: Desk) -> str:
    return "\n".join(run_text.troubles(run_facts.of_run(desk.db, desk.run)))


GONE = "what the user had changed in src/server.js, uncommitted, is not in it any more: its version is .fanout/kept/"


@pytest.mark.parametrize("left", [COMMITTED, COMMITTED.replace("line 7\n", "the agent's 7\n"), ""])
def test_main_is_told_once_what_a_program_or_a_whole_write_took_away(wip: Desk, left: str) -> None:
    wip.do("agent-1", "src/server.js", left)
    said = end(wip, "src/clean.js", "src/new.js")
    assert said.count(f"Task 1: {GONE}") == 1
    kept = said.partition("its version is ")[2].partition(". Tell the user")[0]
    assert (wip.root / kept).read_text() == USERS
    assert f"1: {GONE}" in report(wip)
    assert wip.state("1") == "done"
    assert GONE not in context(wip.send("prompt", "UserPromptSubmit", prompt="go on"))


@pytest.mark.parametrize(
    "left",
    [
        USERS.replace("line 7\n", "the agent's 7\n"),
        USERS.replace("the user's 2\n", "the user's 2, written on\n"),
        "all is new\n",
    ],
)
def test_nothing_is_said_of_what_was_built_upon(wip: Desk, left: str) -> None:
    wip.do("agent-1", "src/server.js", left)
    assert "uncommitted" not in end(wip, "src/clean.js", "src/new.js")
    assert "what the user had changed" not in report(wip)


ADDED = USERS + "\n# to be finished\nCOLOURS = {'hot': 31}\n"
LOST = "Task 1: lines that the user had added to src/server.js, uncommitted, are not in it any more: its version is .fanout/kept/"


@pytest.mark.parametrize(
    ("left", "is_told"),
    [
        (USERS.replace("line 8\n", "the agent's 8\n"), True),  # the line above them is another one: no clean way back
        ("all is new\n", True),
        (ADDED.replace("line 8\n", "the agent's 8\n"), False),
        (USERS.replace("line 8\n", "8\n") + "if colour:\n    COLOURS = {'hot': 31}\n", False),  # one of two, further in
        (USERS.replace("line 8\n", "8\n") + "}\n", True),
    ],
)
def test_lines_that_a_whole_write_dropped_are_told(desk: Desk, left: str, is_told: bool) -> None:
    wip = begun(desk, ADDED)
    wip.do("agent-1", "src/clean.js", "made\n")
    wip.do("agent-1", "src/server.js", left)
    said = end(wip, "src/new.js")
    assert (said.count(LOST), report(wip).count(LOST[5:])) == ((1, 1) if is_told else (0, 0))


def test_lines_that_went_into_another_file_are_not_lost(desk: Desk) -> None:
    wip = begun(desk, ADDED)
    wip.do("agent-1", "src/clean.js", COMMITTED + ADDED.removeprefix(USERS))
    wip.do("agent-1", "src/server.js", USERS.replace("line 8\n", "the agent's 8\n"))
    assert "uncommitted" not in end(wip, "src/new.js")


def test_a_new_file_of_the_users_that_is_written_anew_is_told(wip: Desk) -> None:
    wip.do("agent-1", "src/new.js", "another\n")
    assert "lines that the user had added to src/new.js" in end(wip, "src/clean.js")


def test_nothing_is_said_of_what_was_moved(wip: Desk) -> None:
    assert run(wip, "mkdir lib && mv src/server.js lib/server.js") == ""
    wip.do("agent-1", "src/clean.js", "made\n")
    wip.do("agent-1", "src/new.js", "new\nmore\n")
    wip.end("agent-1", "BLOCKED|1|moved")
    assert "what the user had changed" not in wip.notify("agent-1", result="BLOCKED|1|moved")


def test_what_is_lost_after_the_task_is_told_at_the_runs_end(wip: Desk) -> None:
    wip.do("agent-1", "src/server.js", USERS.replace("line 7\n", "the agent's 7\n"))
    assert "uncommitted" not in end(wip, "src/clean.js", "src/new.js")
    wip.launch("2")
    wip.do("agent-2", "src/two.js", "by 2\n")
    (wip.root / "src/server.js").write_text(COMMITTED)
    assert wip.end("agent-2", "DONE|2|did it") == {}
    assert f"Task 1: {GONE}" in wip.notify("agent-2", result="DONE|2|did it")


def test_what_the_user_adds_before_any_agent_writes_is_the_users_too(desk: Desk) -> None:
    project = Project(desk.root)
    project.write({"a.js": COMMITTED, "b.js": "b\n"})
    project.commit_all()
    project.write({"a.js": USERS})
    desk.start(plan({"1": {"writes": ["a.js"]}, "2": {"writes": ["b.js"]}}))
    desk.launch("2")
    more = USERS.replace("line 5\n", "and 5\n")
    project.write({"a.js": more})
    with Write(desk.db):
        desk.db.execute("UPDATE meta SET value = value - 60 WHERE key = 'work in no commit, kept last'")
    desk.launch("2", agent="other")
    desk.end("agent-2", "BLOCKED|2|why")
    Project(desk.root).fanout("retry", f"{desk.run}/2")
    desk.launch("2", agent="other")
    desk.launch("1")
    desk.do("agent-1", "a.js", COMMITTED)
    desk.end("agent-1", "DONE|1|did it")
    said = desk.notify("agent-1", result="DONE|1|did it")
    kept = said.partition("its version is ")[2].partition(". Tell the user")[0]
    assert os.path.exists(desk.root / kept) and (desk.root / kept).read_text() == more


def test_of_a_file_that_is_not_the_tasks_own_it_is_said_to_leave_it_alone(desk: Desk) -> None:
    project = Project(desk.root)
    project.write({"README.md": COMMITTED, "b.js": "b\n"})
    project.commit_all()
    project.write({"README.md": USERS})
    desk.start(plan({"1": {"writes": ["b.js"]}}))
    desk.launch("1")
    said = run(desk, "git checkout README.md")
    assert "would take them away: leave it alone (the user's version: .fanout/kept/" in said and "build on" not in said
