"""Figures from timestamps, checked by hand; the numbers people quote, computed."""

from __future__ import annotations

import re
from itertools import combinations
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanout.report import figures
from fanout.run.tasks import measure


def facts(spans, cap=5, overhead=0.0):
    """spans: (task, start, end); each agent passed the gate `overhead` seconds before its start."""
    agents = [
        {"task": name, "opened": start - overhead, "start": start, "end": end, "ending": "done", "waited": 0.0}
        for name, start, end in spans
    ]
    return {"agents": agents, "cap": cap}


def test_a_diamond_with_launching() -> None:
    spans = [("a", 1, 11), ("b", 12, 27), ("c", 12, 20), ("d", 28, 30)]
    found = figures.of(facts(spans, cap=2, overhead=1), {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}, {})
    assert found["critical_path_seconds"] == 27
    assert found["bound_seconds"] == 27  # 35 seconds of work for two agents would be 17.5
    assert found["busy_seconds"] == 27
    assert found["effective_concurrency"] == round(35 / 27, 3)
    assert (found["launch_seconds_median"], found["launch_seconds_total"]) == (1, 4)
    assert found["elapsed_seconds"] == 30


ONE_FASTER = "One agent that does these tasks in order would have been faster: 20.0 s in place of 40.0 s."
NO_FASTER = "Several agents were no faster than one, and 2 of them each had to read the project anew."
HARDLY = "Several agents were hardly faster than one, and 2 of them each had to read the project anew."


@pytest.mark.parametrize(
    ("spans", "worked", "left_out", "said"),
    [
        ([(10, 20), (40, 50)], 2, {}, ONE_FASTER),
        ([(0, 10), (10.5, 20.5)], 2, {}, NO_FASTER),  # 20 s in place of 20.5 s: no difference that would come again
        ([(0, 10), (8, 18)], 2, {}, HARDLY),
        ([(1, 11), (1, 10)], 2, {}, ""),
        ([(0, 10)], 1, {}, ""),  # one agent is compared with nobody
        ([], 0, {}, ""),
        ([(0, 10), (20, 40)], 1, {}, ""),  # one that failed: 10 s in place of 40 s says nothing of one agent
        ([(0, 10), (9, 19), (0, 9)], 2, {}, ""),
        ([(0, 10), (40, 50)], 2, {"waited": 3.0}, ""),
        ([(0, 10), (8, 18)], 2, {"waited": 3.0}, ""),
        ([(0, 10), (40, 50)], 2, {"paused": 30.0}, NO_FASTER),  # the user's own pause
        ([(0, 10), (40, 50)], 2, {"paused": 20.0}, ONE_FASTER.replace("40.0", "30.0")),
    ],
)
def test_the_verdict_is_plain_and_compares_what_the_measured_line_does(
    spans: list[tuple[float, float]], worked: int, left_out: dict[str, float], said: str
) -> None:
    given = {"waited": 0.0, "paused": 0.0} | left_out
    times = measure.speedup(spans[:worked], spans, given["paused"])
    line = measure.sentence(spans[:worked], spans, **given)
    found = figures.verdict(
        {
            "work_seconds": measure.work(spans[:worked]),
            "makespan_seconds": measure.makespan(spans) - given["paused"],
            "speedup": times,
            "waited_seconds": given["waited"],
            "is_compared": measure.is_compared(spans[:worked], spans, **given),
            "without_result": len(spans) - worked,
            "agents": len(spans),
        }
    )
    assert found == said
    assert not (found and "no speedup" in line), line
    for figure in re.findall(r"[\d.]+ s\b", found):
        assert figure in line


def test_only_what_was_brought_to_its_end_is_work() -> None:
    found = facts([("a", 0, 10), ("b", 0, 12), ("a", 20, 35)])
    found["agents"][0]["ending"] = "failed"
    figured = figures.of(found, {"a": [], "b": []}, {})
    assert figured["critical_path_seconds"] == 15 and figured["busy_seconds"] == 27


@pytest.mark.parametrize(
    ("pairs", "bound"),
    [
        ("", 12.5),  # 50 s for four agents
        ("ab", 30),
        ("ab bc", 30),  # a and c may overlap
        ("ab bc ac", 40),
        ("cd", 20),
        ("ab cd", 30),
    ],
)
def test_no_order_beats_tasks_that_may_not_overlap(pairs: str, bound: float) -> None:
    foes: dict[str, set[str]] = {name: set() for name in "abcd"}
    for pair in pairs.split():
        foes[pair[0]].add(pair[1])
        foes[pair[1]].add(pair[0])
    found = facts([("a", 0, 20), ("b", 20, 30), ("c", 30, 40), ("d", 0, 10)], cap=4)
    bounds = figures.of(found, {name: [] for name in "abcd"}, foes)
    assert bounds["bound_seconds"] == max(bound, 20)


@pytest.mark.parametrize("ending", ["failed", "blocked", "it was stopped", "stopped with all"])
def test_a_run_with_nothing_done_claims_nothing(ending: str) -> None:
    found = facts([("a", 0, 10), ("b", 0, 10)])
    for agent in found["agents"]:
        agent["ending"] = ending
    figured = figures.of(found, {"a": [], "b": []}, {})
    assert figured["critical_path_seconds"] == 0


@pytest.mark.parametrize(
    ("worked", "spans", "said"),
    [
        ([], [], "Nothing was measured."),
        ([], [(0, 10)], "Nothing is done, so no times are compared."),
        (
            [(0, 10), (0, 20)],
            [(0, 10), (0, 20)],
            "Measured: 30.0 s of agents' work added up, 20.0 s from the first start to the last end: 1.5 times faster than their "
            "times added up; at most 2 at once.",
        ),
        (
            [(0, 10)],
            [(0, 10), (0, 20)],
            "Measured: 20.0 s from the first start to the last end; no speedup is claimed, as 1 agent ended without a result.",
        ),
    ],
)
def test_the_figures_in_words(worked, spans, said) -> None:
    assert measure.sentence(worked, spans) == said


def test_waiting_for_the_user_is_named_and_left_out() -> None:
    assert measure.sentence([(60, 70)], [(0, 70), (0, 20)], waited=60.0).endswith(
        "70.0 s from the first start to the last end; no speedup is claimed, as 1 agent ended without a result and 60.0 s went "
        "into waiting for the user's answers."
    )
    found = facts([("a", 0, 70), ("b", 75, 80)], overhead=3)
    found["agents"][0]["waited"] = 60.0
    figured = figures.of(found, {"a": [], "b": []}, {})
    assert figured["critical_path_seconds"] == 10


def test_time_in_which_the_run_was_paused_is_left_out_and_named() -> None:
    """Save for what an agent still did in it: 5 of the 60 s of the first pause; the second lasts, and began after the end."""
    spans, pauses = [(0.0, 15.0), (75.0, 90.0)], [(10.0, 70.0), (95.0, float("inf"))]
    paused = measure.idle(pauses, spans)
    assert paused == 55 and measure.idle([], spans) == 0 == measure.idle(pauses, [])
    assert measure.sentence(spans, spans, paused=paused) == (
        "Measured: 30.0 s of agents' work added up, 35.0 s from the first start to the last end without 55.0 s in which the "
        "run stood still: no faster than their times added up; at most 1 at once."
    )
    found = facts([("a", 0, 15), ("b", 75, 90)]) | {"paused_seconds": 55.0}
    assert figures.of(found, {"a": [], "b": []}, {})["elapsed_seconds"] == 35


def test_one_that_waits_or_was_stopped_is_not_at_work() -> None:
    found = facts([("a", 0, 100), ("b", 0, 100), ("c", 0, 100)])
    found["agents"][0] |= {"waits": [(5.0, 60.0), (50.0, 95.0)], "waited": 90.0}
    found["agents"][1] |= {"waits": [(0.0, 90.0)], "waited": 90.0}
    found["agents"][2]["ending"] = "it was stopped"
    figured = figures.of(found, {"a": [], "b": [], "c": []}, {})
    assert figured["busy_seconds"] == 15 and figured["effective_concurrency"] == round(20 / 15, 3)
    found["agents"][2]["ending"] = "failed"
    assert figures.of(found, {"a": [], "b": [], "c": []}, {})["busy_seconds"] == 100, "it did work"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), min_size=1, max_size=12), st.integers(1, 6))
def test_no_figure_contradicts_another(pairs, cap) -> None:
    spans = [(str(n), start, start + length) for n, (start, length) in enumerate(pairs)]
    found = figures.of(facts(spans, cap=cap), {name: [] for name, _, _ in spans}, {})
    assert found["busy_seconds"] <= found["elapsed_seconds"] + 1e-9
    assert found["critical_path_seconds"] <= found["bound_seconds"] + 1e-9
    assert 1 <= found["effective_concurrency"] <= len(spans) + 1e-9


def test_predictions_stand_beside_what_was_measured() -> None:
    found = {
        "mode": "rolling",
        "tasks": [{"state": "done", "estimated": True}, {"state": "done", "estimated": False}],
        "predicted": {"makespan_minutes": 15, "sequential_minutes": 33, "lower_bound_minutes": 15},
        "measured": {"work_seconds": 1980, "makespan_seconds": 900, "speedup": 2.2, "bound_seconds": 900},
    }
    rows = {name: (predicted, measured) for name, predicted, measured in figures.compared(found)}
    assert rows["Times faster than the times added up"] == ("2.2", "2.2")
    assert rows["From the first start to the last end"] == ("15.0 min", "15.0 min")
    assert rows["Bound that no order beats"] == ("15.0 min", "15.0 min")


def test_what_nobody_estimated_was_not_predicted() -> None:
    found = {
        "mode": "rolling",
        "tasks": [{"state": "done", "estimated": False}],
        "predicted": {"makespan_minutes": 1, "sequential_minutes": 2},
        "measured": {"makespan_seconds": 1, "work_seconds": 2, "speedup": 2.0},
    }
    assert figures.compared(found) == []


def test_nothing_is_compared_before_all_is_done() -> None:
    for state in ("running", "failed", "blocked", "skipped"):
        found = {
            "mode": "rolling",
            "tasks": [{"state": "done", "estimated": True}, {"state": state, "estimated": True}],
            "predicted": {"makespan_minutes": 1, "sequential_minutes": 2},
            "measured": {"makespan_seconds": 1, "work_seconds": 2, "speedup": 2.0},
        }
        assert figures.compared(found) == [], state


def test_estimates_that_were_far_off_are_named() -> None:
    def run(*minutes: float, estimate: float = 2.0) -> dict[str, object]:
        one = {"state": "done", "estimated": True, "estimate_minutes": estimate}
        return {"tasks": [{**one, "took": 60.0 * took} for took in minutes]}

    short, long = figures.misjudged(run(6, 5, 60)), figures.misjudged(run(0.5, 0.5, 0.5))
    assert short.startswith("The estimates were about 3 times too short (median of 3 tasks): `fanout start --learned`")
    assert long.startswith("The estimates were about 4 times too long (median of 3 tasks)")
    assert figures.misjudged(run(2, 2.5, 60)) == "" == figures.misjudged(run(6, 6))


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=8)


@given(SPANS)
def test_a_gap_is_from_the_last_end_before_a_launch(spans) -> None:
    found = facts([(str(n), start, start + long) for n, (start, long) in enumerate(spans)])
    ends = [agent["end"] for agent in found["agents"]]
    gaps = [
        agent["opened"] - max(before)
        for agent in found["agents"]
        if (before := [end for end in ends if end <= agent["opened"]])
    ]
    assert figures.of(found, {}, {})["gap_seconds"] == (median(gaps) if gaps else 0.0)


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6))), st.lists(st.integers(1, 9), min_size=7, max_size=7))
def test_tasks_that_may_not_overlap_are_a_bound(pairs, seconds) -> None:
    foes = {str(n): {str(b if a == n else a) for a, b in pairs if n in (a, b) and a != b} for n in range(7)}
    took = {str(n): float(long) for n, long in enumerate(seconds)}
    bound = figures.one_by_one(foes, took)
    groups = [
        sum(took[name] for name in group)
        for count in range(1, 8)
        for group in combinations(sorted(took), count)
        if all(foes[name] for name in group) and all(b in foes[a] for a, b in combinations(group, 2))
    ]
    assert bound <= max(groups, default=0.0)
    assert bound >= max((took[a] + took[b] for a, b in combinations(sorted(took), 2) if b in foes[a]), default=0.0) / 2
