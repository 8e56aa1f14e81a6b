"""Launches that the client never carried out: the user interrupted the message, and no hook is told of that.

The call has its answer in the client's record, and no agent came of it: of one that is carried out the end is told before.
"""

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.store.db import Write, now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

UNDER_WAY_SECONDS = 2.0  # the other launches of the same message


def take_back(call: Call) -> None:
    """Their tasks are ready again."""
    waiting = {
        agent.tool_use: agent
        for agent in agents.live(call.db)
        if agent.state == "open" and agent.tool_use and not agent.agent_id and agent.session == call.session
    }
    old = [name for name, agent in waiting.items() if agent.opened < now() - UNDER_WAY_SECONDS]
    if not old or call.agent_id:
        return
    from fanout.run.agents import transcript

    refused = transcript.answered(call.transcript, old)
    if not refused:
        return
    from fanout.run.flow import ending
    from fanout.run.tasks import user_words

    with Write(call.db):
        for name in sorted(refused):
            ending.undo(call.db, waiting[name], "the user interrupted it")
        user_words.note(call.db, call.session)  # who interrupts is about to say something
