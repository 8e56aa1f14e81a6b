"""PreToolUse on the tools that write: does the path belong to a live sibling? Fails closed inside a run.

Silence means yes: an explicit `allow` would bypass the user's permissions. It is given to our own command line alone.
"""

from __future__ import annotations

import os
import sqlite3
import time

from fanout.hooks import caller, event, own
from fanout.hooks.door import deny
from fanout.run import agents, claims, files, journal, meta, paths, place, written
from fanout.run.db import Write, connect, now

FILE_TOOLS = {"Edit": "file_path", "Write": "file_path", "MultiEdit": "file_path", "NotebookEdit": "notebook_path"}

CHECKED_BY_THE_CLIENT = ("Edit", "MultiEdit", "NotebookEdit")  # they replace text that must still be there
HEARTBEAT_SECONDS = 20.0
HOW = {"declared": "declared in the plan", "granted": "granted on request"}


def guard(data: dict[str, object], root: str) -> dict[str, object] | None:
    """The answer to one writing call."""
    if not root:
        return None
    if event.text(data, "tool_name") == "Bash" and _is_own(data):
        return own.ALLOW
    targets = _targets(data)
    if not targets:
        return None
    db = connect(root)
    naming = paths.Naming(root, meta.folds_case(db))
    cwd = event.text(data, "cwd") or root
    names = [naming.name(target, cwd) for target in targets]
    reason = decide(db, naming, data, names)
    return deny(reason) if reason else None


def _is_own(data: dict[str, object]) -> bool:
    command = event.text(event.record(data, "tool_input"), "command")
    if "fanout" not in command[:300]:
        return False
    return own.is_own(command, os.environ.get("CLAUDE_PLUGIN_ROOT", ""), os.environ.get("PATH", ""))


def decide(db: sqlite3.Connection, naming: paths.Naming, data: dict[str, object], names: list[str]) -> str:
    """Why the caller may not write `names`, "" when it may; what it may write and nobody owns it then owns."""
    me = caller.known(db, data)
    if me is None and not event.text(data, "agent_id") and not agents.live(db):
        return ""
    tool = event.text(data, "tool_name")
    if me is not None and now() - me["seen"] > HEARTBEAT_SECONDS:
        agents.seen(db, me["id"])
    if me is not None and all(_settled(db, naming, me, name) for name in names):
        return ""
    with Write(db):
        row = caller.identify(db, data)
        mine = db.execute("SELECT * FROM agent WHERE id = ?", (row,)).fetchone()
        for name in names:
            reason = _refusal(db, naming, mine, name, tool)
            if reason:
                journal.note(db, "write-denied", mine["run"], mine["task"], row, path=name, reason=reason)
                return reason
        for name in names:
            if not _is_own_file(naming, mine, name):
                claims.take(db, row, name)
                written.note(db, naming.root, row, name, naming.full(name), tool)
    return ""


def _targets(data: dict[str, object]) -> list[str]:
    call = event.record(data, "tool_input")
    field = FILE_TOOLS.get(event.text(data, "tool_name"))
    path = event.text(call, field) if field else ""
    return [path] if path else []


def _settled(db: sqlite3.Connection, naming: paths.Naming, me: sqlite3.Row, name: str) -> bool:
    """The common case, decided without writing: the path is the caller's own by a claim, and nobody else's."""
    if me["state"] != "running" or me["read_only"] or _is_ours(name):
        return False
    covering = claims.covering(db, name)
    mine = bool(covering) and all(row["id"] == me["id"] for row in covering)
    return mine and written.knows(db, me["id"], name)


def _refusal(db: sqlite3.Connection, naming: paths.Naming, me: sqlite3.Row, name: str, tool: str) -> str:
    if _is_ours(name):
        if _is_own_file(naming, me, name):
            return ""
        return f"{name} is fanout's own state: tools don't write it. Use the command `fanout`; see `fanout --help`."
    if me["read_only"]:
        return f"{agents.name_of(me)} is read-only: it may not write {name}. Report what you found instead."
    owners = claims.owners(db, name, me["id"])
    if owners:
        return _owned(me, name, owners[0])
    return _stale(db, naming, me, name) if tool not in CHECKED_BY_THE_CLIENT else ""


def _stale(db: sqlite3.Connection, naming: paths.Naming, me: sqlite3.Row, name: str) -> str:
    """Once for each version: another agent wrote the path after this one began, so what it knows may be old."""
    other = written.last_by_other(db, name, me["id"], me["started"] or me["opened"])
    if other is None or written.knows(db, me["id"], name) or not os.path.exists(naming.full(name)):
        return ""
    if not journal.say_once(db, me["run"] or "", f"stale {me['id']} {name} {other['last']}"):
        return ""
    when = time.strftime("%H:%M:%S", time.localtime(other["last"]))
    return (
        f"{name[-120:]} was changed by {agents.name_of(other)[:60]} at {when}, after you began. Read it again, keep "
        f"that change, then repeat your write: it will pass."
    )


def _owned(me: sqlite3.Row, name: str, owner: sqlite3.Row) -> str:
    """Who owns the path, since when, and the ways out."""
    since = time.strftime("%H:%M:%S", time.localtime(owner["since"]))
    how = HOW.get(owner["claim_kind"], "first to write")
    head = f"{name[-120:]} belongs to {agents.name_of(owner)[:60]} ({how}, since {since}), which still works on it."
    if me["task"]:
        ask = f'(1) `fanout ask {me["run"]}/{me["task"]} {name[-60:]} "why"`'
        note = f"(2) end with `NEEDS|{me['task']}|path, why`"
        return f"{head} Don't write it another way. {ask}, {note}, or (3) go on without it."
    return f"{head} Don't write it another way: wait until it has ended, or go on without this file."


def _is_ours(name: str) -> bool:
    return name == place.FOLDER or name.startswith(place.FOLDER + "/")


def _is_own_file(naming: paths.Naming, me: sqlite3.Row, name: str) -> bool:
    """The agent's result file and what is in its scratch folder."""
    if not _is_ours(name) or not me["task"]:
        return False
    full = naming.full(name)
    scratch = files.scratch(naming.root, me["run"], me["task"])
    return full == files.result(naming.root, me["run"], me["task"]) or full.startswith(scratch + os.sep)
