"""Which types of agents are held to reading."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

TYPES = {
    "Explore": True,
    "Plan": True,
    "spec:code-reviewer": True,
    "spec:research-expert": True,
    "debug:tracer": True,
    "general-purpose": False,
    "spec:worker": False,
    "other:code-reviewer": False,
    "debug": False,
}


@pytest.mark.parametrize("name", TYPES)
def test_a_task_of_a_type_that_only_reads_writes_nothing(name: str, desk: Desk) -> None:
    desk.start(plan({"01": {"agent": name}}))
    desk.launch("01", subagent_type=name)
    assert ("is read-only: it may not write x" in denial(desk.write("agent-01", "x"))) is TYPES[name]
