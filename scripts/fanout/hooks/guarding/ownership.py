"""Who owns the paths that a caller is about to write: the decision inside the transaction, its reasons, and the claim."""

from __future__ import annotations

import os
import time

from fanout.run.agents import agents, calls, claims
from fanout.run.changes import written
from fanout.run.store import base, journal, paths, standing, state_dir
from fanout.run.store.db import by_system

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.guarding.fast_verdict import Target
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent, Claim, Written
    from fanout.run.store.standing import Standing

CHECKED_BY_THE_CLIENT = ("Edit", "MultiEdit", "NotebookEdit")  # they replace text that must still be there
LONGEST_ASKED = 60
MOST_BESIDE = 2
MADE_BY = (
    "{path} is what task {task} made, which is done; your task does not name it. Keep what it does: if this write took anything "
    "of that away, put it back, and say in your last message what you changed there."
)
READ_AGAIN = "Read it again and keep that change; if your task needs this file, then write it. This is said only once."
REACHED = (
    "This command reaches it without naming it: name your own files. If your task needs this one, read it again and keep that "
    "change, with a command that names it."
)
SHELLS = ("Bash", "PowerShell")
HANDS_OFF = "Don't write it another way."
HOW = {"declared": "declared in the plan", "granted": "granted on request"}


def refusal(call: Call, targets: list[Target], known: Standing | None = None) -> str:
    """`verdict.refusal`, decided on what the journal says now. Inside a transaction.

    `known`: what has been read in it of the caller and the only target.
    """
    free: list[tuple[Target, Standing]] = []
    for target in targets:
        view = known or _standing(call, target)
        if _in_own_worktree(call, view.agent, target):
            reason = (call.facts.has_context and _spared(call, view, target)) or _laid(call, view.agent, target)
            if reason:
                return reason
            continue
        reason = _in_another_tree(call, view.agent, target) or _refusal(call, view, target, targets)
        if reason:
            caller = view.agent
            if call.waits_for is not None:
                return reason
            journal.note(call.db, "write-denied", caller.run, caller.task, caller.id, path=target.name, reason=reason)
            return reason
        free.append((target, view))
    for target, view in free:
        if not _is_own_file(call, view.agent, target.name):
            _take(call, view, target, len(free) == 1)
    return ""


def _standing(call: Call, target: Target) -> Standing:
    """What the journal says now of the caller and the target. Inside a transaction."""
    caller = call.caller
    if caller is not None and caller.is_live and not call.facts.may_lack_worktree:
        view = standing.of(call.db, call.naming, caller, target.name)
        if view.agent.is_live:
            return view
    from fanout.hooks.caller import identified

    return standing.of(call.db, call.naming, identified(call), target.name)


def _take(call: Call, view: Standing, target: Target, is_only: bool) -> None:
    """`is_only`: no other target of the line can have noted the same file."""
    note = written.first if is_only else written.note
    naming, agent = call.naming, view.agent
    full = naming.full(target.name)
    if target.upkeep:
        if os.path.isfile(full):
            written.note(call.db, naming.root, agent, target.name, full, call.tool)
        return
    if target.folder:
        if not os.path.isdir(full) and not written.is_by_anybody(call.db, target.name):
            written.first(call.db, naming.root, agent, target.name, full, written.MADE_FOLDER)
        return
    if not target.recursive:
        if not view.holds():
            claims.take(call.db, agent.id, target.name, view.key)
        if view.has_written:
            written.again(call.db, agent.id, target.name)
        else:
            if view.other_wrote and agent.task and call.tool not in CHECKED_BY_THE_CLIENT:
                _tell_whose(call, view, target.name)
            note(call.db, naming.root, agent, target.name, full, call.tool)
        return
    if paths.is_outside(target.name) and state_dir.find(full) != naming.root:
        return  # a folder that is not the project's: neither kept nor anybody's
    for name in paths.files_below(naming, target.name):
        if target.reaches(name):
            written.note(call.db, naming.root, agent, name, naming.full(name), call.tool)


def _tell_whose(call: Call, view: Standing, name: str) -> None:
    """The agent is told when it first writes what another task made, where its own neither names that nor needs the other."""
    from fanout.run.store import notice, planned
    from fanout.run.tasks import tasks

    caller = view.agent
    write = next(iter(written.by_others_since(call.db, name, caller.id, 0.0)), None)
    other = agents.get(call.db, write.agent) if write is not None else None
    if write is None or other is None or other.run != caller.run or other.task in ("", caller.task):
        return
    if _is_declared(view):
        return
    if write.last > _began(call, caller):
        return  # `_stale` said it
    needed = planned.reached(caller.task, lambda one: planned.needs_of(call.db, caller.run, one))
    if other.task in needed or tasks.get(call.db, caller.run, other.task).state != "done" or not _has_written(write):
        return
    notice.leave(call.db, caller.id, MADE_BY.format(path=_shown(call, caller, name)[-120:], task=other.task))
    call.facts.has_notice = True


def _in_own_worktree(call: Call, caller: Agent, target: Target) -> bool:
    """A worktree of its own is nobody else's."""
    if not caller.worktree:
        return False
    home = call.naming.name(caller.worktree, call.naming.root)
    return target.name == home or target.name.startswith(home + "/")


def _laid(call: Call, caller: Agent, target: Target) -> str:
    """Once for each file: it is what others left uncommitted, laid into the worktree as the agent began."""
    if call.tool in CHECKED_BY_THE_CLIENT or target.folder or target.recursive:
        return ""
    from fanout.run.commits import isolated_base

    inside = os.path.relpath(call.naming.full(target.name), os.path.realpath(caller.worktree))
    laid = isolated_base.of(call.db, caller.worktree)
    if inside not in laid or not journal.say_once(call.db, caller.run, f"laid {caller.id} {inside}"):
        return ""
    return (
        f"{inside} in your worktree holds what others have written and not committed. Read it again and keep that, "
        f"then write it. This is said only once."
    )


def _in_another_tree(call: Call, caller: Agent, target: Target) -> str:
    """Why the work tree that the target is in forbids it; where the repository has one alone, nothing."""
    if not os.path.isdir(os.path.join(call.naming.root, ".git", "worktrees")):
        return ""
    from fanout.hooks.guarding import other_work_trees

    return other_work_trees.refusal(call, caller, target)


def _refusal(call: Call, view: Standing, target: Target, targets: list[Target]) -> str:
    name, caller = target.name, view.agent
    if state_dir.is_inside(name) and _is_state(name):
        is_free = state_dir.is_side_file(name) if not caller.task else _is_own_file(call, caller, name)
        return "" if is_free else _is_fanouts(_shown(call, caller, name))
    if caller.read_only and not is_temporary(call.naming.full(name)):
        from fanout.run.tasks import quorum

        if quorum.has_lost(call.db, caller):
            return quorum.told(call.db, caller)
        shown = _shown(call, caller, name)
        return f"{agents.name_of(caller)} is read-only: it may not write {shown}. Report what you found instead."
    if target.folder:
        return ""
    if call.facts.has_context and (reason := _context(call, view, target) or _spared(call, view, target)):
        return reason
    if target.recursive:
        return _reached(call, view, target)
    if owners := _owners(call, view, name):
        from fanout.hooks.guarding import held_write

        held_write.may_wait(call, caller, owners[0].owner, name)
        return _owned(call, caller, name, owners[0], "" if target.named else _by_name(call, caller, name, targets))
    return "" if call.tool in CHECKED_BY_THE_CLIENT or target.upkeep else _stale(call, view, target)


def _is_state(name: str) -> bool:
    from fanout.run.store import vault

    return vault.is_state(name)


def _owners(call: Call, view: Standing, name: str) -> list[Claim]:
    """The claims of others on the file, by any of its names."""
    owners = [claim for claim in claims.owners_in(call.db, view) if not _is_loose(call, claim, name)]
    if not owners and claims.has_other_names(call.naming.full(name)):
        owners = claims.owners_of_same_file(call.db, call.naming, name, view.agent.id)
    return owners


def _context(call: Call, view: Standing, target: Target) -> str:
    """Why a task's agent may not write a file that every agent of its run reads, unless its plan says so."""
    caller, key = view.agent, call.naming.key(target.name)
    if not caller.task or _is_declared(view):
        return ""
    from fanout.run.store import planned

    for one, name in planned.context_of(call.db, caller.run):
        if one == key or (target.recursive and (key == "." or one.startswith(key + "/"))):
            shown = _shown(call, caller, name)
            return (
                f"{shown} is a context file of this run: every agent reads it, and none writes it. Leave it as it is; say in "
                f"your last message what should change in it."
            )
    return ""


def _spared(call: Call, view: Standing, target: Target) -> str:
    """Why a task's agent may not write what the list says to leave alone."""
    if not view.agent.task or target.folder or _is_declared(view):
        return ""
    from fanout.hooks.guarding import left_alone

    return left_alone.refusal(call, view.agent, target)


def _is_loose(call: Call, claim: Claim, name: str) -> bool:
    """Whether the claim is of a folder that its owner made, and this a new file in it: a folder is no claim on what
    nobody has put there."""
    made = claim.kind == "first-write" and not claim.regex and claim.anchor != call.naming.key(name)
    return made and not os.path.lexists(call.naming.full(name))


def _is_fanouts(shown: str) -> str:
    from fanout.hooks.guarding.off_limits import STATE

    return f"{shown} {STATE}"


def _reached(call: Call, view: Standing, target: Target) -> str:
    """Why a folder may not be written with what is below it: the first path of another's that this reaches."""
    owners = claims.owners_below(call.db, call.naming, target.name, view.agent.id)
    if not owners:
        return ""
    files = [name for name in paths.files_below(call.naming, target.name) if target.reaches(name)]
    for owner in owners:
        path = _first_of(call, owner, target, files)
        if path:
            return _owned(call, view.agent, path, owner, _instead(call, view.agent, target))
    return ""


def _first_of(call: Call, claim: Claim, target: Target, files: list[str]) -> str:
    """A path that the claim covers and the target reaches: a file that is there, else what the claim itself names."""
    key = call.naming.key
    for name in files:
        if key(name) == claim.anchor or (claim.regex and claim.covers(key(name))):
            return name
    below = key(target.name) in (".", claim.anchor) or claim.anchor.startswith(key(target.name) + "/")
    alike = not target.kinds or any(kind and claim.pattern.endswith(kind) for kind in target.kinds)
    return claim.pattern if below and alike else ""


def _instead(call: Call, caller: Agent, target: Target) -> str:
    """What to type in place of the folder: the caller's own paths in it, as far as it has some."""
    key = call.naming.key
    inside = "" if target.name == "." else key(target.name) + "/"
    own = [pattern for pattern in claims.patterns_of(call.db, caller.id) if key(pattern).startswith(inside)]
    mine = next((_shown(call, caller, pattern)[-50:] for pattern in own if target.reaches(pattern)), "")
    through = _shown(call, caller, target.name)[-40:]
    return f"This reaches it through `{through}`: name your own files{f', as {mine}' if mine else ''}."


def _by_name(call: Call, caller: Agent, name: str, targets: list[Target]) -> str:
    """What to type in place of a glob, or what a loop goes through: the caller's own of these files; and which of the others
    are somebody's too."""
    key = call.naming.key
    others = [one.name for one in targets if not one.named and one.name != name]
    mine = {key(pattern) for pattern in claims.patterns_of(call.db, caller.id)}
    theirs = [one for one in others if key(one) not in mine and claims.owners(call.db, key(one), caller.id)]
    own = next((_shown(call, caller, one)[-50:] for one in others if key(one) in mine), "")
    reached = [f"{_shown(call, caller, one)[-50:]} of {_of(call, caller, one)}" for one in theirs[:MOST_BESIDE]]
    more = f" and {len(theirs) - MOST_BESIDE} more" if len(theirs) > MOST_BESIDE else ""
    besides = f", as it does {', '.join(reached)}{more}" if reached else ""
    return f"This reaches it without naming it{besides}: name your own files{f', as {own}' if own else ''}."


def _of(call: Call, caller: Agent, name: str) -> str:
    return agents.name_of(claims.owners(call.db, call.naming.key(name), caller.id)[0].owner, caller.run)[:60]


def _stale(call: Call, view: Standing, target: Target) -> str:
    """Another agent wrote the path after this one began, so what it knows may be old. Once for each version where the caller
    names the path or its task does; each time where the command only reaches it."""
    caller, name = view.agent, target.name
    if view.has_written or not view.other_wrote or not os.path.isfile(call.naming.full(name)):
        return ""
    began = _began(call, caller)
    writes = written.by_others_since(call.db, name, caller.id, began) if view.other_wrote > began else []
    write = next((each for each in writes if _may_have_written(call, each)), None)
    if write is None:
        return ""
    is_reached = not target.named and not _is_declared(view)
    if not is_reached and not journal.say_once(call.db, caller.run, f"stale {caller.id} {name} {write.last}"):
        return ""
    other = agents.get(call.db, write.agent)
    when = time.strftime("%H:%M:%S", time.localtime(by_system(write.last)))
    after = ", after you began" if write.last > caller.began else ""
    who = agents.name_of(other, caller.run)[:60]
    how = f"was changed by {who} at {when}{after}"
    if other.state == "ended" and not _has_written(write):
        how = f"has changed since {who} was about to write it at {when}"
    return f"{_shown(call, caller, name)[-120:]} {how}. {REACHED if is_reached else READ_AGAIN}"


def _is_declared(view: Standing) -> bool:
    """Whether the path is among what the caller's task declares or was granted."""
    return any(claim.owner.id == view.agent.id and claim.kind not in claims.BY_WRITING for claim in view.claims)


def _has_written(write: Written) -> bool:
    from fanout.run.changes import authored

    return authored.has_written(write)


def _may_have_written(call: Call, write: Written) -> bool:
    from fanout.run.changes import authored

    return authored.may_have_written(call.root, write)


def _began(call: Call, caller: Agent) -> float:
    """Since when what the caller knows may be old: the main conversation's since the first run that goes on, as it is on
    record only from its first call."""
    if caller.kind != "main":
        return caller.began
    from fanout.run.tasks import runs

    active = runs.active(call.db)
    return min(active[0].started, caller.began) if active else caller.began


def _shown(call: Call, caller: Agent, name: str) -> str:
    """The path as the caller's brief names such paths."""
    return base.shown(call.naming.root, base.name(call.db, caller.run), name)


def _under_way(call: Call, claim: Claim, name: str) -> str:
    """`a command`, `an edit`: the owner's only call that names the file, where it has not ended and nothing is written yet."""
    row = written.get(call.db, claim.owner.id, name) if claim.kind == "first-write" else None
    if row is None or row.first != row.last or _may_have_written(call, row):
        return ""
    key, one_of = call.naming.key(name), calls.targets_of
    is_open = (one for one in calls.open_of(call.db, claim.owner.id) if key in map(call.naming.key, one_of(one)))
    first = next(is_open, None)
    if first is None:
        return ""
    return "an edit" if first.kind == "file" else "a command" if first.tool in SHELLS else "a call"


def _owned(call: Call, caller: Agent, path: str, claim: Claim, instead: str = "") -> str:
    """Who owns the path, since when, and the ways out; `instead`: the first of them, where there is one of its own."""
    name = _shown(call, caller, path)
    since = time.strftime("%H:%M:%S", time.localtime(by_system(claim.since)))
    owner = agents.name_of(claim.owner, caller.run)[:60]
    how = HOW.get(claim.kind, "first to write")
    head = f"{name[-120:]} belongs to {owner} ({how}, since {since}), which still works on it."
    if what := _under_way(call, claim, path):
        head = f"{name[-120:]} belongs to {owner} ({what} of it that names it is under way, since {since}), which has not ended."
    if claim.kind == "meanwhile":
        head = f"{name[-120:]} changed while a command of {owner} ran, before your launch, and {owner} still works."
    head = f"{head} {instead or HANDS_OFF}"
    if caller.task:
        asked = name if len(name) <= LONGEST_ASKED else "PATH"
        ask = f'(1) `fanout ask {caller.run}/{caller.task} {asked} "why"`'
        note = f"(2) end with `NEEDS|{caller.task}|path, why`"
        return f"{head} {ask}, {note}, or (3) go on without it."
    return f"{head} Wait until it has ended, or go on without this file."


def is_temporary(path: str) -> bool:
    """Whether a path is in the system's folder for temporary files, and in no repository and no project with a run."""
    from fanout.hooks.guarding import other_work_trees

    full = os.path.realpath(path)
    places = {os.path.realpath(place) for place in (os.environ.get("TMPDIR") or "/tmp", "/tmp", "/var/tmp")}
    inside = any(full.startswith(place + os.sep) for place in places)
    return inside and not other_work_trees.top_of(full) and not state_dir.find(full)


def is_notes_of(call: Call, path: str) -> bool:
    """Whether a path, links resolved, is the result file of the calling task's agent or in its scratch folder."""
    caller = call.caller
    if caller is None or caller.state != "running" or caller.read_only:
        return False
    return _is_own_file(call, caller, call.naming.name(path, call.cwd))


def _is_own_file(call: Call, caller: Agent, name: str) -> bool:
    """The agent's result file and what is in its scratch folder."""
    if not state_dir.is_inside(name) or not caller.task:
        return False
    from fanout.run.store import run_files

    root, key = call.naming.root, call.naming.key
    full, scratch = key(call.naming.full(name)), key(run_files.scratch(root, caller.run, caller.task))
    return full == key(run_files.result(root, caller.run, caller.task)) or full.startswith(scratch + os.sep)
