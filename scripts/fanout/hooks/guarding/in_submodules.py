"""What `git submodule deinit` and its like could take back."""

from __future__ import annotations

import os

from fanout import shell

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.shell.git.gitrepo import GitRepo, State


def uncommitted(repo: GitRepo, effect: shell.GitEffect, top: str) -> dict[str, State]:
    """What is not committed in the submodules, where the command takes that back."""
    if effect.args[:1] != ["deinit"] and not {"-f", "--force"} & set(effect.args):
        return {}
    found: dict[str, State] = {}
    for module in repo.modules(effect):
        inside = shell.GitEffect("status", [], os.path.join(top, module))
        states = (repo.states(inside, [":/"]) or {}) if os.path.exists(os.path.join(inside.cwd, ".git")) else {}
        found.update((f"{module}/{path}", state) for path, state in states.items())
    return found
