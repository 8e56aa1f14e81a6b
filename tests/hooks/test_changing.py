"""A run that is changed while it goes on: first, amend, add, cap, retry --note."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hooks.desk import Desk, denial, launches
from project import Project, Ran
from run.plans import plan

from fanout.run.flow import next_message
from fanout.run.flow.next_message import NO_LONGER
from fanout.run.store import journal, planned
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

NEWEST = "Newest first: where two differ, the newer one holds."
SIX = {f"0{number}": {"writes": [f"m{number}"]} for number in range(1, 7)}


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Two of six tasks run, four wait."""
    desk.start(plan(SIX | {"06": {"writes": ["m6"], "needs": ["05"]}}, cap=2))
    desk.launch("01")
    desk.launch("02")
    return desk


def typed(desk: Desk, *words: str) -> Ran:
    return Project(desk.root).fanout(*words)


def ended(desk: Desk, task: str) -> list[str]:
    """What is launched after a task is done."""
    desk.do(f"agent-{task}", f"m{int(task)}")
    desk.end(f"agent-{task}", f"DONE|{task}|made")
    return launches(desk.notify(f"agent-{task}"))


def test_what_is_put_first_starts_next_with_what_it_waits_for(two: Desk) -> None:
    assert typed(two, "first", f"{two.run}/06").code == 0
    assert ended(two, "01") == ["05"]
    typed(two, "sync", two.run)  # the order planned again keeps it
    two.launch("05")
    assert ended(two, "05") == ["06"]


def test_of_two_the_later_word_comes_first(two: Desk) -> None:
    typed(two, "first", f"{two.run}/04")
    typed(two, "first", f"{two.run}/06")
    assert ended(two, "01") == ["05"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["first", "demo-1/01"], "task 01 is running. Only a task that waits is put first."),
        (["first", "demo-1/99"], "run demo-1 has no task '99'. Its tasks: 01, 02"),
        (["first", "demo-1/03", "other/1"], "the tasks are of several runs"),
        (["amend", "demo-1/03", " "], "there is nothing to tell"),
        (["add", "demo-1", "More", "--after", "99"], "--after: run demo-1 has no task '99'. Its tasks: 01, 02"),
        (["add", "demo-1", "More", "--writes", "../x"], "out of the"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(two: Desk, words: list[str], said: str) -> None:
    before = two.rows("SELECT id, rank, record, state FROM task ORDER BY id")
    ran = typed(two, *words)
    assert ran.code == 1 and said in ran.err
    assert [tuple(row) for row in two.rows("SELECT id, rank, record, state FROM task ORDER BY id")] == [
        tuple(row) for row in before
    ]


def test_what_is_different_stands_in_the_brief(two: Desk) -> None:
    assert "The brief of task 03 says it." in typed(two, "amend", f"{two.run}/03", "write", "it in German").out
    typed(two, "amend", f"{two.run}/03", "and short")
    text = typed(two, "brief", f"{two.run}/03").out
    assert f"this holds over all else here\n{NEWEST}\n- and short\n- write it in German\n" in text
    assert "From the user" not in text
    assert "German" not in typed(two, "brief", f"{two.run}/04").out


def test_a_running_agent_is_to_be_told_by_its_id(two: Desk) -> None:
    said = typed(two, "amend", f"{two.run}/01", "write X instead").out
    assert "SendMessage to agent-01, message 'write X instead'" in said
    assert "write X instead" in typed(two, "brief", f"{two.run}/01").out, "an agent that reads it again is told too"


def test_a_task_that_is_done_is_not_amended(two: Desk) -> None:
    ended(two, "01")
    ran = typed(two, "amend", f"{two.run}/01", "more")
    assert ran.code == 1 and "task 01 is done. `fanout add demo-1" in ran.err


def test_a_retry_may_carry_a_word(two: Desk) -> None:
    two.end("agent-01", "BLOCKED|01|no idea")
    assert typed(two, "retry", f"{two.run}/01", "--note", "use the old parser").code == 0
    text = typed(two, "brief", f"{two.run}/01").out
    assert two.state("01") == "pending" and "## From whoever leads this run, since the list was written" in text
    assert "- use the old parser" in text and NEWEST not in text


def test_a_task_at_work_comes_behind_another_once_its_agent_is_stopped(two: Desk) -> None:
    ran = typed(two, "amend", f"{two.run}/01", "use it", "--after", "03")
    assert ran.code == 1 and "task 01 is running, and nothing was changed." in ran.err
    assert (
        "the same without --after" in ran.err
        and "TaskStop with task_id agent-01, then this command once more" in ran.err
    )
    assert "use it" not in typed(two, "brief", f"{two.run}/01").out
    two.notify("agent-01", status="killed")
    said = typed(two, "amend", f"{two.run}/01", "use it", "--after", "03").out
    assert "01 starts after 03 now." in said and two.state("01") == "pending"
    assert "- use it" in typed(two, "brief", f"{two.run}/01").out


def test_why_of_a_task_names_the_command_that_says_it(two: Desk) -> None:
    ran = typed(two, "why", f"{two.run}/03")
    assert ran.code == 1 and f"`fanout status {two.run}/03` says where it stands" in ran.err
    assert typed(two, "why", "m1").code == 0


def test_words_for_all_are_in_each_open_brief(two: Desk) -> None:
    ended(two, "01")
    said = typed(two, "amend", two.run, "leave config/ alone").out
    assert said.startswith(
        "The briefs of 02, 03, 04, 05, 06 say it. At work already, send each the words, SendMessage "
    )
    assert "'leave config/ alone': agent-02 (02)." in said
    assert "- leave config/ alone" in typed(two, "brief", f"{two.run}/05").out
    assert "leave config/" not in typed(two, "brief", f"{two.run}/01").out
    assert "there is no run" in typed(two, "amend", "other-1", "leave it").err


def test_a_task_gets_other_files_and_another_check_in_one_command(two: Desk) -> None:
    said = typed(two, "amend", f"{two.run}/03", "--writes", "x.py", "--accept", "pytest -q").out
    assert "`pytest -q` checks 03 from now on" in said and "writes x.py now, and nothing else" in said
    brief = typed(two, "brief", f"{two.run}/03").out
    assert "`x.py`" in brief and "`pytest -q` exits 0" in brief


def test_another_check_for_all_says_how_it_takes_the_place_of_what_there_is(two: Desk) -> None:
    two.end("agent-01", "BLOCKED|01|no such program")
    assert "checks 6 open tasks" in typed(two, "amend", two.run, "--accept", "prove -l t").out, (
        "one that is blocked too"
    )
    said = typed(two, "amend", two.run, "--accept", "make test").out
    assert "each open task has its check already (`prove -l t`), and nothing is changed" in said
    assert f"`fanout amend {two.run} --no-checks`, then this command once more" in said
    typed(two, "amend", two.run, "--no-checks")
    assert "checks 6 open tasks" in typed(two, "amend", two.run, "--accept", "make test").out


def test_words_and_a_check_for_all_go_in_one_command(two: Desk) -> None:
    said = typed(two, "amend", two.run, "each page passes the linter", "--accept", "./lint.sh").out
    assert "`./lint.sh` checks 6 open tasks" in said and "The briefs of 01, 02, 03, 04, 05, 06 say it." in said
    brief = typed(two, "brief", f"{two.run}/05").out
    assert "- each page passes the linter" in brief and "`./lint.sh` exits 0" in brief


def test_what_was_built_on_a_task_that_is_done_again_is_named(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"], "needs": ["01"]}, "03": {"writes": ["c"]}}))
    for name, file in (("01", "a"), ("02", "b")):
        desk.launch(name)
        desk.do(f"agent-{name}", file)
        desk.end(f"agent-{name}", f"DONE|{name}|made")
    said = typed(desk, "retry", f"{desk.run}/01", "--again").out
    assert (
        "02, done, built on it: look at that once 01 is done, `fanout retry demo-1/02 --again` does it again." in said
    )


def test_a_note_that_says_to_write_a_file_lets_the_task_write_it(two: Desk) -> None:
    two.end("agent-01", "BLOCKED|01|no idea")
    said = typed(two, "retry", f"{two.run}/01", "--note", "write test/new.test.js too").out
    assert "It writes test/new.test.js too, as the note says." in said
    assert "`m1`, `test/new.test.js`" in typed(two, "brief", f"{two.run}/01").out


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("leave test/new.test.js alone", ""),
        ("see src/old.py for how it was done", ""),
        ("write m1 as before", ""),
        ("write lib/new.js instead", "--writes lib/new.js` lets it write what the note names instead"),
        ("make `npm test` pass", ""),
    ],
)
def test_a_note_of_another_kind_lets_it_write_nothing_more(two: Desk, note: str, told: str) -> None:
    two.end("agent-01", "BLOCKED|01|no idea")
    said = typed(two, "retry", f"{two.run}/01", "--note", note).out
    assert told in said and "as the note says" not in said
    assert "`m1`, `" not in typed(two, "brief", f"{two.run}/01").out


def test_a_file_that_a_running_task_writes_is_waited_for(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["src/a.js"]}, "02": {"writes": ["src/b.js"]}}))
    desk.launch("01")
    desk.launch("02")
    desk.end("agent-01", "BLOCKED|01|no idea")
    said = typed(desk, "retry", f"{desk.run}/01", "--note", "also change src/b.js").out
    assert "01 is to be done again; it " in said and "02" in said and "It writes src/b.js too" in said


def test_what_was_done_and_is_to_be_done_again_is_not_told_by_an_older_failure(two: Desk) -> None:
    two.end("agent-01", "BLOCKED|01|no idea")
    typed(two, "retry", f"{two.run}/01")
    two.launch("01", agent="second")
    two.do("second", "m1")
    two.end("second", "DONE|01|made in French")
    two.notify("second")
    assert typed(two, "retry", f"{two.run}/01", "--again", "--note", "in German").code == 0
    text = typed(two, "brief", f"{two.run}/01").out
    assert "- It ended: done (made in French), and taken back since\n- Nothing of it is in the tree" in text
    assert "no idea" not in text


def test_a_done_task_that_failed_at_the_end_of_the_run_says_that(two: Desk) -> None:
    ended(two, "01")
    with Write(two.db):
        journal.note(two.db, "refused-at-end", two.run, "01", gap="`make` exited 2")
        tasks.fail_at_end(two.db, two.run, "01", "at the end of the run: `make` exited 2")
    assert "- It ended: `make` exited 2\n- What it changed stands" in typed(two, "brief", f"{two.run}/01").out


def test_a_task_is_added_beside_what_it_conflicts_with(two: Desk) -> None:
    said = typed(two, "add", two.run, "Also", "this", "--writes", "m1", "--after", "02", "--text", "All of it.").out
    assert "Added as task 07, never beside 01." in said and "0 of 7 done" in said
    assert "All of it." in typed(two, "brief", f"{two.run}/07").out
    typed(two, "first", f"{two.run}/07")
    assert "07" not in ended(two, "02"), "01 still writes m1"
    assert "it waits for 01: both write m1" in denial(two.launch("07"))
    assert "07" in ended(two, "01")


def test_what_is_over_is_nothing_that_a_new_task_is_kept_from(two: Desk) -> None:
    ended(two, "01")
    assert "Added as task 07.\n" in typed(two, "add", two.run, "Also", "--writes", "m1").out


def test_a_task_is_added_to_a_run_that_is_over(desk: Desk) -> None:
    desk.start(plan({"a": {"writes": ["a"]}}))
    desk.launch("a")
    desk.do("agent-a", "a")
    desk.end("agent-a", "DONE|a|made")
    desk.notify("agent-a")
    said = typed(desk, "add", desk.run, "b", "--writes", "b").out
    assert launches(said) == ["added-1"]


def test_fewer_at_once_and_more(two: Desk) -> None:
    said = typed(two, "cap", "4").out
    assert launches(said) == ["03", "04"]
    typed(two, "cap", "1")
    assert "2 agents run already (max_parallel 1)" in denial(two.launch("03"))
    assert ended(two, "01") == []
    assert ended(two, "02") == ["03"]


# -- other files ---------------------------------------------------------------------------------------------------------------


def test_a_task_that_waits_may_write_other_files(two: Desk) -> None:
    ran = typed(two, "amend", f"{two.run}/03", "write src/other.py instead", "--writes", "src/other.py")
    assert ran.code == 0 and "still may write only" not in ran.out
    typed(two, "first", f"{two.run}/03")
    assert ended(two, "01") == ["03"]
    brief = two.launch("03")["hookSpecificOutput"]["updatedInput"]["prompt"]
    assert "Write only: `src/other.py`" in brief and "`m3`" not in brief
    two.launch("04")
    assert "belongs to" in denial(two.write("agent-04", "src/other.py"))
    assert two.write("agent-03", "src/other.py") == {}
    two.do("agent-03", "src/other.py", "x = 1\n")
    assert two.end("agent-03", "DONE|03|made src/other.py") == {} and two.state("03") == "done"


def test_other_files_keep_tasks_apart(two: Desk) -> None:
    typed(two, "amend", f"{two.run}/03", "--writes", "m2")
    typed(two, "first", f"{two.run}/03")
    assert ended(two, "01") == ["04"]  # 03 waits for 02, which writes m2


def test_without_them_it_is_said_that_the_files_stay(two: Desk) -> None:
    said = typed(two, "amend", f"{two.run}/03", "in other words").out
    assert "It still may write only m3: `--writes PATH` names others." in said
    said = typed(two, "amend", f"{two.run}/03", "write src/other.py instead").out
    way = f"`fanout amend {two.run}/03 --writes src/other.py` lets it write what the note names instead"
    assert f"It still may write only m3: {way}" in said


def test_words_that_name_one_file_more_let_a_task_that_waits_write_it(two: Desk) -> None:
    said = typed(two, "amend", f"{two.run}/03", "also export it in src/index.ts").out
    assert "It writes src/index.ts too, as the note says." in said and "It still may write only" not in said
    assert "`m3`, `src/index.ts`" in typed(two, "brief", f"{two.run}/03").out


def test_files_that_others_take_the_place_of_are_named(two: Desk) -> None:
    said = typed(two, "amend", f"{two.run}/03", "as a module", "--writes", "x.py").out
    way = f"`fanout amend {two.run}/03 --writes m3 --writes x.py` has it write all of them."
    assert f"03 writes x.py now, and nothing else. No more m3: {way}" in said
    assert "No more" not in typed(two, "amend", f"{two.run}/04", "--writes", "m4", "--writes", "y.py").out


@pytest.mark.parametrize("verb", ["retry --note", "amend"])
def test_words_that_leave_a_file_alone_take_it_from_the_task(desk: Desk, verb: str) -> None:
    desk.start(plan({"01": {"writes": ["src/a.ts", "test/a.test.ts"]}, "02": {"writes": ["b"]}}, cap=1))
    desk.launch("01")
    desk.end("agent-01", "BLOCKED|01|no idea")
    if verb == "amend":
        typed(desk, "retry", f"{desk.run}/01")
        said = typed(desk, "amend", f"{desk.run}/01", "Don't change test/a.test.ts").out
    else:
        said = typed(desk, "retry", f"{desk.run}/01", "--note", "Don't change test/a.test.ts").out
    assert "It writes no more test/a.test.ts, as the note says." in said
    brief = typed(desk, "brief", f"{desk.run}/01").out
    assert "Write only: `src/a.ts`\n" in brief


def test_a_stop_that_a_command_asked_for_is_no_pause(desk: Desk) -> None:
    """One task at work, which is to write other files: the run goes on, and the command once more does it anew."""
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}, cap=1))
    desk.launch("01")
    ran = typed(desk, "amend", f"{desk.run}/01", "into c", "--writes", "c")
    assert ran.code == 1 and "TaskStop with task_id agent-01, then this command once more" in ran.err
    said = desk.notify("agent-01", "killed")
    assert "paused" not in said and launches(said) == ["02"]
    said = typed(desk, "amend", f"{desk.run}/01", "into c", "--writes", "c").out
    assert desk.state("01") == "pending" and "paused" not in said


def test_a_running_task_keeps_its_files(two: Desk) -> None:
    ran = typed(two, "amend", f"{two.run}/01", "--writes", "x.py")
    assert (
        ran.code == 1
        and "task 01 is running: its files stay what they are. Words for its agent alone: the same without --writes. One file "
        "more: its agent asks with `fanout ask"
        in ran.err
    )
    assert (
        "Others in place of these: TaskStop with task_id agent-01, then this command once more: the task is done"
        in ran.err
    )


def test_a_task_whose_agent_was_stopped_for_it_is_done_anew_with_other_files(two: Desk) -> None:
    two.do("agent-01", "m1")
    two.notify("agent-01", "killed")
    said = typed(two, "amend", f"{two.run}/01", "put it into x.py", "--writes", "x.py").out
    assert (
        "What its stopped agent changed is taken back; 01 is to be done anew." in said and '"description": "01' in said
    )
    assert not (two.root / "m1").exists() and two.state("01") == "pending"


def test_a_task_that_failed_by_itself_is_not_done_anew_unasked(two: Desk) -> None:
    two.end("agent-01", "BLOCKED|01|no key")
    said = typed(two, "amend", f"{two.run}/01", "put it into x.py", "--writes", "x.py").out
    assert "the task is blocked, and `fanout retry demo-1/01` does it again" in said and two.state("01") == "blocked"


def test_with_the_last_agent_the_run_is_paused_and_the_answer_says_so(two: Desk) -> None:
    for name in ("01", "02"):
        two.notify(f"agent-{name}", "killed")
    ran = typed(two, "amend", f"{two.run}/01", "--writes", "x.py")
    assert ran.err == ""
    assert ran.out.endswith("The run is paused: `fanout go demo-1` goes on with it.\n")


def test_a_title_that_names_the_old_file_names_the_new_one(two: Desk) -> None:
    two.db.execute("UPDATE task SET title = 'Write m3 and m4' WHERE id = '03'")
    typed(two, "amend", f"{two.run}/03", "--writes", "docs/x.md")
    assert two.rows("SELECT title FROM task WHERE id = '03'")[0][0] == "Write docs/x.md and m4"
    typed(two, "amend", f"{two.run}/03", "--writes", "a.md", "--writes", "b.md")
    assert two.rows("SELECT title FROM task WHERE id = '03'")[0][0] == "Write docs/x.md and m4", (
        "which it was is not known"
    )


def test_a_task_is_added_after_another_was_amended(two: Desk) -> None:
    typed(two, "amend", f"{two.run}/03", "and short")
    typed(two, "amend", f"{two.run}/04", "--writes", "src/x.py")
    ran = typed(two, "add", two.run, "Write the changelog", "--writes", "CHANGELOG.md")
    assert ran.code == 0 and "Added as task 07" in ran.out


def test_first_says_what_is_next_and_what_that_waits_for(two: Desk) -> None:
    said = typed(two, "first", f"{two.run}/06").out
    assert said.startswith(
        "06 comes before all others but what it needs now. Next is 05, as soon as a place is free; 06 needs 05.\n"
    )
    said = typed(two, "first", f"{two.run}/04").out
    assert said.startswith("04 comes before all others now. Next is 04, as soon as a place is free.\n")
    typed(two, "pause", two.run)
    said = typed(two, "first", f"{two.run}/03", f"{two.run}/04").out
    assert f"03, 04 come before all others now. Next is 03, after `fanout go {two.run}`.\n" in said


def test_skip_says_what_goes_on_without_it(two: Desk) -> None:
    assert typed(two, "skip", f"{two.run}/05").out.startswith("05 is left out; 06 goes on without it.\n")
    assert typed(two, "skip", f"{two.run}/04").out.startswith("04 is left out; no task waits for it.\n")


@pytest.mark.parametrize("wrote", [[], ["m1"]])
def test_what_a_stopped_agent_changed_is_named_where_there_is_something(two: Desk, wrote: list[str]) -> None:
    for path in wrote:
        two.do("agent-01", path)
    two.notify("agent-02", "killed")
    said = two.notify("agent-01", "killed").splitlines()[0]
    stands = "".join(f" What it changed stands: {path}." for path in wrote)
    assert said == f"01 was cut off; it starts anew after `fanout go {two.run}`.{stands}"


def test_a_brief_names_siblings_tests_where_siblings_run(desk: Desk) -> None:
    """Not where a task has the tree for itself."""
    desk.start(
        plan(
            {
                "01": {"writes": ["a"]},
                "02": {"writes": ["b"], "needs": ["01"]},
                "03": {"writes": ["c"], "needs": ["01"]},
            }
        )
    )
    line = "A test that fails for a file that isn't yours may be a sibling's half-written work: don't wait for it, don't fix it."
    assert line not in typed(desk, "brief", f"{desk.run}/01").out
    desk.launch("01")
    assert line not in typed(desk, "brief", f"{desk.run}/01").out
    desk.do("agent-01", "a")
    desk.end("agent-01", "DONE|01|made")
    assert launches(desk.notify("agent-01")) == ["02", "03"]
    assert line in typed(desk, "brief", f"{desk.run}/02").out


STEPS = """# Work

1. Rate limiter in `api/limit.py`
2. Call the rate limiter
3. Audit log in `api/audit.py`
4. Call the audit log
5. Mount it in `api/audit.py`
6. Health endpoint in `api/health.py` (after 3)
"""


def test_who_puts_first_overrules_the_lists_order_but_nothing_stated_and_no_shared_file(project: Project) -> None:
    project.write({"work.md": STEPS})
    project.commit_all()
    assert project.fanout("start", "work.md").code == 0
    assert "02 Call the rate limiter: waits for 01: the list has them in this order" in project.fanout("status").out
    said = project.fanout("first", *(f"work-1/0{number}" for number in range(2, 7))).out
    assert "Lifted, as only the list's order said it: 02 after 01, " in said
    assert launches(said) == ["02", "03", "04", "01"]
    waiting = project.fanout("status").out
    assert "05 Mount it in api/audit.py: waits for 03: both write api/audit.py" in waiting
    assert "06 Health endpoint in api/health.py (after 3): needs 03" in waiting


def test_a_task_is_put_behind_others(two: Desk) -> None:
    said = typed(two, "amend", f"{two.run}/03", "--after", "06", "--after", "04").out
    assert said.startswith("03 starts after 06, 04 now.\n")
    assert "03 Task 03: needs 04, 06" in typed(two, "status").out
    assert ended(two, "01") == ["04"]
    wrong = typed(two, "amend", f"{two.run}/05", "--after", "03")
    assert wrong.code == 1 and "--after: task 03 waits for 05. `fanout first demo-1/03` where it need not." in wrong.err
    wrong = typed(two, "amend", f"{two.run}/05", "--after", "99")
    assert wrong.code == 1 and "--after: run demo-1 has no task '99'. Its tasks: 01, 02" in wrong.err
    wrong = typed(two, "amend", f"{two.run}/01", "--after", "03")
    assert (
        wrong.code == 1 and "task 01 is " in wrong.err and "Only a task that waits is put behind others." in wrong.err
    )


def test_the_very_end_is_after_all_that_does_not_wait_for_it(two: Desk) -> None:
    said = typed(two, "amend", f"{two.run}/05", "--after", "all", "put the others into the menu").out
    assert said.startswith("The brief of task 05 says it.")
    assert "05 starts after 01, 02, 03, 04 now.\n" in said, "06 waits for it"
    assert ended(two, "01") == ["03"] and "06 Task 06: needs 05" in typed(two, "status").out


def test_calls_printed_before_are_said_not_to_hold(desk: Desk) -> None:
    """Two commands in one line: sent literally, both blocks would start four agents."""
    desk.start(plan(SIX, cap=2))
    assert NO_LONGER not in typed(desk, "first", f"{desk.run}/06").out
    said = typed(desk, "first", f"{desk.run}/05").out
    assert NO_LONGER in said.splitlines()[0] and launches(said) == ["05", "06"]
    assert NO_LONGER in typed(desk, "amend", f"{desk.run}/05", "--after", "all").out


def test_several_commands_of_one_line_print_each_launch_once(desk: Desk) -> None:
    """Sent literally, blocks that each name all would start an agent twice."""
    bare: dict[str, dict[str, Any]] = {name: {} for name in ("01", "02", "03", "04")}
    for before, name in pairwise(bare):
        bare[name] = {"needs": [before], "follows": [before]}
    desk.start(plan(bare, cap=3))
    said = [
        typed(desk, "amend", f"{desk.run}/01", "--writes", "a.py").out,
        typed(desk, "amend", f"{desk.run}/02", "--writes", "b.py").out,
        typed(desk, "amend", f"{desk.run}/03", "--writes", "c.py").out,
        typed(desk, "amend", f"{desk.run}/03", "in German").out,
    ]
    assert [launches(text) for text in said] == [[], ["01", "02"], ["03"], []]
    assert next_message.BESIDE in said[2] and next_message.BESIDE not in said[1]
    assert said[1].startswith("02 writes b.py now, and nothing else.") and "brief" not in said[1].partition("{")[0]
    assert NO_LONGER not in "".join(said)


def test_launches_that_no_longer_hold_are_replaced_by_one_block(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"writes": ["c"]}}, cap=2))
    assert launches(typed(desk, "cap", "2").out) == ["01", "02"]
    said = typed(desk, "amend", f"{desk.run}/02", "--writes", "a").out
    assert NO_LONGER in said and launches(said) == ["01", "03"]
    leads = {"CLAUDE_CODE_SESSION_ID": desk.session}
    said = Project(desk.root).fanout("skip", f"{desk.run}/03", env=leads).out
    assert NO_LONGER in said and launches(said) == ["01"]
    assert NO_LONGER not in Project(desk.root).fanout("skip", f"{desk.run}/02", env=leads).out, "01 stands above"


def test_a_task_is_added_at_the_very_end(two: Desk) -> None:
    typed(two, "add", two.run, "Changelog", "--writes", "CHANGELOG.md", "--after", "all")
    assert "07 Changelog: needs 01, 02, 03, 04, 05, 06" in typed(two, "status").out
    ended(two, "01")
    typed(two, "add", two.run, "Really last", "--after", "all")
    assert "needs 02, 03, 04, 05, 06, 07" in typed(two, "status").out, "what is over is waited for by nobody"


@pytest.mark.parametrize(("after", "started"), [((), ["02"]), (("--after", "01"), [])])
def test_what_a_task_only_followed_it_needs_once_it_is_put_behind_that(
    desk: Desk, after: tuple[str, ...], started: list[str]
) -> None:
    desk.start(plan({"01": {"writes": ["m1"]}, "02": {"writes": ["m2"], "needs": ["01"], "follows": ["01"]}}))
    typed(desk, "amend", f"{desk.run}/02", "in short", *after)
    desk.launch("01")
    assert launches(desk.notify("agent-01", "failed")) == started


def test_a_task_that_gets_its_files_named_waits_no_more_by_the_lists_order_alone(desk: Desk) -> None:
    """What follows it in the list still follows what stood before it."""
    bare = {"needs": ["01"], "follows": ["01"]}
    desk.start(plan({"01": {"writes": ["a"]}, "02": bare, "03": {"needs": ["02"], "follows": ["02"]}}))
    desk.launch("01")
    said = typed(desk, "amend", f"{desk.run}/02", "--writes", "b").out
    assert "02 no longer waits for 01, which only the list's order said." in said and launches(said) == ["02"]
    refused = denial(desk.launch("03"))
    assert "it waits for 02" in refused
    typed(desk, "skip", f"{desk.run}/02")
    assert "it waits for 01" in denial(desk.launch("03"))


def test_what_it_needs_it_waits_for_all_the_same(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"needs": ["01"]}}))
    desk.launch("01")
    said = typed(desk, "amend", f"{desk.run}/02", "--writes", "b").out
    assert "no longer waits" not in said and "needs 01" in denial(desk.launch("02"))


def test_what_was_put_behind_all_waits_for_what_is_added_later_too(two: Desk) -> None:
    typed(two, "amend", f"{two.run}/05", "--after", "all")
    said = typed(two, "add", two.run, "Travel", "--writes", "travel.md").out
    new = re.search(r"Added as task ([\w-]+)", said)
    assert new and "05, put behind all, waits for it too." in said
    assert new[1] in planned.needs_of(two.db, two.run, "05")
    typed(two, "add", two.run, "Really last", "--writes", "last.md", "--after", "all")
    assert len(planned.needs_of(two.db, two.run, "05")) == len(set(planned.needs_of(two.db, two.run, "05")))
    again = typed(two, "add", two.run, "Behind it", "--writes", "x.md", "--after", "05").out
    assert "05, put behind all" not in again, "no ring"
