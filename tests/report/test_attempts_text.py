"""Status and report of a driven run: attempts, money, merges, and what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engines.bench import Bench

from fanout.engines import attempt, lease
from fanout.report import run_facts, run_text
from fanout.run.agents import attempts
from fanout.run.flow import run_end
from fanout.run.store.db import Write
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
    said = run_text.status(run_facts.of_run(work.db, work.name))
    assert "2 attempts, 1 merged to fanout/demo-1, 1.00 of 5.00 USD, 2 of 9 turns; nobody drives it: `fanout " in said
    assert said.endswith("Action: `fanout drive demo-1` starts what can start")
    lease.take(work.db, work.name)
    said = run_text.status(run_facts.of_run(work.db, work.name))
    assert f"on {lease.host()}" in said
    assert said.endswith("Action: wait for 0 running; its driver starts the rest")
    work.do("b", {"f.txt": "A and B\n"})
    work.merge()
    run_end.conclude(work.db, work.root, work.name, merged=work.root)
    facts = run_facts.of_run(work.db, work.name)
    assert run_text.status(facts).endswith("Action: `fanout land demo-1` brings what is merged to your branch")
    report = run_text.report(facts, escape=str)
    assert "### Attempts\n3 attempts, 2 merged to fanout/demo-1, 1.50 of 5.00 USD, 3 of 9 turns; on " in report
    assert "- b: 2 attempts (1: not merged; 2: done)" in report
    assert "- b: was not merged: a merge conflict with a in f.txt; it was done again" in report
    assert [made["state"] for made in facts["driven"]["attempts"]] == ["merged", "ended", "merged"]


def test_what_failed_is_no_work_for_a_hand(work: Bench) -> None:
    work.leave(work.begin("a"), {}, said=None)
    said = run_text.status(run_facts.of_run(work.db, work.name))
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
    assert run_text.status(run_facts.of_run(work.db, work.name)).endswith(way)


def test_on_a_cluster_the_machine_is_said_when_it_is_known(work: Bench) -> None:
    work.db.execute("UPDATE run SET engine = 'dask'")
    one = attempt.noted(work.db, work.root, tasks.get(work.db, work.name, "a"), 1, work.git("rev-parse", "HEAD"))
    facts = run_facts.of_run(work.db, work.name)
    assert facts["driven"]["attempts"][0]["host"] == ""
    assert "1 attempt, 0 merged to fanout/demo-1, 0.00 USD; nobody" in run_text.status(facts)
    with Write(work.db):
        attempts.set_host(work.db, one.agent, "node7")
    assert ", 0.00 USD, on node7; nobody" in run_text.status(run_facts.of_run(work.db, work.name))
