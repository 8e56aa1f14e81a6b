"""The schedules of who changed a file notice when a part of the product is taken out: each by a schedule that meets it.

When the schedules change, look for new ones: a loop over seeds with the same patch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hooks.test_who_changed import judged

from fanout.hooks import post_tool_use
from fanout.run.changes import matching_files


def _root_only(agent: Any, naming: Any, declared: Any, most: int) -> list[str]:
    return [] if agent.worktree else matching_files.matching(naming, declared, most)


_of_anybody = post_tool_use._command


def _of_agents_only(call: Any) -> Any:
    return _of_anybody(call) if call.agent_id else None


PARTS: dict[str, tuple[str, Any, int]] = {
    "what the client says after a file tool": ("fanout.run.changes.spool.take_in", lambda *a: None, 0),
    "what an MCP call announces": ("fanout.hooks.guard._announced", lambda call, some: {t.name: {} for t in some}, 0),
    "a first write that the user refused": ("fanout.run.changes.withdrawn._give_back", lambda *a: None, 123),
    "the end of a command of the main conversation": ("fanout.hooks.post_tool_use._command", _of_agents_only, 0),
    "agents work on after /clear": ("fanout.hooks.session_end.LEFT", (), 58),
    "files of a worktree": ("fanout.run.changes.owned._declared_of", _root_only, 494),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_taken_out_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    target, instead, seed = PARTS[part]
    assert judged(tmp_path / "whole", seed).wrong == []
    monkeypatch.setattr(target, instead)
    assert judged(tmp_path / "without", seed).wrong
