"""An agent's last message against evidence: it has ended, or is told what is missing, twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.hooks.judging import background_sync, judge
from fanout.run.flow import failure_policy
from fanout.run.store import journal, meta
from fanout.run.store.db import Write
from fanout.run.tasks import tasks


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    return desk


WAYS = "DONE|01|what you did`, `BLOCKED|01|why` or `NEEDS|01|path, why`."


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ("I made it.", f"Task 01 is not done: its last message has no result line\nEnd with the one line `{WAYS}"),
        ("DONE|02|made it", f"Task 01 is not done: its last message has no result line\nEnd with the one line `{WAYS}"),
        ("", f"Task 01 is not done: its last message has no result line\nEnd with the one line `{WAYS}"),
    ],
)
def test_a_message_without_the_line_is_sent_back_twice(two: Desk, message: str, missing: str) -> None:
    said = [two.say("agent-01", message).get("reason", "") for _ in range(3)]
    last = missing.replace("\nEnd", f"\n{judge.LAST}End")
    assert said == [missing, last, ""]
    assert two.state("01") == "failed"
    assert "its last message has no result line" in tasks.get(two.db, two.run, "01").outcome
    noted = journal.events(two.db, two.run, "sent-back")
    assert [(one.task, one.facts["missing"]) for one in noted] == [("01", judge.NO_LINE)] * 2


def test_missing_evidence_says_what_to_do_first(two: Desk) -> None:
    reason = two.say("agent-01", "DONE|01|made it")["reason"]
    assert reason.startswith("Task 01 is not done: ") and reason.endswith(f"\nThen end with the one line `{WAYS}")


@pytest.mark.parametrize(("word", "state"), [("DONE", "done"), ("BLOCKED", "blocked"), ("NEEDS", "blocked")])
def test_each_verdict_ends_the_agent(two: Desk, word: str, state: str) -> None:
    two.do("agent-01", "a")
    assert two.say("agent-01", f"More of it.\n{word}|01|the key") == {}
    assert two.state("01") == state and tasks.get(two.db, two.run, "01").outcome == "the key"
    assert (two.root / ".fanout" / "results" / two.run / "01.txt").read_text() == "More of it.\n"
    assert two.rows("SELECT state FROM agent WHERE task = '01'")[0]["state"] == "ended"


def test_who_is_spoken_to_after_its_result_is_free(two: Desk) -> None:
    two.do("agent-01", "a")
    two.say("agent-01", "DONE|01|x")
    two.bash("agent-01", "echo more > a")  # another stretch of the same task
    assert two.say("agent-01", "You are welcome.") == {}
    assert two.state("01") == "done" and tasks.get(two.db, two.run, "01").outcome == "x"


def test_an_agent_without_a_task_ends_as_it_likes(two: Desk) -> None:
    two.launch("free", prompt="look around")
    two.do("agent-free", "z")
    assert two.say("agent-free", "That was it.") == {}
    assert two.rows("SELECT state FROM agent WHERE agent_id = 'agent-free'")[0]["state"] == "ended"


def test_a_full_context_ends_the_task_half_done(two: Desk) -> None:
    two.do("agent-01", "a")
    assert two.say("agent-01", "Prompt is too long") == {}
    assert two.state("01") == "failed"
    assert tasks.get(two.db, two.run, "01").outcome.startswith(
        "partial: its agent ran out of context; it had written a."
    )
    two.say("agent-02", "Prompt is too long, I was told.\nWhat I found.\nDONE|02|x")
    assert two.state("02") == "done", "it says so itself"


def test_a_notification_of_one_whose_end_was_cut_off_judges_it_for_good(two: Desk) -> None:
    two.do("agent-01", "a")
    assert two.notify("agent-01", result="DONE|01|made it").startswith("01 done\n")
    assert tasks.get(two.db, two.run, "01").outcome == "made it"
    said = two.notify("agent-02", result="I am done.")
    assert "02 failed" in said and "result line" in said and two.state("02") == "failed"


SYNC: dict[str, tuple[dict[str, Any], str, bool]] = {
    "a list with states": ({"source": "todo.md", "format": "checklist"}, "", True),
    "standard input": ({"source": "-", "format": "checklist"}, "", False),
    **{kind: ({"source": "x", "format": kind}, "", False) for kind in judge.WITHOUT_STATUS},
    "committed": ({"source": "x", "format": "native"}, "task", True),
    "committed by hand": ({"source": "x", "format": "native"}, "run", False),
}


@pytest.mark.parametrize("case", SYNC)
@pytest.mark.parametrize("left", [judge.FEWEST_TO_REPLAN - 1, judge.FEWEST_TO_REPLAN])
def test_a_result_is_marked_and_the_rest_planned_again_where_that_is_worth_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, case: str, left: int
) -> None:
    begun: list[tuple[str, str]] = []
    monkeypatch.setattr(background_sync, "begin", lambda root, run: begun.append((root, run)))
    more, commit, worth = SYNC[case]
    desk.start({**plan({"01": {}, "02": {}, **{f"1{place}": {} for place in range(left)}}), **more})
    with Write(desk.db):
        meta.put(desk.db, "commit", commit)
    desk.launch("01")
    desk.launch("02")
    desk.end("agent-02", "BLOCKED|02|no")
    assert begun == [], "nothing is done"
    desk.end("agent-01", "DONE|01|x")
    is_worth = worth or left == judge.FEWEST_TO_REPLAN
    assert begun == ([(str(desk.root), desk.run)] if is_worth else [])


def test_who_was_slower_is_cancelled_whatever_it_says(desk: Desk) -> None:
    given = plan({"01": {}, "02": {}})
    given["document"]["policy"]["join"] = "any"
    desk.start(given)
    desk.launch("01")
    desk.launch("02")
    desk.end("agent-01", "DONE|01|x")
    failure_policy.settle(desk.db, str(desk.root), desk.run)
    assert desk.say("agent-02", "I am still at it.") == {}
    known = tasks.get(desk.db, desk.run, "02")
    assert known.state == "cancelled" and json.loads(known.record)["id"] == "02"


# The run's format and source, how results are committed, how many tasks wait; whether it is worth a look beside the hook.
SYNCS = [
    *((name, "list", "", 2, False) for name in ("native", "gsd", "dork-labs", "blocked-by")),
    ("markdown", "list", "", 0, True),
    ("markdown", "-", "", 0, False),
    ("native", "list", "task", 0, True),
    ("native", "-", "end", 2, False),
    ("native", "list", "", 3, True),
]


@pytest.mark.parametrize(("kind", "source", "commit", "waiting", "is_worth_it"), SYNCS)
def test_when_the_list_is_marked_or_the_rest_planned_again(
    desk: Desk, kind: str, source: str, commit: str, waiting: int, is_worth_it: bool
) -> None:
    given = plan({"00": {"state": "done"}, **{f"0{place + 1}": {} for place in range(waiting)}})
    desk.start({**given, "format": kind, "source": source})
    with Write(desk.db):
        meta.put(desk.db, "commit", commit)
    call: Any = type("Asked", (), {"db": desk.db})()
    assert judge._is_sync_worth_it(call, desk.run) is is_worth_it
