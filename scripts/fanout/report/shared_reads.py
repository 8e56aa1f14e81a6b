"""Files that several agents of a run each read: what a file read once, and named in every brief, would have saved."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fanout.report import transcripts
from fanout.report.cells import counted

CHARACTERS_A_TOKEN = 4
LONGEST_READ = 100_000  # characters of a file that one Read gives, about
MOST_NAMED = 3
WORTH_SAYING = 1000  # tokens


def of_run(facts: Mapping[str, Any], root: str, config: Path | None = None) -> list[dict[str, Any]]:
    """[{"path", "tasks", "tokens"}], the costliest first; `tokens`: of one reading, as the file is now."""
    folders = transcripts.folders(root, config)
    readers: dict[str, list[str]] = {}
    for agent in facts["agents"]:
        trace = transcripts.trace(folders, agent["session"], agent["agent_id"] or "")
        for path in sorted({call.path for call in trace.calls if call.tool == "Read" and call.ok}) if trace else ():
            if path.startswith(root.rstrip("/") + "/"):
                readers.setdefault(os.path.relpath(path, root), []).append(agent["task"] or agent["type"])
    found = [
        {"path": path, "tasks": tasks, "tokens": _tokens(os.path.join(root, path))}
        for path, tasks in readers.items()
        if len(tasks) > 1
    ]
    return sorted(found, key=lambda one: (-_again(one), one["path"]))


def sentence(found: Sequence[Mapping[str, Any]]) -> str:
    """What was read again and again, "" when that is little."""
    again = sum(map(_again, found))
    if again < WORTH_SAYING:
        return ""
    named = ", ".join(f"{one['path']} ({len(one['tasks'])} agents)" for one in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return (
        f"Read by several agents: {counted(len(found), 'file')}, about {again:,} tokens more than once each: {named}{more}. "
        f"What all of them need can stand in one context file; the user has it written by typing /context-discovery."
    )


def _again(one: Mapping[str, Any]) -> int:
    """The tokens of every reading but the first."""
    return int(one["tokens"]) * (len(one["tasks"]) - 1)


def _tokens(path: str) -> int:
    try:
        return min(os.path.getsize(path), LONGEST_READ) // CHARACTERS_A_TOKEN
    except OSError:
        return 0
