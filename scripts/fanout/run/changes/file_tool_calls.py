"""A call of a file tool, and the message that it stands in, from beginning to end."""

from __future__ import annotations

from fanout.run.agents import calls
from fanout.run.store import ticks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.agents.calls import Targets
    from fanout.run.store.ticks import Present


def begin_tool(
    db: sqlite3.Connection, root: str, now: Present, agent: int, tool_use: str, tool: str, targets: Targets
) -> None:
    """A file tool is about to write, perhaps after the user was asked. Inside a transaction, in which `now` was read."""
    if now.complete_since is not None:
        from fanout.run.changes import latest

        known = {path: latest.get(db, path) for path in targets}
        stale = [p for p, row in known.items() if row is None or max(row.tick, now.look) < now.complete_since]
        latest.put(db, [latest.observe(root, path, agent, now.next) for path in stale])  # nobody's at the last look
    calls.begin(db, tool_use, agent, tool, "file", False, targets)


def end_message(db: sqlite3.Connection, root: str, agent: int) -> None:
    """All calls of the agent's message have ended: those that the client told no end of did not run.

    What could not be judged while they were open is judged now. Inside a transaction.
    """
    from fanout.run.changes import authored, spool, withdrawn

    spool.take_in(db, root, ticks.present(db))
    untold: list[str] = []
    for call in calls.open_of(db, agent):
        if call.kind != "background":
            untold += calls.targets_of(call)
            withdrawn.withdraw(db, root, call)
    if calls.is_any_held(db) or calls.is_any_left_running(db):
        from fanout.run.changes import snapshot

        snapshot.look_at_all(db, root, agent)
    authored.message_ended(db, root, agent, untold)
    calls.forget(db)


def has_open(db: sqlite3.Connection, root: str, agent: int) -> bool:
    """Whether there is something for `told` to do."""
    from fanout.run.changes import spool

    return (
        bool(calls.open_of(db, agent)) or calls.is_any_held(db) or calls.is_any_left_running(db) or spool.is_any(root)
    )
