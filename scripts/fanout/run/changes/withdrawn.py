"""A call that did not run, or wrote nothing: the user said no, or the tool failed. What it alone had taken is given back."""

from __future__ import annotations

import os

from fanout.run.agents import calls

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Call


def withdraw(db: sqlite3.Connection, root: str, call: Call) -> None:
    """Nobody wrote what the call names, if it is as the agent found it and no other call of the agent's is known to have
    written it: then its first write is still to come. Inside a transaction, after what the client said has been read.
    """
    calls.withdraw(db, call.tool_use)
    others = [name for one in calls.open_of(db, call.agent) for name in calls.targets_of(one)]
    for name in calls.targets_of(call):
        if name not in others:
            _give_back(db, root, call.agent, name)


def _give_back(db: sqlite3.Connection, root: str, agent: int, name: str) -> None:
    from fanout.run.agents import claims
    from fanout.run.changes import authored, objects, written
    from fanout.run.store import meta, paths

    noted = written.get(db, agent, name)
    if noted is None or authored.has_written(noted):
        return
    full = os.path.join(root, name)
    try:
        now = objects.name_of(full) if os.path.lexists(full) else objects.ABSENT
    except OSError:
        return
    if now == noted.before:
        written.forget(db, agent, name)
        claims.give_back(db, agent, paths.key(name, meta.folds_case(db)))
