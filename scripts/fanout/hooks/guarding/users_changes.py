"""A file of an agent's own may hold what the user changed before and did not commit: no command of an agent puts that back to
what is committed, hides it or deletes it. An agent takes back what it wrote itself with Edit.
"""

from __future__ import annotations

from itertools import islice

from fanout import shell
from fanout.hooks.guarding import git_line
from fanout.run.commits import users_changes
from fanout.run.store import noted_work, planned
from fanout.shell.git.gitrepo import GitRepo

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanout.hooks.hook_call import Call
    from fanout.run.commits.users_changes import Change
    from fanout.run.store.records import Agent

MOST_FOUND = 5
BRINGING = ("mv", "am")  # they move the bytes, or are refused by git where the file is changed


def refusal(call: Call, effects: shell.Effects, cwd: str) -> str:
    """Why the line may not run, "" when it may. What siblings claim is denied as theirs."""
    names = list(noted_work.own(call.db))
    both = [*_by_git(call, effects, names, cwd), *_by_writes(call, effects, names)] if names else []
    found = list({change.name: change for change in both}.values())
    if not found:
        return ""
    caller = git_line.caller_now(call)
    if git_line.sweeps(effects) and (reason := _of_others(call, caller, effects, cwd)):
        return reason
    theirs = git_line.claimed(call, caller, [change.name for change in found])
    at_stake = [change for change in found if change.name not in theirs]
    names_its_files = bool(caller.task and planned.writes_of(call.db, caller.run or "", caller.task))
    is_own = not names_its_files or bool(git_line.own(call, caller, [change.name for change in at_stake]))
    return git_line.denied(call, caller, _reason(at_stake, is_own), [], []) if at_stake else ""


def _of_others(call: Call, caller: Agent, effects: shell.Effects, cwd: str) -> str:
    """Why a line that sweeps may not run for what others have in the tree."""
    from fanout.run.changes import owned

    return git_line.refusal(call, caller, effects, owned.by_all(call.db, call.naming, caller).others, cwd)


def _reason(found: list[Change], is_own: bool) -> str:
    """`is_own`: the caller's task may write one of them."""
    kept = ", ".join(place for change in found[: users_changes.MOST_NAMED] if (place := change.kept()))
    where = f" (the user's version: {kept})" if kept else ""
    what = f"{users_changes.named(found)} {'holds' if len(found) == 1 else 'hold'} uncommitted changes of the user's, and this"
    if not is_own:
        return f"{what} would take them away: leave {'it' if len(found) == 1 else 'them'} alone{where}."
    return (
        f"{what} would take them away: build on them. To take back what you wrote yourself, Edit it back{where}. Can't the "
        f"task be done so? End with BLOCKED and say it."
    )


def _at_stake(call: Call, names: list[str]) -> list[Change]:
    run = git_line.caller_now(call).run or ""
    return users_changes.at_stake(call.db, call.root, run, names)


def _by_git(call: Call, effects: shell.Effects, names: list[str], cwd: str) -> list[Change]:
    """The changes that the line's git commands take out of the work tree."""
    from fanout.shell.git import aliases

    taking = shell.Effects()
    spelled = aliases.spelled_out(effects.git, GitRepo()) if effects.git else []
    taking.git, taking.source = [effect for effect in spelled if _takes(effect)], effects.source
    if not taking.git or not _reached(call, taking, names, cwd):
        return []
    found = (
        change
        for name in names
        if _reached(call, taking, [name], cwd)
        for change in _at_stake(call, [name])
        if not _is_staged(taking, change)
    )
    return list(islice(found, MOST_FOUND))


def _reached(call: Call, taking: shell.Effects, names: list[str], cwd: str) -> bool:
    """Whether the git commands could reach one of the files."""
    owners, naming = dict.fromkeys(names, git_line.USER), call.naming
    return bool(shell.endangers(taking, "", owners, naming.root, cwd, GitRepo(), naming if naming.fold else None))


def _takes(effect: shell.GitEffect) -> bool:
    if effect.endangers not in ("worktree", "untracked") or effect.verb in BRINGING:
        return False
    return effect.verb != "apply" or not {"-R", "--reverse"}.isdisjoint(effect.args)


def _is_staged(taking: shell.Effects, change: Change) -> bool:
    """Whether each of the commands sets the file to what is staged, and that is the user's change."""
    if not all(_is_from_index(effect) for effect in taking.git):
        return False
    staged = GitRepo().ask(shell.GitEffect("show", [], change.tree), ["show", f":{change.place}"])
    return staged is not None and change.is_whole_in(staged.encode("utf-8", "surrogateescape"))


def _is_from_index(effect: shell.GitEffect) -> bool:
    from fanout.shell.git.arguments import Parsed

    parsed = Parsed(effect.verb, effect.args)
    if effect.verb == "checkout":
        return effect.safe_form.startswith("git checkout -- ")
    return effect.verb == "restore" and not parsed.has("S", "staged") and parsed.options.get("s", "source") is None


def _by_writes(call: Call, effects: shell.Effects, names: list[str]) -> Iterator[Change]:
    """The changes of files that the line deletes, or sets to bytes that hold nothing of them."""
    naming = call.naming
    keys = {naming.key(name): name for name in names}
    for write in effects.writes:
        if write.git or write.kind not in ("delete", "truncate", "modify"):
            continue
        place = naming.key(naming.name(write.path, naming.root))
        below = "" if place == "." else place + "/"
        reached = [key for key in keys if key == place or (write.recursive and key.startswith(below))]
        for change in _at_stake(call, [keys[key] for key in reached]):
            if write.kind == "delete" or _is_put_back(effects, write.path, change):
                yield change


def _is_put_back(effects: shell.Effects, path: str, change: Change) -> bool:
    content = effects.contents.get(path)
    if content is None:
        return False
    from fanout.shell.globs import UNKNOWN, tag

    number = tag(content.strip())
    if number and int(number) < len(effects.git):
        source = effects.git[int(number)]
        content = GitRepo().ask(source, [source.verb, *source.args])
    elif UNKNOWN in content:
        return False
    return content is not None and change.is_gone_from(content.encode("utf-8", "surrogateescape"))
