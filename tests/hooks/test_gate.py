"""PreToolUse on Agent."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hooks.desk import Desk, context, denial, launches
from project import Project
from run.plans import plan

from fanout.run.tasks import launch_block, readiness


def test_a_ready_task_passes_and_its_prompt_becomes_the_brief(desk: Desk) -> None:
    run = desk.start(plan({"01": {"writes": ["src/a.py"], "title": "Write a"}}))
    answer = desk.launch("01")
    output = answer["hookSpecificOutput"]
    assert "permissionDecision" not in output
    prompt = output["updatedInput"]["prompt"]
    assert prompt.startswith("# Task 01: Write a")
    assert "Write only: `src/a.py`" in prompt and "DONE|01|" in prompt and run in prompt
    assert output["updatedInput"]["subagent_type"] == "general-purpose"
    assert desk.state("01") == "running"


ORDERED = "Run `fanout brief {}/01` and follow it."
BESIDE = {
    "after it": (f"{ORDERED} The user wants Item to be a dataclass.", ["> The user wants Item to be a dataclass."]),
    "before it": (f"Use the old parser.\n\n{ORDERED}", ["> Use the old parser."]),
    "around it": (f"One.\n{ORDERED}\n## Rules\nNone.", ["> One.", "> ## Rules", "> None."]),
    "nothing": (ORDERED, []),
    "nothing, without quotes": ("run fanout brief {}/01 and follow it", []),
    "too much": (f"{ORDERED} {'x' * 2500}", [f"> {'x' * 2000} ... (cut here: 500 characters more)"]),
}


@pytest.mark.parametrize("case", BESIDE)
def test_what_a_launch_says_beside_the_ordered_line_stands_in_the_brief(desk: Desk, case: str) -> None:
    prompt, said = BESIDE[case]
    desk.start(plan({"01": {"writes": ["src/a.py"], "title": "Write a"}}))
    text = desk.launch("01", prompt=prompt.format(desk.run))["hookSpecificOutput"]["updatedInput"]["prompt"]
    quoted = [line for line in text.split("## Files")[0].splitlines() if line.startswith(">")]
    assert [line for line in quoted if line != ">"] == said
    assert text.count("## Rules\n- ") == 1 and ("## From whoever launched you" in text) == bool(said)
    assert text == Project(desk.root).fanout("brief", f"{desk.run}/01").out, "whoever reads it again reads that too"


def test_what_a_launch_said_holds_for_the_next_agent_until_another_launch_says_more(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    ordered = launch_block.prompt_of(desk.run, "01")
    told = []
    for number, more in enumerate(["", " Item is a dataclass.", "", " Item is a tuple."]):
        answer = desk.launch("01", agent=f"try-{number}", prompt=ordered + more)
        told.append(answer["hookSpecificOutput"]["updatedInput"]["prompt"])
        desk.end(f"try-{number}", "BLOCKED|01|no key")
        Project(desk.root).fanout("retry", f"{desk.run}/01")
    assert ["dataclass" in text for text in told] == [False, True, True, False] and "> Item is a tuple." in told[3]
    assert "launched you" not in desk.launch("02")["hookSpecificOutput"]["updatedInput"]["prompt"]


def test_denials_name_the_reason_and_the_calls_to_send_instead(desk: Desk) -> None:
    desk.start(
        plan(
            {
                "01": {"writes": ["a"]},
                "02": {"writes": ["a"]},
                "03": {"needs": ["01"]},
                "04": {},
                "05": {"state": "done"},
            }
        )
    )
    first, second = denial(desk.launch("03")), denial(desk.launch("02"))
    assert "not ready, it needs 01" in first and launches(first) == ["01", "04"]
    assert "waits for 01: both write a" in second and launches(second) == [], "one block a message"
    assert second.endswith("What to launch instead stands with the other call that is denied.")
    call = {"tool_name": "Agent", "tool_input": {"prompt": launch_block.prompt_of(desk.run, "02")}}
    desk.send("batch", "PostToolBatch", tool_calls=[{**call, "tool_response": second}])
    assert launches(denial(desk.launch("02"))) == ["01", "04"], "another message"
    desk.launch("01")
    assert "running already" in denial(desk.launch("01"))
    assert "waits for 01: both write a" in denial(desk.launch("02"))
    assert "is done already" in denial(desk.launch("05"))
    assert "no such task" in denial(desk.launch("99"))
    assert "knows no run other-1" in denial(desk.launch("01", prompt="Run `fanout brief other-1/01` and follow it."))


def test_the_cap_holds_in_one_message_of_too_many(desk: Desk) -> None:
    desk.start(plan({f"{n:02}": {} for n in range(1, 9)}, cap=3))
    answers = [denial(desk.launch(f"{n:02}")) for n in range(1, 9)]
    assert [bool(answer) for answer in answers] == [False] * 3 + [True] * 5
    assert "3 agents run already (max_parallel 3)" in answers[3]


def test_a_launch_the_client_refused_is_undone(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}}))
    given = {"description": "01", "prompt": f"Run `fanout brief {desk.run}/01` and follow it."}
    desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id="x1")
    assert desk.state("01") == "running"
    desk.send("after", "PostToolUseFailure", tool_name="Agent", tool_input=given, tool_use_id="x1", error="at the cap")
    assert desk.state("01") == "pending"
    assert desk.rows("SELECT * FROM claim") == []
    assert not denial(desk.launch("01"))


def test_a_launch_that_failed_without_an_event_is_undone_by_its_message(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    calls = []
    for task, text in (("01", "Async agent launched successfully.\nagentId: a1"), ("02", "too many agents")):
        given = {"description": task, "prompt": f"Run `fanout brief {desk.run}/{task}` and follow it."}
        desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id=f"x{task}")
        calls.append({"tool_name": "Agent", "tool_input": given, "tool_use_id": f"x{task}", "tool_response": text})
    desk.send("batch", "PostToolBatch", tool_calls=calls)
    assert (desk.state("01"), desk.state("02")) == ("running", "pending")


def test_an_agent_without_a_task_passes_and_is_journaled(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    assert desk.launch("x", agent="free", prompt="look around") == {}
    assert [row["kind"] for row in desk.rows("SELECT kind FROM agent")] == ["unplanned"]


def test_a_launch_in_other_words_is_of_the_task_whose_brief_it_names(desk: Desk) -> None:
    desk.start(plan({"01": {"state": "blocked"}, "02": {"needs": ["01"]}, "03": {}, "04": {"state": "done"}}))
    said = denial(desk.launch("02", agent="x2", prompt=f"Do what `fanout brief {desk.run}/02` says."))
    assert "it needs 01, which is blocked" in said and "fanout retry" in said
    given = desk.launch("03", agent="x3", prompt=f"Be quick: `fanout brief {desk.run}/03`.")
    assert desk.state("03") == "running"
    prompt = given["hookSpecificOutput"]["updatedInput"]["prompt"]
    assert prompt.startswith("# Task 03") and "Be quick" in prompt
    call = {"tool_name": "Agent", "tool_input": {"prompt": f"Be quick: `fanout brief {desk.run}/03`."}}
    used = desk.rows("SELECT tool_use FROM agent WHERE task = '03'")[0]["tool_use"]
    desk.send("batch", "PostToolBatch", tool_calls=[{**call, "tool_use_id": used, "tool_response": "agentId: x3"}])
    assert [row["data"] for row in desk.rows("SELECT data FROM event WHERE kind = 'message'")] == ['{"tasks": ["03"]}']


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("Review what `{}/04` was to do: `fanout brief {}/04` tells it.", "general-purpose"),
        ("Which files will `fanout brief {}/03` need?", "Explore"),
        ("`fanout brief {}/03` and `fanout brief {}/04`: which is shorter?", "general-purpose"),
    ],
)
def test_who_only_looks_at_a_brief_is_of_no_task(prompt: str, kind: str, desk: Desk) -> None:
    desk.start(plan({"03": {}, "04": {"state": "done"}}))
    assert desk.launch("x", agent="free", prompt=prompt.replace("{}", desk.run), subagent_type=kind) == {}
    assert desk.state("03") == "pending"


@pytest.mark.parametrize(
    ("left", "words"), [(["02", "03"], "left 2 ready tasks out"), (["02"], "left 1 ready task out")]
)
def test_a_message_that_left_ready_tasks_out_is_told_once(desk: Desk, left: list[str], words: str) -> None:
    desk.start(plan({name: {} for name in ("01", *left)}))
    said = []
    desk.stop()  # hands them all over
    for _ in range(2):
        desk.launch("01")
        given = {"description": "01", "prompt": f"Run `fanout brief {desk.run}/01` and follow it."}
        call = {"tool_name": "Agent", "tool_input": given, "tool_use_id": "toolu_s1_1", "tool_response": "agentId: x"}
        said.append(context(desk.send("batch", "PostToolBatch", tool_calls=[call])))
    assert words in said[0] and launches(said[0]) == left
    assert said[1] == ""


def test_a_read_only_type_is_held_to_it(desk: Desk) -> None:
    desk.start(plan({"01": {"agent": "spec:code-reviewer"}, "02": {}}))
    desk.launch("01")
    desk.launch("x", agent="scout", prompt="look", subagent_type="Explore")
    assert "read-only" in denial(desk.write("agent-01", "a"))
    assert "read-only" in denial(desk.write("scout", "a"))


def test_a_nested_agent_may_write_what_its_parent_owns_and_its_siblings_may_not(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    given = {"description": "helper", "prompt": "help", "subagent_type": "general-purpose"}
    call = {"tool_name": "Agent", "tool_input": given, "tool_use_id": "nested", "agent_id": "agent-01"}
    assert desk.send("gate", "PreToolUse", **call) == {}
    desk.meta("nested-1", "nested")
    assert desk.write("nested-1", "a") == {}
    assert "belongs to" in denial(desk.write("agent-02", "a"))
    assert desk.write("nested-1", "own") == {}
    assert "belongs to" in denial(desk.write("agent-01", "own")), "while the nested one works on it"


@pytest.mark.parametrize(("isolation", "asks"), [("worktree", True), ("shared", False), (None, False)])
def test_only_a_task_that_asks_for_a_worktree_is_launched_in_one(desk: Desk, isolation: str | None, asks: bool) -> None:
    desk.start(plan({"01": {"record": {"isolation": isolation} if isolation else {}}}))
    given = desk.launch("01")["hookSpecificOutput"]["updatedInput"]
    assert given.get("isolation") == ("worktree" if asks else None)
    assert desk.rows("SELECT 1 FROM agent WHERE worktree IS NOT NULL") == []


def test_the_launch_keeps_the_type_that_the_call_names(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {"agent": "tester"}}))
    desk.launch("01", subagent_type="tester")
    desk.launch("02", subagent_type="")
    assert [row["agent_type"] for row in desk.rows("SELECT agent_type FROM agent ORDER BY id")] == ["tester", "tester"]


def test_a_task_whose_client_died_is_free_at_the_next_launch(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {}}))
    monkeypatch.setenv("CLAUDE_PID", str(process.pid))
    desk.launch("01")
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()))
    assert not denial(desk.launch("01", agent="again")), "nobody has to release it by hand"
    desk.launch("02")
    assert "it is running already" in denial(desk.launch("02", agent="twice"))


def test_the_clients_own_limit_counts_every_run_and_every_free_agent(desk: Desk) -> None:
    names = [f"{n:02}" for n in range(12)]
    desk.start(plan({name: {} for name in names}, cap=12, title="T"))
    for name in names:
        assert not denial(desk.launch(name))
    other = Desk(desk.root, "s2")
    other.start(plan({name: {} for name in names}, cap=12, title="U"))
    for number in range(6):
        assert not denial(desk.launch(f"free {number}", prompt="look around"))
    assert len(readiness.startable(readiness.View(other.db, other.run))) == 2
    assert not denial(other.launch("00", agent="u00")) and not denial(other.launch("01", agent="u01"))
    assert "20 agents run already (the client starts no more)" in denial(other.launch("02", agent="u02"))
    assert "20 agents run already, the client starts no more" in denial(desk.launch("one more", prompt="look around"))
