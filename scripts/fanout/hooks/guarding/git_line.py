"""git on Bash: would this command harm what is not committed and not the caller's own?

Two questions. What would it do to the files of siblings, at work or finished? And does it sweep over whole folders so
that uncommitted work of anybody else goes, the user's with it? Naming one's files is always a way out of the second.
"""

from __future__ import annotations

import os

from fanout import shell
from fanout.run.agents import agents, claims
from fanout.run.store import state_dir
from fanout.run.store.db import Write
from fanout.shell.git.gitrepo import GitRepo

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fanout.hooks.hook_call import Call
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent

LONGEST_REASON = 400
LONGEST_NOTED = 300
USER = "the user or a program"
SWEEPS = ("worktree", "untracked", "stash")
STASHING = ("stash", "update-ref", "reflog")
MAGIC = set("*?[:\0")


def refusal(call: Call, caller: Agent, effects: shell.Effects, others: dict[str, Agent], cwd: str) -> str:
    """Why the line's git commands may not run, "" when they may. `others`: the files that others count on."""
    sweeping = [effect for effect in effects.git if _sweeps(effect)]
    repo, naming = GitRepo(), call.naming
    owners = {name: agents.name_of(owner, caller.run) for name, owner in others.items()}
    dirty = list(_dirty(naming, repo, sweeping[0])) if sweeping else []
    own = f"{naming.name(caller.worktree, naming.root)}/" if caller.worktree else "\0"
    loose = [name for name in dirty if name not in owners and not name.startswith(own)]
    owners.update(_claimed(call, caller, loose))
    reasons = _endangered(effects.git, owners, naming, cwd, repo)
    if not reasons and sweeping and call.agent_id:
        mine = _own(call, caller, loose)
        rest = {name: USER for name in loose if name not in owners and name not in mine}
        reasons = _endangered(sweeping, rest, naming, cwd, repo)
    if not reasons and call.agent_id and any(effect.verb in shell.MOVING for effect in effects.git):
        reasons = _moves_history(call, caller, effects, repo)
    if not reasons:
        return ""
    _note_denied(call, caller, reasons[0])
    return reasons[0][:LONGEST_REASON]


def shared_refusal(call: Call, caller: Agent, effects: shell.Effects) -> str:
    """Why the commands would reach into another work tree, or take another's entry out of the stash; "" when not."""
    reason = ""
    if os.path.isdir(os.path.join(call.naming.root, ".git", "worktrees")):
        from fanout.hooks.guarding import git_trees

        reason = git_trees.refusal(call, caller, effects)
    if not reason and call.agent_id and any(effect.verb in STASHING for effect in effects.git):
        from fanout.hooks.guarding import stash_line

        reason = stash_line.refusal(caller, effects, call.naming, _ownership(call, caller))
    if reason:
        _note_denied(call, caller, reason)
    return reason


def _note_denied(call: Call, caller: Agent, reason: str) -> None:
    from fanout.run.store import journal

    with Write(call.db):
        noted = reason[:LONGEST_NOTED]
        journal.note(call.db, "write-denied", caller.run, caller.task, caller.id, path="git", reason=noted)


def _endangered(
    commands: list[shell.GitEffect], owners: dict[str, str], naming: Naming, cwd: str, repo: GitRepo
) -> list[str]:
    effects = shell.Effects()
    effects.git = commands
    return shell.endangers(effects, "", owners, naming.root, cwd, repo)


def _moves_history(call: Call, caller: Agent, effects: shell.Effects, repo: GitRepo) -> list[str]:
    """An agent's command that moves the branch under others, or replaces a commit that holds what is not its own."""
    family = set(agents.family(call.db, caller))
    alone = all(other.id in family for other in agents.live(call.db))
    return shell.moves_history(effects, repo, call.naming.root, _ownership(call, caller), alone)


def _sweeps(effect: shell.GitEffect) -> bool:
    """Whether it takes back, hides or deletes more than files that it names one by one."""
    if effect.endangers not in SWEEPS:
        return False
    if effect.scope != "paths" or not effect.paths:
        return True
    return any(MAGIC & set(path) or os.path.isdir(os.path.join(effect.cwd, path)) for path in effect.paths)


def _dirty(naming: Naming, repo: GitRepo, effect: shell.GitEffect) -> Iterator[str]:
    """The names of everything that is not committed, ignored files too; without fanout's own."""
    top = repo.top(effect)
    if top is None:
        return
    for path in repo.states(effect, [":/"]) or {}:
        name = naming.name(os.path.join(top, path), naming.root)
        if name != state_dir.FOLDER and not name.startswith(state_dir.FOLDER + "/"):
            yield name


def _claimed(call: Call, caller: Agent, names: list[str]) -> dict[str, str]:
    """Those that live siblings claim, by their names."""
    family = set(agents.family(call.db, caller)) if names else set()
    claimed = {}
    for name in names:
        owners = (claim.owner for claim in claims.covering(call.db, name))
        owner = next((owner for owner in owners if owner.id not in family), None)
        if owner is not None:
            claimed[name] = agents.name_of(owner, caller.run)
    return claimed


def _own(call: Call, caller: Agent, names: list[str]) -> set[str]:
    """Those of the names that are the caller's own."""
    is_own = _ownership(call, caller)
    return {name for name in names if is_own(name)}


def _ownership(call: Call, caller: Agent) -> Callable[[str], bool]:
    """Whether the caller, or who launched it, wrote or claims a path; a folder counts with anything in it."""
    from fanout.run.changes import written

    family = agents.family(call.db, caller)
    wrote = written.by_any_of(call.db, family)
    mine = claims.of_agents(call.db, family)

    def is_own(name: str) -> bool:
        below = name.rstrip("/") + "/"
        return (
            name in wrote or any(path.startswith(below) for path in wrote) or any(claim.covers(name) for claim in mine)
        )

    return is_own
