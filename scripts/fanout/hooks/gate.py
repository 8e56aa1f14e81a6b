"""PreToolUse on Agent: may this agent start? If so, its short prompt becomes the whole brief.

Inside a run it fails closed. A call that belongs to no task passes and is journaled, so that its agent is guarded too.
"""

from __future__ import annotations

import sqlite3

from fanout.hooks import caller, event
from fanout.hooks.door import deny
from fanout.hooks.launching import unplanned
from fanout.run.agents import agents, claims, read_only, worktree
from fanout.run.changes import watch
from fanout.run.flow import brief, ending
from fanout.run.store import journal
from fanout.run.store.db import Write, connect
from fanout.run.tasks import launch_block, ready, runs, tasks

CUT = 900


def gate(data: dict[str, object], root: str) -> dict[str, object] | None:
    """The answer to one Agent call."""
    if not root:
        unplanned.launched(data)
        return None
    call = event.record(data, "tool_input")
    db = connect(root)
    wanted = launch_block.task_of(event.text(call, "prompt"))
    with Write(db):
        if wanted is None:
            return _unplanned(db, data, call)
        ending.reap(db)
        reason = refusal(db, *wanted)
        if reason:
            journal.note(db, "launch-denied", *wanted, reason=reason[:CUT])
            return deny(reason)
        text = _open(db, root, data, call, *wanted)
        own = {"isolation": "worktree"} if worktree.is_wanted(tasks.record(tasks.get(db, *wanted))) else {}
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", "updatedInput": {**call, **own, "prompt": text}}}


def refusal(db: sqlite3.Connection, run: str, task: str) -> str:
    """Why this task may not start now, with the calls that may; "" when it may."""
    if runs.find(db, run) is None:
        return f"fanout knows no run {run}. `fanout status` lists the runs; `fanout next` prints what to launch."
    view = ready.View(db, run)
    why = _why_refused(view, task)
    if not why:
        return ""
    rows = ready.to_launch(view)
    instead = (
        f" Launch instead, all in one message:\n{launch_block.block(rows)}" if rows else " Nothing else to launch now."
    )
    return f"fanout denies task {task} of {run}: {why}.{instead}"


def _why_refused(view: ready.View, task: str) -> str:
    if view.run["state"] != "active":
        return f"the run is {view.run['state']}"
    row = view.tasks.get(task)
    if row is None:
        return "the run has no such task"
    if row["state"] == "running":
        holder = next((agents.name_of(a) for a in view.live if a["run"] == row["run"] and a["task"] == task), "")
        return "it is running already, don't launch it twice" + ("" if holder else " (its agent is starting)")
    if row["state"] != "pending":
        return f"it is {row['state']} already" + (f" ({row['outcome'][:80]})" if row["outcome"] else "")
    why = ready.why_not(view, task)
    if why:
        return f"it is not ready, it {why}" if why.startswith(("needs", "waits")) else why
    if view.slots() == 0:
        return f"{len(view.live)} agents run already (max_parallel {view.run['cap']}); it comes as soon as one ends"
    return ""


def _open(
    db: sqlite3.Connection, root: str, data: dict[str, object], call: dict[str, object], run: str, task: str
) -> str:
    row = tasks.get(db, run, task)
    agent = agents.open_launch(
        db,
        event.text(data, "session_id"),
        event.text(data, "tool_use_id"),
        event.text(call, "subagent_type") or row["agent"],
        event.text(call, "description"),
        run,
        task,
        parent=_parent(db, data),
        read_only=bool(tasks.record(row).get("read_only")) or read_only.is_type(row["agent"]),
    )
    claims.take_declared(db, agent, run, task)
    watch.begin(db, root, agent, run, task)
    tasks.begin(db, run, task)
    journal.note(db, "launched", run, task, agent)
    return brief.write(db, root, run, task)


def _unplanned(db: sqlite3.Connection, data: dict[str, object], call: dict[str, object]) -> dict[str, object] | None:
    if len(agents.live(db)) >= ready.CLIENT_CAP:
        return deny(f"{ready.CLIENT_CAP} agents run already, the client starts no more. Launch it when one has ended.")
    agent = agents.open_launch(
        db,
        event.text(data, "session_id"),
        event.text(data, "tool_use_id"),
        event.text(call, "subagent_type"),
        event.text(call, "description")[:80],
        parent=_parent(db, data),
        read_only=read_only.is_type(event.text(call, "subagent_type")),
    )
    journal.note(db, "launched-unplanned", agent=agent, description=event.text(call, "description")[:80])
    if "fanout claim" in event.text(call, "prompt"):
        from fanout.hooks.launching import claiming

        worker = claiming.said(event.text(call, "prompt"))
        if worker is not None:
            claiming.note(db, agent, worker[1])
    return None


def _parent(db: sqlite3.Connection, data: dict[str, object]) -> int | None:
    return caller.identify(db, data) if event.text(data, "agent_id") else None
