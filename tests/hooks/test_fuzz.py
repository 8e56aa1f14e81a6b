"""Whatever the client may send: never a traceback, never an open gate inside a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from run.plans import plan
from scale import SCALE

from fanout.hooks import door

EXAMPLES = 30 * SCALE
QUICK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = [
    "session_id", "transcript_path", "cwd", "hook_event_name", "agent_id", "agent_type", "tool_name", "tool_input",
    "tool_use_id", "tool_response", "tool_calls", "prompt", "last_assistant_message", "file_path", "command", "error",
    "description", "subagent_type", "status", "source", "reason",
]  # fmt: skip
WORDS = [
    "Write", "Edit", "Bash", "Agent", "mcp__x__write", "PreToolUse", "agent-01", "x1", "", "\x00", "a",
    ".fanout/state.db", "../../etc",
    "Run `fanout brief demo-1/01` and follow it.", "<task-notification><task-id>agent-01</task-id>",
    "DONE|01|x", "echo x > a", "git stash", "é" * 50, "\ud800", "a" * 5000,
]  # fmt: skip
TEXT = st.one_of(st.sampled_from(WORDS), st.text(max_size=60))
VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)),
    max_leaves=12,
)
EVENT = st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), VALUE, max_size=12)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Desk]:
    root = tmp_path / "project"
    root.mkdir()
    desk = Desk(root)
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    yield desk


def answer(event: str, root: str, data: Any) -> Any:
    """As door.main does it, without the process."""
    try:
        return door.handle(event, root, data)
    except Exception as error:
        return door.failure(event, root, error)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("event", sorted(door.EVENTS))
@QUICK
@given(data=EVENT)
def test_any_event_is_answered(live: Desk, event: str, data: dict[str, Any]) -> None:
    said = answer(event, str(live.root), data)
    assert said is None or isinstance(json.dumps(said), str)


@QUICK
@given(
    more=st.dictionaries(st.sampled_from([name for name in NAMES if name not in ("tool_name", "tool_input")]), VALUE)
)
def test_a_siblings_path_stays_denied_whatever_stands_beside(live: Desk, more: dict[str, Any]) -> None:
    live.db.execute("INSERT OR IGNORE INTO claim VALUES ('a', 'a', 1, '', 'declared', 0)")
    path = str(live.root / "a")
    data = {
        **more,
        "agent_id": "intruder",
        "cwd": str(live.root),
        "tool_name": "Write",
        "tool_input": {"file_path": path},
    }
    assert denial(answer("guard", str(live.root), data) or {})


@QUICK
@given(path=st.one_of(st.text(max_size=40), st.sampled_from(["a/../a", "./a", "a\x00b", "", "//a", "a" * 10000])))
def test_any_path_is_decided(live: Desk, path: str) -> None:
    data = {"agent_id": "x", "cwd": str(live.root), "tool_name": "Write", "tool_input": {"file_path": path}}
    said = answer("guard", str(live.root), data)
    assert said is None or denial(said) or "additionalContext" in json.dumps(said)
