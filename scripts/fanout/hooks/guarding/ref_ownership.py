"""Tags, notes, what a remote holds, and what no branch holds any more, on Bash: an agent deletes or replaces only what it
made itself.

A ref is the agent's own when it was made since the agent began; of a remote's branch, when the first that is known of it is
that it was pushed from here since then, and no commit goes with it but such as hold the agent's own files.
"""

from __future__ import annotations

import os

from fanout.hooks.guarding import branch_ownership
from fanout.run.store.db import by_system
from fanout.shell.git import aliases, config_files, refs, unreachable
from fanout.shell.git.danger import in_new_repository
from fanout.shell.git.gitrepo import GitRepo
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout import shell
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent

NOT_YOURS = (
    "git {verb} would {does} {called}, and you did not make that: the user or another agent counts on it. {instead}; say at "
    "your end what should become of it."
)
NOT_KNOWN = "git {verb} could {does} {called}: whose that is, only its run shows. {instead}."
EVERYBODYS = "git {verb} would {does}. That is everybody's: leave it.{instead}"
INSTEAD = {
    "tag": "Take another name",
    "push": "Push to a branch of your own: `git push <remote> HEAD:<new name>`",
    "notes": "`git notes append` leaves what is there",
}
PLAIN_GC = " Plain `git gc` keeps what is younger than two weeks."


def refusal(caller: Agent, effects: shell.Effects, naming: Naming, is_own: Callable[[str], bool]) -> str:
    """Why an agent's line may not change the refs that it would, or drop old objects; "" when it may."""
    repo, project = GitRepo(), config_files.common(config_files.folder_of(naming.root))
    commands = aliases.spelled_out(effects.git, repo)
    for number, effect in enumerate(commands):
        is_ours = config_files.common(config_files.folder(effect)) == project
        if not is_ours or in_new_repository(effect, commands[:number]):
            continue
        if lost := unreachable.lost_by(effect):
            instead = "" if effect.verb == "reflog" else PLAIN_GC
            return EVERYBODYS.format(verb=effect.verb, does=lost, instead=instead)
        for change in refs.changed(effect, repo):
            told = NOT_KNOWN if UNKNOWN in change.ref else NOT_YOURS
            if not _is_own(caller, effect, repo, naming, change, is_own):
                return told.format(
                    verb=effect.verb,
                    does="replace" if change.does == refs.SET else change.does,
                    called=change.called.replace(UNKNOWN, "?"),
                    instead=INSTEAD.get(effect.verb, "Leave it"),
                )
    return ""


def _is_own(
    caller: Agent,
    effect: shell.GitEffect,
    repo: GitRepo,
    naming: Naming,
    change: refs.Change,
    is_own: Callable[[str], bool],
) -> bool:
    since = int(by_system(caller.began))
    if UNKNOWN in change.ref:
        return False
    if change.there:
        return _made(os.path.join(config_files.folder_of(change.there), "config")) >= since
    git = config_files.common(config_files.folder(effect))
    if change.ref.startswith(refs.TAGS):
        return _made(os.path.join(git, change.ref)) >= since
    made, how = branch_ownership.first_of_log(git, change.ref)
    if made < since or (change.ref.startswith(refs.REMOTES) and how != "update by push"):
        return False
    return not change.ref.startswith(refs.REMOTES) or branch_ownership.holds_own(
        effect, repo, naming, change.ref, is_own
    )


def _made(path: str) -> float:
    """When a file was made or last written, 0 where there is none."""
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
