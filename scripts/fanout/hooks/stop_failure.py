"""StopFailure: an error of the API ended the agent, and no SubagentStop comes."""

# test_print_mode::test_an_api_error_ends_an_agent_with_stop_failure

from __future__ import annotations

from fanout.run.agents import agents
from fanout.run.flow import ending, hooks_switch
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

LONGEST_ERROR = 200


def answer(call: Call) -> dict[str, object] | None:
    """What follows for its task depends on the error."""
    if not call.agent_id:
        return None
    with Write(call.db):
        agent = agents.by_agent_id(call.db, call.agent_id)
        if agent is not None:
            ending.errored(call.db, agent, call.last_message[:LONGEST_ERROR] or "API error", call.error)
        hooks_switch.settle(call.db, call.root)
    return None
