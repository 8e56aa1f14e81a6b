"""UserPromptSubmit and Stop: Claude is handed what to launch now."""

from __future__ import annotations

import re
import sqlite3

from fanout.hooks import event
from fanout.hooks.door import context
from fanout.run import agents, ending, journal, ready, runs, tasks, turn
from fanout.run.db import Write, connect

OVER = "the run is over"
FIELD = re.compile(r"<(task-id|status)>\s*([^<]*?)\s*</\1>")


def prompt(data: dict[str, object], root: str) -> dict[str, object] | None:
    """A notification: what finished, and what to launch now. Anything else a person typed: silence."""
    said = event.text(data, "prompt")
    if not root or not said.lstrip().startswith("<task-notification>"):
        return None
    fields = dict(FIELD.findall(said[:4000]))
    db = connect(root)
    row = agents.by_agent_id(db, fields.get("task-id", ""))
    if row is None:
        return None
    if row["state"] in ("open", "running") and fields.get("status") in ("killed", "failed", "stopped"):
        with Write(db):
            ending.failed(db, row, fields["status"])
            runs.settle(db, root)
    if not row["task"]:
        return None
    view = turn.conclude(db, root, row["run"])
    if view.run["state"] != "active":
        with Write(db):
            journal.say_once(db, row["run"], OVER)
    line = turn.result_line(tasks.get(db, row["run"], row["task"]))
    return context("UserPromptSubmit", turn.text(view, (line,)))


def stop(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Ready work and nothing running when Claude wants to stop: the launch, once for each state."""
    if not root or event.text(data, "agent_id"):
        return None
    db = connect(root)
    for run in runs.active(db):
        if run["session"] not in ("", event.text(data, "session_id")):
            continue
        said = _nudge(db, root, run["id"])
        if said:
            return {"decision": "block", "reason": said}
    return None


def _nudge(db: sqlite3.Connection, root: str, run: str) -> str:
    view = turn.conclude(db, root, run)
    if view.run["state"] != "active":  # the last agent's notification finds the hooks switched off: say it now
        with Write(db):
            return turn.text(view) if journal.say_once(db, run, OVER) else ""
    if any(row["run"] == run for row in view.live):
        return ""
    rows = ready.startable(view)
    state = ",".join(f"{row['id']}:{row['attempts']}" for row in rows)
    if not rows:
        return ""
    with Write(db):
        if not journal.say_once(db, run, f"stop {state}"):
            return ""
    return turn.text(view)
