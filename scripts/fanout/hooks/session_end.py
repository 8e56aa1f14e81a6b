"""SessionEnd: what a session leaves is released."""

from __future__ import annotations

from fanout.run.agents import agents, team
from fanout.run.flow import ending, hooks_switch
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call


def answer(call: Call) -> dict[str, object] | None:
    """Every agent of this session has ended with it; after /clear its conversation has, and agents work on."""
    with Write(call.db):
        for agent in agents.live(call.db, ("main",) if call.reason == "clear" else agents.EVERY_KIND):
            if agent.session == call.session:
                ending.lost(call.db, agent, "its session ended")
            elif call.agent_id and agent.agent_id == call.agent_id:
                ending.lost(call.db, agent, team.PANE_CLOSED)
        team.forget(call.db, call.session)
        hooks_switch.settle(call.db, call.root)
    return None
