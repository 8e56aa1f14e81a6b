"""`git reset`, `git rm --cached`, `git restore --staged`, `git add`, `git commit -a`: what they would take out of the index, or
replace there, that stands nowhere else.

A hunk that the user staged, in a file that differs from it, is in no commit and in no file. Its bytes are kept first; an
agent that names no file may not unstage or replace it.
"""

from __future__ import annotations

import os

from fanout.hooks.guarding import git_line
from fanout.run.commits import staged
from fanout.run.store import staged_names
from fanout.shell.git.gitrepo import GitRepo

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout import shell
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

MOST_NAMED = 3


def refusal(call: Call, caller: Agent, effects: shell.Effects) -> str:
    """Why an agent's commands may not run, "" when they may. Keeps what they would unstage."""
    for effect in effects.git:
        names = _kept(call, caller, effect) if git_line.unstages(effect) else []
        if names and call.agent_id and git_line.reaches_more(effect):
            mine = git_line.own(call, caller, names)
            by_others = staged_names.of(call.db).by_others(names)
            theirs = [name for name in names if name not in mine and name in by_others]
            if theirs:
                return git_line.denied(call, caller, _reason(effect, theirs), [], [])
    return ""


def _kept(call: Call, caller: Agent, effect: shell.GitEffect) -> list[str]:
    repo = GitRepo()
    top = repo.top(effect)
    if top and caller.worktree and os.path.realpath(top) == os.path.realpath(caller.worktree):
        return []  # nobody else stages there
    specs = [] if any("\0" in path for path in effect.paths) else effect.paths
    text = repo.ask(effect, [*staged.ASKED, *(specs or [":/"])]) if top else None
    return staged.keep(call.root, call.naming.spelled(str(top)), text) if text else []


def _reason(effect: shell.GitEffect, names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    does = "stage the whole of" if git_line.restages(effect) else "unstage"
    return (
        f"git {effect.verb} would {does} {', '.join(names[:MOST_NAMED])}{more}: {git_line.USER} staged a version that is in no "
        f"commit and no file. Instead, with your own files' names: {effect.safe_form}"
    )
