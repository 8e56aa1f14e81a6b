"""Deleting and emptying by a plain command: would it take uncommitted work that is not the caller's?

`rm -rf src`, `find . -name '*.md' -delete`, `for f in *; do : > "$f"; done`: like git's sweeps (git_line.py) they reach
what nobody named. A file that the line names is deleted: its bytes are kept, as before every write. A formatter that an
agent runs on a whole folder, and its `sed -i` over a glob or what `find` finds, reach the same: what they rewrite there is
not its own.
"""

from __future__ import annotations

import os

from fanout import shell
from fanout.run.agents import agents
from fanout.run.store import state_dir
from fanout.run.store.db import by_system
from fanout.shell.effects import is_of
from fanout.shell.git.gitrepo import GitRepo

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent
    from fanout.shell.git.gitrepo import State

TAKING = ("delete", "truncate")
REWRITING = "modify"
NEEDS_IT = ". A command that names one of these may write it, if your task needs that and keeps what it holds"
MOST_NAMED = 3
MOST_ASKED = 200
MOST_WALKED = 2000


def refusal(call: Call, effects: shell.Effects, line: str) -> str:
    """Why the line may not run, "" when what it takes away unnamed is committed, ignored or the caller's own. What live
    siblings own is left to ownership.py, which says who they are."""
    taking = [write for write in effects.writes if write.kind in TAKING and _is_sweep(write, line)]
    rewriting = [write for write in effects.writes if is_rewriting(call, write, line)]
    places = [write.path for write in (*taking, *rewriting)]
    names = {call.naming.name(place, call.naming.root): place for place in places}
    if not names or any(map(state_dir.is_inside, names)):
        return ""
    dirty = sorted(_dirty(call, [write.path for write in taking]))
    dirty += sorted(
        name for name in _dirty(call, [one.path for one in rewriting]) if _is_rewritten(call, name, rewriting)
    )
    if not dirty:
        return ""
    from fanout.hooks.guarding import git_line

    caller = git_line.caller_now(call)
    fresh = [name for name, place in names.items() if _is_new(place, by_system(caller.began))]
    dirty = [name for name in dirty if not _is_below(name, fresh)]
    owners = _owners(call, caller, dirty)
    if not owners:
        return ""
    reason = _reason(owners, "take away" if taking else "rewrite") + (
        git_line.but_not(call, caller) if call.agent_id else ""
    )
    if rewriting and not any(write.recursive for write in rewriting) and caller.task:
        reason += NEEDS_IT
    return git_line.denied(call, caller, reason, sorted(owners), [name for name in names if name not in fresh])


def is_rewriting(call: Call, write: shell.Write, line: str) -> bool:
    """Whether an agent's command goes through a folder, or to a file that its line doesn't name. The main conversation's is
    the user's wish."""
    if not call.agent_id or write.upkeep or write.git or write.folder or write.kind in TAKING:
        return False
    if write.recursive:
        return write.kind == REWRITING and _is_sweep(write, line)
    if not os.path.isfile(write.path) or os.path.islink(write.path) or _is_in_own_tree(call, write.path):
        return False
    return not is_named(call, write, line)


def _is_in_own_tree(call: Call, path: str) -> bool:
    """Whether it is in a worktree that the caller has alone."""
    tree = call.caller.worktree if call.caller is not None else ""
    return bool(tree) and _is_below(os.path.realpath(path), [os.path.realpath(tree)])


def is_named(call: Call, write: shell.Write, line: str) -> bool:
    """Whether the line names the file, or, where it makes one, that of which it is made."""
    from fanout.hooks.guarding import named_paths

    if named_paths.is_named(write.path, line, call.cwd):
        return True
    return write.kind == "create" and named_paths.is_made_of_named(write.path, line)


def _is_rewritten(call: Call, name: str, rewriting: list[shell.Write]) -> bool:
    """Whether one of them goes through such a file."""
    full = os.path.join(call.naming.root, name)
    return any(_is_below(full, [write.path]) and (not write.kinds or is_of(write.kinds, full)) for write in rewriting)


def _reason(owners: dict[str, str], what: str) -> str:
    named = ", ".join(f"{name} of {owner}" for name, owner in sorted(owners.items())[:MOST_NAMED])
    more = f" and {len(owners) - MOST_NAMED} more" if len(owners) > MOST_NAMED else ""
    return f"This would {what} what is in no commit: {named}{more}. Instead: name your own files one by one"


def _owners(call: Call, caller: Agent, dirty: list[str]) -> dict[str, str]:
    """Who owns what is not the caller's, without what live siblings claim."""
    from fanout.hooks.guarding import git_line
    from fanout.run.changes import owned

    others = owned.by_all(call.db, call.naming, caller).others if dirty else {}
    owners = {name: agents.name_of(others[name], caller.run) for name in dirty if name in others}
    loose = [name for name in dirty if name not in owners]
    mine = git_line.own(call, caller, loose)
    owners.update((name, git_line.USER) for name in loose if name not in mine)
    for name in git_line.claimed(call, caller, list(owners)):
        del owners[name]
    return owners


def keep_named(call: Call, effects: shell.Effects) -> None:
    """Keeps what a line that may run deletes or empties by name."""
    from fanout.run.commits import kept

    names = [write.path for write in effects.writes if write.kind in TAKING and not write.recursive]
    if names:
        kept.keep(call.root, names, MOST_ASKED)


def _is_sweep(write: shell.Write, line: str) -> bool:
    if write.git or os.path.islink(write.path) or not os.path.exists(write.path):
        return False
    return (write.recursive and os.path.isdir(write.path)) or os.path.basename(write.path) not in line


def _is_new(place: str, since: float) -> bool:
    """Whether a folder holds nothing from before then: made while the caller works, by a program that it runs most likely."""
    if not os.path.isdir(place):
        return False
    seen = 0
    for folder, _, files in os.walk(place):
        seen += len(files)
        if seen > MOST_WALKED or any(os.lstat(os.path.join(folder, name)).st_mtime < since for name in files):
            return False
    return True


def _dirty(call: Call, places: list[str]) -> Iterator[str]:
    """What is below the places and in no commit, but neither ignored nor a tool's cache: that is made again."""
    if not places:  # git is not asked
        return
    effect = shell.GitEffect("status", [], call.tree)
    repo = GitRepo()
    top = call.naming.spelled(repo.top(effect) or "")
    real = [call.naming.spelled(os.path.realpath(place)) for place in places] if top else []
    inside = [place for place in real if _is_below(place, [top.rstrip("/")])]
    if not inside:
        return
    is_whole = top.rstrip("/") in inside  # no literal path means all
    specs = [":/"] if is_whole else [f":(top,literal){os.path.relpath(place, top)}" for place in inside]
    states = repo.states(effect, specs if len(specs) <= MOST_ASKED else [":/"]) or {}
    kept = [path for path, state in states.items() if not (state.ignored or _is_cached(path, state))]
    changed = [os.path.join(top, path) for path in kept]
    yield from _left_standing(call, changed, inside)


def _is_cached(path: str, state: State) -> bool:
    from fanout.run.store import tool_caches

    return state.untracked and tool_caches.holds(path)


def _left_standing(call: Call, changed: list[str], places: list[str]) -> Iterator[str]:
    """The names of those files that are there, below the places, and not our own."""
    for full in changed:
        if os.path.lexists(full) and _is_below(full, places):
            name = call.naming.name(full, call.naming.root)
            if not state_dir.is_inside(name):
                yield name


def _is_below(path: str, places: list[str]) -> bool:
    return any((path + "/").startswith(place + "/") for place in places)
