"""SubagentStop: a word is not a proof."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.hooks import door
from fanout.run.changes import patch
from fanout.run.commits import undo
from fanout.run.evidence import acceptance, command
from fanout.run.flow import brief

DONE = "DONE|01|did it"


def begin(desk: Desk, **task: object) -> Desk:
    desk.start(plan({"01": task}))
    desk.launch("01")
    return desk


def test_a_task_that_wrote_nothing_is_sent_back_with_the_gap(desk: Desk) -> None:
    begin(desk, writes=["src/a.py"])
    answer = desk.end("agent-01", DONE)
    assert answer["decision"] == "block"
    assert "src/a.py was to be written and is not there" in answer["reason"]
    desk.do("agent-01", "src/a.py")
    assert desk.end("agent-01", DONE) == {}
    assert desk.state("01") == "done"


def test_a_file_left_as_it_was_is_no_change(desk: Desk) -> None:
    (desk.root / "a.py").write_text("old\n")
    begin(desk, writes=["a.py"])
    (desk.root / "a.py").write_text("old\n")
    assert "nothing changed" in desk.end("agent-01", DONE)["reason"]
    (desk.root / "a.py").write_text("new\n")
    assert desk.end("agent-01", DONE) == {}


def test_a_deletion_is_a_change(desk: Desk) -> None:
    (desk.root / "a.py").write_text("old\n")
    (desk.root / "b.py").write_text("old\n")
    begin(desk, writes=["a.py", "b.py"])
    (desk.root / "a.py").unlink()
    assert "a.py was there when the task began and is gone" in desk.end("agent-01", DONE)["reason"]
    assert desk.end("agent-01", "DONE|01|deleted a.py") == {}


REMOVALS = [
    ({"title": "Remove the old module"}, DONE),
    ({}, "DONE|01|removed the legacy module"),
    ({}, "DONE|01|renamed to new.py"),
]


@pytest.mark.parametrize(("task", "said"), REMOVALS)
def test_a_file_whose_removal_the_task_or_the_agent_speaks_of_may_be_gone(
    desk: Desk, task: dict[str, str], said: str
) -> None:
    (desk.root / "old.py").write_text("old\n")
    begin(desk, writes=["old.py", "new.py"], record=task)
    (desk.root / "old.py").rename(desk.root / "new.py")
    assert desk.end("agent-01", said) == {}


HOLLOW = [("#!/bin/sh\necho  a\n", 0o644), ("#!/bin/sh\necho a\n\n", 0o644), ("#!/bin/sh\necho a\n", 0o755)]


@pytest.mark.parametrize(("text", "mode"), HOLLOW)
def test_white_space_and_another_mode_are_work_only_where_the_result_says_so(desk: Desk, text: str, mode: int) -> None:
    (desk.root / "run.sh").write_text("#!/bin/sh\necho a\n")
    begin(desk, writes=["run.sh"])
    assert "nothing changed" in desk.end("agent-01", DONE)["reason"]
    (desk.root / "run.sh").write_text(text)
    (desk.root / "run.sh").chmod(mode)
    assert "of run.sh only white space or the mode changed, or it is empty" in desk.end("agent-01", DONE)["reason"]
    assert desk.end("agent-01", "DONE|01|run.sh formatted, and executable") == {}


def test_an_empty_file_is_no_work_and_one_with_text_is(desk: Desk) -> None:
    begin(desk, writes=["a.py", "b/__init__.py"])
    desk.do("agent-01", "a.py", "\n")
    assert "b/__init__.py was to be written" in desk.end("agent-01", DONE)["reason"]
    assert "of a.py only white space" in desk.end("agent-01", "DONE|01|a.py, no __init__.py")["reason"]
    desk.do("agent-01", "a.py", "a = 1\n")
    assert desk.end("agent-01", "DONE|01|a.py, no __init__.py") == {}


def test_a_package_is_made_by_an_empty_file(desk: Desk) -> None:
    begin(desk, writes=["b/__init__.py"])
    desk.do("agent-01", "b/__init__.py", "")
    assert desk.end("agent-01", DONE) == {}


def test_a_file_that_was_not_needed_is_named_in_the_result(desk: Desk) -> None:
    begin(desk, writes=["a.py", "b.py"])
    desk.do("agent-01", "a.py")
    assert "b.py" in desk.end("agent-01", DONE)["reason"]
    assert desk.end("agent-01", "DONE|01|a written, b.py not needed") == {}


@pytest.mark.parametrize(
    ("said", "is_taken"),
    [
        ("b.py has reserve() and its tests pass", False),
        ("a written, covered by b.py", False),
        ("a.py and b.py are there", False),
        ("a written; b.py is not needed", True),
        ("a written; no b.py: the library has it", True),
        ("moved what b.py was for into a.py", True),
    ],
)
def test_to_name_a_file_that_is_missing_is_no_reason(desk: Desk, said: str, is_taken: bool) -> None:
    begin(desk, writes=["a.py", "b.py"])
    desk.do("agent-01", "a.py")
    answer = desk.end("agent-01", f"DONE|01|{said}")
    assert (answer == {}) is is_taken
    assert is_taken or "b.py was to be written and is not there" in answer["reason"]


def test_the_acceptance_command_must_exit_0(desk: Desk) -> None:
    begin(desk, record={"accept": [{"text": "b exists", "command": "echo looking; test -e b"}]})
    reason = desk.end("agent-01", DONE)["reason"]
    assert "`echo looking; test -e b` exited 1" in reason and "looking" in reason
    (desk.root / "b").write_text("")
    assert desk.end("agent-01", DONE) == {}
    kept = (desk.root / ".fanout" / "results" / desk.run / "01.accept.txt").read_text()
    assert "looking" in kept and "[exit 0]" in kept


def test_an_acceptance_command_that_hangs_is_killed_and_named(desk: Desk) -> None:
    begin(desk, record={"accept": [{"command": "sleep 60 & sleep 60", "timeout_minutes": 0.005}]})
    assert "ran out of time" in desk.end("agent-01", DONE)["reason"]


def test_the_third_claim_without_evidence_fails_the_task(desk: Desk) -> None:
    begin(desk, writes=["a.py"])
    assert desk.end("agent-01", DONE)["decision"] == "block"
    assert desk.end("agent-01", DONE)["decision"] == "block"
    assert desk.end("agent-01", DONE) == {}
    assert desk.state("01") == "failed"
    assert "said done, but a.py was to be written" in desk.notify("agent-01")


def recorded(desk: Desk, agent: str, *tools: str) -> None:
    """The client's record of an agent that called these tools and then ended."""
    blocks = [{"type": "tool_use", "name": tool, "input": {}} for tool in tools] + [{"type": "text", "text": "done"}]
    lines = [{"type": "user", "message": {"content": "the brief"}}]
    lines += [{"type": "assistant", "message": {"content": [block]}} for block in blocks]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    (desk.transcript.with_suffix("") / "subagents" / f"agent-{agent}.jsonl").write_text(text)


REVIEW = "src/a.py:10 a race\nDONE|01|one finding"


@pytest.mark.parametrize("task", [{"agent": "spec:code-reviewer"}, {"record": {"read_only": True}}, {}])
def test_a_claim_of_an_agent_that_used_no_tool_is_not_done(desk: Desk, task: dict[str, object]) -> None:
    begin(desk, **task)
    recorded(desk, "agent-01", "StructuredOutput")  # it hands in a result, and is no look
    reason = desk.say("agent-01", REVIEW)["reason"]
    assert "Task 01 is not done: its agent used no tool: it read, ran and wrote nothing. Do the work now." in reason
    whole = "end with the whole of what you found, and as its last line `DONE|01|the gist of it`" in reason
    assert whole is bool(task), "whose message is its result"
    recorded(desk, "agent-01", "Read")
    assert desk.say("agent-01", REVIEW) == {} and desk.state("01") == "done"


def test_right_as_it_stands_is_said_after_a_look(desk: Desk) -> None:
    (desk.root / "a.py").write_text("a = 1\n")
    begin(desk, writes=["a.py"])
    recorded(desk, "agent-01")
    assert "used no tool" in desk.say("agent-01", "DONE|01|already right: a.py")["reason"]


def test_who_wrote_or_called_used_a_tool_whatever_the_record_shows(desk: Desk) -> None:
    (desk.root / "a.py").write_text("a = 1\n")
    begin(desk, writes=["a.py"])
    recorded(desk, "agent-01")  # as after /clear: the client goes on in another file
    desk.do("agent-01", "a.py", "a = 2\n")
    assert desk.say("agent-01", "DONE|01|a is 2") == {} and desk.state("01") == "done"


UNSUSPECTED = [
    ({"record": {"accept": [{"command": "true"}]}}, "DONE|01|it passes", True),
    ({}, "Three names: Ada, Grace, Edsger.\nDONE|01|no look needed: names were wanted", True),
    ({}, REVIEW, False),
]


@pytest.mark.parametrize(("task", "said", "is_recorded"), UNSUSPECTED)
def test_nobody_is_suspected_whose_command_passes_who_needs_no_look_or_has_no_record(
    desk: Desk, task: dict[str, object], said: str, is_recorded: bool
) -> None:
    begin(desk, **task)
    if is_recorded:
        recorded(desk, "agent-01")
    assert desk.say("agent-01", said) == {} and desk.state("01") == "done"


@pytest.mark.parametrize("line", ["BLOCKED|01|no key", "NEEDS|01|the password of the database"])
def test_other_verdicts_need_no_evidence(desk: Desk, line: str) -> None:
    begin(desk, writes=["a.py"])
    assert desk.end("agent-01", line) == {}
    assert desk.state("01") == "blocked"


@pytest.mark.parametrize(
    "message",
    ["DONE|01|x", "done it\n\nDONE|01|x", "**DONE|01|x**", "`DONE|01|x`", "- DONE | 01 | x", "DONE|run-1/01|x"],
)
def test_the_result_line_is_found_in_what_models_write(desk: Desk, message: str) -> None:
    begin(desk, writes=["a.py"])
    desk.do("agent-01", "a.py")
    assert desk.end("agent-01", message) == {}
    assert desk.state("01") == "done"


def test_what_an_agent_left_before_it_was_lost_counts(desk: Desk) -> None:
    begin(desk, writes=["a.py"])
    desk.do("agent-01", "a.py")
    desk.send("session-end", "SessionEnd", reason="other")
    assert desk.state("01") == "pending"
    desk.launch("01", agent="second")
    desk.do("second", "a.py")
    assert desk.end("second", DONE) == {}


def test_criteria_of_the_whole_run_wait_for_its_end(desk: Desk) -> None:
    criteria = [{"command": "test -e whole", "when": "end"}]
    desk.start(plan({"01": {"record": {"accept": criteria}}, "02": {"record": {"accept": criteria}}, "03": {}}))
    for task in ("01", "03"):
        desk.launch(task)
        assert desk.end(f"agent-{task}", f"DONE|{task}|x") == {}
    desk.notify("agent-03")
    assert desk.state("01") == "done", "not judged before the end"
    desk.launch("02")
    desk.end("agent-02", "DONE|02|x")
    said = desk.notify("agent-02")
    assert (desk.state("01"), desk.state("02")) == ("failed", "failed") and "2 failed" in said
    (desk.root / "whole").write_text("")


def test_what_a_command_printed_is_kept_to_its_last_line_and_from_every_attempt(desk: Desk) -> None:
    command = "for n in $(seq 200); do echo line $n; done; echo Error: the last line; test -e b"
    begin(desk, record={"accept": [{"command": command}]})
    desk.do("agent-01", "a.py")
    missing = desk.end("agent-01", "DONE|01|x")["reason"]
    tail = missing.split("exited 1:\n")[1].splitlines()
    assert tail[0].startswith("line ") and "Error: the last line" in tail
    [event] = desk.rows("SELECT data FROM event WHERE kind = 'sent-back'")
    assert "Error: the last line" in event["data"]
    (desk.root / "b").write_text("b")
    assert desk.end("agent-01", "DONE|01|x") == {}
    kept = (desk.root / ".fanout" / "results" / desk.run / "01.accept.txt").read_text()
    assert kept.count("Error: the last line\n[exit 1]") == 1 and kept.endswith("[exit 0]\n")


def test_a_command_that_leaves_a_process_behind_has_ended_when_its_shell_has(desk: Desk, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    begin(desk, record={"accept": [{"command": f"sleep 60 3> {pipe} & echo started > {pipe}"}]})
    assert desk.end("agent-01", DONE) == {}
    os.set_blocking(reader, True)
    with os.fdopen(reader) as ended:
        assert ended.read() == "started\n", "what it left behind is gone, or this would not end"


def test_a_daemon_holds_nothing_up(desk: Desk, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    command = f"setsid sh -c 'echo $$ > {pid}; exec sleep 60' & while ! test -s {pid}; do :; done; sleep 60"
    begin(desk, record={"accept": [{"command": command, "timeout_minutes": 0.01}]})
    began = time.monotonic()
    assert "ran out of time" in desk.end("agent-01", DONE)["reason"]
    assert time.monotonic() - began < 30
    os.kill(int(pid.read_text()), 9)


def test_of_endless_output_the_end_is_kept(desk: Desk) -> None:
    begin(desk, record={"accept": [{"command": "yes | head -c 9000000; echo the last line; exit 1"}]})
    assert "the last line" in desk.end("agent-01", DONE)["reason"]
    kept = (desk.root / ".fanout" / "results" / desk.run / "01.accept.txt").read_text()
    assert len(kept) < 1_001_000 and "bytes before this are left out" in kept


def test_an_agent_that_others_checks_keep_waiting_ends_again_and_loses_no_attempt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    begin(desk, record={"accept": [{"command": "true"}]})
    monkeypatch.setattr(acceptance, "HOOK_SECONDS", 0.3)
    with open(desk.root / ".fanout" / "accept.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for _ in range(4):
            answer = desk.end("agent-01", DONE)
            assert answer["decision"] == "block" and "end once more with the same line" in answer["reason"]
    assert desk.end("agent-01", DONE) == {} and desk.state("01") == "done"


def test_a_check_that_no_hook_has_time_for_is_said_to_be_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptance, "HOOK_SECONDS", 0.3)
    begin(desk, record={"accept": [{"command": "sleep 60", "timeout_minutes": 30}]})
    assert "`sleep 60` takes longer than" in desk.end("agent-01", DONE)["reason"]


def test_the_hooks_end_before_the_client_cuts_them_off() -> None:
    for event, seconds in door.SLOW_SECONDS.items():
        assert acceptance.HOOK_SECONDS + command.DRAIN_SECONDS < seconds < 600, event


def test_an_agent_that_is_spoken_to_after_it_failed_goes_on_with_its_task(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    for _ in range(3):
        desk.end("agent-01", "I stopped half-way.")
    assert desk.state("01") == "failed"
    assert desk.do("agent-01", "a.py") == {}
    assert desk.state("01") == "running"
    assert "is running already" in denial(desk.launch("01"))
    assert desk.end("agent-01", DONE) == {}
    assert desk.state("01") == "done"


def test_what_an_agent_writes_after_it_was_done_is_still_its_tasks(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}))
    desk.launch("01")
    desk.launch("02")
    desk.do("agent-01", "a.py", "first\n")
    assert desk.end("agent-01", DONE) == {}
    assert desk.do("agent-01", "a.py", "second\n") == {}
    assert desk.end("agent-01", "I made it nicer.") == {}, "no result line is asked for twice"
    assert desk.state("01") == "done"
    assert "+second" in patch.of_task(desk.db, str(desk.root), desk.run, "01")
    undo.carry_out(desk.db, str(desk.root), desk.run, "01")
    assert not (desk.root / "a.py").exists()


# -- declared files that were not needed --------------------------------------------------------------------------------------


def needing(desk: Desk, command: str = "") -> Desk:
    record = {"accept": [{"command": command}]} if command else {}
    desk.start(plan({"01": {"writes": ["a.txt", "b.txt"], "record": record}}))
    desk.launch("01")
    return desk


def test_a_file_that_is_missing_is_asked_for_with_the_words_that_let_it_out(desk: Desk) -> None:
    needing(desk)
    desk.do("agent-01", "a.txt")
    said = desk.end("agent-01", "DONE|01|did it")["reason"]
    assert "b.txt was to be written and is not there." in said
    phrase = said.split("end with `")[1].split("`")[0]
    assert phrase == "DONE|01|what you did; not needed: b.txt"
    assert desk.end("agent-01", phrase) == {} and desk.state("01") == "done"


def test_the_brief_tells_it(desk: Desk) -> None:
    needing(desk)
    assert "add `not needed: its path` to what you say" in brief.write(desk.db, str(desk.root), desk.run, "01")


@pytest.mark.parametrize(
    ("command", "said", "state"),
    [
        ("true", "not needed: a.txt, b.txt, the library has it", "done"),
        ("false", "not needed: a.txt, b.txt, the library has it", "running"),
        ("true", "not needed: a.txt", "running"),
        ("true", "wrote a.txt and b.txt", "running"),
        ("", "not needed: a.txt, b.txt, the library has it", "running"),  # nothing could check it
    ],
)
def test_nothing_needed_at_all_is_for_the_commands_to_say(desk: Desk, command: str, said: str, state: str) -> None:
    needing(desk, command)
    desk.end("agent-01", f"DONE|01|{said}")
    assert desk.state("01") == state
