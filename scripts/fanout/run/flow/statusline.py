"""The live runs of a project in one line, for the client's status line."""

from __future__ import annotations

import json
import os
import sys

from fanout.run.agents import agents
from fanout.run.store import state_dir, switch
from fanout.run.store.db import connect
from fanout.run.tasks import overdue, runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import TaskState

SHOWN: tuple[TaskState, ...] = ("running", "failed", "blocked")


def main() -> int:
    """Reads what the client tells a status line on standard input; prints the line, or nothing; never fails."""
    try:
        text = of_folder(_folder(sys.stdin.read()))
    except Exception:  # a status line that fails would stand in the user's way for the whole session
        return 0
    if text:
        sys.stdout.buffer.write(f"{text}\n".encode())
    return 0


def of_folder(folder: str) -> str:
    """`fanout demo-1: 2/5 done, 2 running`, "" when no run is live around `folder`."""
    root = state_dir.find(folder)
    if root is None or not switch.is_live(root):
        return ""
    db = connect(root)
    lines = [of_run(db, run.id) for run in runs.active(db)]
    return f"fanout {' | '.join(lines)}" if lines else ""


def of_run(db: sqlite3.Connection, run: str) -> str:
    counts = tasks.count(db, run)
    unchecked = sum(map(tasks.is_unchecked, tasks.in_state(db, run, "done")))
    checked = f" ({unchecked} {tasks.NOT_CHECKED})" if unchecked else ""
    parts = [f"{counts.get('done', 0)}/{sum(counts.values())} done{checked}"]
    parts += [f"{counts[state]} {state}" for state in SHOWN if counts.get(state)]
    if counts.get("running"):
        quiet = overdue.names(db, [agent for agent in agents.live(db) if agent.run == run])
        parts += [f"{word}: {tasks.few(names)}, see /tasks" for word, names in quiet.items() if names]
    return f"{run}: {', '.join(parts)}"


def _folder(given: str) -> str:
    """The session's folder: the client names it; the working folder when it does not."""
    try:
        data = json.loads(given)
    except ValueError:
        data = None
    data = data if isinstance(data, dict) else {}
    workspace = data.get("workspace")
    named = workspace.get("current_dir") if isinstance(workspace, dict) else None
    for folder in (named, data.get("cwd")):
        if isinstance(folder, str) and os.path.isdir(folder):
            return folder
    return os.getcwd()
