"""Figures from timestamps, checked by hand; the numbers people quote, computed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanout.report import figures


def facts(spans, cap=5, overhead=0.0):
    """spans: (task, start, end); each agent passed the gate `overhead` seconds before its start."""
    agents = [{"task": name, "opened": start - overhead, "start": start, "end": end} for name, start, end in spans]
    return {"agents": agents, "cap": cap}


def test_a_diamond_with_launching() -> None:
    spans = [("a", 1, 11), ("b", 12, 27), ("c", 12, 20), ("d", 28, 30)]
    found = figures.of(facts(spans, cap=2, overhead=1), {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]})
    assert found["critical_path_seconds"] == 27
    assert found["bound_seconds"] == 27  # 35 seconds of work for two agents would be 17.5
    assert found["busy_seconds"] == 27
    assert found["effective_concurrency"] == round(35 / 27, 3)
    assert (found["launch_seconds_median"], found["launch_seconds_total"]) == (1, 4)
    assert found["elapsed_seconds"] == 30
    assert not found["one_agent_faster"]
    assert found["verdict"].startswith("Several agents were hardly faster than one: 30.0 s in place of 35.0 s")


@pytest.mark.parametrize(
    ("spans", "overhead", "words"),
    [
        ([("a", 10, 20), ("b", 40, 50)], 10, "One agent that does these tasks in order would have been faster"),
        ([("a", 1, 11), ("b", 1, 10)], 1, ""),
        ([("a", 0, 10), ("b", 0, 10)], 0, ""),
        ([], 0, ""),
    ],
)
def test_the_verdict_is_plain(spans, overhead, words) -> None:
    verdict = figures.of(facts(spans, overhead=overhead), {name: [] for name, _, _ in spans})["verdict"]
    assert verdict.startswith(words) and bool(verdict) == bool(words)


def test_the_work_of_every_attempt_counts() -> None:
    found = figures.of(facts([("a", 0, 10), ("a", 20, 35)]), {"a": []})
    assert found["critical_path_seconds"] == 25 and found["busy_seconds"] == 25


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), min_size=1, max_size=12), st.integers(1, 6))
def test_no_figure_contradicts_another(pairs, cap) -> None:
    spans = [(str(n), start, start + length) for n, (start, length) in enumerate(pairs)]
    found = figures.of(facts(spans, cap=cap), {name: [] for name, _, _ in spans})
    assert found["busy_seconds"] <= found["elapsed_seconds"] + 1e-9
    assert found["critical_path_seconds"] <= found["bound_seconds"] + 1e-9
    assert 1 <= found["effective_concurrency"] <= len(spans) + 1e-9


def test_predictions_stand_beside_what_was_measured() -> None:
    found = {
        "mode": "rolling",
        "tasks": [{"state": "done"}],
        "predicted": {"makespan_minutes": 15, "sequential_minutes": 33, "lower_bound_minutes": 15},
        "measured": {"work_seconds": 1980, "makespan_seconds": 900, "speedup": 2.2, "bound_seconds": 900},
    }
    rows = {name: (predicted, measured) for name, predicted, measured in figures.compared(found)}
    assert rows["Times faster than one after another"] == ("2.2", "2.2")
    assert rows["From the first start to the last end"] == ("15.0 min", "15.0 min")
    assert rows["Bound that no order beats"] == ("15.0 min", "15.0 min")


def test_nothing_is_compared_while_it_runs() -> None:
    running = {"mode": "rolling", "tasks": [{"state": "running"}], "predicted": {"makespan_minutes": 1}}
    assert figures.compared({**running, "measured": {"makespan_seconds": 1}}) == []


def test_estimates_that_were_far_off_are_named() -> None:
    def run(*minutes: float, estimate: float = 2.0) -> dict[str, object]:
        one = {"state": "done", "estimated": True, "estimate_minutes": estimate, "start": 0.0}
        return {"tasks": [{**one, "end": 60.0 * took} for took in minutes]}

    assert "took 3 times their estimates (median of 3)" in figures.misjudged(run(6, 5, 60))
    assert "took 0.25 times their estimates" in figures.misjudged(run(0.5, 0.5, 0.5))
    assert figures.misjudged(run(2, 2.5, 60)) == "" == figures.misjudged(run(6, 6))
