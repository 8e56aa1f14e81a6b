"""SessionStart and SessionEnd: what a run left behind is said, what a session leaves is released."""

from __future__ import annotations

import os
import sys

from fanout.hooks import event
from fanout.hooks.door import context
from fanout.run import agents, ending, place, ready, runs, turn
from fanout.run.db import Write, connect


def session_start(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Records the interpreter and the caches' folder; says what is running, lost or to be launched."""
    _record_environment()
    if not root:
        return None
    db = connect(root)
    lines = []
    for run in runs.active(db):
        view = ready.View(db, run["id"])
        lines.append(turn.progress(view))
        lines.append(f"Go on with `fanout next {run['id']}`.")
    return context("SessionStart", "\n".join(lines)) if lines else None


def session_end(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Every agent of this session has ended with it."""
    if not root:
        return None
    session = event.text(data, "session_id")
    db = connect(root)
    with Write(db):
        for row in agents.live(db, ("task", "unplanned", "main")):
            if row["session"] == session:
                ending.lost(db, row, "its session ended")
        runs.settle(db, root)
    return None


def _record_environment() -> None:
    data = os.environ.get("CLAUDE_PLUGIN_DATA")
    if not data:
        return
    os.makedirs(data, exist_ok=True)
    place.write_whole(os.path.join(data, "python"), os.path.realpath(sys.executable) + "\n")
    export = os.environ.get("CLAUDE_ENV_FILE")
    if export and not os.environ.get("FANOUT_CACHE_DIR"):
        with open(export, "a", encoding="utf-8") as file:
            file.write(f"export FANOUT_CACHE_DIR='{data}'\n")
