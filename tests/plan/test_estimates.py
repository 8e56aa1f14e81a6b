"""Estimates learned from past runs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanout.plan import estimates
from fanout.plan.estimates import Sample
from fanout.plan.read import registry
from fanout.plan.reading import Source


def applied(tasks, samples):
    text = json.dumps({"schema_version": 1, "tasks": tasks})
    reading = registry.read(Source("-", "", text, "/nowhere"))
    reading = estimates.applied(reading, estimates.learn(samples))
    return [task.estimate_minutes for task in reading.document.tasks], reading.warnings[-1].message


CODER = [Sample("coder", 10, 20), Sample("coder", 5, 10), Sample("coder", 8, 160)]
TESTER = [Sample("tester", 10, 5), Sample("tester", 10, 5), Sample("tester", 20, 10)]


@pytest.mark.parametrize(
    ("tasks", "samples", "wanted"),
    [
        ([{"id": "a", "agent": "coder", "estimate_minutes": 4}], CODER, [8]),  # the odd third one moves nothing
        ([{"id": "a", "agent": "tester", "estimate_minutes": 4}], CODER + TESTER, [2]),
        ([{"id": "a", "agent": "unheard-of", "estimate_minutes": 4}], TESTER, [2]),  # all tasks together
        ([{"id": "a", "agent": "coder", "estimate_minutes": 4}], CODER[:2], [4]),  # too few
        ([{"id": "a"}], TESTER, [5]),  # none stated: the usual minutes
        ([{"id": "a", "estimate_minutes": 0}], TESTER, [0]),
        ([{"id": "a", "estimate_minutes": 1}], [Sample("", 0.001, 60)] * 3, [10]),  # never more than ten times
        ([{"id": "a"}], [Sample("", None, 3)] * 3, [3]),
        ([{"id": "a"}], [], [None]),
    ],
)
def test_learned(tasks, samples, wanted) -> None:
    assert applied(tasks, samples)[0] == wanted


def test_it_is_said() -> None:
    tasks = [{"id": "a", "agent": "coder", "estimate_minutes": 4}, {"id": "b", "agent": "coder"}]
    said = applied(tasks, CODER)[1]
    assert (
        said
        == "from 3 tasks of past runs: 1 estimates scaled (all x2, coder x2); 1 tasks without one given the usual time"
    )
    assert "at least 3 are needed" in applied(tasks, [])[1]


@given(st.lists(st.builds(Sample, st.sampled_from(["", "a"]), st.none() | st.floats(0, 99), st.floats(0.01, 99))))
def test_factors_stay_within_bounds(samples) -> None:
    learned = estimates.learn(samples)
    assert all(0.1 <= factor <= 10 for factor in learned.factor.values())
    assert learned.tasks == len(samples)
