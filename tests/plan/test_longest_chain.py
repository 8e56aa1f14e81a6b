"""The longest chain: dependencies and conflicts alike, in the order of the rolling schedule."""

from __future__ import annotations

from typing import Any

import pytest
from plan.made import plan, task

from fanout.plan import longest_chain

SHARED = [task(name, "shared.ts") for name in "abc"]
PLANS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], int]] = {
    "nothing waits": ([task("a", "a.ts"), task("b", "b.ts")], {}, 1),
    "a dependency": ([task("a", "a.ts"), task("b", "b.ts", needs="a")], {}, 2),
    "two that it reads from": ([task("a", "a.ts"), task("b", "b.ts"), task("c", "c.ts", "a.ts b.ts")], {}, 2),
    "one file of all": (SHARED, {}, 3),
    "a dependency, then a conflict": ([task("a"), task("b", "x.ts", needs="a"), task("c", "x.ts", needs="a")], {}, 3),
    "more tasks than places": ([task(name, f"{name}.ts") for name in "abcd"], {"max_parallel": 1}, 1),
    "what is done waits for nobody": (SHARED, {"done": ["a"]}, 2),
    "all is done": (SHARED, {"done": ["a", "b", "c"]}, 0),
    "the longer in time": (
        [task("a", estimate_minutes=50), task("b", "x"), task("c", "x", estimate_minutes=2)],
        {},
        1,
    ),
}


@pytest.mark.parametrize("case", PLANS)
def test_the_longest_chain(case: str) -> None:
    tasks, more, length = PLANS[case]
    found = plan(*tasks, **more)
    names = longest_chain.longest(found)
    assert len(names) == length
    start = [found.answer.start[index] for index in names]
    assert start == sorted(set(start)), "each starts after the one before"
