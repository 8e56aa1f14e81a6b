"""PreToolUse on SubagentHandback: in auto mode an agent gives its last message by this call, and the call ends it.

Its word is checked before it goes out: SubagentStop comes after that, and nothing sends it back any more
(tests/client/test_hand_back.py).
"""

from __future__ import annotations

from fanout.hooks import subagent_stop
from fanout.hooks.answers import deny
from fanout.hooks.hook_call import text

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

AGAIN = "Give that by SubagentHandback, as its message."


def answer(call: Call) -> dict[str, object] | None:
    """Refuses the call while the agent's result or its evidence is missing, twice at most; else the agent has ended."""
    agent = subagent_stop.agent_of(call)
    if agent is None or not agent.is_live:
        return None
    missing = subagent_stop.end(call, agent, text(call.tool_input, "message"))
    return deny(f"{missing}\n{AGAIN}") if missing else None
