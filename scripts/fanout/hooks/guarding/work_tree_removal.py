"""`git worktree remove` and `move` of an agent: which of them take a work tree that it did not make itself."""

from __future__ import annotations

import os

from fanout.run.agents import agents
from fanout.run.changes import objects, written
from fanout.run.store import noted_files

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout import shell
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent


UNNAMED = (
    "git worktree {verb} here takes work trees that only the line's run tells; instead: git worktree {verb} "
    "<the one you made>"
)


def of_unnamed(call: Call, strange: list[shell.GitEffect]) -> list[str]:
    """Why a line may not take work trees that it does not name, where the project has others than the agent's."""
    unnamed = [effect for effect in strange if any("\0" in path for path in effect.paths)]
    if not unnamed or not os.path.isdir(os.path.join(call.naming.root, ".git", "worktrees")):
        return []
    verb = next((word for word in unnamed[0].args if word in ("remove", "move")), "remove")
    return [UNNAMED.format(verb=verb)]


def parted(call: Call, caller: Agent, effects: shell.Effects) -> tuple[list[shell.GitEffect], list[shell.GitEffect]]:
    """The git commands of a line without those that take a work tree of the agent's own, and those that take one of others.
    The agent's own stood nowhere before the agent wrote that path, and no finished task left its work there."""
    family = agents.family(call.db, caller)
    left = noted_files.left_uncommitted(call.db)

    def is_own(name: str) -> bool:
        rows = (written.get(call.db, agent, name) for agent in family)
        is_made_here = any(row is not None and row.before == objects.ABSENT for row in rows)
        return is_made_here and not any(each.startswith(f"{name}/") for each in left)

    own: list[shell.GitEffect] = []
    strange: list[shell.GitEffect] = []
    for effect in effects.git:
        if effect.endangers == "worktrees":
            is_known = not any("\0" in path for path in effect.paths)
            names = [
                call.naming.name(os.path.join(effect.cwd, path), call.naming.root) for path in effect.paths if is_known
            ]
            (own if is_known and all(map(is_own, names)) else strange).append(effect)
    return [effect for effect in effects.git if effect not in own], strange
