"""Status and report of a driven run: attempts, money, merges, and what to do next."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from engines.bench import Bench

from fanout.engines import attempt, lease
from fanout.report import run_facts, run_text, status_text
from fanout.run.agents import agents, attempts
from fanout.run.flow import run_end
from fanout.run.store.db import Write, connect
from fanout.run.store.records import Agent
from fanout.run.tasks import runs, tasks


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    return Bench(tmp_path / "project", {"a": {}, "b": {}}, {"f.txt": "one\n"})


def test_a_driven_run_says_attempts_money_merges_and_its_driver(work: Bench) -> None:
    one, other = work.begin("a"), work.begin("b")
    work.leave(one, {"f.txt": "A\n"})
    work.leave(other, {"f.txt": "B\n"})
    work.merge()
    with Write(work.db):
        runs.set_terms(work.db, work.name, json.dumps({"max_budget": 5, "run_turns": 9}))
    said = status_text.status(run_facts.of_run(work.db, work.name))
    assert "2 attempts, 1 merged to fanout/demo-1, 1.00 of 5.00 USD, 2 of 9 turns; nobody drives it: `fanout " in said
    assert said.endswith("Action: `fanout drive demo-1` starts what can start")
    lease.take(work.db, work.name)
    said = status_text.status(run_facts.of_run(work.db, work.name))
    assert f"on {lease.host()}" in said
    assert said.endswith("Action: wait for 0 running; its driver starts the rest")
    work.do("b", {"f.txt": "A and B\n"})
    work.merge()
    run_end.conclude(work.db, work.root, work.name, merged=work.root)
    facts = run_facts.of_run(work.db, work.name)
    assert status_text.status(facts).endswith("Action: `fanout land demo-1` brings what is merged to your branch")
    report = run_text.report(facts, escape=str)
    assert "### Attempts\n3 attempts, 2 merged to fanout/demo-1, 1.50 of 5.00 USD, 3 of 9 turns; on " in report
    assert "- b: 2 attempts (1: not merged; 2: done)" in report
    assert "- b: was not merged: a merge conflict with a in f.txt; it was done again" in report
    assert [made["state"] for made in facts["driven"]["attempts"]] == ["merged", "ended", "merged"]


def test_what_failed_is_no_work_for_a_hand(work: Bench) -> None:
    work.leave(work.begin("a"), {}, said=None)
    said = status_text.status(run_facts.of_run(work.db, work.name))
    assert "`fanout retry demo-1/a` has it done anew from what is merged by now; or `fanout skip demo-1/a`" in said
    assert "fanout done" not in said


@pytest.mark.parametrize(
    ("why", "is_driven", "way"),
    [
        ("the user said so", False, "the user said so. `fanout go demo-1`, then `fanout drive demo-1` go on"),
        ("the user said so", True, "the user said so. `fanout go demo-1` goes on"),
        ("spent; `fanout go demo-1`, then `fanout drive demo-1 --max-budget MORE`", False, "--max-budget MORE`"),
    ],
)
def test_a_paused_run_says_what_makes_it_go_on(work: Bench, why: str, is_driven: bool, way: str) -> None:
    if is_driven:
        lease.take(work.db, work.name)
    with Write(work.db):
        runs.pause(work.db, work.name, why)
    assert status_text.status(run_facts.of_run(work.db, work.name)).endswith(way)


def test_on_a_cluster_the_machine_is_said_when_it_is_known(work: Bench) -> None:
    work.db.execute("UPDATE run SET engine = 'dask'")
    one = attempt.noted(work.db, work.root, tasks.get(work.db, work.name, "a"), 1, work.git("rev-parse", "HEAD"))
    facts = run_facts.of_run(work.db, work.name)
    assert facts["driven"]["attempts"][0]["host"] == ""
    assert "1 attempt, 0 merged to fanout/demo-1, 0.00 USD; nobody" in status_text.status(facts)
    with Write(work.db):
        attempts.set_host(work.db, one.agent, "node7")
    assert ", 0.00 USD, on node7; nobody" in status_text.status(run_facts.of_run(work.db, work.name))


@pytest.mark.parametrize("is_shared", [True, False])
def test_what_begins_while_one_looks_is_of_the_next_look(
    work: Bench, monkeypatch: pytest.MonkeyPatch, is_shared: bool
) -> None:
    """Where the journal is not shared a look holds nobody up: it may see half of what begins, and comes to its end."""
    if not is_shared:
        work.db.execute("PRAGMA journal_mode = DELETE")
    work.begin("a")
    looked = agents.by_id

    def meanwhile(db: sqlite3.Connection, run: str) -> dict[int, Agent]:
        found = looked(db, run)
        other = connect(work.root)
        attempt.noted(other, work.root, tasks.get(other, run, "b"), 1, work.run.begun_at)
        other.close()
        monkeypatch.setattr(agents, "by_id", looked)
        return found

    monkeypatch.setattr(agents, "by_id", meanwhile)
    facts = run_facts.of_run(work.db, work.name)
    assert [one["task"] for one in facts["driven"]["attempts"]] == ["a"]
    again = run_facts.of_run(work.db, work.name)
    assert [one["task"] for one in again["driven"]["attempts"]] == ["a", "b"]


def test_a_look_is_of_one_moment(work: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    work.begin("a")
    told = run_facts._agents

    def meanwhile(db: sqlite3.Connection, run: str, began: float) -> list[dict[str, Any]]:
        other = connect(work.root)
        attempt.noted(other, work.root, tasks.get(other, run, "b"), 1, work.run.begun_at)
        other.close()
        return told(db, run, began)

    monkeypatch.setattr(run_facts, "_agents", meanwhile)
    facts = run_facts.of_run(work.db, work.name)
    assert [task["state"] for task in facts["tasks"]] == ["running", "pending"]
    assert [one["task"] for one in facts["agents"]] == ["a"]
    assert [one["task"] for one in facts["driven"]["attempts"]] == ["a"]
