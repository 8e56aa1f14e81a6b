"""Agents that take too long: they are told, Claude is told, each once; a task without a limit is left alone."""

from __future__ import annotations

import re

import pytest
from hooks.desk import Desk, context
from run.plans import plan

from fanout.report import agent_bars, run_facts
from fanout.run.flow import statusline
from fanout.run.store import journal

LIMITS = [
    ({"timeout_minutes": 10}, 11, "its timeout is 10.0 min"),
    ({"timeout_minutes": 10, "estimate_minutes": 60}, 11, "its timeout is 10.0 min"),
    ({"estimate_minutes": 5}, 16, "3 times its estimate is 15.0 min"),
]


def after(desk: Desk, minutes: float) -> None:
    """As if the agents had begun so long ago, their last sign of life half a minute ago."""
    desk.db.execute("UPDATE agent SET started = started - ?, seen = seen - 30", (minutes * 60,))


@pytest.mark.parametrize(("record", "minutes", "limit"), LIMITS)
def test_the_agent_is_told_once(desk: Desk, record: dict[str, object], minutes: float, limit: str) -> None:
    desk.start(plan({"01": {"writes": ["a.py"], "record": record}}))
    desk.launch("01")
    assert desk.write("agent-01", "a.py") == {}
    after(desk, minutes)
    said = context(desk.write("agent-01", "a.py"))
    assert limit in said and "BLOCKED|01|" in said
    after(desk, 1)
    assert desk.write("agent-01", "a.py") == {}


@pytest.mark.parametrize(
    ("record", "minutes"), [({}, 600), ({"estimate_minutes": 5}, 14), ({"timeout_minutes": 10}, 9)]
)
def test_in_time_is_silence(desk: Desk, record: dict[str, object], minutes: float) -> None:
    desk.start(plan({"01": {"writes": ["a.py"], "record": record}}))
    desk.launch("01")
    after(desk, minutes)
    assert desk.write("agent-01", "a.py") == {}


def test_claude_is_told_with_the_next_notification(desk: Desk) -> None:
    desk.start(plan({"01": {"record": {"timeout_minutes": 10}}, "02": {}, "03": {}}))
    for name in ("01", "02", "03"):
        desk.launch(name)
    after(desk, 12)
    desk.end("agent-02", "DONE|02|b")
    said = desk.notify("agent-02")
    assert "01 works for 12.0 min, its timeout is 10.0 min" in said and f"fanout retry {desk.run}/01" in said
    desk.end("agent-03", "DONE|03|c")
    assert "01 works" not in desk.notify("agent-03")


@pytest.fixture
def last(desk: Desk) -> Desk:
    """The last agent of a run has shown nothing for eleven minutes, and nothing else will end."""
    desk.start(plan({"01": {}, "02": {"needs": ["01"]}}))
    desk.launch("01")
    desk.db.execute("UPDATE agent SET started = started - 900, seen = seen - 660")
    return desk


SILENT = (
    "01 has written nothing and run nothing for 11.0 min: tell the user, who sees in /tasks whether it still works. If it hangs: "
    "TaskStop with task_id agent-01, then `fanout retry demo-1/01`; if it is gone: `fanout release demo-1/01`."
)


def test_a_silent_agent_is_told_at_stop_once(last: Desk) -> None:
    assert context(last.stop()) == f"{SILENT}\nThen end your turn."
    assert last.stop() == {}


def test_a_silent_agent_is_told_with_the_users_next_words_once(last: Desk) -> None:
    said = context(last.send("prompt", "UserPromptSubmit", prompt="how is it going?"))
    assert said.splitlines()[-1] == SILENT
    assert last.send("prompt", "UserPromptSubmit", prompt="and now?") == {} and last.stop() == {}


def test_a_new_silence_is_told_again(last: Desk) -> None:
    last.stop()
    assert last.do("agent-01", "a.py") == {}
    assert last.stop() == {}, "it shows itself"
    last.db.execute("UPDATE agent SET seen = seen - 700")
    assert "01 has written nothing and run nothing for 11.7 min" in context(last.stop())


def test_a_command_is_a_sign_of_life(last: Desk) -> None:
    last.bash("agent-01", "make everything")
    last.db.execute("UPDATE agent SET seen = seen - 700")
    assert last.stop() == {} and statusline.of_folder(str(last.root)) == "fanout demo-1: 0/2 done, 1 running"


def test_the_status_line_names_who_is_late_and_who_is_silent(last: Desk) -> None:
    assert statusline.of_folder(str(last.root)) == "fanout demo-1: 0/2 done, 1 running, silent: 01, see /tasks"
    last.db.execute("UPDATE task SET record = '{\"timeout_minutes\": 10}'")
    assert statusline.of_folder(str(last.root)) == "fanout demo-1: 0/2 done, 1 running, late: 01, see /tasks"


def test_the_status_line_names_no_agent_without_a_task(last: Desk) -> None:
    """A helper that shows no life, or waits for an answer, is none of the run's tasks."""
    last.bash("helper", "ls")
    last.write("helper", "b.py")
    last.db.execute("UPDATE agent SET seen = seen - 700 WHERE agent_id = 'helper'")
    assert statusline.of_folder(str(last.root)) == "fanout demo-1: 0/2 done, 1 running, silent: 01, see /tasks"
    last.db.execute("UPDATE call SET at = at - 700")
    assert statusline.of_folder(str(last.root)) == "fanout demo-1: 0/2 done, 1 running, silent: 01, see /tasks"


def test_who_watches_is_told_with_what_to_do(last: Desk) -> None:
    [line] = [line for line in agent_bars.changes(run_facts.of_run(last.db, last.run), set()) if "nothing for" in line]
    assert line.startswith(
        "01 has written nothing and run nothing for 11.0 min. The user sees in /tasks whether it still "
    )
    assert ". If it is gone, `fanout release demo-1/01`" in line


ASKS = "01 began to write 11.7 min ago and most likely waits for the user's answer to a permission question"


def test_an_open_question_is_no_hang(last: Desk) -> None:
    """Before, TaskStop was named for an agent that only waited for a key press."""
    assert last.write("agent-01", "a.py") == {}
    last.db.execute("UPDATE agent SET seen = seen - 700")
    last.db.execute("UPDATE call SET at = at - 700")
    said = f"{ASKS}: tell the user. It goes on by itself once that is answered.\nThen end your turn."
    assert context(last.stop()) == said and last.stop() == {}
    assert (
        statusline.of_folder(str(last.root))
        == "fanout demo-1: 0/2 done, 1 running, waits for your answer: 01, see /tasks"
    )
    facts = run_facts.of_run(last.db, last.run)
    [line] = [line for line in agent_bars.changes(facts, set()) if "began to write" in line]
    assert line == f"{ASKS}. It goes on by itself once the user has answered."


def asked(desk: Desk, tool: str = "Bash", agent: str = "agent-01") -> None:
    who = {"agent_id": agent, "agent_type": "general-purpose"} if agent else {}
    given = {"tool_name": tool, "tool_input": {"command": "make test"}}
    assert desk.send("asked", "PermissionRequest", **given, **who) == {}


def later(desk: Desk, seconds: int = 700) -> None:
    desk.db.execute("UPDATE agent SET seen = seen - ?", (seconds,))
    desk.db.execute("UPDATE call SET at = at - ?", (seconds,))
    desk.db.execute("UPDATE event SET at = at - ? WHERE kind = 'asked-permission'", (seconds,))


def test_an_open_question_about_a_command_is_told_too(last: Desk) -> None:
    last.bash("agent-01", "make test")
    asked(last)
    later(last)
    said = context(last.stop())
    assert said.startswith(
        "01 asked for a permission 11.7 min ago: it waits for the user's answer, or runs its command since: tell the user."
    )
    assert statusline.of_folder(str(last.root)).endswith("waits for your answer: 01, see /tasks")


@pytest.mark.parametrize(
    ("tool", "agent"), [("Write", "agent-01"), ("Bash", ""), ("Write", ""), ("Bash", "a helper"), ("Bash", "ended")]
)
def test_a_question_that_no_task_waits_for_is_not_noted(last: Desk, tool: str, agent: str) -> None:
    """What a file tool waits is known by itself; the main conversation, helpers and who has ended hold no task up."""
    if agent == "ended":
        last.do("agent-01", "a.py")
        last.end("agent-01", "DONE|01|made it")
    asked(last, tool, "agent-01" if agent == "ended" else agent)
    assert not last.rows("SELECT * FROM event WHERE kind = 'asked-permission'")


def test_a_command_that_nobody_was_asked_about_waits_for_nobody(last: Desk) -> None:
    last.bash("agent-01", "make lint")
    asked(last)
    last.send(
        "after", "PostToolUse", tool_name="Bash", tool_use_id=f"t{last.calls}", agent_id="agent-01", duration_ms=20
    )
    last.bash("agent-01", "make test")
    later(last)
    assert last.stop() == {} and "waits for" not in statusline.of_folder(str(last.root))


@pytest.mark.parametrize(("is_asked", "ran", "waited"), [(True, 100, 600), (True, 900, None), (False, 100, None)])
def test_what_the_user_took_to_answer_about_a_command_is_no_work(
    last: Desk, is_asked: bool, ran: int, waited: int | None
) -> None:
    last.bash("agent-01", "make test")
    if is_asked:
        asked(last)
    later(last)
    who = {"agent_id": "agent-01", "agent_type": "general-purpose", "tool_use_id": f"t{last.calls}"}
    last.send(
        "after", "PostToolUse", tool_name="Bash", tool_input={"command": "make test"}, duration_ms=ran * 1000, **who
    )
    spans = [(start, end) for one in journal.waits(last.db, last.run).values() for start, end in one]
    assert [round(end - start) for start, end in spans] == ([waited] if waited else [])


def test_a_write_that_was_denied_by_the_user_is_no_question_later(last: Desk) -> None:
    last.write("agent-01", "a.py")
    last.db.execute("UPDATE call SET at = at - 1400")
    last.db.execute("UPDATE agent SET seen = seen - 700")
    assert "01 has written nothing and run nothing for" in context(last.stop())


def test_one_that_never_came_is_told(desk: Desk) -> None:
    desk.start(plan({"01": {}}))
    given = {
        "description": "01",
        "subagent_type": "general-purpose",
        "prompt": f"`fanout brief {desk.run}/01` and follow it",
    }
    desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id="t1")
    assert desk.stop() == {}
    desk.db.execute("UPDATE agent SET opened = opened - 90, seen = seen - 90")
    said = context(desk.stop())
    assert re.search(r"01 was launched 9\d\.\d s ago and has shown no activity", said) and "TaskStop" not in said
