"""Agents that take their tasks by themselves: what they claim by name is their own."""

from __future__ import annotations

import subprocess

import pytest
from hooks.desk import Desk, denial, launches
from project import FANOUT, Project, Ran
from run.plans import plan

from fanout.hooks.launching import claiming

PROMPT = "Run `fanout claim --worker {name} demo-1 --wait 60` and follow what it prints."


def crew(desk: Desk, tasks: int, *names: str) -> Desk:
    desk.start(plan({f"t{n}": {"writes": [f"{n}.txt"]} for n in range(tasks)}))
    for name in names:
        desk.launch(f"worker {name}", agent=name, prompt=PROMPT.format(name=name))
    return desk


def claim(desk: Desk, name: str, agent: str | None = None) -> Ran:
    """The guard sees the command, then it runs."""
    answer = desk.bash(agent or name, f"fanout claim --worker {name} demo-1")
    assert not denial(answer)
    return Project(desk.root).fanout("claim", "--worker", name, "demo-1")


def test_a_worker_writes_the_files_of_its_task_and_no_others(desk: Desk) -> None:
    crew(desk, 3, "w1", "w2")
    assert "# Task t0" in claim(desk, "w1").out and "# Task t1" in claim(desk, "w2").out
    assert desk.do("w1", "0.txt") == {} and desk.bash("w1", "echo x > 0.txt") == {}
    assert "0.txt belongs to task t0" in denial(desk.write("w2", "0.txt"))
    assert "1.txt belongs to task t1" in denial(desk.bash("w1", "echo x > 1.txt"))


def test_the_brief_says_how_to_end_and_go_on(desk: Desk) -> None:
    crew(desk, 2, "w1")
    brief = claim(desk, "w1").out
    assert "`fanout done demo-1/t0 'what you did'`" in brief and "`fanout claim --worker w1 demo-1 --wait 60`" in brief
    assert "DONE|" not in brief
    assert Project(desk.root).fanout("brief", "demo-1/t0").out.strip() == brief.strip()


def test_done_is_checked_and_says_what_comes_next(desk: Desk) -> None:
    crew(desk, 2, "w1")
    claim(desk, "w1")
    project = Project(desk.root)
    refused = project.fanout("done", "demo-1/t0", "made it")
    assert refused.code == 1 and "0.txt was to be written" in refused.err
    assert "is checked" in denial(desk.bash("w1", "fanout done demo-1/t0 --unchecked"))
    desk.do("w1", "0.txt")
    said = project.fanout("done", "demo-1/t0", "made it")
    assert "t0 done: made it" in said.out and "`fanout claim --worker w1 demo-1 --wait 60`" in said.out
    assert not launches(said.out)
    assert desk.do("w1", "notes.txt") == {}, "between two tasks it is an agent as any other"
    assert "# Task t1" in claim(desk, "w1").out
    desk.do("w1", "1.txt")
    assert "Nothing is left to take. End now" in project.fanout("done", "demo-1/t1", "made it").out
    assert "nothing is left to take" in claim(desk, "w1").err
    assert desk.end("w1", "I did t0 and t1.") == {}
    assert "2 of 2 done" in (told := desk.notify("w1")) and "The run is over" in told
    assert not desk.rows("SELECT * FROM agent WHERE state IN ('open', 'running')")


def test_claude_is_not_told_to_launch_what_the_workers_take(desk: Desk) -> None:
    crew(desk, 3, "w1", "w2")
    assert desk.stop() == {}, "before they have claimed"
    claim(desk, "w1")
    desk.do("w1", "0.txt")
    Project(desk.root).fanout("done", "demo-1/t0")
    assert desk.stop() == {} and not launches(Project(desk.root).fanout("next").out), "between two tasks"
    desk.end("w1", "I did t0.")
    said = desk.notify("w1")
    assert "1 of 3 done" in said and not launches(said) and "the workers of demo-1 take its tasks" in said
    desk.end("w2", "I did nothing.")
    assert launches(desk.notify("w2")) == ["t1", "t2"], "nobody is left to take them"


def test_a_worker_that_ends_with_its_task_is_judged_like_any_agent(desk: Desk) -> None:
    crew(desk, 1, "w1")
    claim(desk, "w1")
    assert "0.txt was to be written" in desk.end("w1", "DONE|t0|x")["reason"]
    desk.do("w1", "0.txt")
    assert desk.end("w1", "DONE|t0|x") == {} and desk.state("t0") == "done"


def test_two_agents_have_two_names(desk: Desk) -> None:
    crew(desk, 3, "w1", "w2")
    claim(desk, "w1")
    assert "another agent's name" in denial(desk.bash("w2", "fanout claim --worker w1"))
    assert "You have task t0 of demo-1" in denial(desk.bash("w1", "fanout claim --worker w3"))


def test_an_agent_of_a_task_takes_no_other(desk: Desk) -> None:
    desk.start(plan({"t0": {}, "t1": {}}))
    desk.launch("t0")
    assert "You have task t0" in denial(desk.bash("agent-t0", "fanout claim --worker w1"))


def test_the_main_conversation_is_told_how_workers_are_launched(desk: Desk) -> None:
    crew(desk, 2)
    assert "fanout claim --worker w1 RUN --wait 60" in denial(desk.bash(None, "fanout claim --worker w1"))


def test_nothing_ready_yet_is_not_the_end(desk: Desk) -> None:
    desk.start(plan({"t0": {}, "t1": {"needs": ["t0"]}}))
    project = Project(desk.root)
    project.fanout("claim", "--worker", "w1")
    early = project.fanout("claim", "--worker", "w2")
    assert early.code == 1 and "nothing is ready in demo-1 yet, t0 still running" in early.err
    assert "`fanout claim --worker w2 demo-1 --wait 60` again" in early.err


def test_a_claim_that_waits_gets_what_becomes_ready(desk: Desk) -> None:
    desk.start(plan({"t0": {}, "t1": {"needs": ["t0"]}}))
    project = Project(desk.root)
    project.fanout("claim", "--worker", "w1")
    command = [str(FANOUT), "claim", "--worker", "w2", "--wait", "60"]
    waiting = subprocess.Popen(command, cwd=desk.root, stdout=subprocess.PIPE, text=True)
    project.fanout("done", "demo-1/t0", "looked at it")
    assert "# Task t1" in waiting.communicate()[0]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("fanout claim --worker w1", ("w1", "")),
        ("fanout claim --worker=w1 demo-1 | head", ("w1", "demo-1")),
        ("cd x && fanout claim demo-1 --wait 60 --worker 'w 1'; ls", ("w 1", "demo-1")),
        ("Run `fanout claim --worker w2 demo-1 --wait 60` and follow it", ("w2", "demo-1")),
        ("fanout claim", None),
        ("fanout claim --worker 'w1", None),
        ("fanout why claim", None),
    ],
)
def test_the_worker_of_a_command(line: str, found: tuple[str, str] | None) -> None:
    assert claiming.said(line) == found


@pytest.mark.parametrize(("kind", "may_write"), [("Explore", False), ("general-purpose", True)])
def test_a_worker_of_a_type_that_reads_writes_nothing(desk: Desk, kind: str, may_write: bool) -> None:
    desk.start(plan({"t0": {"writes": ["0.txt"]}, "t1": {"writes": ["1.txt"]}}))
    desk.launch("worker w1", agent="w1", prompt=PROMPT.format(name="w1"), subagent_type=kind)
    assert "# Task t0" in claim(desk, "w1").out
    said = denial(desk.write("w1", "0.txt"))
    assert bool(said) != may_write and ("is read-only" in said) != may_write


def test_a_worker_that_claims_twice_has_one_task(desk: Desk) -> None:
    crew(desk, 3, "w1")
    assert "# Task t0" in claim(desk, "w1").out and "# Task t0" in claim(desk, "w1").out
    assert [desk.state(task) for task in ("t0", "t1", "t2")] == ["running", "pending", "pending"]
    project = Project(desk.root)
    assert "# Task t1" in project.fanout("claim", "--worker", "outside", "demo-1").out
    assert "# Task t1" in project.fanout("claim", "--worker", "outside", "demo-1").out
    assert desk.state("t2") == "pending"


def test_a_worker_does_not_wait_for_itself(desk: Desk) -> None:
    """Between two tasks it wrote a file that its next task declares."""
    crew(desk, 2, "w1")
    claim(desk, "w1")
    desk.do("w1", "0.txt")
    Project(desk.root).fanout("done", "demo-1/t0", "made it")
    assert desk.do("w1", "1.txt", "a first draft\n") == {}
    assert "# Task t1" in claim(desk, "w1").out


def test_another_worker_waits_for_it(desk: Desk) -> None:
    crew(desk, 2, "w1", "w2")
    claim(desk, "w1")
    desk.do("w1", "0.txt")
    Project(desk.root).fanout("done", "demo-1/t0", "made it")
    assert desk.do("w1", "1.txt", "a first draft\n") == {}
    assert "which has 1.txt" in claim(desk, "w2").err
    assert desk.state("t1") == "pending"


def test_of_a_cancelled_run_nothing_is_left_to_take(desk: Desk) -> None:
    crew(desk, 2, "w1")
    Project(desk.root).fanout("cancel")
    said = Project(desk.root).fanout("claim", "--worker", "w1", "demo-1")
    assert said.code == 1 and "run demo-1 was cancelled, nothing is left to take. End now." in said.err
