"""`fanout claim --worker NAME`: which worker and which run a line names, and who may go by that name."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.hooks.launching import claiming
from fanout.run.agents import agents
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import runs


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fanout claim --worker w1", ("w1", "")),
        ("fanout claim --worker w1 demo-1", ("w1", "demo-1")),
        ("fanout claim demo-1 --worker w1", ("w1", "demo-1")),
        ("fanout claim --worker=w1 demo-1", ("w1", "demo-1")),
        ("fanout claim --worker w1 --wait 60 demo-1", ("w1", "demo-1")),
        ("fanout claim --wait 60 --worker w1", ("w1", "")),
        ("fanout claim --worker 'w 1' --json demo-1", ("w 1", "demo-1")),
        ("Run `fanout claim --worker w1 demo-1 --wait 60` and follow it.", ("w1", "demo-1")),
        ("cd x && fanout claim --worker w1; echo demo-1", ("w1", "")),
        ("fanout claim --worker w1 | head", ("w1", "")),
        ("fanout claim --worker w1 & wait", ("w1", "")),
        ("fanout claim --worker w1\ndemo-1", ("w1", "")),
        ("fanout claim demo-1", None),
        ("fanout claim --worker", None),
        ("fanout claim --worker ''", None),
        ("fanout claim --worker 'w1", None),
        ("fanout claims --worker w1", None),
        ("nofanout claim --worker w1", None),
        ("fanout done x", None),
    ],
)
def test_what_a_line_or_a_prompt_names(text: str, found: tuple[str, str] | None) -> None:
    assert claiming.said(text) == found


@pytest.fixture
def crew(desk: Desk) -> Desk:
    desk.start(plan({"t0": {}, "t1": {}}))
    for name in ("a", "b"):
        desk.launch(name, agent=name, prompt="look around")
    return desk


def claim(desk: Desk, agent: str, worker: str, run: str = "") -> str:
    return denial(desk.bash(agent, f"fanout claim --worker {worker} {run}"))


def noted(desk: Desk, run: str | None = None) -> list[int | None]:
    return [event.agent for event in journal.events(desk.db, run or desk.run, "worker")]


def test_a_name_is_free_again_when_its_agent_has_ended(crew: Desk) -> None:
    assert claim(crew, "a", "w1") == ""
    assert claim(crew, "a", "w1") == "", "its own"
    assert claim(crew, "b", "w1") == (
        "The worker w1 is another agent's name. Take one of your own: `fanout claim --worker NAME`."
    )
    crew.say("a", "I did nothing.")
    assert claim(crew, "b", "w1") == ""


def test_a_worker_is_noted_once_for_the_run_that_it_names_or_the_only_one(crew: Desk) -> None:
    claim(crew, "a", "w1")
    claim(crew, "a", "w1", crew.run)
    assert len(noted(crew)) == 1
    other = Desk(crew.root)
    other.start(plan({"x": {}}, title="Other"))
    assert claim(crew, "b", "w2") == "" and len(noted(crew)) == 1, "which of the two is not known"
    claim(crew, "b", "w2", "none-1")
    claim(crew, "b", "w2", other.run)
    assert len(noted(crew)) == 1 and len(noted(crew, other.run)) == 1
    with Write(crew.db):
        runs.end(crew.db, crew.run, "ended")
    claim(crew, "a", "w1", crew.run)
    assert len(noted(crew)) == 1 and len(noted(crew, other.run)) == 2


def test_who_has_a_task_takes_no_other(crew: Desk) -> None:
    crew.launch("t0")
    assert claim(crew, "agent-t0", "w1") == f"You have task t0 of {crew.run}, and take no other: end with it."
    with Write(crew.db):
        number = agents.open_launch(crew.db, "s1", agents.worker_key("w5"), "worker", "", crew.run, "t1")
        agents.bind(crew.db, number, "c", "worker")
    assert claim(crew, "c", "w6") == (
        f"You have task t1 of {crew.run}, and take no other: end it first: `fanout done {crew.run}/t1 'what you did'`."
    )
    assert claim(crew, "c", "w5") == "", "the same name again"


def test_the_main_conversation_is_told_only_where_it_would_claim(crew: Desk) -> None:
    def told(line: str) -> str:
        return denial(crew.bash(None, line))

    assert told("fanout claim --worker w1") == claiming.IN_MAIN
    assert told("fanout claim --worker") == "" and told("echo 'fanout claim --worker w1' > notes.txt") == ""
    assert noted(crew) == []
