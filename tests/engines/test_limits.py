"""What a run may take in all, in turns and in money: the next client gets its share of what is left; with that gone the run
pauses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from engines.bench import Begin
from engines.simulated import play

from fanout.engines import attempt, shares
from fanout.engines.headless import Ended
from fanout.engines.shares import Taken
from fanout.engines.terms import Terms
from fanout.run.store.db import Write
from fanout.run.tasks import runs

TURNS = {"subtype": "error_max_turns", "is_error": True, "num_turns": 4}
MONEY = {"subtype": "error_max_budget_usd", "is_error": True, "total_cost_usd": 2.0}


RUN, TASK = {"max_budget": 10.0}, {"max_budget": 10.0, "task_budget": 1.5}
TEN = {"run_turns": 100}


@pytest.mark.parametrize(
    ("given", "taken", "running", "count", "next_one"),
    [
        ({}, Taken((9.0, 99)), [], 4, (0.0, 0)),
        ({"max_turns": 7}, Taken((9.0, 99)), [(0.0, 7)], 4, (0.0, 7)),
        (TEN, Taken((9.0, 95)), [], 1, (0.0, 5)),
        (TEN, Taken(), [], 3, (0.0, 33)),
        (TEN, Taken(), [(0.0, 33), (0.0, 33)], 1, (0.0, 34)),
        (TEN, Taken((0.0, 98), (0.0, 2.0)), [(0.0, 2)], 1, None),
        ({"max_turns": 7, **TEN}, Taken((9.0, 95)), [], 1, (0.0, 5)),
        ({"max_turns": 7, **TEN}, Taken((9.0, 10)), [], 1, (0.0, 7)),
        (RUN, Taken((9.0, 95)), [], 1, (1.0, 0)),
        (RUN, Taken((9.999999, 95)), [], 1, (0.0001, 0)),
        (RUN, Taken((2.0, 9)), [], 4, (2.0, 0)),
        (RUN, Taken((2.0, 9)), [(2.0, 0), (2.0, 0)], 2, (2.0, 0)),
        (RUN, Taken((2.0, 9)), [(8.0, 0)], 1, None),  # all is promised
        (RUN, Taken((2.0, 9), (1.5, 3.0)), [(4.0, 0)], 4, (3.0, 0)),  # twice what is usual, rather than a part
        (RUN, Taken((2.0, 9), (1.5, 3.0)), [(6.0, 0)], 1, None),  # what is left is too little to begin with
        (RUN, Taken((8.0, 9), (1.5, 3.0)), [], 4, (2.0, 0)),  # nobody is there to wait for
        (RUN, Taken((2.0, 9), (0.5, 3.0), (2.0, 4)), [(1.0, 0)], 7, (4.0, 0)),  # the last one at the task took more
        (TASK, Taken((2.0, 9)), [], 2, (1.5, 0)),
        (TASK, Taken((2.0, 9), (1.4, 3.0)), [], 8, (1.5, 0)),
        (TASK, Taken((9.0, 95)), [], 1, (1.0, 0)),
    ],
)
def test_the_next_client_has_its_share_of_what_is_left(
    given: dict[str, Any],
    taken: Taken,
    running: list[tuple[float, int]],
    count: int,
    next_one: tuple[float, int] | None,
) -> None:
    terms = Terms("acceptEdits", **given)
    there = [replace(terms, task_budget=money, max_turns=turns) for money, turns in running]
    found = shares.of_next(terms, taken, there, count)
    assert (None if found is None else (round(found.task_budget, 6), found.max_turns)) == next_one
    assert terms.used_up("r-1", *taken.all) == "" or not running


@pytest.mark.parametrize("greedy", [False, True])
def test_all_that_run_together_may_take_no_more_than_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, greedy: bool
) -> None:
    """The greedy ones take all of their shares."""
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    played = play(tmp_path, 60, terms=Terms("acceptEdits", max_budget=0.4), at_once=20, greedy=greedy)
    assert played.paused.startswith("the run's budget is spent (0.40 of 0.40 USD)")
    assert played.workers.promised == pytest.approx(0.4)
    assert played.workers.most == 16  # so many can begin at first
    assert greedy or played.settled == 40


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
        ({"run_turns": 40, "max_budget": 20.0}, "pending", False),  # a share: the next one is larger
        ({"run_turns": 40, "max_turns": 4, "max_budget": 20.0, "task_budget": 2.0}, "failed", False),
        ({"run_turns": 40, "max_turns": 9, "max_budget": 20.0, "task_budget": 3.0}, "pending", False),
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
