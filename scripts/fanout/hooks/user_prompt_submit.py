"""UserPromptSubmit and Stop: Claude is handed what to launch now."""

from __future__ import annotations

import re
import sqlite3

from fanout.hooks import event
from fanout.hooks.door import context
from fanout.run.agents import agents, claims, team
from fanout.run.evidence import acceptance
from fanout.run.flow import ending, pending_launches, prompts, runs
from fanout.run.store import journal
from fanout.run.store.db import Write, connect
from fanout.run.store.records import Agent
from fanout.run.tasks import ready, tasks

OVER = "the run is over"
RESULT = re.compile(r"<result>(.*)</result>", re.DOTALL)
FIELD = re.compile(r"<(task-id|status|summary)>\s*([^<]*?)\s*</\1>")


def prompt(data: dict[str, object], root: str) -> dict[str, object] | None:
    """A notification: what finished, and what to launch now. Anything else a person typed: silence."""
    said = event.text(data, "prompt")
    if not root or not said.lstrip().startswith("<task-notification>"):
        return None
    until = acceptance.hook_until()
    fields = dict(FIELD.findall(said[:4000]))
    db = connect(root)
    row = agents.by_agent_id(db, fields.get("task-id", ""))
    if row is None:
        return None
    if row["state"] in ("open", "running") and fields.get("status") in ("killed", "failed", "stopped"):
        with Write(db):
            ending.errored(db, row, _how(fields))
            runs.settle(db, root)
    run = row["run"] or _worked_for(db, row)
    if not run:
        return None
    if row["task"] and row["state"] in ("open", "running") and fields.get("status") == "completed":
        from fanout.hooks import subagent_stop

        found = RESULT.search(said)
        subagent_stop.agent_completed(db, root, row, found.group(1) if found else "", until)
    view = prompts.conclude(db, root, run, until)
    results = (prompts.result_line(tasks.get(db, run, row["task"]), said),) if row["task"] else ()
    with Write(db):
        if view.run["state"] != "active":
            journal.say_once(db, run, OVER)
        return context("UserPromptSubmit", prompts.hand(db, view, results, again=False))


def _worked_for(db: sqlite3.Connection, row: Agent) -> str:
    """The run whose tasks this agent took by itself, "" when it is no worker."""
    return journal.run_of(db, row["id"], "worker")


def _how(fields: dict[str, str]) -> str:
    """The reason of a failure, where the notification has one; StopFailure may come after it."""
    return fields.get("summary") or "failed" if fields["status"] == "failed" else fields["status"]


def stop(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Ready work and nothing running when Claude wants to stop: the launch, once for each state.

    What a teammate finished comes as its own message, which no hook sees: here is where its run moves on.
    """
    if not root:
        return None
    if event.text(data, "agent_id"):  # a teammate in a pane: its own main conversation, and an agent of the run
        from fanout.hooks import subagent_stop

        return subagent_stop.agent_stop(data, root)
    db = connect(root)
    mine = agents.main_row(db, event.text(data, "session_id"))
    if mine is not None:  # its turn is over: what it wrote is nobody's until somebody writes it again
        with Write(db):
            claims.drop_first_writes(db, mine["id"])
    for run in runs.active(db):
        if run["session"] not in ("", event.text(data, "session_id")):
            continue
        said = _nudge(db, root, run["id"])
        if said:
            return {"decision": "block", "reason": said}
    return None


def _nudge(db: sqlite3.Connection, root: str, run: str) -> str:
    view = prompts.conclude(db, root, run, acceptance.hook_until())
    with Write(db):
        pending_launches.forget(db, run)
    if view.run["state"] != "active":  # the last agent's notification finds the hooks switched off: say it now
        with Write(db):
            return prompts.text(view) if journal.say_once(db, run, OVER) else ""
    busy = view.workers or any(row["run"] == run for row in view.live)
    if busy and not team.in_run(db, run):
        return ""
    rows = ready.to_launch(view)
    state = ",".join(f"{row['id']}:{row['attempts']}" for row in rows)
    if not rows:
        return ""
    with Write(db):
        return prompts.hand(db, view) if journal.say_once(db, run, f"{'team' if busy else 'stop'} {state}") else ""
