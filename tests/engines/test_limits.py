"""What a run may take in all, in turns and in money: the next client gets what is left; with that gone the run pauses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from engines.bench import Begin
from engines.simulated import play

from fanout.engines import attempt
from fanout.engines.headless import Ended
from fanout.engines.terms import Terms
from fanout.run.store.db import Write
from fanout.run.tasks import runs

TURNS = {"subtype": "error_max_turns", "is_error": True, "num_turns": 4}
MONEY = {"subtype": "error_max_budget_usd", "is_error": True, "total_cost_usd": 2.0}


@pytest.mark.parametrize(
    ("given", "taken", "next_one"),
    [
        ({}, (9.0, 99), (0.0, 0)),
        ({"max_turns": 7}, (9.0, 99), (0.0, 7)),
        ({"run_turns": 100}, (9.0, 95), (0.0, 5)),
        ({"max_turns": 7, "run_turns": 100}, (9.0, 95), (0.0, 5)),
        ({"max_turns": 7, "run_turns": 100}, (9.0, 10), (0.0, 7)),
        ({"max_budget": 10.0}, (9.0, 95), (1.0, 0)),
        ({"max_budget": 10.0, "task_budget": 0.5}, (9.0, 95), (0.5, 0)),
        ({"max_budget": 10.0}, (9.999999, 95), (0.0001, 0)),
    ],
)
def test_the_next_client_has_what_is_left(
    given: dict[str, Any], taken: tuple[float, int], next_one: tuple[float, int]
) -> None:
    terms = Terms("acceptEdits", **given).of_next(*taken)
    assert terms.task_budget == pytest.approx(next_one[0])
    assert terms.max_turns == next_one[1]
    assert terms.used_up("r-1", *taken) == ""


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            {"run_turns": 30},
            "the run's turns are used up (30 of 30); `fanout go demo-1`, then `fanout drive demo-1 --run-turns MORE`",
        ),
        (
            {"max_budget": 0.098},
            "the run's budget is spent (0.10 of 0.10 USD); `fanout go demo-1`, then `fanout drive demo-1 --max-budget MORE`",
        ),
    ],
)
def test_nothing_more_is_begun_when_it_is_gone(
    given: dict[str, Any], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulated attempts take 3 turns and a cent each, and one runs at a time."""
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    played = play(tmp_path, 40, terms=Terms("acceptEdits", **given), at_once=1)
    assert played.paused == why
    assert played.settled == 10
    if "run_turns" in given:
        assert [turns for turns, _ in played.workers.limits] == [30 - 3 * n for n in range(10)]


@pytest.mark.parametrize("result", [TURNS, MONEY])
@pytest.mark.parametrize(
    ("given", "state", "is_paused"),
    [
        ({"run_turns": 4, "max_budget": 2.0}, "pending", True),
        ({"run_turns": 40, "max_budget": 20.0}, "failed", False),
        ({"max_turns": 4, "task_budget": 2.0}, "failed", False),
    ],
)
def test_an_attempt_that_ends_for_the_runs_limit_is_no_fault_of_its_task(
    bench: Begin, result: dict[str, Any], given: dict[str, Any], state: str, is_paused: bool
) -> None:
    work = bench({"a": {}})
    with Write(work.db):
        runs.set_terms(work.db, work.name, json.dumps(given))
    attempt.settle(work.db, work.root, work.run, work.begin("a"), Ended(code=1, result=result), 60.0)
    assert (work.state("a"), "; the run's " in (work.run.paused or "")) == (state, is_paused)
