"""MCP tools that write."""

from __future__ import annotations

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.hooks import mcp


@pytest.mark.parametrize(
    ("tool", "call", "paths"),
    [
        ("mcp__fs__write_file", {"path": "a", "content": "b"}, ["a"]),
        ("mcp__fs__move_file", {"source": "a", "destination": "b"}, ["a", "b"]),
        ("mcp__fs__edit_file", {"path": "file:///x/a", "edits": [{"oldText": "p"}]}, ["/x/a"]),
        ("mcp__ide__apply_patch", {"files": [{"path": "a"}, {"path": "b"}]}, ["a", "b"]),
        ("mcp__fs__read_file", {"path": "a"}, []),
        ("mcp__fs__list_directory", {"path": "a"}, []),
        ("mcp__web__create_page", {"uri": "https://example.org/x"}, []),
        ("mcp__db__query", {"file": "a"}, []),
        ("mcp__fs__write_file", {"path": 3, "files": [None, 4]}, []),
    ],
)
def test_targets(tool: str, call: dict[str, object], paths: list[str]) -> None:
    assert mcp.targets(tool, call) == paths


def test_a_siblings_path_is_denied(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    assert "belongs to task 01" in denial(desk.tool("agent-02", "mcp__fs__write_file", {"path": "a"}))
    assert desk.tool("agent-02", "mcp__fs__read_file", {"path": "a"}) == {}
