"""A run steered by hand: what is taken as done, and what a run that is over answers."""

from __future__ import annotations

import os
import subprocess

import pytest
from project import FANOUT, Project

TASKS = {
    "id": "t",
    "tasks": [
        {"id": "01", "writes": ["a.txt"]},
        {"id": "02", "writes": ["b.txt"], "depends_on": ["01"]},
        {"id": "03", "writes": ["c.txt"]},
    ],
}


@pytest.fixture
def started(project: Project) -> Project:
    project.write({"tasks.json": TASKS})
    assert project.fanout("start", "tasks.json").code == 0
    return project


def test_done_by_hand_looks_at_what_the_task_needs_and_writes(started: Project) -> None:
    refused = started.fanout("done", "t-1/02", "hmm")
    assert refused.code == 1 and "task 02 is not done: it needs 01 (pending)" in refused.err
    refused = started.fanout("done", "t-1/01", "hmm")
    assert refused.code == 1 and "a.txt was to be written and is not there" in refused.err
    assert "--unchecked" in refused.err
    started.write({"a.txt": "a"})
    assert started.fanout("done", "t-1/01", "by me").code == 0
    assert started.fanout("done", "t-1/02", "b.txt was not needed").code == 0


def test_a_task_that_failed_can_be_finished_by_hand(started: Project) -> None:
    started.fanout("fail", "t-1/01", "broken")
    started.fanout("fail", "t-1/03", "broken")
    assert "02" in started.fanout("next").out and "The run stands still" in started.fanout("next").out
    assert started.fanout("done", "t-1/01").code == 1
    started.write({"a.txt": "a"})
    ran = started.fanout("done", "t-1/01", "fixed")
    assert ran.code == 0 and "fanout brief t-1/02" in ran.out, "what depends on it may start"


@pytest.mark.parametrize(
    "command",
    [
        ["resume"],
        ["skip", "t-1/03"],
        ["retry", "t-1/02"],
        ["done", "t-1/01"],
        ["done", "t-1/01", "--unchecked"],
        ["fail", "t-1/01"],
        ["claim", "--worker", "w1"],
    ],
)
def test_a_cancelled_run_is_not_changed(started: Project, command: list[str]) -> None:
    started.fanout("cancel")
    before = started.fanout("status", "--json").data["tasks"]
    ran = started.fanout(*command)
    assert ran.code == 1 and "t-1 was cancelled, nothing" in ran.err
    assert before == started.fanout("status", "--json").data["tasks"]


def test_an_agent_that_outlives_its_run_may_still_say_that_it_is_done(started: Project) -> None:
    started.fanout("claim", "--worker", "w1")
    started.fanout("cancel")
    started.write({"a.txt": "a"})
    said = started.fanout("done", "t-1/01", "made it").out
    assert "01 done: made it" in said and "Nothing is left to take" in said


def test_a_cancelled_run_says_so_and_how_to_begin_again(started: Project) -> None:
    started.fanout("cancel")
    said = started.fanout("next").out
    assert "The run was cancelled" in said and "`fanout start tasks.json` starts a new one" in said
    assert "Tell the user the result" not in said


def test_a_run_that_stops_after_a_failure_names_what_it_left(project: Project) -> None:
    project.write({"tasks.json": TASKS | {"policy": {"on_failure": "fail-fast"}}})
    project.fanout("start", "tasks.json")
    said = project.fanout("fail", "t-1/01", "broken").out
    assert "what it needs failed: 02" in said and "stops after a failure (fail-fast): 03" in said


def test_steps_behind_a_failure_start_all_the_same_when_the_user_says_so(project: Project) -> None:
    """Nothing but the list's order is known of them: no word of a need, and the run is opened again."""
    project.write({"steps.md": "# Work\n\n1. Clean the data\n2. Draw the chart\n3. Write the summary\n"})
    project.fanout("start", "steps.md")
    said = project.fanout("fail", "work-1/01", "broken").out
    assert "they stand behind that in the list: 02, 03." in said and "need" not in said
    assert "`fanout first work-1/02` starts one all the same" in said
    begun = project.fanout("first", "work-1/03").out
    assert "03 no longer waits for 02" in begun and "`fanout brief work-1/03`" in begun
    assert "work-1 (active)" in project.fanout("status").out


def test_a_task_gets_another_check(project: Project) -> None:
    accept = [{"text": "It is so."}, {"command": "no-such-program-here"}]
    project.write({"tasks.json": {"id": "t", "tasks": [{"id": "01", "writes": ["a.txt"], "accept": accept}]}})
    project.fanout("start", "tasks.json")
    project.write({"a.txt": "a\n"})
    assert "can't be run here" in project.fanout("done", "t-1/01", "wrote it").err
    told = project.fanout("amend", "t-1/01", "--accept", "test -s a.txt").out
    assert (
        told
        == "`test -s a.txt` checks 01 from now on, in place of `no-such-program-here`. `--accept` once for each keeps both.\n"
    )
    both = ("--accept", "test -s a.txt", "--accept", "grep -q a a.txt")
    assert project.fanout("amend", "t-1/01", *both).out == "`test -s a.txt`, `grep -q a a.txt` check 01 from now on.\n"
    brief = project.fanout("brief", "t-1/01").out
    assert "`grep -q a a.txt` exits 0" in brief
    assert "- It is so." in brief and "`test -s a.txt` exits 0" in brief and "no-such-program-here" not in brief
    assert "01 done" in project.fanout("done", "t-1/01", "wrote it").out
    late = project.fanout("amend", "t-1/01", "--accept", "true")
    assert late.code == 1 and "task 01 is done. `fanout retry t-1/01 --again` does it again." in late.err


def test_what_stands_before_a_step_that_is_left_out_stays_before_the_next(project: Project) -> None:
    project.write({"steps.md": "# Work\n\n1. Clean the data\n2. Draw the chart\n3. Write the summary\n"})
    project.fanout("start", "steps.md")
    said = project.fanout("skip", "work-1/02").out
    assert "02 is left out; 03 waits for 01: the list has them in this order." in said
    assert "work-1/03`" not in said


@pytest.mark.parametrize(
    ("title", "summary", "passes"),
    [
        ("Remove a", "gone", True),
        ("Task", "deleted it", True),
        ("Task", "moved away", True),
        ("Task", "made it", False),
    ],
)
def test_a_task_that_takes_its_file_away_is_done_by_hand(
    project: Project, title: str, summary: str, passes: bool
) -> None:
    project.write({"tasks.json": {"id": "t", "tasks": [{"id": "01", "title": title, "writes": ["a.txt"]}]}})
    project.fanout("start", "tasks.json")
    assert (project.fanout("done", "t-1/01", summary).code == 0) == passes


def test_what_the_user_did_is_put_down_to_no_agent(started: Project) -> None:
    started.write({"a.txt": "a"})
    started.fanout("done", "t-1/01")
    report = started.fanout("report", "--all").out
    assert "01 (by hand)\n  Result: marked done by hand" in report.replace("✅ ", "")
    started.write({"b.txt": "b"})
    started.fanout("done", "t-1/02", "wrote b")
    assert "02 (spec:feature-implementer)" in started.fanout("report", "--all").out.replace("✅ ", ""), (
        "a worker said what it did"
    )


def test_go_in_another_session_takes_the_run_over(started: Project) -> None:
    started.fanout("pause", "t-1")
    said = started.fanout("go", "t-1", env={"CLAUDE_CODE_SESSION_ID": "other"})
    assert said.code == 0 and '"launch"' in said.out
    assert started.fanout("pause", "t-1", env={"CLAUDE_CODE_SESSION_ID": "other"}).code == 0
    assert "It was not paused" not in started.fanout("go", "t-1", env={"CLAUDE_CODE_SESSION_ID": "other"}).out


def test_a_report_names_what_no_command_checked(started: Project) -> None:
    for name, task in (("a.txt", "01"), ("b.txt", "02"), ("c.txt", "03")):
        assert "No command checked" not in started.fanout("report").out, "not before the end"
        started.write({name: name})
        assert started.fanout("done", f"t-1/{task}").code == 0
    said = "No command checked any of them: what was looked at is whether the declared files are written.\n"
    assert said in started.fanout("report").out


def test_what_a_command_checked_is_not_among_it(project: Project) -> None:
    checked = {"id": "01", "writes": ["a.txt"], "accept": [{"command": "true"}]}
    project.write({"tasks.json": {"id": "t", "tasks": [checked, {"id": "02", "read_only": True}]}, "a.txt": "a"})
    project.fanout("start", "tasks.json")
    for task in ("01", "02"):
        assert project.fanout("done", f"t-1/{task}", "looked at it").code == 0
    assert "No command checked" not in project.fanout("report").out


CHECKED = [
    {"id": name, "writes": [f"{name}.txt"], "accept": [{"command": "no-such-program-here"}]}
    for name in ("01", "02", "03")
]


def test_several_are_done_at_once_and_all_are_looked_at_first(project: Project) -> None:
    project.write({"tasks.json": {"id": "t", "tasks": [{"id": one["id"], "writes": one["writes"]} for one in CHECKED]}})
    project.fanout("start", "tasks.json")
    project.write({"01.txt": "a\n", "02.txt": "b\n"})
    refused = project.fanout("done", "t-1/01", "t-1/03")
    assert refused.code == 1 and "task 03 is not done" in refused.err
    assert "0 of 3 done" in project.fanout("next").out, "none is, where one is not"
    said = project.fanout("done", "t-1/01", "t-1/02", "both", "written").out
    assert "01 done" in said and "02 done" in said and "2 of 3 done" in said and said.count("launch") == 1


def test_no_command_checks_any_more(project: Project) -> None:
    project.write({"tasks.json": {"id": "t", "tasks": CHECKED}})
    project.fanout("start", "tasks.json")
    project.write({"01.txt": "a\n", "02.txt": "b\n"})
    project.fanout("fail", "t-1/01", "no such program")
    said = project.fanout("amend", "t-1", "--no-checks").out
    assert said.startswith("No command checks 01, 02, 03 any more: what is declared is looked for")
    assert said.endswith("`fanout done t-1/01` takes what is there.\n")
    assert project.fanout("done", "t-1/01", "t-1/02").out.startswith("01 done: marked done by hand\n02 done")
    assert "is not done" in project.fanout("done", "t-1/03").err, "its file is still looked for"
    assert "nothing is changed" in project.fanout("amend", "t-1", "--no-checks").out
    assert project.fanout("amend", "t-1", "--no-checks", "--accept", "true").code == 2


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("session", "says"), [("", 'when you say "go on" there:'), ("s1", "then end your turn:")])
def test_a_person_at_a_terminal_is_told_who_sends_the_calls(project: Project, session: str, says: str) -> None:
    import pty

    project.write({"tasks.json": {"id": "t", "tasks": [{"id": "01", "writes": ["a.txt"]}]}})
    project.fanout("start", "tasks.json")
    above, below = pty.openpty()
    env = {**os.environ, "CLAUDE_CODE_SESSION_ID": session, "COLUMNS": "200"}
    subprocess.run([FANOUT, "next"], cwd=project.path, stdout=below, env=env, check=True)
    os.close(below)
    shown = os.read(above, 4000).decode()
    os.close(above)
    assert says in shown and '{"launch":[' in shown
    assert ("Send exactly" in shown) is bool(session)


def test_a_task_that_was_left_out_can_be_done_by_hand_all_the_same(started: Project) -> None:
    started.fanout("skip", "t-1/01")
    refused = started.fanout("done", "t-1/01")
    assert refused.code == 1 and "a.txt was to be written and is not there" in refused.err
    started.write({"a.txt": "a"})
    ran = started.fanout("done", "t-1/01", "repaired it")
    assert ran.code == 0 and "01 done: repaired it" in ran.out
    assert "1 of 3 done" in started.fanout("status").out
    assert started.fanout("fail", "t-1/01").code == 1
