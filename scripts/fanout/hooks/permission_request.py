"""PermissionRequest: the client asks the user about a call of an agent. Only noted: whose question it is, and since when.

Its answer is no event. What a command took since is what it ran and what it waited; its end says how long it ran.
"""

from __future__ import annotations

from fanout.run.store import journal
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

FILE_TOOLS = ("Edit", "Write", "MultiEdit", "NotebookEdit")  # their time is all waiting: run/tasks/overdue.py


def answer(call: Call) -> dict[str, object] | None:
    """Says nothing: the user decides."""
    caller = call.caller if call.agent_id else None
    if caller is not None and caller.task and caller.is_live and call.tool not in FILE_TOOLS:
        with Write(call.db):
            journal.note(call.db, "asked-permission", caller.run, caller.task, caller.id, tool=call.tool)
    return None
