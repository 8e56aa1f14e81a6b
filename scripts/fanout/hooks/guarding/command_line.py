"""PreToolUse on Bash: what would this command line write, and what would its git commands do to siblings?

What parsing names is decided before, like any write. What it can't name runs, and siblings' files are looked at before
and after (run/changes/snapshot.py).
"""

from __future__ import annotations

import os

from fanout import shell
from fanout.hooks.guarding import fast_verdict
from fanout.run.agents import agents
from fanout.run.store.db import Write
from fanout.shell.git.gitrepo import GitRepo

BETWEEN = str.maketrans(dict.fromkeys("'\"=<>|&;()", " "))  # what stands between a line's words

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.changes.owned import Owned
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent


def refusal(call: Call, line: str, cwd: str) -> str:
    """Why this command may not run, "" when it may."""
    is_between = not call.agent_id and not agents.is_any_live(call.db)
    if is_between and not _is_run_active(call):
        return ""  # the main conversation, and nobody's work beside its own
    effects = _effects(call, line, cwd)
    for effect in effects.git if call.naming.fold else ():
        effect.cwd = call.naming.spelled(effect.cwd)
    unspelled = _unspelled(call, effects, line)
    targets = _targets(call, effects, line, unspelled)
    shared = [*targets, *_settings(call, effects), *_in_plugin(call, effects)]
    reason = (
        _read_only(call, effects) or fast_verdict.off_limits(call, shared) or _swept(call, effects, line, unspelled)
    )
    if is_between:
        return reason or _between_agents(call, effects, cwd)
    return reason or _beside_agents(call, effects, targets, cwd)


def _effects(call: Call, line: str, cwd: str) -> shell.Effects:
    analyse = shell.reader(os.environ.get("SHELL", ""))
    if call.tool == "PowerShell":
        from fanout.shell import powershell

        analyse = powershell.analyse
    return analyse(line, cwd, home=os.path.expanduser("~"), env=_environment(), repo=GitRepo())


def _beside_agents(call: Call, effects: shell.Effects, targets: list[fast_verdict.Target], cwd: str) -> str:
    """Why this command may not run while agents work; else what it may change is looked at before."""
    reason = _on_runtime(call, effects) or _swept_by_git(call, effects, cwd) or _takes_users_change(call, effects, cwd)
    reason = reason or fast_verdict.refusal(call, targets)
    if reason or not (effects.unknown or effects.writes or effects.git or effects.runtime):
        return reason
    reason = _owned_files(call, effects, cwd, shell.is_wide(effects), _named(call.naming, effects))
    if effects.runtime and not reason:
        from fanout.hooks.guarding import git_line, runtime_line

        runtime_line.take(call, git_line.caller_now(call), effects)
    return reason


def _swept_by_git(call: Call, effects: shell.Effects, cwd: str) -> str:
    """Why git commands that sweep may not run whose writes are known: asked before those are noted as the caller's own."""
    if not any(write.git for write in effects.writes):
        return ""
    from fanout.hooks.guarding import git_line

    if not git_line.sweeps(effects):
        return ""
    from fanout.run.changes import owned

    caller = git_line.caller_now(call)
    return git_line.refusal(call, caller, effects, owned.by_all(call.db, call.naming, caller).others, cwd)


def _takes_users_change(call: Call, effects: shell.Effects, cwd: str) -> str:
    """Why an agent may not put back or delete a file that holds what the user changed and did not commit."""
    takes = any(effect.endangers in ("worktree", "untracked") for effect in effects.git)
    if not call.agent_id or not (takes or _may_take_users(call, effects.writes)):
        return ""
    from fanout.hooks.guarding import users_changes

    return users_changes.refusal(call, effects, cwd)


def _may_take_users(call: Call, writes: list[shell.Write]) -> bool:
    names = []
    for write in writes:
        name = call.naming.name(write.path, call.naming.root)
        is_elsewhere = name.startswith("/") and not write.path.startswith(os.path.join(call.tree, ""))
        if write.git or write.kind == "create" or is_elsewhere:
            continue
        if write.recursive:
            return True
        names.append(name)
    if not names:
        return False
    from fanout.run.store import noted_work

    return noted_work.may_be(call.db, names)


def _on_runtime(call: Call, effects: shell.Effects) -> str:
    """Why the line may not run for what it ends or starts beside the files."""
    if not effects.runtime:
        return ""
    from fanout.hooks.guarding import git_line, runtime_line

    return runtime_line.refusal(call, git_line.caller_now(call), effects)


def _settings(call: Call, effects: shell.Effects) -> list[fast_verdict.Target]:
    """The files of git's settings that an agent's git commands write."""
    if not call.agent_id or not any(effect.settings or effect.scope == "alias" for effect in effects.git):
        return []
    from fanout.hooks.guarding import git_settings

    return git_settings.targets(call, effects)


def _in_plugin(call: Call, effects: shell.Effects) -> list[fast_verdict.Target]:
    """Where an agent's git commands change the plugin's own folder, whatever they name there."""
    folder = os.environ.get("CLAUDE_PLUGIN_ROOT", "") if call.agent_id and effects.git else ""
    inside = os.path.join(os.path.realpath(folder), "")
    places = (
        [effect.cwd for effect in effects.git if effect.scope != "none" and "\0" not in effect.cwd] if folder else []
    )
    found = [place for place in places if os.path.join(os.path.realpath(place), "").startswith(inside)]
    return [fast_verdict.Target(call.naming.name(place, call.naming.root)) for place in found]


def _swept(call: Call, effects: shell.Effects, line: str, unspelled: set[str]) -> str:
    if not any(_may_sweep(call, write, unspelled) for write in effects.writes):
        return ""
    from fanout.hooks.guarding import sweeps

    return sweeps.refusal(call, effects, line)


def _may_sweep(call: Call, write: shell.Write, unspelled: set[str]) -> bool:
    """Whether it takes something away, or is an agent's that reaches what the line may not name."""
    if write.kind in ("delete", "truncate"):
        return True
    return bool(call.agent_id) and (write.recursive or write.path in unspelled)


def _unspelled(call: Call, effects: shell.Effects, line: str) -> set[str]:
    """The files that are there, and that an agent's line does not name for certain: of the others no more is to be asked."""
    if not call.agent_id:
        return set()
    words = {*line.translate(BETWEEN).split()}
    there = [path for path in {write.path for write in effects.writes} if os.path.lexists(path)]
    return {path for path in there if path not in words and os.path.relpath(path, call.cwd) not in words}


def _is_run_active(call: Call) -> bool:
    from fanout.run.tasks import runs

    return bool(runs.active(call.db))


def _between_agents(call: Call, effects: shell.Effects, cwd: str) -> str:
    """Why git commands of the main conversation may not run while a run has no agent at work: finished tasks' work and the
    user's is in the tree. What a line that may run takes away is kept."""
    from fanout.hooks.guarding import git_line, sweeps

    taking = git_line.taking(effects)
    if taking.git:
        from fanout.run.changes import owned

        caller = git_line.caller_now(call)
        others = owned.by_all(call.db, call.naming, caller).others
        reason = git_line.refusal(call, caller, taking, others, cwd)
        if reason:
            return reason
        git_line.keep_named(call, taking)
    if any(git_line.unstages(effect) for effect in effects.git):
        from fanout.hooks.guarding import staged_hunks

        staged_hunks.refusal(call, git_line.caller_now(call), effects)
    sweeps.keep_named(call, effects)
    _keep_stash(call, effects)
    return ""


def _keep_stash(call: Call, effects: shell.Effects) -> None:
    """What the main conversation, which may, takes out of the stash."""
    if any(effect.scope != "none" and effect.verb in ("stash", "reflog", "update-ref") for effect in effects.git):
        from fanout.hooks.guarding import stash_kept

        stash_kept.keep(call, effects)


def look(call: Call, targets: dict[str, dict[str, object]]) -> None:
    """Owned files as they are before a tool that may write more than it names; after it they are compared."""
    if call.agent_id or agents.live(call.db):
        _owned_files(call, shell.Effects(), call.cwd, True, targets)


def _owned_files(
    call: Call, effects: shell.Effects, cwd: str, is_wide: bool, targets: dict[str, dict[str, object]]
) -> str:
    """Why the git commands of a line would harm others' files, else all owned files are looked at and it may run."""
    from fanout.run.changes import owned, snapshot

    caller = call.caller
    if caller is None or not caller.is_live or call.facts.may_lack_worktree:
        caller = _now(call)
    owners = owned.by_all(call.db, call.naming, caller)
    reason = _git_refusal(call, caller, effects, owners, cwd) if effects.git else ""
    if reason:
        return reason
    files = owners.files if owners.is_shared else {}
    who, what = (caller.id, call.tree), (call.tool_use, call.tool)
    with Write(call.db):
        snapshot.before(call.db, call.root, *who, *what, is_wide, targets, files, owners.rewritten)
    return ""


def _git_refusal(call: Call, caller: Agent, effects: shell.Effects, owners: Owned, cwd: str) -> str:
    from fanout.hooks.guarding import git_line

    reason = git_line.shared_refusal(call, caller, effects)
    is_asked = owners.is_shared or git_line.sweeps(effects) or git_line.takes_worktree(effects)
    if not reason and (is_asked or (call.agent_id and any(map(_may_rewrite, effects.git)))):
        reason = git_line.refusal(call, caller, effects, owners.others, cwd)
    if not reason and git_line.replaces_hunks(caller, effects):
        from fanout.hooks.guarding import staged_hunks

        reason = staged_hunks.refusal(call, caller, effects)
    own = owners.files.keys() - owners.others.keys()
    if not reason and call.agent_id and git_line.needs_note(call, effects, own):
        from fanout.hooks.guarding import commit_contents

        reason = commit_contents.refusal(call, caller, effects, own)
    if not reason:
        git_line.keep_named(call, effects)
        if not call.agent_id:
            _keep_stash(call, effects)
    return reason


def _may_rewrite(effect: shell.GitEffect) -> bool:
    """Whether it may replace commits, which are the user's where no other agent is."""
    amends = any(arg.startswith("--am") for arg in effect.args)
    return effect.verb in shell.MOVING and (effect.verb != "commit" or amends)


def _named(naming: Naming, effects: shell.Effects) -> dict[str, dict[str, object]]:
    """The files that the line names as what it writes, with what they hold then, where it says that."""
    named: dict[str, dict[str, object]] = {}
    for write in effects.writes:
        if not write.recursive:
            name = naming.name(write.path, naming.root) if not _is_link(write) else naming.link(write.path)
            content = effects.contents.get(write.path)
            named[name] = _announced(content) if content is not None and write.kind != "delete" else {}
    return named


def _announced(content: str) -> dict[str, object]:
    from fanout.run.changes import announced

    return announced.of_text(content)


def _now(call: Call) -> Agent:
    from fanout.hooks.caller import identified

    with Write(call.db):
        return identified(call)


def _environment() -> dict[str, str]:
    """What the command's shell would know, as far as paths are made of it."""
    return {name: os.environ[name] for name in ("HOME", "TMPDIR", "USER") if name in os.environ}


def _targets(call: Call, effects: shell.Effects, line: str, unspelled: set[str]) -> list[fast_verdict.Target]:
    targets: dict[tuple[str, bool, tuple[str, ...], bool], fast_verdict.Target] = {}
    made, naming = {write.path for write in effects.writes if write.folder}, call.naming
    for write in effects.writes:
        is_there = os.path.isdir(write.path)
        if write.kind == "create" and not write.recursive and is_there:
            continue  # mkdir -p of what is there
        name = naming.name(write.path, naming.root) if not _is_link(write) else naming.link(write.path)
        recursive = is_there and not _is_link(write) and (write.recursive or write.kind == "move")
        wipes = recursive and write.kind in ("delete", "move") and not write.git
        folder = write.folder or _is_only_folder(write, is_there or write.path in made)
        key = name, recursive, write.kinds, wipes
        target = fast_verdict.Target(name, recursive, write.kinds, write.upkeep, folder, git=write.git, wipes=wipes)
        target.named = recursive or not _is_reached(call, write, line, unspelled)
        targets[key] = target
    return list(targets.values())


def _is_reached(call: Call, write: shell.Write, line: str, unspelled: set[str]) -> bool:
    """Whether an agent's line reaches the file without naming it."""
    if write.git or write.path not in unspelled:
        return False
    from fanout.hooks.guarding import sweeps

    return not sweeps.is_named(call, write, line)


def _is_only_folder(write: shell.Write, is_folder: bool) -> bool:
    """Whether it changes a folder's own mode, owner or dates, and nothing of what is below."""
    return is_folder and write.kind == "modify" and not write.recursive and not write.git


def _is_link(write: shell.Write) -> bool:
    """Deleting or moving a symlink touches the link, not what it points to."""
    return write.kind in ("delete", "move") and os.path.islink(write.path)


def _read_only(call: Call, effects: shell.Effects) -> str:
    caller = call.caller if call.caller is not None or not call.agent_id else _now(call)
    if caller is None or not caller.read_only or shell.is_read_only(effects):
        return ""
    from fanout.run.tasks import quorum

    if quorum.has_lost(call.db, caller):
        return quorum.told(call.db, caller)
    if _only_checks(effects):
        _note_for_reader(call)
        return ""
    if not effects.unknown and all(found.scope == "none" for found in effects.git) and _only_elsewhere(effects):
        return ""
    why = effects.reasons[0] if effects.reasons else "it may write"
    return (
        f"{agents.name_of(caller)} is read-only, and this command is not: {why}. Use commands that only read or check."
    )


def _only_checks(effects: shell.Effects) -> bool:
    """Tests, linters, builds: what they write beside caches and output is put back afterwards (run/commits/put_back.py)."""
    return effects.unknown and effects.checks and all(found.endangers is None for found in effects.git)


def _only_elsewhere(effects: shell.Effects) -> bool:
    from fanout.hooks.guarding import ownership

    return all(ownership.is_temporary(write.path) for write in effects.writes)


def _note_for_reader(call: Call) -> None:
    from fanout.run.commits import put_back

    with Write(call.db):
        put_back.before(call.db, call.root, call.tree, call.tool_use)
