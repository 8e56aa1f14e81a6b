"""How far predictions are believed follows what past tasks wrote."""

from __future__ import annotations

import pytest

from fanout.plan.refine import calibration
from fanout.plan.refine.calibration import NEVER, Sample


@pytest.mark.parametrize(
    ("samples", "exact", "usable"),
    [
        ([], 0.95, 0.75),
        ([Sample(0.96, 1, 4)] * 7, 0.95, 0.75),  # too few to say
        ([Sample(0.96, 1, 4)] * 8, NEVER, 0.75),  # sure, and wrong: nothing locks exactly
        ([Sample(0.96, 4, 4)] * 8, 0.95, 0.75),
        ([Sample(0.8, 4, 4)] * 8, 0.75, 0.75),  # better than it says
        ([Sample(0.8, 1, 4)] * 8, 0.95, 0.95),  # no better than a guess
        ([Sample(0.5, 0, 4)] * 20, 0.95, 0.75),
        ([Sample(0.8, 0, 0)] * 20, 0.95, 0.75),  # nothing was written: no evidence
    ],
)
def test_the_policy_is_moved_by_enough_evidence(samples: list[Sample], exact: float, usable: float) -> None:
    found = calibration.policy(samples)
    assert (found.exact, found.usable) == (exact, usable)


def test_bands_count_files_and_not_tasks() -> None:
    found = calibration.bands([Sample(0.95, 1, 1), Sample(0.99, 1, 3), Sample(0.8, 1, 2), Sample(0.1, 0, 5)])
    assert [tuple(band) for band in found] == [(0.95, 2, 0.5), (0.75, 1, 0.5), (0.0, 1, 0.0)]
