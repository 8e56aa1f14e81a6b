"""One worker: what it takes, as whom it works between two tasks, and what it is told when there is nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.agents import agents, claims
from fanout.run.flow import ending, failure_policy, run_end, worker
from fanout.run.store import journal, meta
from fanout.run.store.db import Write
from fanout.run.store.records import Agent
from fanout.run.tasks import readiness

TASKS: dict[str, dict[str, Any]] = {
    "01": {"writes": ["a.py"]},
    "02": {"writes": ["b.py"]},
    "03": {"writes": ["c.py"], "needs": ["01"], "record": {"read_only": True}},
}
ALIAS = "w" * 100


@pytest.fixture
def run(desk: Desk) -> Desk:
    desk.start(plan(TASKS))
    return desk


def take(desk: Desk, name: str) -> str:
    """The task of the brief, "" for none."""
    text = worker.take(desk.db, str(desk.root), desk.run, name)
    return text.partition("# Task ")[2].partition(":")[0] if text else ""


def agent(desk: Desk, name: str) -> Agent:
    found = agents.with_task_of(desk.db, desk.run, name)
    assert found is not None
    return found


def done(desk: Desk, name: str) -> Agent:
    with Write(desk.db):
        ended = agent(desk, name)
        ending.conclude(desk.db, ended, "done", "did it")
    return ended


def test_each_takes_the_next_and_keeps_it_until_it_is_done(run: Desk) -> None:
    assert [take(run, "one"), take(run, "two"), take(run, "one"), take(run, "three")] == ["01", "02", "01", ""]
    found = agent(run, "one")
    assert (found.description, found.agent_type, found.agent_id) == ("one", "worker", found.tool_use)
    assert [claim.pattern for claim in claims.of_agents(run.db, [found.id])] == ["a.py"]
    assert [event.facts["worker"] for event in journal.events(run.db, run.run, "claimed")] == ["one", "two"]
    done(run, "one")
    assert take(run, "one") == "03" and agent(run, "one").read_only
    with Write(run.db):
        run.db.execute("UPDATE run SET paused = 'by the user'")
    done(run, "one")
    assert take(run, "one") == ""


def test_a_long_name_is_one_worker(run: Desk) -> None:
    assert take(run, ALIAS) == "01" == take(run, ALIAS) and agent(run, ALIAS).description == "w" * 80


@pytest.fixture
def resting(run: Desk) -> Agent:
    """An agent of the client that goes by the name one, with a file of its own."""
    number = agents.open_launch(run.db, "s9", "use", "coder", "helper", parent=7, read_only=True)
    agents.bind(run.db, number, "a1", worktree="/w")
    claims.take(run.db, number, "a.py", "a.py")
    meta.put(run.db, agents.worker_key("one"), "a1")
    return agents.get(run.db, number)


def test_an_agent_of_the_client_goes_on_as_itself(run: Desk, resting: Agent) -> None:
    assert take(run, "two") == "02", "the first is held by its file"
    assert take(run, "one") == "01", "which is no obstacle to itself"
    assert not agents.get(run.db, resting.id).is_live
    found = agent(run, "one")
    assert (found.agent_id, found.session, found.agent_type, found.parent) == ("a1", "s9", "coder", 7)
    assert (found.read_only, found.worktree, found.description) == (True, "/w", "one")
    ended = done(run, "one")
    with Write(run.db):
        worker.rest(run.db, ended)
    now = worker.agent_of(run.db, "one")
    assert now is not None and now.id != ended.id
    assert (now.task, now.tool_use, now.parent, now.read_only, now.worktree) == ("", "", 7, True, "/w")
    assert (now.session, now.agent_type, now.description, now.agent_id) == ("s9", "coder", "one", "a1")
    assert [event.agent for event in journal.events(run.db, run.run, "worker")] == [now.id]


def test_a_process_is_nobody_between_two_tasks(run: Desk) -> None:
    take(run, "one")
    ended = done(run, "one")
    before = len(run.rows("SELECT 1 FROM agent"))
    with Write(run.db):
        worker.rest(run.db, ended)
    assert len(run.rows("SELECT 1 FROM agent")) == before and worker.agent_of(run.db, "one") is None


def test_who_has_ended_is_no_agent_of_that_name(run: Desk, resting: Agent) -> None:
    found = worker.agent_of(run.db, "one")
    assert found is not None and found.id == resting.id and worker.agent_of(run.db, "two") is None
    agents.end(run.db, resting.id, "ended")
    assert worker.agent_of(run.db, "one") is None


def test_a_worker_that_rests_takes_no_second_place(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}, cap=1))
    number = agents.open_launch(desk.db, "s", "", "", "", desk.run, "02")
    agents.bind(desk.db, number, "a1")
    assert take(desk, "two") == ""
    meta.put(desk.db, agents.worker_key("one"), "a1")
    assert take(desk, "one") == "01"


@pytest.mark.parametrize("is_the_clients", [True, False])
def test_the_end_of_the_run_is_left_to_who_tells_claude(
    run: Desk, monkeypatch: pytest.MonkeyPatch, is_the_clients: bool, request: pytest.FixtureRequest
) -> None:
    asked: list[str] = []
    view = readiness.View(run.db, run.run)

    def conclude(*_: object) -> readiness.View:
        asked.append("conclude")
        return view

    monkeypatch.setattr(run_end, "conclude", conclude)
    monkeypatch.setattr(failure_policy, "settle", lambda *given: asked.append("settle"))
    if is_the_clients:
        request.getfixturevalue("resting")
    assert worker.look(run.db, str(run.root), run.run, "one").run.id == run.run
    assert asked == (["settle"] if is_the_clients else ["conclude"])


AGAIN = "fanout claim --worker 'my one' demo-1 --wait 60"
END = "End now; your last message is one line: which tasks you did."
STATES: dict[str, tuple[dict[str, str], str, str, str]] = {
    # the tasks' states, the run's, why there is no task, and what to do
    "cancelled": ({}, "cancelled", "run demo-1 was cancelled, nothing is left to take.", "End now."),
    "ended": ({}, "ended", "nothing is left to take in demo-1.", END),
    "all done": ({"01": "done", "02": "done", "03": "done"}, "active", "nothing is left to take in demo-1.", END),
    "at work": (
        {"01": "running", "02": "running"},
        "active",
        "nothing is ready in demo-1 yet, 01, 02 still running.",
        f"Run `{AGAIN}` again: it waits for one.",
    ),
}


@pytest.mark.parametrize("case", STATES)
def test_what_a_worker_is_told_when_there_is_nothing(run: Desk, case: str) -> None:
    states, state, why, todo = STATES[case]
    for task, value in states.items():
        run.db.execute("UPDATE task SET state = ? WHERE id = ?", (value, task))
    run.db.execute("UPDATE run SET state = ?", (state,))
    view = readiness.View(run.db, run.run)
    assert worker.nothing(view, "my one") == (why, todo)
    said = worker.onward(view, "my one")
    if case == "at work":
        assert said == f"Take the next task: `{AGAIN}`. It waits for one, and prints what to do."
    else:
        assert said == f"Nothing is left to take. {END}"


@pytest.mark.parametrize("state", ["pending", "running"])
def test_of_a_paused_run_that_is_said(run: Desk, state: str) -> None:
    """No task is held by another then, and none comes by waiting for one."""
    run.db.execute("UPDATE run SET paused = 'by the user'")
    run.db.execute("UPDATE task SET state = ? WHERE id = '01'", (state,))
    why, todo = worker.nothing(readiness.View(run.db, run.run), "my one")
    assert why == "run demo-1 is paused (by the user), and gives no task until it goes on." and AGAIN in todo


def test_what_holds_the_rest_is_said(run: Desk) -> None:
    run.db.execute("UPDATE task SET state = 'failed' WHERE id = '02'")
    number = agents.adopt(run.db, "s", "stranger", "")
    claims.take(run.db, number, "a.py", "a.py")
    why, _ = worker.nothing(readiness.View(run.db, run.run), "my one")
    assert why.startswith("nothing is ready in demo-1: 01 ") and "03 needs 01" in why
