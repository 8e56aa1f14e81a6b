"""A write to a sibling's path is held while its owner is near its end; never in a ring, and never beyond the hook's time."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import CHECKOUT
from run.plans import plan

from fanout.hooks import door
from fanout.hooks.guarding import held_write
from fanout.run.agents import agents, waiting
from fanout.run.store import db as journal
from fanout.run.tasks import near_end

HOUR = {"estimate_minutes": 60}


@pytest.fixture
def two(desk: Desk) -> Desk:
    """01 owns a.py, is at work for 59 of its 60 minutes and more; 02 begins now."""
    desk.start(plan({"01": {"writes": ["a.py"], "record": HOUR}, "02": {"writes": ["b.py"], "record": HOUR}, "03": {}}))
    for name in ("01", "02", "03"):
        desk.launch(name)
        desk.write(f"agent-{name}", f"{name}.txt")  # it runs
    at_work(desk, "01", 3590)
    return desk


def at_work(desk: Desk, task: str, seconds: float) -> None:
    """As if the task's agent had begun so long ago."""
    with desk.db:
        desk.db.execute("UPDATE agent SET started = ? WHERE task = ?", (journal.now() - seconds, task))


def rows(desk: Desk) -> list[tuple[int, int]]:
    return [tuple(row) for row in desk.db.execute("SELECT agent, owner FROM waiting")]


def held(desk: Desk) -> list[dict[str, Any]]:
    return [json.loads(row[0]) for row in desk.db.execute("SELECT data FROM event WHERE kind = 'held'")]


def denied(desk: Desk) -> int:
    return int(desk.db.execute("SELECT COUNT(*) FROM event WHERE kind = 'write-denied'").fetchone()[0])


def id_of(desk: Desk, task: str) -> int:
    agent = agents.of_task(desk.db, desk.run, task)
    assert agent is not None
    return agent.id


def test_it_passes_as_the_owner_ends(two: Desk) -> None:
    answers: list[dict[str, Any]] = []
    write = threading.Thread(target=lambda: answers.append(two.tool("agent-02", "Edit", edit(two, "a.py"))))
    write.start()
    while write.is_alive() and not rows(two):
        time.sleep(0.01)
    assert rows(two) == [(id_of(two, "02"), id_of(two, "01"))]
    (two.root / "a.py").write_text("a = 1\n")
    other = Desk(two.root).join(two.run)
    other.calls = 100
    other.do("agent-01", "a.py", "a = 2\n")
    other.end("agent-01", "DONE|01|done")
    write.join()
    assert [denial(answer) for answer in answers] == [""]
    assert (rows(two), denied(two)) == ([], 0)
    assert [(one["of"], one["ended"]) for one in held(two)] == [("task 01", True)]


def edit(desk: Desk, path: str) -> dict[str, Any]:
    return {"file_path": str(desk.root / path), "old_string": "a", "new_string": "b"}


def test_when_the_time_is_over_it_is_denied_with_the_ways_out(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_write, "MOST_SECONDS", 0.3)
    at_work(two, "01", 3700)
    said = denial(two.tool("agent-02", "Edit", edit(two, "a.py")))
    assert "a.py belongs to task 01" in said and "(1) `fanout ask" in said and "(3) go on without it." in said
    assert (rows(two), denied(two)) == ([], 1)
    assert [one["ended"] for one in held(two)] == [False]
    assert "belongs to task 01" in denial(
        two.tool("agent-02", "Edit", edit(two, "a.py"))
    )  # once for each owner and path
    assert (len(held(two)), denied(two)) == (1, 2)


@pytest.mark.parametrize(
    ("who", "took", "waits_for"),
    [
        ("agent-02", 1800, ""),  # the owner has half its time before it
        ("agent-02", 5500, ""),  # it is late: nobody knows when it ends
        (None, 3590, ""),  # the main conversation
        ("agent-02", 3590, "02"),  # the owner waits for the caller
        ("agent-02", 3590, "03"),  # ... through another
    ],
)
def test_it_is_denied_at_once(
    two: Desk, monkeypatch: pytest.MonkeyPatch, who: str | None, took: float, waits_for: str
) -> None:
    monkeypatch.setattr(held_write, "hold", None)  # whoever waits fails
    at_work(two, "01", took)
    with two.db:
        if waits_for:
            waiting.begin(two.db, "t-1", id_of(two, "01"), id_of(two, waits_for), 60)
        if waits_for == "03":
            waiting.begin(two.db, "t-2", id_of(two, "03"), id_of(two, "02"), 60)
    assert "belongs to" in denial(two.tool(who, "Edit", edit(two, "a.py")))
    assert (held(two), denied(two)) == ([], 1)


def test_a_write_of_the_whole_file_is_denied_at_once(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client looked at the file before the hook, and would replace what the owner left since."""
    monkeypatch.setattr(held_write, "hold", None)  # whoever waits fails
    assert "belongs to" in denial(two.write("agent-02", "a.py"))


def test_whoever_launched_an_agent_waits_for_it(two: Desk) -> None:
    owner, child = id_of(two, "01"), id_of(two, "02")
    with two.db:
        two.db.execute("UPDATE agent SET parent = ? WHERE id = ?", (owner, child))
    assert waiting.would_never_end(two.db, child, owner)
    assert not waiting.would_never_end(two.db, owner, id_of(two, "03"))


def test_a_row_past_its_time_counts_no_more(two: Desk) -> None:
    one, other = id_of(two, "01"), id_of(two, "02")
    with two.db:
        waiting.begin(two.db, "t-1", one, other, -1)
    assert not waiting.would_never_end(two.db, other, one)
    with two.db:
        waiting.begin(two.db, "t-2", other, one, 60)
    assert rows(two) == [(other, one)]


@pytest.mark.parametrize(
    ("record", "finished", "took", "near"),
    [
        (HOUR, 0, 3590, True),
        (HOUR, 0, 60, False),
        ({}, 0, 3590, False),  # nothing is known of it
        ({}, 3, 3590, True),  # as long as others took
        (HOUR, 3, 3590, True),
        ({"estimate_minutes": 30}, 3, 3590, True),  # here estimates are half of what it takes
        ({"estimate_minutes": 30}, 3, 1790, False),
    ],
)
def test_what_near_its_end_means(desk: Desk, record: dict[str, Any], finished: int, took: float, near: bool) -> None:
    past = {"record": {"estimate_minutes": record.get("estimate_minutes", 60)}}
    names = [f"old{number}" for number in range(finished)]
    desk.start(plan({"01": {"writes": ["a.py"], "record": record}, **dict.fromkeys([*names, "by hand"], past)}))
    with desk.db:
        for name in names:
            query = "UPDATE task SET state = 'done', started = 1000, ended = 4600 WHERE id = ?"
            desk.db.execute(query, (name,))
        desk.db.execute("UPDATE task SET state = 'done', ended = 4600 WHERE id = 'by hand'")  # nobody began it
    desk.launch("01")
    desk.write("agent-01", "01.txt")
    at_work(desk, "01", took)
    owner = agents.of_task(desk.db, desk.run, "01")
    assert owner is not None and near_end.is_near(desk.db, owner, 30.0) is near


@pytest.fixture
def timer() -> Iterator[None]:
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers")
@pytest.mark.parametrize(("left", "most"), [(door.DEADLINE_SECONDS, 50.0), (5.0, 35.0), (0.0, 0.0)])
def test_the_processs_own_deadline_stays_before_the_clients(timer: None, left: float, most: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, left)
    assert held_write.allowed() == held_write.MOST_SECONDS
    given = next(
        one["timeout"]
        for matched in json.loads((CHECKOUT / "hooks" / "hooks.json").read_text())["hooks"]["PreToolUse"]
        for one in matched["hooks"]
        if one["command"].endswith(" guard")
    )
    assert signal.getitimer(signal.ITIMER_REAL)[0] <= most < given
