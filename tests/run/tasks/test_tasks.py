"""Each change of a task's state starts from the states that it names, and is refused from every other one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan
from run.tasks.task_states import STATES, Change, changed, get, refused, set_state

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.store.records import Task
from fanout.run.tasks import tasks

Changes = dict[str, tuple[Change, dict[str, str], str]]


def ending(state: str) -> tuple[Change, dict[str, str], str]:
    def end(db: Any, run: str, task: str) -> bool:
        return tasks.finish(db, run, task, state, "said")  # type: ignore[arg-type]

    return end, dict.fromkeys(tasks.OPEN, state), f"task-{state}"


def because(change: Callable[..., Any]) -> Change:
    return lambda db, run, task: change(db, run, task, "said")


def widen(db: Any, run: str, task: str) -> bool:
    return tasks.widen(db, run, task, {"writes": ["x"]}, "said")


NOT_DONE = ("failed", "blocked", "cancelled", "skipped")
CHANGES: Changes = {
    # what is done to task 01, the states that it may start from with what becomes of them, and the event
    "begin": (tasks.begin, {"pending": "running"}, "task-started"),
    "go on": (tasks.go_on, {"failed": "running", "blocked": "running"}, "task-started"),
    **{state: ending(state) for state in ("done", "failed", "blocked", "cancelled")},
    "skip": (because(tasks.skip), dict.fromkeys(("pending", *NOT_DONE), "skipped"), "task-skipped"),
    "retry": (tasks.retry, dict.fromkeys(NOT_DONE, "pending"), "task-reopened"),
    "accept": (tasks.accept, {"failed": "pending", "blocked": "pending", "skipped": "pending"}, "task-reopened"),
    "lose": (because(tasks.lose), {"running": "pending"}, "task-reopened"),
    "unbegin": (because(tasks.unbegin), {"running": "pending"}, "task-reopened"),
    "widen": (widen, {"blocked": "pending"}, "task-reopened"),
    "revoke": (because(tasks.revoke), {"done": "cancelled"}, "task-cancelled"),
    "set apart": (because(tasks.set_apart), dict.fromkeys(("done", *NOT_DONE), "cancelled"), ""),
    "fail at end": (because(tasks.fail_at_end), {"done": "failed"}, ""),
}


@pytest.fixture
def run(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    return desk


@pytest.mark.parametrize("name", CHANGES)
def test_from_which_states(run: Desk, name: str) -> None:
    change, wanted, event = CHANGES[name]
    for state in STATES:
        set_state(run, state)
        before, seen = get(run), journal.newest(run.db)
        assert changed(run, change) is (state in wanted), state
        assert get(run).state == wanted.get(state, state)
        noted = [one.kind for one in journal.events(run.db, run.run, event) if one.id > seen] if event else []  # type: ignore[arg-type]
        assert noted == ([event] if event and state in wanted else [])
        if state not in wanted:
            assert [getattr(get(run), field) for field in Task.__slots__] == [
                getattr(before, field) for field in Task.__slots__
            ]
    assert get(run, "02").state == "pending", "the other task is left alone"


def after(desk: Desk, state: str, change: Change) -> Task:
    set_state(desk, state)
    assert changed(desk, change)
    return get(desk)


def test_what_else_a_change_means(run: Desk) -> None:
    begun = after(run, "pending", tasks.begin)
    assert (begun.attempts, begun.outcome, begun.ended) == (3, "", None) and (begun.started or 0) > 5
    went_on = after(run, "failed", tasks.go_on)
    assert (went_on.attempts, went_on.bounces) == (3, 0)
    over = after(run, "running", lambda db, run, task: tasks.finish(db, run, task, "done", "said"))
    assert over.outcome == "said" and (over.ended or 0) > 6 and over.started == 5
    again = after(run, "failed", tasks.retry)
    assert (again.attempts, again.bounces, again.started, again.ended, again.outcome) == (2, 0, None, None, "was")
    never = after(run, "running", lambda db, run, task: tasks.unbegin(db, run, task, "said"))
    assert (never.attempts, never.bounces) == (1, 1)
    lost = after(run, "running", lambda db, run, task: tasks.lose(db, run, task, "said"))
    assert lost.attempts == 2
    assert tasks.record(after(run, "blocked", CHANGES["widen"][0]))["writes"] == ["x"]
    late = after(run, "done", lambda db, run, task: tasks.fail_at_end(db, run, task, "said"))
    assert (late.outcome, late.ended) == ("said", 6.0)


@pytest.mark.parametrize(
    ("state", "outcome", "back"),
    [
        ("failed", tasks.STOPPED, True),
        ("failed", f"{tasks.STOPPED} (permission denied for x)", True),
        ("failed", "it broke", False),
        ("blocked", tasks.STOPPED, False),
        ("done", tasks.STOPPED, False),
    ],
)
def test_only_what_was_stopped_is_unstopped(run: Desk, state: str, outcome: str, back: bool) -> None:
    set_state(run, state, outcome)
    assert changed(run, tasks.unstop) is back
    assert get(run).state == ("pending" if back else state)


def test_why_it_was_not_retried_is_its_outcome(run: Desk) -> None:
    for state in STATES:
        set_state(run, state)
        with Write(run.db):
            tasks.not_retried(run.db, run.run, "01", "x" * 400)
        kept = state in tasks.LEFT
        assert get(run).outcome == (f"not retried: {'x' * 400}"[:300] if kept else "was") and get(run).state == state


def test_an_agent_is_sent_back_so_often_and_no_more(run: Desk) -> None:
    with Write(run.db):
        assert [tasks.bounce(run.db, run.run, "01", 2) for _ in range(4)] == [True, True, False, False]
        assert tasks.bounce(run.db, run.run, "02", 1)
    assert get(run).bounces == 2


def test_a_refusal_says_how_it_is_and_what_to_do(run: Desk) -> None:
    set_state(run, "done")
    assert refused(run, tasks.retry) == f"task 01 is done. {tasks.NOT_TO_RETRY}"
    assert refused(run, tasks.begin) == "task 01 is done. It can't begin."
    set_state(run, "pending")
    run.launch("01")
    assert refused(run, tasks.retry) == (
        f"task 01 is running (its agent: 01). {tasks.NOT_TO_RETRY} Wait for its agent, or stop it first (TaskStop agent-01); "
        f"`fanout release {run.run}/01` when it will not come back."
    )
    with Write(run.db):
        for one in agents.live(run.db):
            agents.end(run.db, one.id, "gone", "ended")
    assert "task 01 is running. It can't be skipped. Wait for its agent, or stop it first (/tasks);" in refused(
        run, lambda db, run, task: tasks.skip(db, run, task, "x")
    )


def test_an_unknown_name_is_answered_with_those_there_are(desk: Desk) -> None:
    desk.start(plan({f"{place:02}": {} for place in range(1, tasks.MOST_NAMED + 1)}))
    names = ", ".join(f"{place:02}" for place in range(1, tasks.MOST_NAMED + 1))
    with pytest.raises(FanoutError) as raised:
        tasks.get(desk.db, desk.run, "x")
    assert str(raised.value) == f"run demo-1 has no task 'x'. Its tasks: {names}."
    other = Desk(desk.root)
    other.start(plan({f"{place:02}": {} for place in range(1, tasks.MOST_NAMED + 2)}, title="More"))
    with pytest.raises(FanoutError, match=r"20 \.\.\.\."):
        tasks.get(desk.db, other.run, "x")
    with pytest.raises(FanoutError, match="there is no run 'none-1'"):
        tasks.get(desk.db, "none-1", "x")


def test_new_places_are_for_those_that_wait(run: Desk) -> None:
    set_state(run, "running")
    with Write(run.db):
        tasks.rank(run.db, run.run, {"01": 7, "02": 8})
    assert [(one.id, one.rank) for one in tasks.all_of(run.db, run.run)] == [("01", 0), ("02", 8)]
    assert tasks.count(run.db, run.run) == {"running": 1, "pending": 1}


@pytest.mark.parametrize(
    ("state", "record", "outcome", "word"),
    [
        ("done", {}, "", "done, not checked"),
        ("done", {"writes": ["a"]}, "", "done"),
        ("done", {"accept": [{"command": "make"}]}, "", "done"),
        ("done", {"accept": [{"text": "fine"}]}, "", "done, not checked"),
        ("done", {"writes": ["a"]}, "x (not checked: no time)", "done, not checked"),
        ("failed", {}, "", "failed"),
    ],
)
def test_a_state_in_words(desk: Desk, state: str, record: dict[str, Any], outcome: str, word: str) -> None:
    desk.start(plan({"01": {"record": record}}))
    set_state(desk, state, outcome)
    assert tasks.word(get(desk)) == word


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [("permission denied for x", True), ("y (permission denied for x)", True), ("no permission denied for x", False)],
)
def test_what_wants_a_permission(run: Desk, outcome: str, missing: bool) -> None:
    set_state(run, "blocked", outcome)
    assert tasks.is_unpermitted(get(run).outcome) is missing


def test_names_and_texts_are_cut_where_they_are_long() -> None:
    assert [tasks.called(name) for name in ("2", "02", "x", "2x")] == ["Task 2", "02", "x", "2x"]
    assert tasks.called("2", "task") == "task 2"
    assert tasks.few(list("abcdefgh")) == "a, b, c, d, e, f, g, h" and tasks.few(list("abcdefghij")).endswith(
        "h and 2 more"
    )
    assert tasks.shortened("one two", 7) == "one two" and tasks.shortened("one two. three", 11) == "one ..."
    assert tasks.shortened("one, two three", 13) == "one, two ..."


def test_how_long_tasks_took(run: Desk) -> None:
    assert tasks.took(run.db) == []
    run.launch("02")
    run.launch("01")
    run.do("agent-01", "a")
    run.end("agent-01", "DONE|01|x")
    run.end("agent-02", "BLOCKED|02|x")
    with Write(run.db):
        run.db.execute("UPDATE agent SET opened = 10, started = 20, ended = 50")
    assert [(record["id"], took) for record, took in tasks.took(run.db)] == [("01", 30.0)]
