"""How much of the heavy tests is run. `scripts/dev/test --full` runs their whole scale, as every night does.

FANOUT_TEST_SCALE multiplies their numbers: examples of a fuzzer, seeds, schedules, statements to be killed at.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

Case = TypeVar("Case")

SCALE = int(os.environ.get("FANOUT_TEST_SCALE", "1"))
WHOLE = SCALE >= 10


def few(cases: Iterable[Case], count: int) -> list[Case]:
    """The first `count` of the cases; at the whole scale all."""
    return list(cases) if WHOLE else list(cases)[:count]
