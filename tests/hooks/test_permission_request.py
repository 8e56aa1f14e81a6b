"""A question of the client to the user about a call is noted of the agent that works on a task, and answered by nobody."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.hooks.permission_request import FILE_TOOLS

# Who asks, about a call of which tool, and whether it is noted.
QUESTIONS = [
    ("agent-01", "Bash", True),
    ("agent-01", "WebFetch", True),
    *(("agent-01", tool, False) for tool in FILE_TOOLS),
    ("agent-02", "Bash", False),
    ("agent-free", "Bash", False),
    ("stranger", "Bash", False),
    ("stranger", "Write", False),
    (None, "Bash", False),
    (None, "Edit", False),
]


@pytest.mark.parametrize(("who", "tool", "is_noted"), QUESTIONS)
def test_whose_question_is_noted(desk: Desk, who: str | None, tool: str, is_noted: bool) -> None:
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}}))
    for name in ("01", "02"):
        desk.launch(name)
    desk.launch("free", prompt="look around")
    desk.end("agent-02", "BLOCKED|02|why")
    about = {"agent_id": who} if who else {}
    assert desk.send("asked", "PermissionRequest", tool_name=tool, tool_input={}, tool_use_id="t1", **about) == {}
    noted = [(row["task"], row["data"]) for row in desk.rows("SELECT * FROM event WHERE kind = 'asked-permission'")]
    assert noted == ([("01", f'{{"tool": "{tool}"}}')] if is_noted else [])
