"""The table of agents: who is found by what, who counts as live, what they are called."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.store.db import now


@pytest.fixture
def db(desk: Desk) -> sqlite3.Connection:
    desk.start(plan({"01": {}, "02": {}}))
    return desk.db


def opened(db: sqlite3.Connection, task: str = "01", agent_id: str = "", **more: object) -> int:
    given = {"session": "s", "tool_use": f"use-{agent_id}", "agent_type": "kind", "description": f"do {task}"}
    run = "demo-1" if task else None
    number = agents.open_launch(db, run=run, task=task, **{**given, **more})  # type: ignore[arg-type]
    if agent_id:
        agents.bind(db, number, agent_id)
    return number


def test_the_first_binding_holds(db: sqlite3.Connection) -> None:
    number = opened(db)
    assert agents.get(db, number).state == "open" and agents.get(db, number).is_live
    agents.bind(db, number, "a", "other", "/w")
    agents.bind(db, number, "b", "third", "/v")
    found = agents.get(db, number)
    assert (found.agent_id, found.agent_type, found.worktree, found.state) == ("a", "other", "/w", "running")
    assert agents.by_agent_id(db, "b") is None


def test_what_the_client_does_not_say_stays_as_it_was_launched(db: sqlite3.Connection) -> None:
    number = opened(db, read_only=True, parent=7)
    agents.set_worktree(db, number, "/w")
    agents.bind(db, number, "a", "", "")
    found = agents.get(db, number)
    assert (found.agent_type, found.worktree, found.read_only, found.parent) == ("kind", "/w", True, 7)


def test_one_that_has_ended_is_not_bound_and_ends_once(db: sqlite3.Connection) -> None:
    number = opened(db)
    assert agents.end(db, number, "failed", "undone") and not agents.end(db, number, "done")
    agents.bind(db, number, "a")
    found = agents.get(db, number)
    assert (found.state, found.ending, found.agent_id, found.is_live) == ("undone", "failed", "", False)
    assert found.ended is not None and abs(found.ended - now()) < 60


def test_an_agent_that_is_not_there_is_said_with_what_to_do(db: sqlite3.Connection) -> None:
    with pytest.raises(FanoutError, match="the journal has no agent 7"):
        agents.get(db, 7)


def test_the_newest_is_found_and_of_a_task_the_live_one(db: sqlite3.Connection) -> None:
    first, second, third = opened(db, "01", "a"), opened(db, "01", "a"), opened(db, "02", "b")
    by_id, by_use = agents.by_agent_id(db, "a"), agents.by_tool_use(db, "use-a")
    assert by_id is not None and by_id.id == second and by_use is not None and by_use.id == second
    agents.end(db, second, "done")
    live, last = agents.of_task(db, "demo-1", "01"), agents.last_of_task(db, "demo-1", "01")
    assert live is not None and live.id == first and last is not None and last.id == second
    agents.end(db, first, "done")
    assert agents.of_task(db, "demo-1", "01") is None and agents.of_task(db, "other", "02") is None
    assert agents.last_of_tasks(db, "demo-1") == {"01": second, "02": third} and agents.times_bound(db, "a") == 2


def test_who_belongs_to_a_run_and_who_is_live(db: sqlite3.Connection) -> None:
    ended, undone, free = opened(db, "01", "a"), opened(db, "02"), opened(db, "", "c")
    main = agents.main_of(db, "s")
    assert [agent.id for agent in agents.live(db)] == [ended, undone, free] and agents.is_any_live(db)
    agents.end(db, ended, "done")
    agents.end(db, undone, "failed", "undone")
    assert [agent.id for agent in agents.of_run(db, "demo-1")] == [ended]
    assert sorted(agents.by_id(db, "demo-1")) == [ended, undone]
    assert [agent.id for agent in agents.live(db)] == [free] and agents.is_any_live(db)
    agents.end(db, free, "done")
    assert agents.live(db) == [] and not agents.is_any_live(db), "the main conversation was not launched"
    assert [agent.id for agent in agents.live(db, agents.EVERY_KIND)] == [main]


def test_a_main_conversation_is_one_for_each_session_until_it_ends(db: sqlite3.Connection) -> None:
    assert agents.main_row(db, "s") is None
    first = agents.main_of(db, "s")
    assert agents.main_of(db, "s") == first != agents.main_of(db, "t")
    assert agents.get(db, first).is_live
    agents.end(db, first, "over")
    assert agents.main_row(db, "s") is None and agents.main_of(db, "s") != first


def test_a_launch_is_known_by_its_description_while_nobody_has_it(db: sqlite3.Connection) -> None:
    first = opened(db, description="long words")
    opened(db, description="long words")
    found = agents.described(db, "s", ("long words, longer", "long words"))
    assert found is not None and found.id == first
    assert agents.described(db, "t", ("long words", "")) is None and agents.described(db, "s", ("other", "")) is None
    agents.bind(db, first, "a")
    found = agents.described(db, "s", ("long words", ""))
    assert found is not None and found.id != first


def test_the_agents_of_a_session_are_those_at_work_and_those_that_ended_so(db: sqlite3.Connection) -> None:
    at_work, lost, done = (opened(db, "01", name) for name in ("a", "b", "c"))
    opened(db), opened(db, "01", "d", session="t")
    agents.end(db, lost, "its pane was closed")
    agents.end(db, done, "done")
    assert [agent.id for agent in agents.of_session(db, "s", "its pane was closed")] == [at_work, lost]


def test_a_worker_has_the_task_that_it_took_while_it_lives(db: sqlite3.Connection) -> None:
    number = opened(db, tool_use=agents.worker_key("w" * 100), agent_id="a")
    found = agents.with_task_of(db, "demo-1", "w" * 100)
    assert found is not None and found.id == number and agents.with_task_of(db, "other", "w" * 100) is None
    assert agents.worker_of(found) == "w" * 80 == agents.called(found) and agents.worker_of(None) == ""
    agents.end(db, number, "done")
    assert agents.with_task_of(db, "demo-1", "w" * 100) is None
    assert agents.worker_of(agents.get(db, opened(db, agent_id="b"))) == ""


def test_who_launched_whom(db: sqlite3.Connection) -> None:
    top = opened(db)
    below = opened(db, parent=top)
    lowest = opened(db, parent=below)
    assert agents.lineage(db, lowest) == [lowest, below, top] == agents.family(db, agents.get(db, lowest))
    assert agents.family(db, agents.get(db, top)) == [top] and agents.parents(db) == {below: top, lowest: below}
    for _ in range(20):
        lowest = opened(db, parent=lowest)
    assert len(agents.lineage(db, lowest)) == 10, "a circle ends"


def test_what_is_noted_of_one_agent_is_of_that_one(db: sqlite3.Connection) -> None:
    one, other = opened(db), opened(db)
    db.execute("UPDATE agent SET seen = 5")
    agents.seen(db, one)
    agents.forbid_writing(db, one)
    agents.set_worktree(db, one, "/w")
    assert abs(agents.get(db, one).seen - now()) < 60 and agents.get(db, one).read_only
    assert agents.get(db, other).seen == 5 and not agents.get(db, other).read_only
    assert agents.has_worktree(db, "/w") and not agents.has_worktree(db, "/v")


def test_when_agents_worked_is_of_those_that_ended_in_the_order_of_their_start(db: sqlite3.Connection) -> None:
    first, second, never = opened(db, "01", "a"), opened(db, "02", "b"), opened(db, "01")
    opened(db, "01", "c")
    agents.end(db, first, "done")
    agents.end(db, second, "blocked")
    agents.end(db, never, "failed")
    db.execute("UPDATE agent SET started = 20, ended = 30 WHERE id = ?", (first,))
    db.execute("UPDATE agent SET started = 10, ended = 15 WHERE id = ?", (second,))
    db.execute("UPDATE agent SET opened = 12, ended = 13 WHERE id = ?", (never,))
    assert agents.spans(db, "demo-1") == [(second, 10, 15, False), (never, 12, 13, False), (first, 20, 30, True)]
    assert agents.spans(db, "other") == []


def test_how_many_launches_the_client_has_named(db: sqlite3.Connection) -> None:
    opened(db, "01", "a"), opened(db, "02"), opened(db, "", "c")
    assert agents.launched_and_seen(db, now() + 1) == (2, 1)
    assert agents.launched_and_seen(db, now() - 60) == (0, 0)


def test_what_agents_are_called(db: sqlite3.Connection) -> None:
    def called(number: int) -> str:
        return agents.name_of(agents.get(db, number))

    task = agents.get(db, opened(db, "01"))
    assert agents.name_of(task) == "task 01" == agents.name_of(task, "demo-1")
    assert agents.name_of(task, "demo-2") == "task demo-1/01"
    assert called(agents.main_of(db, "s")) == "the main conversation"
    assert called(opened(db, "", "a", description="look")) == "agent look"
    assert called(opened(db, "", "a", description="")) == "agent kind"
    assert called(opened(db, "", "a", description="", agent_type="")) == "agent a"
    nameless = opened(db, "", description="", agent_type="")
    assert called(nameless) == f"agent {nameless}" and agents.called(agents.get(db, nameless)) == str(nameless)
    assert agents.called(task) == "do 01"


@pytest.mark.parametrize("transcript", ["s.jsonl", "s"])
def test_what_the_client_notes_of_an_agent_stands_beside_the_transcript(tmp_path: Path, transcript: str) -> None:
    folder = tmp_path / "s" / "subagents"
    (folder / "workflows" / "w1").mkdir(parents=True)
    (folder / "workflows" / "w2").mkdir()
    files = {"agent-a": '{"toolUseId": "x"}', "agent-b": "[1]", "agent-c": "{", "workflows/w2/agent-d": '{"a": 1}'}
    for name, text in files.items():
        (folder / f"{name}.meta.json").write_text(text)
    given = str(tmp_path / transcript)
    assert agents.meta(given, "a") == {"toolUseId": "x"}
    assert [agents.meta(given, name) for name in "bcde"] == [{}] * 4
    assert agents.meta_of_workflow(given, "d") == {"a": 1} and agents.meta_of_workflow(given, "a") == {}
    assert agents.meta_of_workflow(str(tmp_path / "none.jsonl"), "d") == {}
    assert json.loads((Path(agents.folder_of_workflows(given)) / "w2" / "agent-d.meta.json").read_text())
