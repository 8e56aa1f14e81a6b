"""Where git or the user comes next, what a killed command of ours left half done is brought to its end first."""

from __future__ import annotations

from fanout.run.store import under_way

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call


def finish(call: Call) -> list[str]:
    """What could not be brought to its end, in words. One look at the file system where nothing is under way."""
    if not under_way.is_marked(call.root):
        return []
    from fanout.errors import FanoutError
    from fanout.run.commits import repair
    from fanout.run.flow import hooks_switch
    from fanout.run.store.db import Write

    try:
        said = repair.finish(call.db, call.root)
    except FanoutError as error:  # the next one tries again
        return [f"fanout: a commit or an undo that was cut off can't be brought to its end: {error}"]
    with Write(call.db):
        hooks_switch.settle(call.db, call.root)
    return said
