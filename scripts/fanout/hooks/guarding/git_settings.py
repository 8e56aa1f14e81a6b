"""git's settings on Bash: the files of them that an agent's git commands write, as any file that it writes.

In a worktree of its own an agent may set for that worktree how its commits are signed and things are shown.
"""

from __future__ import annotations

import os

from fanout.hooks.guarding.fast_verdict import Target
from fanout.shell.git import aliases, config_files
from fanout.shell.git.danger import in_new_repository
from fanout.shell.git.gitrepo import GitRepo

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout import shell
    from fanout.hooks.hook_call import Call


def targets(call: Call, effects: shell.Effects) -> list[Target]:
    """What the commands of the line write of git's settings."""
    found = []
    commands = aliases.spelled_out(effects.git, GitRepo())
    for number, effect in enumerate(commands):
        file = config_files.file(effect) if effect.settings else ""
        if file and not in_new_repository(effect, commands[:number]) and not _is_own(call, effect, file):
            found.append(Target(call.naming.name(file, call.naming.root)))
    return found


def _is_own(call: Call, effect: shell.GitEffect, file: str) -> bool:
    """Whether it is a harmless setting of the caller's own worktree alone."""
    own, folder = call.caller.worktree if call.caller is not None else "", os.path.dirname(file)
    is_linked = bool(own) and folder == config_files.folder_of(own) and folder != config_files.common(folder)
    return is_linked and config_files.is_harmless(effect)
