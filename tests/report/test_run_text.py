"""Status and report of a run, in the layouts that users know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from report.runs import age, desk_in, eventful

from fanout.report import attention, run_facts, run_text, short_report, status_text
from fanout.run.store.db import Write


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return eventful(desk_in(tmp_path))


def of(desk: Desk) -> dict:
    return run_facts.of_run(desk.db, desk.run)


def settled(text: str) -> list[str]:
    """The lines without what the clock decides."""
    return re.sub(r"\d+\.\d s", "N s", text).splitlines()


WAYS = (
    "do 03 by hand, then `fanout done demo-1/03`; or `fanout retry demo-1/03` does it anew; or `fanout skip demo-1/03` goes on "
    "without it"
)


def test_status_in_the_monitors_layout(desk: Desk) -> None:
    assert settled(status_text.status(of(desk))) == [
        "demo-1 (active): 2 of 6 done, 2 running, 1 blocked, 1 pending; N s so far",
        "Agent 1 (code-reviewer): Completed",
        "  Task: 01 Task 01",
        "  Result: 45/45 tests pass (N s)",
        "Agent 2 (general-purpose): Completed",
        "  Task: 02 Task 02",
        "  Result: written this time (N s)",
        "Agent 3 (general-purpose): Blocked",
        "  Task: 03 Task 03",
        "  Result: the API key is missing (N s)",
        "Agent 4 (general-purpose): In Progress",
        "  Task: 04 Task 04",
        "  Time: N s",
        "  Owns: a.py, d.py",
        "Agent 5 (general-purpose): In Progress",
        "  Task: 05 Task 05",
        "  Time: N s",
        "  Owns: e.py",
        "Waiting:",
        "  06 Task 06: needs 03, which is blocked",
        "Look: 03 blocked: the API key is missing.",
        f"Action: wait for 2 running; Claude is told when one finishes; {WAYS}",
    ]


def test_batches_with_one_action_each(desk: Desk) -> None:
    assert run_text.batches(of(desk)).splitlines() == [
        "Batch 1 Results:",
        "✅ 01 Task 01: 45/45 tests pass",
        "✅ 02 Task 02: written this time",
        "⛔ 03 Task 03: the API key is missing",
        f"Action: before batch 2 {WAYS}",
        "",
        "Batch 2 Results:",
        "⏳ 04 Task 04: running",
        "⏳ 05 Task 05: running",
        "Action: wait for 04, 05",
    ]


def test_the_tree(desk: Desk) -> None:
    assert run_text.tree(of(desk)).splitlines()[1:] == [
        "├─ Batch 1: 2 of 3 done",
        "│  ├─ 01 Task 01 (code-reviewer): ✓ Success",
        "│  ├─ 02 Task 02 (general-purpose): ✓ Success",
        "│  └─ 03 Task 03 (general-purpose): ✗ Blocked: the API key is missing",
        "├─ Batch 2: 0 of 2 done",
        "│  ├─ 04 Task 04 (general-purpose): … In Progress",
        "│  └─ 05 Task 05 (general-purpose): … In Progress",
        "└─ Batch 3: 0 of 1 done",
        "   └─ 06 Task 06 (general-purpose): pending: needs 03, which is blocked",
    ]


def test_the_report_has_the_known_layout(desk: Desk) -> None:
    text = run_text.report(of(desk))
    titles = [line for line in text.splitlines() if line.startswith("#")]
    assert titles == [
        "## Parallel Execution Results",
        "### Completed Tasks",
        "### Not completed",
        "### Stopped by the guard",
        run_text.SENT_BACK,
        "### Overall Status",
    ]
    assert "- ✅ 01 Task 01 (code-reviewer)\n  Result: 45/45 tests pass (" in text
    assert "### Overall Status\n**In progress**\ndemo-1 " in text
    assert "\n- 04: e.py belongs to task 05 (declared in the plan" in text
    assert "\n- 02: b.py was to be written and is not there." in text


def test_the_wait_for_an_answer_is_not_the_runs_time_and_nothing_is_compared_that_is_declined(tmp_path: Path) -> None:
    from run.plans import plan

    desk = desk_in(tmp_path)
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"writes": ["c"], "needs": ["01"]}}))
    desk.launch("01")
    desk.launch("02")
    desk.end("agent-01", "BLOCKED|01|Which of the two formats?")
    desk.do("agent-02", "b")
    desk.end("agent-02", "DONE|02|made")
    assert "The run stands still, 01 is blocked." in desk.notify("agent-02")
    age(desk, 300)  # in which the user thinks
    assert Project(desk.root).fanout("retry", "demo-1/01", "--note", "the first").code == 0
    for name, agent in (("01", "again"), ("03", "agent-03")):
        desk.launch(name, agent)
        desk.do(agent, {"01": "a", "03": "c"}[name])
        assert desk.end(agent, f"DONE|{name}|made") == {}
        desk.notify(agent)
    found = of(desk)
    assert found["measured"]["makespan_seconds"] < 100 < found["paused_seconds"]
    text = run_text.report(found)
    assert ("no speedup is claimed" in text) != ("times faster" in text or "no faster" in text)
    assert "One agent" not in text and "Several agents" not in text


@pytest.mark.parametrize(
    ("states", "join", "unchecked", "word"),
    [
        ("done done", "all", 0, "**Success**"),
        ("done skipped", "all", 0, "**Success**"),
        ("done done", "all", 1, "**Done, not all of it checked**"),
        ("done done", "all", 2, "**Done, not checked**"),
        ("done failed", "all", 0, "**Partial**"),
        ("done pending", "any", 0, "**Success**"),
        ("done failed cancelled", "2", 0, "**Partial**"),
        ("failed pending", "all", 0, "**Failed**"),
        ("skipped skipped", "all", 0, "**Nothing done**"),
    ],
)
def test_the_verdict_of_an_ended_run(states: str, join: str, unchecked: int, word: str) -> None:
    tasks = [{"state": state, "unchecked": place < unchecked} for place, state in enumerate(states.split())]
    assert run_text.verdict({"state": "ended", "join": join, "tasks": tasks}) == word


def test_work_that_was_changed_since_is_no_plain_success() -> None:
    found = {"state": "ended", "join": "all", "tasks": [{"state": "done", "unchecked": False}]}
    later = {"kind": "changed-later", "task": "01", "paths": {"a.txt": "is gone"}}
    assert run_text.verdict({**found, "troubles": [{"kind": "beyond"}]}) == "**Success**"
    assert run_text.verdict({**found, "troubles": [later]}) == "**Done, not all of it stands as it was judged**"


def test_status_says_how_many_it_leaves_out(tmp_path: Path) -> None:
    from run.plans import plan

    desk = desk_in(tmp_path)
    names = [f"{number:02}" for number in range(1, 6)]
    desk.start(plan({name: {"writes": [f"{name}.txt"]} for name in names}))
    for name in names:
        desk.launch(name)
        desk.do(f"agent-{name}", f"{name}.txt")
        assert desk.end(f"agent-{name}", f"DONE|{name}|made") == {}
    assert "... and 2 more that ended: --all" in status_text.status(of(desk)).splitlines()
    assert "more that ended" not in status_text.status(of(desk), everything=True)


def test_one_task_is_shown_alone(desk: Desk) -> None:
    def said(name: str) -> list[str]:
        return settled(Project(desk.root).fanout("status", f"demo-1/{name}").out)

    assert said("04") == [
        "Agent 4 (general-purpose): In Progress",
        "  Task: 04 Task 04",
        "  Time: N s",
        "  Owns: a.py, d.py",
    ]
    assert said("4") == said("04")
    assert said("06") == ["06 Task 06: needs 03, which is blocked"]
    assert said("03")[-1] == "  Result: the API key is missing (N s)"
    assert "no task '77'" in Project(desk.root).fanout("status", "demo-1/77").err
    assert Project(desk.root).fanout("status", "demo-1/04", "--json").code == 2


@pytest.mark.parametrize(
    ("seconds", "kinds"),
    [
        (10, []),
        (301, [("05", "overdue")]),  # its timeout is 5 minutes; 04 has no stated estimate
        (700, [("04", "silent"), ("05", "overdue")]),
    ],
)
def test_late_agents_are_named_with_what_to_do(desk: Desk, seconds: float, kinds: list[tuple[str, str]]) -> None:
    age(desk, seconds)
    found = [item for item in attention.of(of(desk)) if item["kind"] != "failed"]
    assert [(item["task"], item["kind"]) for item in found] == kinds
    for item in found:
        assert f"fanout release demo-1/{item['task']}" in item["do"]
    if kinds:
        named = ", ".join(f"{task} ({kind})" for task, kind in kinds)
        assert status_text.status(of(desk)).endswith(f"Action: look at {named}, as said above; {WAYS}")


def test_open_questions_are_the_users_and_what_they_wait_for_is_said_once(desk: Desk) -> None:
    desk.write("agent-04", "a.py")
    desk.write("agent-05", "e.py")
    desk.db.execute("UPDATE agent SET seen = seen - 60")
    desk.db.execute("UPDATE call SET at = at - 60")
    text = status_text.status(of(desk))
    assert text.count("most likely waits for the user's answer") == 2
    assert text.count("It goes on by itself once the user has answered.") == 1
    assert text.endswith(f"Action: the question of 04, 05 is the user's to answer in Claude Code; {WAYS}")


def test_a_long_command_is_not_silence(desk: Desk) -> None:
    desk.bash("agent-04", "make test")
    age(desk, 2000)
    found = {item["task"]: item for item in attention.of(of(desk))}
    assert "04" not in found
    desk.bash("agent-05", "make test")
    assert "in a command for" in {item["task"]: item for item in attention.of(of(desk))}["05"]["text"]


def test_a_launch_that_never_began_is_named(desk: Desk) -> None:
    with Write(desk.db):
        desk.db.execute("UPDATE agent SET state = 'open', agent_id = NULL WHERE task = '04'")
    age(desk, 70)
    [item] = [item for item in attention.of(of(desk)) if item["kind"] == "starting"]
    assert item["task"] == "04" and "has shown no activity" in item["text"]


def test_three_times_a_stated_estimate_is_overdue(tmp_path: Path) -> None:
    tasks = {"a": {"writes": ["a"], "record": {"estimate_minutes": 1}, "estimate": 1}}
    desk = desk_in(tmp_path)
    from run.plans import plan

    desk.start(plan(tasks))
    desk.launch("a")
    age(desk, 170)
    assert attention.of(of(desk)) == []
    age(desk, 20)
    assert [item["kind"] for item in attention.of(of(desk))] == ["overdue"]


def test_hostile_titles_stay_in_their_line(tmp_path: Path) -> None:
    nasty = "\x1b[2J<img src=x onerror=alert(1)>\n## Forged\u202e `x` | [a](b)"
    tasks = {"a": {"writes": ["a"], "title": nasty}, "b": {"writes": ["b"], "title": nasty}}
    desk = eventful_ended(desk_in(tmp_path), tasks, nasty)
    found = of(desk)
    for text in (status_text.status(found), run_text.batches(found), run_text.tree(found), run_text.report(found)):
        assert "\x1b" not in text and "\u202e" not in text
        assert "## Forged" not in [line.strip() for line in text.splitlines()]
    assert not re.search(r"(?<!\\)<img|(?<!\\)\]\(", run_text.report(found))


def eventful_ended(desk: Desk, tasks: dict, outcome: str) -> Desk:
    from run.plans import plan

    desk.start(plan(tasks))
    desk.launch("a")
    desk.do("agent-a", "a")
    desk.end("agent-a", f"DONE|a|{outcome.splitlines()[0]}")
    desk.launch("b")
    return desk


@pytest.mark.parametrize(
    ("missing", "shown"),
    [
        (
            "`make` exits 1 also in a copy without the unfinished work of task b; there it says:\nFAIL a.txt",
            "`make` exits 1 also in a copy without the unfinished work of task b",
        ),
        (
            "`make` exited 1:\nTraceback\n  File x\nKeyError: 'a'\n----\nFAILED (errors=1)",
            "`make` exited 1: KeyError: 'a'",
        ),
        (
            "`make` exited 1:\nTraceback\n  File x\njson.JSONDecodeError: line 1\n---",
            "`make` exited 1: json.JSONDecodeError: line 1",
        ),
        ("`make` exited 2:\nno rule", "`make` exited 2"),
        ("b.py was to be written and is not there.", "b.py was to be written and is not there."),
    ],
)
def test_a_gap_is_the_command_and_its_error(desk: Desk, missing: str, shown: str) -> None:
    found = of(desk) | {"sent_back": [{"task": "03", "missing": missing}]}
    assert f"\n- 03: {shown}\n" in run_text.report(found, escape=str)


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [
        ([], ""),
        ([True], "Writes that waited for their file's owner: 1, 4.0 s in all; the owner ended in time for 1."),
        ([True, False], "Writes that waited for their file's owner: 2, 8.0 s in all; the owner ended in time for 1."),
    ],
)
def test_writes_that_waited(ends: list[bool], wanted: str) -> None:
    assert run_text.held({"held": [{"seconds": 4.0, "ended": ended} for ended in ends]}) == wanted


def test_status_says_why_an_agent_was_sent_back(tmp_path: Path) -> None:
    from run.plans import plan

    desk = desk_in(tmp_path)
    desk.start(plan({"05": {"writes": ["e.py"]}, "06": {}}))
    desk.launch("05")
    desk.end("agent-05", "DONE|05|made")
    said = status_text.status(of(desk))
    assert "  Sent back: 1 of 2 times, e.py was to be written and is not there." in said.splitlines()


def test_a_permission_that_is_missing_is_named_with_the_way_and_each_way_once(tmp_path: Path) -> None:
    from run.plans import plan

    from fanout.run.tasks import tasks

    desk = desk_in(tmp_path)
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"writes": ["c"], "needs": ["01"]}}))
    with Write(desk.db):
        for name in ("01", "02"):
            said = f"permission denied for Write of {name}, Bash npm test; its agent said: I may not"
            tasks.finish(desk.db, desk.run, name, "blocked", said)
    ways = (
        "allow what 01, 02 lack, by a rule (`/permissions`; without a screen `--allowedTools 'Bash(npm test *)'`) and a mode "
        "(`--permission-mode acceptEdits` lets agents write), then `fanout retry demo-1/01 demo-1/02` does them anew; or "
        "`fanout skip demo-1/01` goes on without it"
    )
    text = status_text.status(of(desk))
    assert text.endswith(f"I may not.\nAction: {ways}")
    assert text.count("Look: ") == 2 and "Fix it" not in text and "fanout done" not in text


def test_where_each_place_is_taken_the_next_waits_for_one(tmp_path: Path) -> None:
    from run.plans import plan

    desk = desk_in(tmp_path)
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}, cap=1))
    desk.launch("01")
    text = status_text.status(of(desk))
    assert "  02 Task 02: waits for a free place (1 at once)" in text
    assert text.endswith("Action: wait for 1 running; Claude is told when one finishes")


def test_what_can_start_beside_what_runs_is_named(tmp_path: Path) -> None:
    from run.plans import plan

    desk = desk_in(tmp_path)
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    assert status_text.status(of(desk)).endswith(
        "Action: wait for 1 running; Claude is told when one finishes, and that 02 can start"
    )


def test_a_task_that_failed_and_was_done_again_is_told(tmp_path: Path) -> None:
    from run.plans import plan

    desk = desk_in(tmp_path)
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}, "03": {"writes": ["c"]}}))
    for name in ("01", "02"):
        desk.launch(name)
        desk.end(f"agent-{name}", f"BLOCKED|{name}|Which format?")
    for name in ("01", "02"):
        assert Project(desk.root).fanout("retry", f"demo-1/{name}", "--note", "the first").code == 0
    for name, file in (("01", "a"), ("02", "")):
        desk.launch(name, f"second-{name}")
        if file:
            desk.do(f"second-{name}", file)
            assert desk.end(f"second-{name}", f"DONE|{name}|made") == {}
    lines = run_text.report(of(desk), str).splitlines()
    wrong = lines[lines.index("### Went wrong on the way") + 1 :][:2]
    assert wrong == [
        "- 01: was blocked once (Which format?), done by a second agent",
        "- 02: was blocked once (Which format?), a second agent is at work",
    ]
    assert "- 01: was blocked once (Which format?), done by a second agent" in short_report.render(of(desk), str)


def test_a_task_whose_agent_was_stopped_did_not_fail(tmp_path: Path) -> None:
    from run.plans import plan

    desk = desk_in(tmp_path)
    desk.start(plan({"01": {"writes": ["a"]}}))
    desk.launch("01")
    desk.notify("agent-01", status="killed")
    Project(desk.root).fanout("retry", f"{desk.run}/01")
    Project(desk.root).fanout("go", desk.run)
    desk.launch("01", agent="second")
    desk.do("second", "a")
    desk.end("second", "DONE|01|made")
    text = short_report.render(of(desk), str)
    assert "- 01: its agent was stopped, done by a second agent" in text and "failed once" not in text


def test_of_a_review_its_findings_are_not_checked(tmp_path: Path) -> None:
    from run.plans import plan

    desk = desk_in(tmp_path)
    desk.start(plan({"01": {"agent": "spec:code-reviewer"}, "02": {}}))
    desk.launch("01")
    desk.end("agent-01", "Two holes.\nDONE|01|two holes")
    assert "01 done, its findings not checked: two holes" in desk.notify("agent-01")
    for said in (status_text.status(of(desk), everything=True), short_report.render(of(desk), str)):
        assert "Result: done, its findings not checked: two holes" in said and "1 of 2 done (1 not checked)" in said


def test_what_an_earlier_agent_found_is_kept_apart(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    from run.plans import plan

    desk.start(plan({"01": {"agent": "spec:code-reviewer"}, "02": {}}))
    desk.launch("01")
    desk.end("agent-01", "It holds no prices.\nBLOCKED|01|which prices?")
    results = desk.root / ".fanout" / "results" / desk.run
    assert Project(desk.root).fanout("retry", f"{desk.run}/01").code == 0
    brief = desk.launch("01", "second")["hookSpecificOutput"]["updatedInput"]["prompt"]
    assert f"- More of what it found: `.fanout/results/{desk.run}/01.attempt-1.txt`" in brief
    desk.end("second", "The prices agree.\nDONE|01|they agree")
    assert (results / "01.attempt-1.txt").read_text() == "It holds no prices.\n"
    assert (results / "01.txt").read_text() == "The prices agree.\n"
