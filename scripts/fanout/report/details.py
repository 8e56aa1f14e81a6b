"""What a report says beside the journal: the output of acceptance commands, tokens from the client's transcripts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fanout.report import transcripts
from fanout.run.store import run_files

SHOWN = 4000


def add(facts: dict[str, Any], root: str, config: Path | None = None, tree: str = "") -> None:
    """Adds "accepted" (task: the end of what its commands printed) and "tokens" (of each agent whose transcript is
    there) to the facts; `tree` is the work tree that the run's sessions were in, where that is not the root."""
    facts["accepted"] = accepted(facts, root)
    facts["tokens"] = tokens(facts, tree or root, config)


def accepted(facts: Mapping[str, Any], root: str) -> dict[str, str]:
    found = {}
    for task in facts["tasks"]:
        text = _end_of(run_files.accepted(root, facts["run"], task["id"]))
        if text:
            found[task["id"]] = text
    return found


def tokens(facts: Mapping[str, Any], root: str, config: Path | None = None) -> list[dict[str, Any]]:
    folders = transcripts.folders(root, config)
    found = []
    for agent in facts["agents"]:
        known = transcripts.trace(folders, agent["session"], agent["agent_id"] or "")
        if known is not None:
            found.append({"task": agent["task"], "agent_id": agent["agent_id"], **known.tokens.as_dict()})
    return found


def _end_of(path: str) -> str:
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - SHOWN))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
