"""PostToolUse and PostToolUseFailure: an Agent call was accepted or failed, an agent was stopped."""

from __future__ import annotations

import sqlite3

from fanout.hooks import caller, event
from fanout.hooks.door import context
from fanout.run.agents import agents, calls, team
from fanout.run.changes import snapshot
from fanout.run.flow import ending, runs
from fanout.run.store import base, run_files
from fanout.run.store.db import Write, connect
from fanout.run.store.records import Agent
from fanout.run.tasks import tasks


def after(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Binds, undoes or ends; says nothing."""
    if not root:
        return None
    tool = event.text(data, "tool_name")
    failed = event.text(data, "hook_event_name") == "PostToolUseFailure"
    if tool in ("Agent", "Task"):
        db = connect(root)
        with Write(db):
            if failed:
                undo(db, event.text(data, "tool_use_id"), event.text(data, "error"))
            else:
                _launched(db, data)
            runs.settle(db, root)
    elif tool == "Bash" or tool.startswith("mcp__"):
        return _command(data, root)
    elif tool in ("TaskStop", "KillShell") and not failed:
        db = connect(root)
        with Write(db):
            _stopped(db, data)
            runs.settle(db, root)
    return None


def _command(data: dict[str, object], root: str) -> dict[str, object] | None:
    """What a command did to siblings' files is said to its agent; what it did beside is put on its account."""
    db = connect(root)
    me = caller.known(db, data) or agents.main_row(db, event.text(data, "session_id"))
    tool_use = event.text(data, "tool_use_id")
    if me is None or calls.get(db, tool_use) is None:
        return None
    with Write(db):
        found, taken = snapshot.after(db, root, me, tool_use)
        agents.seen(db, me["id"])
    if not found and not taken:
        return None
    return context(event.text(data, "hook_event_name"), _told(db, root, me, found, taken))


def _told(db: sqlite3.Connection, root: str, me: Agent, found: dict[str, Agent], taken: list[str]) -> str:
    home = base.folder(db, root, me["run"])
    shown = {name: base.shown(root, base.name(db, me["run"]), name) for name in found}
    live = [shown[name] for name, owner in found.items() if owner["state"] != "ended"]
    over = [f"{shown[name]} of {agents.name_of(owner)}" for name, owner in found.items() if owner["state"] == "ended"]
    text = ""
    if live:
        text += (
            f"This command changed {tasks.few(live)}, which belongs to a sibling that is still working. Both versions "
            f"are kept and the owner is told. Don't change it again; put it back only if your command overwrote the "
            f"owner's work. "
        )
    if over:
        text += (
            f"This command changed {tasks.few(over)}, which had finished with it: its work is in no commit yet. Both "
            f"versions are kept in {run_files.shown(home, snapshot.folder(root))}. Put it back unless your task is to change it."
        )
    if taken:
        text += (
            f" While this command ran a commit took in half-done work of siblings: {'; '.join(taken)}. Leave the history "
            f"as it is, say it in your result line, and commit only your own files by name."
        )
    return text.strip()


def undo(db: sqlite3.Connection, tool_use: str, error: str) -> None:
    """A launch that the client refused: its agent never was, its task is ready again."""
    row = agents.by_tool_use(db, tool_use) if tool_use else None
    if row is not None and row["state"] == "open":
        ending.undo(db, row, error[:300])


def _launched(db: sqlite3.Connection, data: dict[str, object]) -> None:
    response = event.record(data, "tool_response")
    agent_id = event.text(response, "agentId")
    row = agents.by_tool_use(db, event.text(data, "tool_use_id"))
    if row is not None and agent_id:
        agents.bind(db, row["id"], agent_id, event.text(response, "agentType"))


def _stopped(db: sqlite3.Connection, data: dict[str, object]) -> None:
    call, response = event.record(data, "tool_input"), event.record(data, "tool_response")
    agent_id = event.text(call, "task_id") or event.text(call, "shell_id")
    row = agents.by_agent_id(db, agent_id) if agent_id else None
    if row is None and "teammate" in event.text(response, "task_type"):
        row = team.member(db, event.text(data, "session_id"), agent_id, event.text(response, "command"))
    if row is None:
        return
    if row["ending"] == team.PANE_CLOSED and row["task"]:  # stopped with its pane, whose end came first
        tasks.finish(db, row["run"], row["task"], "failed", "its agent was stopped")
    else:
        ending.failed(db, row, "it was stopped")
