"""SessionEnd: what ended with a session is released, and nothing that still runs."""

from __future__ import annotations

from fanout.run.agents import agents, client_process, team
from fanout.run.flow import ending, hooks_switch
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

LEFT = ("clear", "resume")  # the conversation ends; its client and its agents go on
GOES_ON = ("compact",)  # even the conversation does


def answer(call: Call) -> dict[str, object] | None:
    """The agents of this session have ended with its client; when only the conversation ends, they work on."""
    if call.reason in GOES_ON:
        return None
    with Write(call.db):
        for agent in agents.live(call.db, ("main",) if call.reason in LEFT else agents.EVERY_KIND):
            if _ended_with(call, agent):
                ending.lost(call.db, agent, "its session ended")
            elif call.agent_id and agent.agent_id == call.agent_id:
                ending.lost(call.db, agent, team.PANE_CLOSED)
        if call.reason not in LEFT:
            team.forget(call.db, call.session)
        hooks_switch.settle(call.db, call.root)
    return None


def _ended_with(call: Call, agent: Agent) -> bool:
    """Whether it ran in the session and client that end: one that was launched before a /clear has another session's id,
    and one of this session whose client is another living one works on."""
    pid, start = client_process.current()
    if agent.client is None or pid is None or call.agent_id:
        return agent.session == call.session
    if (agent.client, agent.client_start) == (pid, start):
        return agent.session == call.session or call.reason not in LEFT
    return agent.session == call.session and client_process.is_gone(agent.client, agent.client_start)
