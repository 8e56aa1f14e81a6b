"""A list twice as long costs about twice the steps: no reader looks through the whole list again for each task."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source

SHAPES: dict[str, Callable[[int], str]] = {
    "headings": lambda at: f"## {at + 1}. Add part {at}\n\nIt stands in `src/m{at}.py`.\n\n",
    "numbers": lambda at: f"{at + 1}. Add part {at} in `src/m{at}.py`\n",
    "phases": lambda at: f"\n## Phase {at + 1}: Part\n\n- [ ] Add part {at} in `src/m{at}.py`\n",
    "spec-kit": lambda at: f"\n## Phase {at + 1}: Part\n\n- [ ] T{at:04d} [P] Add part {at} in src/m{at}.py\n",
    "kiro": lambda at: (
        f"- [ ] {at + 1}. Part\n  - [ ] {at + 1}.1 Add part {at} in `src/m{at}.py`\n    - _Requirements: 1_\n"
    ),
    "table": lambda at: f"| {at + 1} | Add part {at} in `src/m{at}.py` | open |\n",
}
HEADS = {"table": "| # | Task | Status |\n|---|---|---|\n"}


def steps(text: str) -> int:
    """How many lines of ours run while the text is read."""
    count = 0

    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal count
        if "fanout" not in frame.f_code.co_filename and frame.f_code.co_filename != "<string>":
            return None
        count += event in ("line", "call")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        registry.read(Source("-", "", text, "/nowhere"))
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_list_is_twice_the_work(shape: str) -> None:
    def text(tasks: int) -> str:
        return "# List\n\n" + HEADS.get(shape, "") + "".join(map(SHAPES[shape], range(tasks)))

    short, long = steps(text(60)), steps(text(120))
    assert long < 2.3 * short, f"{short} steps for 60 tasks, {long} for 120"
