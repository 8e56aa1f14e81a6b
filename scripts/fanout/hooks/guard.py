"""PreToolUse on the tools that write: does the path belong to a live sibling? Fails closed inside a run.

Silence means yes: an explicit `allow` would bypass the user's permissions. It is given to our own command line alone.
"""

from __future__ import annotations

import os

from fanout.hooks import caller, event
from fanout.hooks.door import context, deny
from fanout.run.store import meta, notice, paths
from fanout.run.store.db import connect

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
    if tool.startswith("mcp__"):
        return _mcp(data, root, tool)
    field = FILE_TOOLS.get(tool)
    path = event.text(event.record(data, "tool_input"), field) if field else ""
    if not path:
        return None
    from fanout.hooks.guarding import verdict

    db = connect(root)
    naming = paths.Naming(root, meta.folds_case(db))
    cwd = event.text(data, "cwd") or root
    reason = verdict.decide(db, naming, data, [verdict.Target(naming.name(path, cwd))])
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
        from fanout.hooks.guarding import own_command

        me = caller.known(db, data)
        if me is not None and me["task"] and (foreign := own_command.not_for(line, me["run"], me["task"])):
            return deny(foreign)
        if "claim" in line:
            from fanout.hooks.launching import claiming

            refused = claiming.register(db, data, line)
            if refused:
                return deny(refused)
        if own_command.is_own(line, os.environ.get("CLAUDE_PLUGIN_ROOT", ""), os.environ.get("PATH", "")):
            return own_command.ALLOW
    from fanout.hooks.guarding import command_line

    reason = command_line.decide(db, root, data, line)
    return _said(db, reason) if reason else _told(db, data)


def _mcp(data: dict[str, object], root: str, tool: str) -> dict[str, object] | None:
    """A line for a shell or for git is judged as Bash's are, paths as writes; what else it does is looked at after it."""
    from fanout.hooks.guarding import command_line, mcp, mcp_line, verdict

    call = event.record(data, "tool_input")
    base = mcp.base(root)
    line, folder = mcp_line.of(tool, call, base)
    found = mcp.targets(tool, call, base)
    if not line and not found and mcp.only_reads(tool, call):
        return None
    db = connect(root)
    if line:
        reason = command_line.decide(db, root, {**data, "cwd": folder}, line)
        return _said(db, reason) if reason else _told(db, data)
    naming = paths.Naming(root, meta.folds_case(db))
    targets = [verdict.Target(naming.name(path, base), os.path.isdir(os.path.join(base, path))) for path in found]
    reason = verdict.decide(db, naming, data, targets) if targets else ""
    if reason:
        return _said(db, reason)
    command_line.look(db, root, data)
    return _told(db, data)


def _told(db: sqlite3.Connection, data: dict[str, object]) -> dict[str, object] | None:
    """What the caller is to know, said once: what happened to its files, that it is late, that it was compacted."""
    me = caller.known(db, data)
    if me is None or not notice.there_is(db, me["id"]):
        return None
    from fanout.run.store.db import Write

    with Write(db):
        return context("PreToolUse", "\n".join(notice.take(db, me["id"])))
