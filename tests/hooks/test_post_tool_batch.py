"""PostToolBatch: the calls of one message; launches that failed in it, what it left out, what the user refused."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk, context, denial, launches
from run.plans import plan

from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import pending_launches, tasks


@pytest.fixture
def four(desk: Desk) -> Desk:
    desk.start(plan({"01": {}, "02": {}, "03": {}, "04": {"needs": ["01"]}}))
    return desk


def prompt(desk: Desk, name: str) -> str:
    return f"Run `fanout brief {desk.run}/{name}` and follow it." if name else "look around"


def gate(desk: Desk, name: str) -> dict[str, Any]:
    """The gate lets it begin; the client has said nothing of it yet. Returns the call as the batch shows it."""
    desk.calls += 1
    call = {"tool_name": "Agent", "tool_input": {"prompt": prompt(desk, name)}, "tool_use_id": f"call{desk.calls}"}
    desk.send("gate", "PreToolUse", **call)
    return call


def batch(desk: Desk, *calls: dict[str, Any], **more: Any) -> str:
    return context(desk.send("batch", "PostToolBatch", tool_calls=list(calls), **more))


SAID: list[tuple[object, bool]] = [
    ("Async agent launched successfully.\nagentId: a1 (use it)", True),
    ("agentId: a1", True),
    ("Agent launched", True),
    ("Spawned successfully. It works.", True),
    ([{"type": "text", "text": "Async agent launched"}, "odd"], True),
    ([{"type": "text", "text": "No such agent type"}], False),
    ("No such agent type", False),
    ("It was not Spawned successfully", False),
    ("", False),
    (None, False),
    (f"{'x' * 2000} agentId: a1", False),  # no client says it so late
]


@pytest.mark.parametrize(("said", "works"), SAID)
def test_a_launch_that_the_client_refused_in_its_message_is_undone(four: Desk, said: object, works: bool) -> None:
    batch(four, {**gate(four, "01"), "tool_response": said})
    assert four.state("01") == ("running" if works else "pending")


def test_one_that_is_at_work_already_is_not_undone_by_words(four: Desk) -> None:
    four.launch("01")
    row = four.rows("SELECT tool_use FROM agent WHERE task = '01'")[0]
    call = {"tool_name": "Agent", "tool_input": {"prompt": prompt(four, "01")}, "tool_use_id": row["tool_use"]}
    batch(four, {**call, "tool_response": "lost"})
    assert four.state("01") == "running"


def messages(desk: Desk) -> list[list[str]]:
    return [one.facts["tasks"] for one in journal.events(desk.db, desk.run, "message")]


def test_what_one_message_launched_is_journaled_together(four: Desk) -> None:
    launched = [{**gate(four, name), "tool_response": "agentId: x"} for name in ("01", "02", "")]
    failed = {**gate(four, "03"), "tool_response": "no"}
    batch(four, *launched, failed, {"tool_name": "Read", "tool_input": {"prompt": prompt(four, "04")}})
    batch(four, {**gate(four, "03"), "tool_name": "Task", "tool_response": "agentId: x"})
    batch(four, {"tool_name": "Bash", "tool_response": "agentId: x"})
    batch(four, {**launched[0], "tool_use_id": ""}, {"tool_name": "Agent", "tool_input": "odd"})
    assert messages(four) == [["01", "02"], ["03"]]


def launched(desk: Desk, *names: str) -> list[dict[str, Any]]:
    return [{**gate(desk, name), "tool_response": "agentId: x"} for name in names]


@pytest.mark.parametrize(
    ("handed", "sent", "said", "left"),
    [
        (["01", "02", "03"], ["01"], "This message left 2 ready tasks out; agents run side by side only", ["02", "03"]),
        (["01", "02", "03"], ["01", "02"], "This message left 1 ready task out; agents run side by side only", ["03"]),
        (["01"], ["01"], "fanout demo-1: 2 more can start by now. Send exactly these 2 Agent calls", ["02", "03"]),
        ([], ["01", "02"], "fanout demo-1: 1 more can start by now. Send exactly this Agent call", ["03"]),
    ],
)
def test_what_a_message_left_out_is_said_once(
    four: Desk, handed: list[str], sent: list[str], said: str, left: list[str]
) -> None:
    with Write(four.db):
        pending_launches.note(four.db, four.run, [one for one in tasks.all_of(four.db, four.run) if one.id in handed])
    first, *rest = launched(four, *sent)
    told = batch(four, first, *rest)
    assert told.startswith(said) and launches(told) == left
    assert [name.partition(":")[0] for name in pending_launches.names(four.db, four.run)] == left
    assert batch(four, first) == "" and pending_launches.names(four.db, four.run) == []


def test_a_message_that_launched_all_is_told_nothing(four: Desk) -> None:
    assert batch(four, *launched(four, "01", "02", "03")) == ""


def test_the_next_message_s_denials_name_the_calls_again(four: Desk) -> None:
    def denied() -> list[str]:
        return launches(denial(four.launch("04")))

    assert denied() == ["01", "02", "03"] and denied() == []
    batch(four, {"tool_name": "Read"})
    assert denied() == []
    batch(four, {"tool_name": "Agent", "tool_input": {"prompt": prompt(four, "04")}, "tool_use_id": "none"})
    assert denied() == ["01", "02", "03"]


REFUSED = "The user doesn't want to proceed with this tool use. The tool use was rejected."


def refusals(desk: Desk) -> list[tuple[str | None, dict[str, Any]]]:
    return [(one.task, one.facts) for one in journal.events(desk.db, desk.run, "permission-denied")]


@pytest.mark.parametrize(
    ("call", "named"),
    [
        ({"tool_name": "Write", "tool_input": {"file_path": "{root}/src/a"}}, "src/a"),
        ({"tool_name": "NotebookEdit", "tool_input": {"notebook_path": "{root}/b"}}, "b"),
        ({"tool_name": "Bash", "tool_input": {"command": "make"}}, "make"),
    ],
)
def test_what_the_user_refused_an_agent_of_a_task_is_kept(four: Desk, call: dict[str, Any], named: str) -> None:
    four.launch("01")
    given = {key: value.format(root=four.root) for key, value in call["tool_input"].items()}
    refused = {**call, "tool_input": given, "tool_use_id": "t", "tool_response": REFUSED}
    batch(four, refused)
    batch(four, refused, agent_id="stranger")
    batch(four, {**refused, "tool_response": "done"}, agent_id="agent-01")
    batch(four, {**refused, "tool_response": "the paper was denied"}, agent_id="agent-01")
    assert refusals(four) == []
    batch(four, refused, agent_id="agent-01")
    ((task, facts),) = refusals(four)
    assert task == "01" and named in facts.values()
