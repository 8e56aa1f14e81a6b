"""SessionStart and SessionEnd: what a run left behind is said, what a session leaves is released."""

from __future__ import annotations

import json
import os
import sqlite3
import sys

from fanout.hooks import event
from fanout.hooks.door import context
from fanout.run.agents import agents, team
from fanout.run.flow import ending, prompts, runs
from fanout.run.store import journal, state_dir
from fanout.run.store.db import Write, connect
from fanout.run.store.records import Run
from fanout.run.tasks import ready


def session_start(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Records the interpreter and the caches' folder; says what is running, lost or to be launched."""
    _record_environment()
    if not root or event.text(data, "agent_id"):  # a teammate in a pane has its brief
        return None
    db = connect(root)
    with Write(db):
        ending.reap(db)
        runs.settle(db, root)
    lines = [_left_behind(db, run, event.text(data, "session_id")) for run in runs.active(db)]
    return context("SessionStart", "\n".join(lines)) if lines else None


def _left_behind(db: sqlite3.Connection, run: Run, session: str) -> str:
    """Where a run stands: for its own session (after a compaction or /clear) with what to launch, else how to go on."""
    view = ready.View(db, run["id"])
    if run["session"] == session:
        with Write(db):
            return prompts.hand(db, view)
    lost = [
        name
        for name in journal.tasks_with(db, run["id"], "agent-lost")
        if name in view.tasks and view.tasks[name].state == "pending"
    ]
    names = ", ".join(lost[:8])
    half = f" Lost with their session, perhaps half done: {names}." if lost else ""
    return f"{prompts.progress(view)}{half} The user goes on with it by /spec:resume {run['id']}."


def session_end(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Every agent of this session has ended with it."""
    if not root:
        return None
    session, teammate = event.text(data, "session_id"), event.text(data, "agent_id")
    db = connect(root)
    with Write(db):
        for row in agents.live(db, ("task", "unplanned", "main")):
            if row["session"] == session or (teammate and row["agent_id"] == teammate):
                ending.lost(db, row, "its session ended" if row["session"] == session else team.PANE_CLOSED)
        team.forget(db, session)
        runs.settle(db, root)
    return None


def _options() -> dict[str, str]:
    """The plugin's options as the client hands them to hooks."""
    prefix = "CLAUDE_PLUGIN_OPTION_"
    return {name[len(prefix) :].lower(): value for name, value in os.environ.items() if name.startswith(prefix)}


def _record_environment() -> None:
    data = os.environ.get("CLAUDE_PLUGIN_DATA")
    if not data:
        return
    os.makedirs(data, exist_ok=True)
    state_dir.write_whole(os.path.join(data, "python"), os.path.realpath(sys.executable) + "\n")
    state_dir.write_whole(os.path.join(data, "options.json"), json.dumps(_options()))
    export = os.environ.get("CLAUDE_ENV_FILE")
    if export and not os.environ.get("FANOUT_CACHE_DIR"):
        with open(export, "a", encoding="utf-8") as file:
            file.write(f"export FANOUT_CACHE_DIR='{data}'\n")
