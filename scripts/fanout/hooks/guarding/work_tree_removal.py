"""`git worktree remove` and `move` of an agent: which of them take a work tree that it did not make itself."""

from __future__ import annotations

import os

from fanout.run.agents import agents
from fanout.run.changes import objects, written

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout import shell
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent


def of_others(call: Call, caller: Agent, effects: shell.Effects) -> list[shell.GitEffect]:
    """Those commands of a line. The agent's own stood nowhere before the agent wrote that path."""
    family = agents.family(call.db, caller)

    def is_made_here(path: str) -> bool:
        name = call.naming.name(path, call.naming.root)
        rows = (written.get(call.db, agent, name) for agent in family)
        return any(row is not None and row.before == objects.ABSENT for row in rows)

    taking = [effect for effect in effects.git if effect.endangers == "worktrees"]
    return [
        effect for effect in taking if not all(is_made_here(os.path.join(effect.cwd, path)) for path in effect.paths)
    ]
