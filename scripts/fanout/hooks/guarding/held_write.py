"""An edit of another's file that may wait: the hook holds the call while the owner is near its end, and never longer than
its own time. Then the write is decided again as if it came now.
"""

from __future__ import annotations

import time

from fanout.run.agents import agents, waiting
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import near_end

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

TOOLS = (
    "Edit",
    "MultiEdit",
    "NotebookEdit",
)  # the client looks at the file again as they write; Write replaces it unseen
MOST_SECONDS = 30.0
SPARE_SECONDS = 12.0  # to decide in, of the 60 that the client gives the hook
LOOK_SECONDS = 0.25


def may_wait(call: Call, caller: Agent, owner: Agent, path: str) -> bool:
    """Whether the call is to be held for the owner, once for each path and owner; then it counts as waiting. Inside a
    transaction."""
    if call.tool not in TOOLS or not call.tool_use or not caller.task or call.facts.is_warned_only:
        return False
    if not near_end.is_near(call.db, owner, MOST_SECONDS) or waiting.would_never_end(call.db, caller.id, owner.id):
        return False
    if not journal.say_once(call.db, caller.run, f"held {caller.id} {owner.id} {path}"):
        return False
    waiting.begin(call.db, call.tool_use, caller.id, owner.id, MOST_SECONDS + SPARE_SECONDS)
    call.waits_for = owner
    return True


def hold(call: Call) -> None:
    """Returns when the owner has ended, or the time is over; the call waits for nobody any more."""
    owner, call.waits_for = call.waits_for, None
    assert owner is not None
    began = time.monotonic()
    end = began + allowed()
    while agents.get(call.db, owner.id).is_live and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
    took = round(time.monotonic() - began, 1)
    with Write(call.db):
        waiting.end(call.db, call.tool_use)
        caller = call.caller
        if caller is not None:
            ended = not agents.get(call.db, owner.id).is_live
            name = agents.name_of(owner, caller.run)
            journal.note(call.db, "held", caller.run, caller.task, caller.id, of=name, seconds=took, ended=ended)


def allowed() -> float:
    """The seconds to wait in. The deadline of this process moves behind them, and stays before the client's own."""
    try:
        import _signal  # type: ignore[import-not-found]  # signal itself imports enum

        left = _signal.getitimer(_signal.ITIMER_REAL)[0]
        if left:
            _signal.setitimer(_signal.ITIMER_REAL, left + MOST_SECONDS)
    except (ImportError, AttributeError):
        pass
    return MOST_SECONDS
