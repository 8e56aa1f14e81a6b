"""`git commit` of an agent: what it would take of the user's, who staged or changed it, beside the agent's own.

What is known: what agents staged (run/store/staged_names.py), what they wrote or claim, and what was in no commit as the
run began (run/store/noted_work.py). A file that the agent names is its own choice.
"""

from __future__ import annotations

import os
import re

from fanout.hooks.guarding import git_line
from fanout.run.store import noted_work, planned, staged_names
from fanout.shell.git.gitrepo import GitRepo

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from fanout import shell
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

MOST_NAMED = 3
MOST_IN_FORM = 4


def refusal(call: Call, caller: Agent, effects: shell.Effects, own: set[str]) -> str:
    """Why an agent's commits may not run, "" when they may: then what the line stages is noted as agents'. `own`: files that
    are known to be the agent's, which need no note."""
    from fanout.shell.git import aliases

    repo = GitRepo()
    commands = [effect for effect in aliases.spelled_out(effects.git, repo) if git_line.stages(effect)]
    shared = [effect for effect in commands if _is_shared(call, caller, repo.top(effect))]
    if not shared:
        return ""
    known = staged_names.of(call.db)
    for number, effect in enumerate(shared):
        if effect.verb == "commit":
            reason = _takes_others(call, caller, effect, shared[:number], known)
            if reason:
                return git_line.denied(call, caller, reason, [], [])
    _note(call, [effect for effect in shared if effect.verb != "commit"], known, own)
    return ""


def _is_shared(call: Call, caller: Agent, top: str | None) -> bool:
    """Whether it is the index of the work tree that the agent shares with the user."""
    inside = os.path.join(os.path.realpath(call.tree), "")
    return top is not None and not caller.worktree and inside.startswith(os.path.join(os.path.realpath(top), ""))


def _takes_others(
    call: Call, caller: Agent, effect: shell.GitEffect, before: list[shell.GitEffect], known: staged_names.Staged
) -> str:
    from fanout.shell.git import committed

    specs = effect.paths if git_line.reaches_more(effect) else []
    found = committed.taken(effect, specs, before, GitRepo())
    top = GitRepo().top(effect) or call.tree
    staged, changed = _named(call, top, found.staged), _named(call, top, found.changed - found.staged)
    if not staged and not changed:
        return ""
    chosen = {name for other in (*before, effect) for name in git_line.one_by_one(call, other)}
    mine = git_line.own(call, caller, [*staged, *changed]) | chosen
    loose = known.by_others(staged) - mine
    rest = {*staged, *changed} - chosen - loose - known.by_agents
    users = _users_as_found(call, rest - mine) | _users_built_on(call, caller, rest)
    if not loose and not users:
        return ""
    own = sorted((mine & {*staged, *changed} | (known.by_agents & {*staged})) - users)
    return _reason(call, effect, sorted(loose), sorted(users), own)


def _named(call: Call, top: str, paths: Iterable[str]) -> list[str]:
    return [call.naming.name(os.path.join(top, path), call.naming.root) for path in paths]


def _users_as_found(call: Call, names: set[str]) -> set[str]:
    """Those that were in no commit as the run began, and are as they were then."""
    noted = noted_work.of(call.db) if names else {}
    return {name for name in names & noted.keys() if noted[name][3] and _is_as(call, name, noted[name])}


def _users_built_on(call: Call, caller: Agent, names: set[str]) -> set[str]:
    """Those that the caller's task does not declare and that hold the user's change in no commit, whoever wrote them since."""
    noted = sorted(names & noted_work.own(call.db).keys()) if names else []
    if not noted:
        return set()
    from fanout.run.commits import users_changes

    declared = planned.writes_of(call.db, caller.run or "", caller.task or "")
    theirs = [name for name in noted if not any(re.fullmatch(one.regex, call.naming.key(name)) for one in declared)]
    return {change.name for change in users_changes.at_stake(call.db, call.root, caller.run or "", theirs)}


def _is_as(call: Call, name: str, noted: noted_work.Noted) -> bool:
    try:
        stat = os.lstat(os.path.join(call.naming.root, name))
    except OSError:
        return False
    return bool([stat.st_size, stat.st_mtime_ns] == noted[:2])


def _reason(call: Call, effect: shell.GitEffect, loose: list[str], users: list[str], own: list[str]) -> str:
    shown, why = (loose, f"{git_line.USER} staged it") if loose else (users, "it was in no commit as the run began")
    more = f" and {len(shown) - MOST_NAMED} more" if len(shown) > MOST_NAMED else ""
    form = effect.safe_form
    if "--amend" in effect.args:
        form = form.replace("git commit ", "git commit --amend ", 1)
    if 0 < len(own) <= MOST_IN_FORM:
        form = form.replace("<your files>", _from_cwd(call, effect, own))
    named = ", ".join(shown[:MOST_NAMED])
    return f"git commit would take {named}{more} along, which is not yours: {why}. Instead, with your own files: {form}"


def _from_cwd(call: Call, effect: shell.GitEffect, names: list[str]) -> str:
    import shlex

    return " ".join(shlex.quote(os.path.relpath(os.path.join(call.naming.root, name), effect.cwd)) for name in names)


def _note(call: Call, staging: list[shell.GitEffect], known: staged_names.Staged, own: set[str]) -> None:
    """What these commands stage is agents'."""
    if not staging:
        return
    from fanout.run.store.db import Write

    named = {name for effect in staging for name in git_line.one_by_one(call, effect)} - own
    before = known.before
    if any(git_line.reaches_more(effect) for effect in staging):
        listed = GitRepo().names(staging[0], ["diff", "--cached", "--name-only", "--no-renames", "-z"]) or set()
        before = known.by_others(_named(call, GitRepo().top(staging[0]) or call.tree, listed)) - named
    if named <= known.by_agents and before == known.before:
        return
    with Write(call.db):
        staged_names.put(call.db, staged_names.Staged(known.by_agents | named, before))
