"""PreCompact of an agent: what it was told may be lost with its conversation, so it is told where it stands."""

from __future__ import annotations

from fanout.run.store import journal, notice
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call


def answer(call: Call) -> dict[str, object] | None:
    """Leaves the agent a notice; says nothing. A main conversation is told by SessionStart."""
    if not call.agent_id:
        return None
    caller = call.caller
    if caller is None or not caller.task or not caller.is_live:
        return None
    name = f"{caller.run}/{caller.task}"
    with Write(call.db):
        if not notice.there_is(call.db, caller.id):
            notice.leave(
                call.db,
                caller.id,
                f"Your conversation was compacted. `fanout brief {name}` prints your whole instruction again; what you "
                f"wrote so far is in its files. Your last line is still `DONE|{caller.task}|what you did`.",
            )
        journal.note(call.db, "compacted", caller.run, caller.task, caller.id)
    return None
