"""A task that failed is fixed by hand and counts as done: what stands there then is its result, in the commit and everywhere."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.run.store import switch

CHECK = {"accept": [{"command": "grep -q right a.txt"}]}


@pytest.fixture
def failed(project: Project) -> Desk:
    repo = project
    repo.write({"a.txt": "as it was\n", "b.txt": "mine\n"})
    repo.commit_all()
    desk = Desk(repo.path)
    desk.start(plan({"01": {"writes": ["a.txt", "new.txt"], "record": CHECK}, "02": {"writes": ["c.txt"]}}))
    desk.launch("01")
    desk.do("agent-01", "a.txt", "wrong\n")
    desk.do("agent-01", "new.txt", "half\n")
    for _ in range(3):
        desk.end("agent-01", "DONE|01|it works")
    assert desk.state("01") == "failed"
    return desk


@pytest.mark.parametrize("words", [[], ["--unchecked"]])
def test_the_commit_has_the_fix_and_not_what_the_agent_left(failed: Desk, words: list[str]) -> None:
    repo = Project(failed.root)
    repo.write({"a.txt": "right\n", "new.txt": "whole\n"})
    said = repo.fanout("done", "demo-1/01", *words)
    assert said.code == 0, said.err
    assert repo.fanout("commit", "demo-1/01").code == 0
    assert (repo.git("show", "HEAD:a.txt"), repo.git("show", "HEAD:new.txt")) == ("right\n", "whole\n")
    assert repo.git("status", "--porcelain") == ""
    outcome = failed.rows("SELECT outcome FROM task WHERE id = '01'")[0][0]
    assert outcome == ("marked done by hand (not checked)" if words else "marked done by hand, its checks pass")


def test_a_fix_that_takes_the_change_back_leaves_nothing_to_commit(failed: Desk) -> None:
    repo = Project(failed.root)
    repo.write({"a.txt": "as it was\n", "new.txt": "whole\n"})
    assert repo.fanout("done", "demo-1/01", "--unchecked").code == 0
    assert repo.fanout("commit", "demo-1/01").code == 0
    assert repo.git("show", "--name-only", "--format=", "HEAD").split() == ["new.txt"]


def test_it_stands_as_it_was_judged_and_an_undo_takes_it_back(failed: Desk) -> None:
    repo = Project(failed.root)
    repo.write({"a.txt": "right\n", "new.txt": "whole\n"})
    assert repo.fanout("done", "demo-1/01").code == 0
    failed.launch("02")
    failed.do("agent-02", "c.txt")
    failed.end("agent-02", "DONE|02|did it")
    assert "No longer as" not in failed.notify("agent-02")
    assert "**Success**" in repo.fanout("report").out
    assert repo.fanout("undo", "demo-1/01").code == 0
    assert (repo.path / "a.txt").read_text() == "as it was\n" and not (repo.path / "new.txt").exists()


def test_what_another_task_wrote_there_since_stays_its_own(failed: Desk) -> None:
    repo = Project(failed.root)
    failed.launch("02")
    failed.do("agent-02", "a.txt", "wrong\nby 02\n")
    failed.do("agent-02", "c.txt")
    failed.end("agent-02", "DONE|02|did it")
    assert repo.fanout("done", "demo-1/01", "--unchecked").code == 0
    assert repo.fanout("commit", "demo-1/01").code == 0
    assert repo.git("show", "HEAD:a.txt") == "wrong\n"


def test_a_change_after_the_end_is_said_to_be_in_no_commit(failed: Desk) -> None:
    repo = Project(failed.root)
    repo.write({"a.txt": "right\n"})
    repo.fanout("done", "demo-1/01")
    failed.launch("02")
    failed.do("agent-02", "c.txt", "made\n")
    failed.end("agent-02", "DONE|02|did it")
    repo.write({"c.txt": "made\nand more by hand\n"})
    said = repo.fanout("commit", "--all").out
    assert "c.txt still differs from HEAD. It holds changes that are not the tasks' own" in said
    assert repo.git("show", "HEAD:c.txt") == "made\n"
    repo.write({"c.txt": "made\n"})
    assert "still differs" not in repo.fanout("commit", "--all").out


@pytest.mark.parametrize("way", ["retry", "undo"])
@pytest.mark.parametrize("second", ["second\n", "as it was\nand second\n"])
def test_what_is_done_again_after_its_commit_is_committed_again(project: Project, way: str, second: str) -> None:
    project.write({"a.txt": "as it was\n"})
    project.commit_all()
    desk = Desk(project.path)
    desk.start(plan({"01": {"writes": ["a.txt", "b.txt"]}}))
    desk.launch("01")
    desk.do("agent-01", "a.txt", "first\n")
    desk.do("agent-01", "b.txt", "only the first time\n")
    desk.end("agent-01", "DONE|01|first")
    assert project.fanout("commit", "demo-1/01").code == 0
    if way == "undo":
        assert project.fanout("undo", "demo-1/01").code == 0
    assert project.fanout("retry", "demo-1/01", *(["--again"] if way == "retry" else [])).code == 0
    assert (project.path / "a.txt").read_text() == "as it was\n"
    desk.launch("01", agent="again")
    desk.do("again", "a.txt", second)
    desk.end("again", "DONE|01|second, b.txt is not needed")
    made = project.fanout("commit", "--all")
    assert made.code == 0, made.out
    assert project.git("show", "HEAD:a.txt") == second
    assert project.git("status", "--porcelain") == ""


def test_what_a_failed_task_left_is_said_to_be_in_no_commit(failed: Desk) -> None:
    failed.launch("02")
    failed.do("agent-02", "c.txt", "made\n")
    failed.end("agent-02", "DONE|02|did it")
    said = Project(failed.root).fanout("commit", "--all").out
    assert "01  not committed, it failed: a.txt, new.txt" in said and "02  " in said


@pytest.fixture
def at_work(project: Project) -> Desk:
    """01 has an agent that works; the user has its file right meanwhile, and says so."""
    project.write({"a.txt": "as it was\n"})
    project.commit_all()
    desk = Desk(project.path)
    desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {"writes": ["c.txt"]}}))
    desk.launch("01")
    desk.do("agent-01", "a.txt", "wrong\n")
    project.write({"a.txt": "right\n"})
    return desk


@pytest.mark.parametrize(("verb", "state"), [("done", "done"), ("fail", "failed")])
def test_who_still_works_at_what_was_ended_by_hand_changes_nothing_more(at_work: Desk, verb: str, state: str) -> None:
    said = Project(at_work.root).fanout(verb, "demo-1/01", *(["--unchecked"] if verb == "done" else [])).out
    assert "Its agent still runs: TaskStop with task_id agent-01 ends it" in said
    assert said.index("TaskStop") < said.index("Agent call")
    for refused in (at_work.write("agent-01", "a.txt"), at_work.bash("agent-01", "sed -i s/right/wrong/ a.txt")):
        assert f"Task 01 was marked {state} by hand while you worked at it" in denial(refused)
    assert not denial(at_work.write(None, "b.txt")), "the main conversation goes on"
    at_work.end("agent-01", f"DONE|01|marked {state} by hand")
    assert at_work.state("01") == state
    assert len(at_work.rows("SELECT id FROM agent WHERE task = '01'")) == 1, "it was no new stretch of work"


@pytest.mark.parametrize("way", ["it ended", "it was stopped", "the user stopped it"])
def test_spoken_to_again_after_its_end_it_is_an_agent_like_any_other(at_work: Desk, way: str) -> None:
    Project(at_work.root).fanout("done", "demo-1/01", "--unchecked")
    if way == "it ended":
        at_work.end("agent-01", "DONE|01|right")
    elif way == "the user stopped it":
        at_work.notify("agent-01", "killed")
    else:
        given = {"tool_name": "TaskStop", "tool_input": {"task_id": "agent-01"}}
        at_work.send("after", "PostToolUse", tool_response={"task_type": "local_agent"}, **given)
    assert not denial(at_work.write("agent-01", "a.txt"))


def test_it_is_refused_after_the_end_of_its_run_too(at_work: Desk) -> None:
    repo = Project(at_work.root)
    repo.fanout("skip", "demo-1/02")
    assert "The run is over" in repo.fanout("done", "demo-1/01", "--unchecked").out
    assert switch.is_live(str(repo.path)) and denial(at_work.write("agent-01", "a.txt"))
    at_work.end("agent-01", "DONE|01|right")
    assert not switch.is_live(str(repo.path)), "nobody is at work any more"
