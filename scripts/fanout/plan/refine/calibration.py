"""How far predicted files may be believed, from what past tasks of the project really wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fanout.plan.refine.apply import DEFAULT, Policy

FEWEST = 8  # tasks of a band before it says anything
GOOD, POOR = 0.9, 0.4  # of the files that they wrote
NEVER = 2.0  # no confidence is as high


class Sample(NamedTuple):
    """One task that is done: how sure its prediction was, and how many of the files that it wrote were in it."""

    confidence: float
    predicted: int
    written: int


class Band(NamedTuple):
    """What came of the predictions of one range of confidence; `share` is 1.0 without any."""

    least: float
    tasks: int
    share: float


def bands(samples: Iterable[Sample], policy: Policy = DEFAULT) -> list[Band]:
    """From `exact` on, from `usable` on, and below."""
    known = [one for one in samples if one.written]
    limits = ((policy.exact, 1.1), (policy.usable, policy.exact), (0.0, policy.usable))
    found = []
    for least, most in limits:
        inside = [one for one in known if least <= one.confidence < most]
        written = sum(one.written for one in inside)
        found.append(Band(least, len(inside), sum(one.predicted for one in inside) / written if written else 1.0))
    return found


def policy(samples: Sequence[Sample]) -> Policy:
    """The default, moved where this project's past tasks show it wrong."""
    sure, likely, _ = bands(samples)
    exact, usable = DEFAULT.exact, DEFAULT.usable
    if likely.tasks >= FEWEST and likely.share >= GOOD:
        exact = usable
    if likely.tasks >= FEWEST and likely.share < POOR:
        usable = DEFAULT.exact
    if sure.tasks >= FEWEST and sure.share < GOOD:
        exact = NEVER
    return Policy(exact, usable)
