"""What follows from results: which failed tasks are tried again, what an overload means, when enough is done."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.flow import failure_policy
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.store.records import Agent
from fanout.run.tasks import runs, tasks

ERRORS = [
    ("API Error: 529", True),
    ("API Error: 429", True),
    ("Overloaded", True),
    ("rate limit reached", True),
    ("rate-limit", True),
    ("Too Many Requests", True),
    ("API Error: 500", False),
    ("took 4290 ms", False),
    ("the list is 1529 long", False),
    ("", False),
]


@pytest.mark.parametrize(("error", "is_so"), ERRORS)
def test_what_is_an_overload(error: str, is_so: bool) -> None:
    assert failure_policy.is_overload(error) is is_so


def started(desk: Desk, given: dict[str, dict[str, Any]], on_failure: str = "best-effort", **policy: Any) -> str:
    made = plan(given, on_failure=on_failure)
    made["document"]["policy"].update(policy)
    return desk.start(made)


def states(desk: Desk) -> list[str]:
    return [task.state for task in tasks.all_of(desk.db, desk.run)]


def ended(desk: Desk, task: str, state: str, outcome: str = "it broke", attempts: int = 1) -> None:
    desk.db.execute(
        "UPDATE task SET state = ?, outcome = ?, attempts = ? WHERE id = ?", (state, outcome, attempts, task)
    )


# -- tried again ----------------------------------------------------------------------------------------------------------

# The policy, how often it tries again, and of a task its state, outcome and attempts; whether it is tried again.
RETRIES = [
    ("retry", 1, "failed", "it broke", 1, True),
    ("retry", 1, "failed", "it broke", 2, False),
    ("retry", 2, "failed", "it broke", 2, True),
    ("retry", 0, "failed", "it broke", 1, False),
    ("retry", 1, "blocked", "it asks", 1, False),
    ("retry", 1, "cancelled", "no", 1, False),
    ("retry", 1, "done", "", 1, False),
    ("retry", 1, "failed", tasks.STOPPED, 1, False),
    ("retry", 1, "failed", f"{tasks.NOT_RETRIED} a clash", 1, False),
    ("best-effort", 1, "failed", "it broke", 1, False),
    ("fail-fast", 1, "failed", "it broke", 1, False),
]


@pytest.mark.parametrize(("policy", "retries", "state", "outcome", "attempts", "again"), RETRIES)
def test_what_is_tried_again_by_itself(
    desk: Desk, policy: str, retries: int, state: str, outcome: str, attempts: int, again: bool
) -> None:
    run = started(desk, {"01": {}, "02": {}}, policy, retries=retries)
    ended(desk, "01", state, outcome, attempts)
    failure_policy.settle(desk.db, str(desk.root), run)
    assert states(desk) == ["pending" if again else state, "pending"]


@pytest.mark.parametrize("over", ["ended", "cancelled"])
def test_of_a_run_that_is_over_nothing_is_tried_again(desk: Desk, over: str) -> None:
    run = started(desk, {"01": {}, "02": {}}, "retry", retries=3)
    ended(desk, "01", "failed")
    desk.db.execute("UPDATE run SET state = ?", (over,))
    failure_policy.settle(desk.db, str(desk.root), run)
    failure_policy.settle(desk.db, str(desk.root), "no-such-run")
    assert states(desk) == ["failed", "pending"]


@pytest.mark.parametrize(
    ("state", "again", "then"),
    [
        ("failed", False, "pending"),
        ("blocked", False, "pending"),
        ("cancelled", False, "pending"),
        ("skipped", False, "pending"),
        ("failed", True, "pending"),
        ("done", True, "pending"),
        ("done", False, "done anew: `fanout retry demo-1/01 --again` takes its changes back and does it anew."),
        ("pending", True, tasks.NOT_TO_RETRY),
        ("running", False, tasks.NOT_TO_RETRY),
    ],
)
def test_what_the_user_may_have_tried_again(desk: Desk, state: str, again: bool, then: str) -> None:
    run = started(desk, {"01": {}})
    ended(desk, "01", state)
    if then == "pending":
        assert failure_policy.retry(desk.db, str(desk.root), run, "01", again) == ""
        assert states(desk) == ["pending"]
        return
    with pytest.raises(FanoutError) as raised:
        failure_policy.retry(desk.db, str(desk.root), run, "01", again)
    assert then.rpartition("anew: ")[2] in str(raised.value) and states(desk) == [state]


def test_of_a_cancelled_run_nothing_is_tried_again(desk: Desk) -> None:
    run = started(desk, {"01": {}})
    ended(desk, "01", "failed")
    desk.db.execute("UPDATE run SET state = 'cancelled'")
    with pytest.raises(FanoutError, match="cancelled"):
        failure_policy.retry(desk.db, str(desk.root), run, "01")
    assert states(desk) == ["failed"]


# -- refused twice --------------------------------------------------------------------------------------------------------


def refused(desk: Desk, error: str, *before: str, beside: bool = False, mode: str = "rolling") -> str:
    """What follows from an overload of 01's agent after these events; `beside`: while another agent of the run works."""
    run = desk.start(plan({"01": {}, "02": {}}, mode=mode))
    agent = agents.get(desk.db, agents.open_launch(desk.db, "s", "", "", "", run, "01"))
    assert agent is not None
    if beside:
        agents.open_launch(desk.db, "s", "", "", "", run, "02")
    agents.open_launch(desk.db, "s", "", "", "")
    with Write(desk.db):
        for kind in before:
            journal.note(desk.db, kind, run, "01" if kind == "overloaded" else "02", agent.id)  # type: ignore[arg-type]
        return failure_policy.refused_again(desk.db, agent, error)


def test_refused_once_it_is_tried_again(desk: Desk) -> None:
    assert refused(desk, "529") == ""


@pytest.mark.parametrize(
    ("error", "what"),
    [
        ("API Error: 529 overloaded", "the API is too busy"),
        ("API Error: 429", "the account's rate limit is reached"),
        ("too many requests", "the account's rate limit is reached"),
    ],
)
def test_refused_twice_the_run_waits_and_says_why(desk: Desk, error: str, what: str) -> None:
    assert refused(desk, error, "overloaded") == f"{what}, twice in a row ({error}); go on in some minutes"


@pytest.mark.parametrize("since", ["task-done", "run-resumed"])
def test_what_came_between_begins_a_new_row(desk: Desk, since: str) -> None:
    assert refused(desk, "529", "overloaded", since) == ""


def test_what_came_before_does_not(desk: Desk) -> None:
    assert refused(desk, "529", "task-done", "overloaded") != ""


def test_while_another_works_there_is_something_to_wait_for(desk: Desk) -> None:
    assert refused(desk, "529", "overloaded", beside=True) == ""


# -- enough is done -------------------------------------------------------------------------------------------------------


def racing(desk: Desk, done: int) -> tuple[sqlite3.Connection, dict[str, Agent]]:
    """A run of which two tasks are enough, with so many done; 03 and 04 are at work, 05 waits."""
    run = started(desk, {f"0{place}": {} for place in range(1, 6)}, join=2)
    for place in range(done):
        ended(desk, f"0{place + 1}", "done")
    found = {}
    for name in ("03", "04"):
        ended(desk, name, "running")
        number = agents.open_launch(desk.db, "s", "", "", "", run, name)
        agents.bind(desk.db, number, f"agent-{name}")
        agent = agents.get(desk.db, number)
        assert agent is not None
        found[name] = agent
    failure_policy.settle(desk.db, str(desk.root), run)
    return desk.db, found


@pytest.mark.parametrize(("done", "is_enough"), [(1, False), (2, True)])
def test_with_enough_done_the_rest_may_write_no_more(desk: Desk, done: int, is_enough: bool) -> None:
    db, found = racing(desk, done)
    lost = journal.tasks_with(db, desk.run, "lost-the-race")
    assert sorted(lost) == (["03", "04"] if is_enough else [])
    for agent in found.values():
        now = agents.get(db, agent.id)
        assert now is not None and bool(now.read_only) is is_enough
    assert tasks.get(db, desk.run, "05").state == ("cancelled" if is_enough else "pending")
    failure_policy.settle(db, str(desk.root), desk.run)
    assert len(journal.events(db, desk.run, "lost-the-race")) == (2 if is_enough else 0), "told once"


def test_a_loser_that_wrote_nothing_is_set_apart_once(desk: Desk) -> None:
    db, _ = racing(desk, 2)
    ended(desk, "03", "blocked")
    for _ in range(2):
        failure_policy.settle(db, str(desk.root), desk.run)
    over = tasks.get(db, desk.run, "03")
    assert (over.state, over.outcome) == ("cancelled", "lost the race; it had changed nothing")
    assert tasks.get(db, desk.run, "04").state == "running", "it has not ended yet"
    assert [one.task for one in journal.events(db, desk.run, "set-apart")] == ["03"]
    assert runs.get(db, desk.run).state == "active"
