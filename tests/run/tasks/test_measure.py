"""What timestamps say: times added up, the makespan, pauses, and how many worked at once."""

from __future__ import annotations

import pytest

from fanout.run.tasks import measure

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("spans", "work", "makespan", "covered", "most"),
    [
        ([], 0, 0, 0, 0),
        ([(1, 3)], 2, 2, 2, 1),
        ([(1, 3), (3, 5)], 4, 4, 4, 1),
        ([(1, 3), (2, 5)], 5, 4, 4, 2),
        ([(2, 5), (1, 3), (2.5, 2.7), (7, 8)], 6.2, 7, 5, 3),
        ([(1, 9), (2, 3)], 9, 8, 8, 2),
    ],
)
def test_spans(spans: list[tuple[float, float]], work: float, makespan: float, covered: float, most: int) -> None:
    assert measure.work(spans) == pytest.approx(work)
    assert measure.makespan(spans) == makespan
    assert measure.covered(spans) == pytest.approx(covered)
    assert measure.most_at_once(spans) == most


@pytest.mark.parametrize(
    ("spans", "found"),
    [([(0, 1)], []), ([(0, 2)], []), ([(0, 3)], [(2, 3)]), ([(3, 9)], [(3, 5)]), ([(0, 9)], [(2, 5)]), ([(5, 9)], [])],
)
def test_the_parts_between_two_times(spans: list[tuple[float, float]], found: list[tuple[float, float]]) -> None:
    assert measure.within(spans, 2, 5) == found


@pytest.mark.parametrize(
    ("pauses", "spans", "idle"),
    [
        ([(1, 5)], [], 0),
        ([], [(0, 9)], 0),
        ([(2, 5)], [(0, 9)], 0),  # somebody worked all the time
        ([(2, 5)], [(0, 3), (6, 9)], 2),
        ([(4, INFINITE)], [(0, 3), (6, 9)], 2),
        ([(4, INFINITE)], [(0, 3)], 0),
        ([(0, 2), (10, 12)], [(3, 9)], 0),
    ],
)
def test_a_pause_counts_while_nobody_is_there(
    pauses: list[tuple[float, float]], spans: list[tuple[float, float]], idle: float
) -> None:
    assert measure.idle(pauses, spans) == idle


@pytest.mark.parametrize(
    ("worked", "spans", "paused", "times"),
    [
        ([], [(0, 9)], 0, None),
        ([(0, 4), (0, 4)], [(0, 4), (0, 4)], 0, 2),
        ([(0, 4), (0, 4)], [(0, 4), (0, 8)], 4, 2),
        ([(0, 4)], [(0, 4)], 4, None),
        ([(3, 3)], [(3, 3)], 0, None),
    ],
)
def test_how_many_times_faster(
    worked: list[tuple[float, float]], spans: list[tuple[float, float]], paused: float, times: float | None
) -> None:
    assert measure.speedup(worked, spans, paused) == times


def test_the_figures_in_words() -> None:
    two = [(0.0, 60.0), (0.0, 60.0)]
    assert measure.sentence([], []) == "Nothing was measured."
    assert measure.sentence([], two) == "Nothing is done, so no times are compared."
    assert measure.sentence([(3.0, 3.0)], [(3.0, 3.0)]) == "Nothing was measured."
    assert measure.sentence(two, two) == (
        "Measured: 2.0 min of agents' work added up, 60.0 s from the first start to the last end: 2.0 times faster than their "
        "times added up; at most 2 at once."
    )
    assert measure.sentence(two[:1], [*two, (0.0, 9.0)], waited=9.0, paused=2.0) == (
        "Measured: 58.0 s from the first start to the last end without 2.0 s in which it stood still or waited for the user; no "
        "speedup is claimed, as 2 agents ended without a result and 9.0 s went into waiting for the user's answers."
    )
    assert (
        "55.0 s from the first start to the last end without 2.0 s in which the run stood still and 3.0 s in which all waited "
        "for the user: 2.2" in (measure.sentence(two, two, waited=3.0, paused=2.0, stood=3.0))
    )
    assert "(1 that ended without a result is not counted)" in measure.sentence(two, [*two, (0.0, 9.0)])


def test_before_another_session_took_the_run_over_nobody_led_it() -> None:
    spans = [(0.0, 10.0), (5.0, 20.0), (500.0, 520.0)]
    assert measure.away([490.0], spans) == [(20.0, 490.0)]
    assert measure.away([15.0], spans) == [], "an agent was there"
    assert measure.idle(measure.away([490.0], spans), spans) == 470.0
    assert measure.away([1.0], []) == [(1.0, 1.0)]


@pytest.mark.parametrize(
    ("spans", "waits", "seconds"),
    [
        ([(0, 10)], [[(2, 6)]], 4),
        ([(0, 10), (0, 10)], [[(2, 6)], []], 0),
        ([(0, 10), (0, 10)], [[(2, 6)], [(4, 9)]], 2),
        ([(0, 10), (20, 30)], [[(2, 40)], [(20, 25)]], 13),
        ([(0, 10)], [[(2, 6), (4, 8)]], 6),
        ([], [], 0),
    ],
)
def test_time_in_which_all_wait_for_the_user_is_no_ones_work(spans, waits, seconds) -> None:
    """Before, waiting was left out of the work and stood in the time that it was divided by."""
    assert measure.stood(waits, spans) == seconds


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0.0 s"), (99.9, "99.9 s"), (100, "1.7 min"), (5999, "100.0 min"), (6000, "1.7 h"), (9000, "2.5 h")],
)
def test_times_in_words(value: float, said: str) -> None:
    assert measure.seconds(value) == said
