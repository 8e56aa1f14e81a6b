"""When an agent is late, silent or waits for the user's answer, and what is said of it."""

from __future__ import annotations

import re
import sqlite3

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.report import run_facts, status_text
from fanout.run.agents import agents, calls
from fanout.run.store import journal
from fanout.run.store.db import now
from fanout.run.store.records import Agent
from fanout.run.tasks import overdue


@pytest.mark.parametrize(
    ("timeout", "estimate", "limit", "why"),
    [
        (10, None, 600, "its timeout"),
        (10, 5, 600, "its timeout"),
        (0.5, 5, 30, "its timeout"),
        (None, 5, 900, "3 times its estimate"),
        (0, 5, 900, "3 times its estimate"),
        (None, None, None, "3 times its estimate"),
        (None, 0, None, "3 times its estimate"),
    ],
)
def test_after_how_long_a_task_is_late(
    timeout: float | None, estimate: float | None, limit: float | None, why: str
) -> None:
    assert overdue.limit(timeout, estimate) == limit and overdue.why(timeout) == why


@pytest.fixture
def agent(desk: Desk) -> Agent:
    run = desk.start(plan({"01": {"record": {"timeout_minutes": 30}}}))
    number = agents.open_launch(desk.db, "s", "use", "", "", run, "01")
    agents.bind(desk.db, number, "a")
    return agents.get(desk.db, number)


def seen_before(db: sqlite3.Connection, agent: Agent, seconds: float, began: float = 0) -> Agent:
    at = now()
    db.execute("UPDATE agent SET seen = ?, started = ? WHERE id = ?", (at - seconds, at - began, agent.id))
    return agents.get(db, agent.id)


@pytest.mark.parametrize(
    ("seconds", "is_open", "is_busy", "said"),
    [
        (50, True, False, ""),
        (70, True, False, "was launched 70.0 s ago and has shown no activity"),
        (70, True, True, "was launched 70.0 s ago and has shown no activity"),
        (590, False, False, ""),
        (660, False, False, "has written nothing and run nothing for 11.0 min"),
        (660, False, True, ""),
    ],
)
def test_silence(desk: Desk, agent: Agent, seconds: float, is_open: bool, is_busy: bool, said: str) -> None:
    if is_open:
        desk.db.execute("UPDATE agent SET state = 'open'")
    since = {agent.id: 1.0} if is_busy else {agent.id + 1: 1.0}
    found = overdue.silence(seen_before(desk.db, agent, seconds), since)
    assert re.sub(r"70\.\d s", "70.0 s", found) == said  # where the machine was slow meanwhile


def call(desk: Desk, agent: Agent, kind: str, before: float, tool_use: str) -> None:
    calls.begin(desk.db, tool_use, agent.id, "Write", kind, False, {"a.txt": {}})  # type: ignore[arg-type]
    desk.db.execute("UPDATE call SET at = ? WHERE tool_use = ?", (now() - before, tool_use))


WAITS = "asked for a permission 11.0 min ago: it waits for the user's answer, or runs its command since"
WRITES = "began to write 11.0 min ago and most likely waits for the user's answer to a permission question"
ASKING: dict[str, tuple[float, float, float, str]] = {
    # how many seconds ago a command began, a permission was asked for, and a file tool's call began; what is said
    "a command": (670, 660, 0, WAITS),
    "of the same moment": (660, 660, 0, WAITS),
    "an older question": (650, 660, 0, ""),
    "no command now": (0, 660, 0, ""),
    "a command that was not asked about": (660, 0, 0, ""),
    "just asked": (70, 60, 0, ""),
    "a write": (0, 0, 660, WRITES),
    "just begun to write": (0, 0, 60, ""),
    "both": (670, 660, 665, WAITS),
}


@pytest.mark.parametrize("case", ASKING)
def test_who_waits_for_the_users_answer(desk: Desk, agent: Agent, case: str) -> None:
    command, asked, write, said = ASKING[case]
    if command:
        call(desk, agent, "command", command, "c")
    if write:
        call(desk, agent, "file", write, "w")
    if asked:
        journal.note(desk.db, "asked-permission", agent.run, agent.task, agent.id)
        desk.db.execute("UPDATE event SET at = ? WHERE kind = 'asked-permission'", (now() - asked,))
    agent = seen_before(desk.db, agent, max(command, write, asked))
    question = overdue.questions(desk.db, calls.since(desk.db)).get(agent.id)
    assert overdue.asking(agent, question) == said
    waiting = overdue.names(desk.db, [agent])["waits for your answer"]
    assert waiting == (["01"] if said else [])


@pytest.mark.parametrize(("ago", "is_asking"), [(20, True), (10, False)])
def test_whoever_looks_at_the_status_is_told_sooner(desk: Desk, agent: Agent, ago: float, is_asking: bool) -> None:
    call(desk, agent, "command", ago + 1, "c")
    journal.note(desk.db, "asked-permission", agent.run, agent.task, agent.id)
    desk.db.execute("UPDATE event SET at = ? WHERE kind = 'asked-permission'", (now() - ago,))
    seen_before(desk.db, agent, ago)
    told = status_text.status(run_facts.of_run(desk.db, agent.run))
    assert ("waits for the user's answer" in told) is is_asking


@pytest.mark.parametrize(("seen", "is_asking"), [(664, True), (656, True), (650, False), (10, False)])
def test_a_later_sign_of_life_answers_the_question(desk: Desk, agent: Agent, seen: float, is_asking: bool) -> None:
    question = (now() - 660, overdue.ASKED)
    assert bool(overdue.asking(seen_before(desk.db, agent, seen), question)) == is_asking


@pytest.mark.parametrize(
    ("seen", "began", "word"), [(0, 1801, "late"), (0, 1790, ""), (660, 1790, "silent"), (660, 1900, "late")]
)
def test_late_goes_before_silent(desk: Desk, agent: Agent, seen: float, began: float, word: str) -> None:
    found = overdue.names(desk.db, [seen_before(desk.db, agent, seen, began)])
    assert found == {"late": [], "silent": [], "waits for your answer": [], **({word: ["01"]} if word else {})}


def test_who_has_no_task_is_never_late(desk: Desk, agent: Agent) -> None:
    other = agents.get(desk.db, agents.adopt(desk.db, "s", "b", ""))
    found = overdue.names(desk.db, [seen_before(desk.db, other, 9000, 9000)])
    assert found == {"late": [], "silent": [], "waits for your answer": []}
