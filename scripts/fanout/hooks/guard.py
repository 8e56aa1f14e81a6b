"""PreToolUse on the tools that write: does the path belong to a live sibling? Fails closed inside a run.

Silence means yes: an explicit `allow` would bypass the user's permissions. It is given to our own command line alone.
"""

from __future__ import annotations

import os

from fanout.hooks import caller, event
from fanout.hooks.door import context, deny
from fanout.run import meta, notice, paths
from fanout.run.db import connect

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

FILE_TOOLS = {"Edit": "file_path", "Write": "file_path", "MultiEdit": "file_path", "NotebookEdit": "notebook_path"}


def guard(data: dict[str, object], root: str) -> dict[str, object] | None:
    """The answer to one writing call."""
    if not root:
        return None
    tool = event.text(data, "tool_name")
    if tool == "Bash":
        return _command(data, root)
    targets = _targets(data, tool)
    if not targets:
        return None
    from fanout.hooks import verdict

    db = connect(root)
    naming = paths.Naming(root, meta.folds_case(db))
    cwd = event.text(data, "cwd") or root
    reason = verdict.decide(db, naming, data, [verdict.Target(naming.name(path, cwd)) for path in targets])
    return _said(db, reason) if reason else _told(db, data)


def _said(db: sqlite3.Connection, reason: str) -> dict[str, object]:
    """A denial; a warning where the project's setting `guard` says so."""
    if meta.get(db, "guard") == "warn":
        return context("PreToolUse", f"fanout warns, and lets it pass: {reason}")
    return deny(reason)


def _command(data: dict[str, object], root: str) -> dict[str, object] | None:
    line = event.text(event.record(data, "tool_input"), "command")
    db = connect(root)
    if "fanout" in line[:300]:
        from fanout.hooks import own

        me = caller.known(db, data)
        if me is not None and me["task"] and (foreign := own.not_for(line, me["run"], me["task"])):
            return deny(foreign)
        if "claim" in line:
            from fanout.hooks import claiming

            refused = claiming.register(db, data, line)
            if refused:
                return deny(refused)
        if own.is_own(line, os.environ.get("CLAUDE_PLUGIN_ROOT", ""), os.environ.get("PATH", "")):
            return own.ALLOW
    from fanout.hooks import command

    reason = command.decide(db, root, data, line)
    return _said(db, reason) if reason else _told(db, data)


def _targets(data: dict[str, object], tool: str) -> list[str]:
    call = event.record(data, "tool_input")
    if tool.startswith("mcp__"):
        from fanout.hooks import mcp

        return mcp.targets(tool, call)
    field = FILE_TOOLS.get(tool)
    path = event.text(call, field) if field else ""
    return [path] if path else []


def _told(db: sqlite3.Connection, data: dict[str, object]) -> dict[str, object] | None:
    """What the caller is to know, said once: what happened to its files, that it is late, that it was compacted."""
    me = caller.known(db, data)
    if me is None or not notice.there_is(db, me["id"]):
        return None
    from fanout.run.db import Write

    with Write(db):
        return context("PreToolUse", "\n".join(notice.take(db, me["id"])))
