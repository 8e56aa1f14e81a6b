"""May this caller write these paths? The decision behind every writing tool, with its reason.

What it may write and nobody owns, it then owns; the bytes that were there are kept.
"""

from __future__ import annotations

import os
import re
import time

from fanout.hooks import caller, event
from fanout.run.agents import agents, claims
from fanout.run.changes import written
from fanout.run.store import base, paths, state_dir
from fanout.run.store.db import Write, now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Claim

CHECKED_BY_THE_CLIENT = ("Edit", "MultiEdit", "NotebookEdit")  # they replace text that must still be there
HEARTBEAT_SECONDS = 20.0
LONGEST_ASKED = 60
HANDS_OFF = "Don't write it another way."
HOW = {"declared": "declared in the plan", "granted": "granted on request"}


class Target:
    """One path to be written, by its name; `recursive`: with all below it, or all of these `kinds`.

    `upkeep`: a tool brings its own file or folder up to date, which makes nobody its owner.
    """

    __slots__ = ("kinds", "name", "recursive", "upkeep")

    def __init__(self, name: str, recursive: bool = False, kinds: tuple[str, ...] = (), upkeep: bool = False) -> None:
        self.name = name
        self.recursive = recursive
        self.kinds = kinds
        self.upkeep = upkeep

    def reaches(self, path: str) -> bool:
        """Whether a path below is one of those that it writes."""
        if not self.kinds:
            return True
        from fanout.shell.effects import is_of

        return is_of(self.kinds, path)


def decide(db: sqlite3.Connection, naming: paths.Naming, data: dict[str, object], targets: list[Target]) -> str:
    """Why the caller may not write the targets, "" when it may."""
    me = caller.known(db, data)
    if me is None and not event.text(data, "agent_id") and not agents.live(db):
        return ""  # the main conversation, and nobody beside it
    tool = event.text(data, "tool_name")
    if me is not None and now() - me["seen"] > HEARTBEAT_SECONDS:
        _heartbeat(db, me)
    if me is not None and all(_settled(db, naming, me, target) for target in targets):
        return ""
    with Write(db):
        row = caller.identify(db, data)
        mine = agents.get(db, row)
        for target in targets:
            reason = "" if _in_own_worktree(naming, mine, target) else _refusal(db, naming, mine, target, tool)
            if reason:
                from fanout.run.store import journal

                journal.note(db, "write-denied", mine["run"], mine["task"], row, path=target.name, reason=reason)
                return reason
        for target in targets:
            if not _is_own_file(naming, mine, target.name) and not _in_own_worktree(naming, mine, target):
                _take(db, naming, mine, target, tool)
    return ""


def _heartbeat(db: sqlite3.Connection, me: Agent) -> None:
    from fanout.run.tasks import overdue

    with Write(db):
        agents.seen(db, me["id"])
        overdue.nudge(db, me)


def _take(db: sqlite3.Connection, naming: paths.Naming, me: Agent, target: Target, tool: str) -> None:
    full = naming.full(target.name)
    if target.upkeep:
        if os.path.isfile(full):
            written.note(db, naming.root, me, target.name, full, tool)
        return
    if not target.recursive:
        claims.take(db, me.id, target.name)
        written.note(db, naming.root, me, target.name, full, tool)
        return
    if paths.is_outside(target.name) and state_dir.find(full) != naming.root:
        return  # a folder that is not the project's: neither kept nor anybody's
    for name in paths.files_below(naming, target.name):
        if target.reaches(name):
            written.note(db, naming.root, me, name, naming.full(name), tool)


def _in_own_worktree(naming: paths.Naming, me: Agent, target: Target) -> bool:
    """A worktree of its own is nobody else's."""
    if not me["worktree"]:
        return False
    home = naming.name(me["worktree"], naming.root)
    return target.name == home or target.name.startswith(home + "/")


def _settled(db: sqlite3.Connection, naming: paths.Naming, me: Agent, target: Target) -> bool:
    """The common case, decided without writing: the path is the caller's own by a claim, and nobody else's."""
    name = target.name
    if me["state"] != "running" or me["read_only"] or target.recursive or _is_ours(name):
        return False
    covering = claims.covering(db, name)
    mine = bool(covering) and all(row["id"] == me["id"] for row in covering)
    return mine and written.knows(db, me["id"], name)


def _refusal(db: sqlite3.Connection, naming: paths.Naming, me: Agent, target: Target, tool: str) -> str:
    name = target.name
    if _is_ours(name):
        if _is_own_file(naming, me, name):
            return ""
        return (
            f"{_shown(db, naming, me, name)} is fanout's own state: tools don't write it; the command `fanout` does. When "
            f"yours goes through the whole tree, leave .fanout out: `find . -not -path './.fanout*' ...`."
        )
    if me["read_only"]:
        from fanout.run.tasks import quorum

        if quorum.has_lost(db, me):
            return quorum.told(db, me)
        shown = _shown(db, naming, me, name)
        return f"{agents.name_of(me)} is read-only: it may not write {shown}. Report what you found instead."
    if target.recursive:
        return _reached(db, naming, me, target)
    owners = claims.owners(db, name, me["id"])
    if not owners and claims.has_other_names(naming.full(name)):
        owners = claims.owners_of_same_file(db, naming, name, me["id"])
    if owners:
        return _owned(me, _shown(db, naming, me, name), owners[0])
    return _stale(db, naming, me, name) if tool not in CHECKED_BY_THE_CLIENT and not target.upkeep else ""


def _reached(db: sqlite3.Connection, naming: paths.Naming, me: Agent, target: Target) -> str:
    """Why a folder may not be written with what is below it: the first path of another's that this reaches."""
    whole = [] if target.kinds else claims.owners(db, target.name, me["id"])
    owners = whole or claims.owners_below(db, naming, target.name, me["id"])
    if not owners:
        return ""
    files = [name for name in paths.files_below(naming, target.name) if target.reaches(name)]
    for owner in owners:
        path = _first_of(owner, target, files)
        if path:
            return _owned(me, _shown(db, naming, me, path), owner, _instead(db, naming, me, target))
    return ""


def _first_of(owner: Claim, target: Target, files: list[str]) -> str:
    """A path that the claim covers and the target reaches: a file that is there, else what the claim itself names."""
    covered = [name for name in files if name == owner["anchor"] or _matches(owner, name)]
    if covered:
        return covered[0]
    claimed = str(owner["pattern"])
    below = target.name in (".", owner["anchor"]) or owner["anchor"].startswith(target.name + "/")
    alike = not target.kinds or any(kind and claimed.endswith(kind) for kind in target.kinds)
    return claimed if below and alike else ""


def _matches(owner: Claim, name: str) -> bool:
    return bool(owner["regex"]) and re.fullmatch(owner["regex"], name) is not None


def _instead(db: sqlite3.Connection, naming: paths.Naming, me: Agent, target: Target) -> str:
    """What to type in place of the folder: the caller's own paths in it, as far as it has some."""
    inside = "" if target.name == "." else target.name + "/"
    own = [pattern for pattern in claims.patterns_of(db, me["id"]) if pattern.startswith(inside)]
    mine = next((_shown(db, naming, me, pattern)[-50:] for pattern in own if target.reaches(pattern)), "")
    through = _shown(db, naming, me, target.name)[-40:]
    return f"This reaches it through `{through}`: name your own files{f', as {mine}' if mine else ''}."


def _stale(db: sqlite3.Connection, naming: paths.Naming, me: Agent, name: str) -> str:
    """Once for each version: another agent wrote the path after this one began, so what it knows may be old."""
    other = written.last_by_other(db, name, me["id"], me["started"] or me["opened"])
    if other is None or written.knows(db, me["id"], name) or not os.path.exists(naming.full(name)):
        return ""
    from fanout.run.store import journal

    if not journal.say_once(db, me["run"] or "", f"stale {me['id']} {name} {other['last']}"):
        return ""
    when = time.strftime("%H:%M:%S", time.localtime(other["last"]))
    writer = agents.name_of(agents.get(db, other.agent), me["run"])[:60]
    return (
        f"{_shown(db, naming, me, name)[-120:]} was changed by {writer} at {when}, after "
        f"you began. Read it again, keep that change, then repeat your write: it will pass."
    )


def _shown(db: sqlite3.Connection, naming: paths.Naming, me: Agent, name: str) -> str:
    """The path as the caller's brief names such paths."""
    return base.shown(naming.root, base.name(db, me["run"]), name)


def _owned(me: Agent, name: str, owner: Claim, instead: str = "") -> str:
    """Who owns the path, since when, and the ways out; `instead`: the first of them, where there is one of its own."""
    since = time.strftime("%H:%M:%S", time.localtime(owner["since"]))
    how = HOW.get(owner["claim_kind"], "first to write")
    who = agents.name_of(owner.owner, me["run"])[:60]
    head = f"{name[-120:]} belongs to {who} ({how}, since {since}), which still works on it."
    head = f"{head} {instead or HANDS_OFF}"
    if me["task"]:
        asked = name if len(name) <= LONGEST_ASKED else "PATH"
        ask = f'(1) `fanout ask {me["run"]}/{me["task"]} {asked} "why"`'
        note = f"(2) end with `NEEDS|{me['task']}|path, why`"
        return f"{head} {ask}, {note}, or (3) go on without it."
    return f"{head} Wait until it has ended, or go on without this file."


def _is_ours(name: str) -> bool:
    """Whether it is in the state folder; another one, in a worktree or a subfolder, would be taken for it later."""
    return state_dir.FOLDER in name and state_dir.FOLDER in name.split("/")


def _is_own_file(naming: paths.Naming, me: Agent, name: str) -> bool:
    """The agent's result file and what is in its scratch folder."""
    if not _is_ours(name) or not me["task"]:
        return False
    from fanout.run.store import run_files

    full = naming.full(name)
    scratch = run_files.scratch(naming.root, me["run"], me["task"])
    return full == run_files.result(naming.root, me["run"], me["task"]) or full.startswith(scratch + os.sep)
