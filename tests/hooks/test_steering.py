"""The user's words steer: the verbs are told once, and whoever stops the agents has stopped the run."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hooks.desk import Desk, context, denial, launches
from project import Project
from report.runs import age
from run.plans import plan

from fanout.report import run_facts
from fanout.run.flow.steering import ABOVE
from fanout.run.tasks import runs

FOUR = {f"t{number}": {"writes": [f"m{number}"]} for number in range(4)}


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Two of four tasks run, two wait."""
    desk.start(plan(FOUR, cap=2))
    desk.launch("t0")
    desk.launch("t1")
    return desk


def says(desk: Desk, words: str, **more: object) -> str:
    answer = desk.send("prompt", "UserPromptSubmit", prompt=words, **more)
    return context(answer) if answer else ""


def test_the_first_words_of_the_user_bring_the_verbs_and_no_others(two: Desk) -> None:
    said = says(two, "how is it going?")
    assert said.splitlines()[0] == "fanout demo-1: 0 of 4 done, 2 running (t0, t1)."
    assert len(said.splitlines()) == 3 and len(said) <= 1000
    verbs = ("pause", "go", "skip", "first", "amend", "add", "retry", "cap", "cancel", "status")
    assert all(f"`fanout {verb} " in said or f"`fanout {verb}`" in said for verb in verbs)
    assert launches(said) == [] and says(two, "and now?") == ""
    assert says(two, "x", session_id="another") == "", "a conversation that leads no run is left alone"
    assert says(two, "x", agent_id="agent-t0") == ""


def test_beside_words_of_the_user_nothing_is_ordered_until_they_are_acted_on(two: Desk) -> None:
    """A message of the user's and a notification come to the model in one request, in any order."""
    assert "Calls printed before" not in says(two, "how is it going?")
    two.do("agent-t0", "m0")
    two.end("agent-t0", "DONE|t0|x")
    beside = two.notify("agent-t0")
    assert launches(beside) == [] and "Send" not in beside and beside.startswith("t0 done")
    assert "Launch nothing before you have done what the user just said" in beside and "`fanout next demo-1`" in beside
    two.send("batch", "PostToolBatch", tool_calls=[{"tool_name": "Read"}])
    assert launches(two.notify("agent-t0")) == [], "no model answers so soon"
    two.bash(None, "sh script.sh")
    two.send("batch", "PostToolBatch", tool_calls=[{"tool_name": "Bash", "tool_use_id": f"t{two.calls}"}])
    assert launches(two.notify("agent-t0")) == ["t2"]
    assert "Calls printed before and not sent wait for that" in says(two, "stop everything")
    two.stop()
    assert launches(two.notify("agent-t0")) == ["t2"]


def test_a_message_that_was_under_way_as_the_user_spoke_is_no_answer_and_brings_no_order(two: Desk) -> None:
    two.end("agent-t0", "BLOCKED|t0|no key")
    two.launch("t2")
    launch = {
        "tool_name": "Agent",
        "tool_use_id": f"toolu_{two.session}_{two.calls}",
        "tool_input": {"prompt": "Run `fanout brief demo-1/t2` and follow it."},
    }
    says(two, "stop everything")
    two.end("agent-t1", "BLOCKED|t1|no key")
    said = two.send("batch", "PostToolBatch", tool_calls=[{**launch, "tool_response": "agentId: agent-t2 launched"}])
    assert launches(context(said) if said else "") == []
    assert "Launch nothing before you have done what the user just said" in two.notify("agent-t1")


def test_what_an_agent_does_is_no_answer_to_the_user(two: Desk) -> None:
    says(two, "stop everything")
    two.send("batch", "PostToolBatch", agent_id="agent-t1", tool_calls=[{"tool_name": "Bash"}])
    two.do("agent-t0", "m0")
    two.end("agent-t0", "DONE|t0|x")
    assert launches(two.notify("agent-t0")) == []


def test_a_new_conversation_that_takes_the_run_over_is_told_too(two: Desk) -> None:
    says(two, "go on")
    runs.take_over(two.db, two.run, "second")
    assert "`fanout pause" in says(two, "stop", session_id="second")


@pytest.mark.parametrize("source", ["clear", "compact", "resume"])
def test_a_conversation_that_lost_them_is_told_again(two: Desk, source: str) -> None:
    assert "`fanout skip " in says(two, "how is it going?") and says(two, "and now?") == ""
    two.send("session-start", "SessionStart", source=source)
    assert "`fanout skip " in says(two, "stop t1 please") and says(two, "and now?") == ""


def test_a_paused_run_says_so(two: Desk) -> None:
    Project(two.root).fanout("pause", "--why", "lunch")
    assert "2 running (t0, t1). It is paused: lunch." in says(two, "back again")


def test_nothing_is_said_where_no_run_goes_on(two: Desk) -> None:
    Project(two.root).fanout("cancel")
    assert says(two, "hello") == ""


def by_tool(desk: Desk, task: str) -> str:
    given = {"task_id": f"agent-{task}"}
    desk.send(
        "after", "PostToolUse", tool_name="TaskStop", tool_input=given, tool_response={"task_type": "local_agent"}
    )
    return ""


def by_hand(desk: Desk, task: str) -> str:
    return desk.notify(f"agent-{task}", "killed")


Stop = Callable[[Desk, str], str]


@pytest.mark.parametrize("stop", [by_tool, by_hand])
def test_whoever_stops_all_agents_stops_the_run(two: Desk, stop: Stop) -> None:
    for task in ("t0", "t1"):
        assert launches(stop(two, task)) == [], "never a launch behind a stop"
    assert [two.state(name) for name in FOUR] == ["pending"] * 4
    assert two.stop() == {}, "the Stop hook does not push"
    for task in ("t0", "t1"):
        said = two.notify(f"agent-{task}", "killed")  # the client tells it once more
        assert launches(said) == []
        assert any(
            word in said for word in ("paused: its agents were stopped", "still paused", "after `fanout go demo-1`")
        )
    assert "the run is paused" in denial(two.launch("t2", agent="later"))
    assert launches(Project(two.root).fanout("go").out) == ["t0", "t1"]


@pytest.mark.parametrize("stop", [by_tool, by_hand])
@pytest.mark.parametrize("policy", ["best-effort", "retry"])
def test_one_that_is_stopped_waits_for_a_word_and_the_others_go_on(desk: Desk, stop: Stop, policy: str) -> None:
    desk.start(plan(FOUR, cap=2, on_failure=policy))
    desk.launch("t0")
    desk.launch("t1")
    stop(desk, "t0")
    said = desk.notify("agent-t0", "killed")
    assert desk.state("t0") == "failed" and launches(said) == []
    assert f"`fanout retry {desk.run}/t0` starts it again, `fanout skip {desk.run}/t0`" in said
    desk.do("agent-t1", "m1")
    desk.end("agent-t1", "DONE|t1|made")
    assert launches(desk.notify("agent-t1")) == ["t2", "t3"] and desk.state("t0") == "failed"


def test_the_last_one_to_end_by_itself_pauses_nothing(two: Desk) -> None:
    by_tool(two, "t0")
    two.do("agent-t1", "m1")
    two.end("agent-t1", "DONE|t1|made")
    assert runs.get(two.db, two.run).paused == "" and two.state("t0") == "failed"


def test_one_stopped_long_before_the_others_stays_stopped(two: Desk) -> None:
    by_tool(two, "t0")
    two.db.execute("UPDATE event SET at = at - 600 WHERE kind = 'agent-stopped'")
    by_tool(two, "t1")
    assert (two.state("t0"), two.state("t1")) == ("failed", "pending")
    assert runs.get(two.db, two.run).paused == "its agents were stopped"


@pytest.mark.parametrize("stop", [by_tool, by_hand])
def test_one_that_works_is_left_out_as_its_agent_is_stopped(two: Desk, stop: Stop) -> None:
    two.do("agent-t0", "m0")
    said = Project(two.root).fanout("skip", f"{two.run}/t0", "not wanted").out
    assert said == (
        f"t0 is at work, so it is left out when its agent is stopped: TaskStop with task_id agent-t0 now. What it wrote stays "
        f"(`fanout diff {two.run}/t0` shows it, `fanout undo {two.run}/t0` takes it back). Should it end by itself before that, "
        f"its result counts.\n"
    )
    assert two.state("t0") == "running"
    told = [stop(two, "t0"), two.notify("agent-t0", "killed")]  # the client tells a stop by hand once more
    assert two.state("t0") == "skipped" and (two.root / "m0").exists()
    assert [calls for said in told if (calls := launches(said))] == [["t2"]], "its place is free"
    assert runs.get(two.db, two.run).paused == ""


def test_one_that_ends_before_it_is_stopped_counts(two: Desk) -> None:
    two.do("agent-t0", "m0")
    Project(two.root).fanout("skip", f"{two.run}/t0")
    two.end("agent-t0", "DONE|t0|made")
    assert two.state("t0") == "done"


def test_several_are_left_out_in_one_command_and_none_of_them_is_launched(two: Desk) -> None:
    """What stands behind the names is the reason, and a name is none."""
    project = Project(two.root)
    said = project.fanout("skip", "demo-1/t1", "demo-1/t2", "only", "the", "backend").out
    assert (
        "Task t1 is at work, so it is left out" in said.replace("t1 is", "Task t1 is", 1) and "t2 is left out" in said
    )
    assert launches(said) == []
    assert two.rows("SELECT outcome FROM task WHERE id = 't2'")[0][0] == "only the backend"
    by_tool(two, "t1")
    assert (two.state("t1"), two.state("t2"), two.state("t3")) == ("skipped", "skipped", "pending")
    assert launches(two.notify("agent-t1", "killed")) == ["t3"]


def test_tasks_of_two_runs_are_not_left_out_together(two: Desk) -> None:
    other = Desk(two.root, "other")
    other.start(plan({"a": {}}, title="Other"))
    refused = Project(two.root).fanout("skip", "demo-1/t2", "other-1/a")
    assert refused.code == 1 and "these are tasks of demo-1, other-1." in refused.err
    assert two.state("t2") == "pending"


def test_several_are_tried_again_in_one_command(two: Desk) -> None:
    for name in ("t0", "t1"):
        two.end(f"agent-{name}", f"BLOCKED|{name}|no key")
    project = Project(two.root)
    said = project.fanout("retry", "demo-1/t0", "demo-1/t1", "demo-1/t3", "--note", "use the test key")
    assert said.code == 1 and "t3 is pending" in said.err and "t0 is to be done again." in said.out
    assert launches(said.out) == ["t0", "t1"]
    words = two.rows("SELECT record FROM task WHERE id IN ('t0', 't1') AND record LIKE '%use the test key%'")
    assert len(words) == 2


def test_the_ways_on_are_said_in_full_once_and_again_to_who_lost_them(two: Desk) -> None:
    two.do("agent-t0", "m0")
    two.do("agent-t1", "m1")
    two.end("agent-t0", "BLOCKED|t0|no key")
    assert "`fanout retry demo-1/t0` takes its changes back and does it anew" in two.notify("agent-t0")
    two.end("agent-t1", "BLOCKED|t1|no key either")
    said = two.notify("agent-t1")
    assert (
        "Tell the user. Ways on: `fanout retry demo-1/t1`, `fanout skip demo-1/t1`, SendMessage to agent-t1, "
        "`fanout done demo-1/t1`." in said
    )
    two.send("session-start", "SessionStart", source="compact")
    assert "`fanout retry demo-1/t1` takes its changes back and does it anew" in two.notify("agent-t1")


def test_the_clients_key_stops_all_agents_that_it_names(two: Desk) -> None:
    """Also such as fanout did not launch; one that it does not name goes on."""
    names = [row[0] for row in two.rows("SELECT description FROM agent WHERE task IN ('t0', 't1') ORDER BY id")]
    listed = ", ".join(f'"{name}"' for name in names)
    said = says(two, f"2 background agents were stopped by the user: {listed}.")
    assert (
        said.startswith("The user stopped the agents of t0, t1.\n")
        and "The run is paused: its agents were stopped" in said
    )
    assert launches(said) == [] and [two.state(name) for name in FOUR] == ["pending"] * 4
    assert launches(Project(two.root).fanout("go").out) == ["t0", "t1"]


def test_one_that_the_client_does_not_name_goes_on(two: Desk) -> None:
    name = two.rows("SELECT description FROM agent WHERE task = 't0'")[0][0]
    says(two, f'1 background agent was stopped by the user: "{name}".')
    assert (two.state("t0"), two.state("t1")) == ("failed", "running")
    assert says(two, "stopped by the user: nobody", session_id="another") == ""


def queue(desk: Desk, *operations: tuple[str, str | None]) -> None:
    """What the client writes of its queue, beside much else."""
    lines = [{"type": "queue-operation", "operation": name, "content": words} for name, words in operations]
    desk.transcript.write_text(
        "".join(f"{json.dumps(one)}\n" for one in [{"type": "user", "message": "x" * 1000}, *lines])
    )


WAITS: dict[str, tuple[list[tuple[str, str | None]], bool]] = {
    "typed just now": ([("enqueue", "stop everything")], True),
    "behind a notification": (
        [("enqueue", "<task-notification>"), ("enqueue", "stop"), ("remove", "<task-notification>")],
        True,
    ),
    "given to the model": ([("enqueue", "stop"), ("remove", "stop")], False),
    "given at rest": ([("enqueue", "stop"), ("dequeue", None)], False),
    "a notification alone": ([("enqueue", "<task-notification>")], False),
    "nothing": ([], False),
}


@pytest.mark.parametrize("case", WAITS)
def test_words_in_the_clients_queue_come_before_any_order(two: Desk, case: str) -> None:
    """Their own hook runs after those of what came before them, in the same request."""
    operations, waits = WAITS[case]
    queue(two, *operations)
    two.do("agent-t0", "m0")
    two.end("agent-t0", "DONE|t0|x")
    said = two.notify("agent-t0")
    assert launches(said) == ([] if waits else ["t2"])
    assert ("The user has typed something that you are given next: launch nothing before" in said) is waits


@pytest.mark.parametrize("case", ["a notification alone", "nothing", "typed just now"])
def test_at_the_end_of_a_turn_nothing_is_handed_over_before_what_waits(two: Desk, case: str) -> None:
    """A notification comes right after, and does not stand on the user's screen; words of the user's come before any order."""
    for name in ("t0", "t1"):
        two.do(f"agent-{name}", f"m{name[1]}")
        two.end(f"agent-{name}", f"DONE|{name}|x")
    queue(two, *WAITS[case][0])
    handed = case == "nothing"
    assert launches(context(two.stop())) == (["t2", "t3"] if handed else [])
    queue(two)
    assert launches(context(two.stop())) == ([] if handed else ["t2", "t3"]), "it was not counted as told"


@pytest.mark.parametrize("case", WAITS)
def test_nothing_is_launched_before_words_that_were_typed_since(two: Desk, case: str) -> None:
    """The call was on its way as they were typed, and its answer brings them."""
    two.end("agent-t0", "BLOCKED|t0|no key")
    operations, waits = WAITS[case]
    queue(two, *operations)
    refused = denial(two.launch("t2"))
    assert (two.state("t2") == "pending", "the user has typed something since" in refused) == (waits, waits)
    queue(two)
    assert not waits or not denial(two.launch("t2", agent="later"))


@pytest.mark.parametrize(("source", "waits"), [("resume", False), ("startup", False), ("compact", True)])
def test_what_waited_in_a_client_that_is_gone_holds_nothing_back(two: Desk, source: str, waits: bool) -> None:
    two.end("agent-t0", "BLOCKED|t0|no key")
    typed = {
        "type": "queue-operation",
        "operation": "enqueue",
        "content": "stop",
        "timestamp": "2026-01-02T03:04:05.000Z",
    }
    two.transcript.write_text(f"{json.dumps(typed)}\n")
    two.send("session-start", "SessionStart", source=source)
    assert bool(denial(two.launch("t2"))) is waits


def test_where_nothing_could_be_launched_there_is_nothing_to_hold_back(two: Desk) -> None:
    """The place that t0 left is taken before its end is told."""
    two.do("agent-t0", "m0")
    two.end("agent-t0", "DONE|t0|x")
    assert not denial(two.launch("t2"))
    queue(two, ("enqueue", "stop everything"))
    said = two.notify("agent-t0")
    assert "t0 done" in said and "Launch nothing before" not in said


@pytest.mark.parametrize("waits", [True, False])
def test_nor_is_one_put_behind_the_message_that_launched(two: Desk, waits: bool) -> None:
    two.end("agent-t0", "BLOCKED|t0|no key")
    two.launch("t2")
    queue(two, *([("enqueue", "stop everything")] if waits else []))
    launch = {
        "tool_name": "Agent",
        "tool_use_id": f"toolu_{two.session}_{two.calls}",
        "tool_response": "agentId: x launched",
    }
    two.end("agent-t1", "BLOCKED|t1|no key")
    given = {**launch, "tool_input": {"prompt": "Run `fanout brief demo-1/t2` and follow it."}}
    said = two.send("batch", "PostToolBatch", tool_calls=[given])
    assert launches(context(said) if said else "") == ([] if waits else ["t3"])


def entry(kind: str, text: str) -> dict[str, object]:
    return {"type": kind, "message": {"role": kind, "content": [{"type": "text", "text": text}]}}


BREAK = entry("user", "[Request interrupted by user]")
BREAKS: dict[str, tuple[list[dict[str, object]], bool]] = {
    "just now": ([entry("user", "do it"), entry("assistant", "I"), BREAK], True),
    "of a tool": ([entry("user", "[Request interrupted by user for tool use]")], True),
    "before notifications": (
        [BREAK, {"type": "queue-operation", "operation": "dequeue"}, entry("user", "<task-notification> one")],
        True,
    ),
    "the model went on": ([BREAK, entry("assistant", "well")], False),
    "the user went on": ([BREAK, entry("user", "go on")], False),
    "words of a file": ([entry("user", "what means [Request interrupted by user]?")], False),
    "a record of another shape": ([BREAK, {"type": "user", "message": {"role": "user", "content": ["x"]}}], False),
    "a request kept beside": ([entry("user", "go on"), BREAK | {"type": "api-request-blob"}], False),
}


@pytest.mark.parametrize("case", BREAKS)
def test_an_interruption_comes_before_any_order(two: Desk, case: str) -> None:
    lines, holds = BREAKS[case]
    two.transcript.write_text("".join(f"{json.dumps(one, separators=(',', ':'))}\n" for one in lines))
    two.end("agent-t0", "BLOCKED|t0|no key")
    said = two.notify("agent-t0")
    assert launches(said) == ([] if holds else ["t2"])
    assert ("The user interrupted you: launch nothing before they say how it goes on" in said) is holds


def test_it_holds_until_the_user_speaks(two: Desk) -> None:
    two.transcript.write_text(json.dumps(BREAK, separators=(",", ":")))
    for name in ("t0", "t1"):
        two.end(f"agent-{name}", f"BLOCKED|{name}|no key")
    two.notify("agent-t0")
    answer = json.dumps(entry("assistant", "t0 is blocked"), separators=(",", ":"))
    two.transcript.write_text(f"{two.transcript.read_text()}\n{answer}\n")
    assert launches(two.notify("agent-t1")) == [] and two.stop() == {}, "the model answered, the user did not"
    held = says(two, "what does m0 do?")
    assert "The user interrupted you: launch nothing of demo-1, also no calls printed before, unless they say" in held
    assert says(two, "and m1?").startswith("The user interrupted you: launch nothing"), "a question is no word to go on"
    assert two.stop() == {}
    leads = {"CLAUDE_CODE_SESSION_ID": two.session}
    assert launches(Project(two.root).fanout("next", env=leads).out) == ["t2", "t3"]
    assert says(two, "fine") == ABOVE, "they may be on their way: it is not said that nothing runs"
    assert launches(context(two.stop())) == ["t2", "t3"]


@pytest.mark.parametrize("goes_on", [["go"], ["resume"], []])
def test_a_command_or_a_launch_says_that_it_goes_on(two: Desk, goes_on: list[str]) -> None:
    two.transcript.write_text(json.dumps(BREAK, separators=(",", ":")))
    two.end("agent-t0", "BLOCKED|t0|no key")
    assert launches(two.notify("agent-t0")) == []
    two.transcript.write_text(json.dumps(entry("user", "go on"), separators=(",", ":")))
    if goes_on:
        Project(two.root).fanout(*goes_on, env={"CLAUDE_CODE_SESSION_ID": two.session})
    else:
        two.launch("t2")
    assert "interrupted" not in says(two, "well")


@pytest.mark.parametrize("interrupted", [True, False])
def test_what_the_user_thinks_about_after_an_interruption_is_no_time_of_the_run(desk: Desk, interrupted: bool) -> None:
    """Without one nobody knows why nothing was launched: the time counts."""
    desk.start(plan({name: {"writes": [name]} for name in ("t0", "t1")}, cap=1))
    done(desk, "t0")
    if interrupted:
        desk.transcript.write_text(json.dumps(BREAK, separators=(",", ":")))
    age(desk, 300)
    says(desk, "what is left?")
    desk.transcript.write_text(json.dumps(entry("user", "what is left?"), separators=(",", ":")))
    age(desk, 300)
    says(desk, "go on then")
    done(desk, "t1")
    measured = run_facts.of_run(desk.db, desk.run)["measured"]
    assert (measured["makespan_seconds"] < 100) is interrupted
    assert ("One agent" in measured["verdict"] and "10.0 min" in measured["verdict"]) is not interrupted


def done(desk: Desk, name: str) -> None:
    desk.launch(name)
    desk.do(f"agent-{name}", name)
    assert desk.end(f"agent-{name}", f"DONE|{name}|made") == {}


def test_what_an_interruption_holds_is_told_with_the_users_next_words(two: Desk) -> None:
    two.transcript.write_text(json.dumps(BREAK, separators=(",", ":")))
    two.end("agent-t0", "BLOCKED|t0|no key")
    two.notify("agent-t0")
    said = says(two, "hm")
    assert "Anything else: answer the user. The user interrupted you: launch nothing of demo-1" in said
    assert "The run goes on by itself" not in said and ABOVE not in said


def test_an_interruption_with_other_words_holds_as_well(two: Desk) -> None:
    two.transcript.write_text(json.dumps(BREAK, separators=(",", ":")))
    says(two, "what does m0 do?")
    two.transcript.write_text(json.dumps(entry("assistant", "it counts"), separators=(",", ":")))
    two.stop()
    two.end("agent-t0", "BLOCKED|t0|no key")
    assert launches(two.notify("agent-t0")) == []
