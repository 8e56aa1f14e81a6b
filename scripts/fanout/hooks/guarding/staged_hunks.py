"""`git reset`, `git rm --cached`, `git restore --staged`: what they would take out of the index that stands nowhere else.

A hunk that the user staged, in a file that differs from it, is in no commit and in no file. Its bytes are kept first; an
agent that names no file may not unstage it.
"""

from __future__ import annotations

from fanout.hooks.guarding import git_line
from fanout.run.commits import staged
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
        names = _kept(call, effect) if git_line.unstages(effect) else []
        if names and call.agent_id and git_line.reaches_more(effect):
            mine = git_line.own(call, caller, names)
            theirs = [name for name in names if name not in mine]
            if theirs:
                return git_line.denied(call, caller, _reason(effect, theirs), [], [])
    return ""


def _kept(call: Call, effect: shell.GitEffect) -> list[str]:
    repo = GitRepo()
    top = repo.top(effect)
    specs = [] if any("\0" in path for path in effect.paths) else effect.paths
    text = repo.ask(effect, [*staged.ASKED, *(specs or [":/"])]) if top else None
    return staged.keep(call.root, call.naming.spelled(str(top)), text) if text else []


def _reason(effect: shell.GitEffect, names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return (
        f"git {effect.verb} would unstage {', '.join(names[:MOST_NAMED])}{more}: {git_line.USER} staged a version that is in no "
        f"commit and no file. Instead, with your own files' names: {effect.safe_form}"
    )
