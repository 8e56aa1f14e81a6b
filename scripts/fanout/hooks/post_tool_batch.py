"""PostToolBatch: the calls of one message. Launches that failed in it are undone."""

from __future__ import annotations

import sqlite3

from fanout.hooks import event, post_tool_use
from fanout.hooks.door import context
from fanout.run.agents import agents, calls
from fanout.run.flow import pending_launches, prompts
from fanout.run.store import journal
from fanout.run.store.db import Write, connect
from fanout.run.tasks import launch_block, ready


def batch(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Journals how many agents of which run one message launched, and says once what it left out."""
    calls = data.get("tool_calls")
    if not root or not isinstance(calls, list):
        return None
    if event.text(data, "agent_id"):
        _settle(data, root)
    ours = [call for call in calls if isinstance(call, dict) and call.get("tool_name") in ("Agent", "Task")]
    if not ours:
        return None
    db = connect(root)
    with Write(db):
        sent: dict[str, list[str]] = {}
        for call in ours:
            wanted = launch_block.task_of(event.text(event.record(call, "tool_input"), "prompt"))
            tool_use = event.text(call, "tool_use_id")
            row = agents.by_tool_use(db, tool_use) if tool_use else None
            if row is not None and row["state"] == "open" and _failed(call):
                post_tool_use.undo(db, tool_use, _text(call))
            elif wanted is not None and row is not None:
                sent.setdefault(wanted[0], []).append(wanted[1])
        for run, names in sent.items():
            journal.note(db, "message", run, tasks=names)
        missing = [text for text in (_missing(db, run) for run in sent) if text]
    return context("PostToolBatch", "\n".join(missing)) if missing else None


def _settle(data: dict[str, object], root: str) -> None:
    db = connect(root)
    row = agents.by_agent_id(db, event.text(data, "agent_id"))
    if row is not None and calls.has(db, row["id"]):
        with Write(db):
            calls.drop(db, row["id"])


def _missing(db: sqlite3.Connection, run: str) -> str:
    """What could have been launched in the same message and was not; told once."""
    rows = ready.to_launch(ready.View(db, run))
    names = ",".join(row["id"] for row in rows)
    if not rows or not journal.say_once(db, run, f"missing {names}"):
        pending_launches.forget(db, run)
        return ""
    left = pending_launches.among(db, run, rows)
    pending_launches.note(db, run, rows)
    if left:
        return f"This message left {left} ready tasks out; agents run side by side only when launched. {prompts.send(rows)}"
    return f"fanout {run}: {len(rows)} more can start by now. {prompts.send(rows)}"


def _failed(call: dict[str, object]) -> bool:
    text = _text(call)
    return "agentId:" not in text and "launched" not in text and not text.startswith("Spawned successfully")


def _text(call: dict[str, object]) -> str:
    response = call.get("tool_response")
    if isinstance(response, list):
        return " ".join(str(part.get("text", "")) for part in response if isinstance(part, dict))[:2000]
    return str(response or "")[:2000]
