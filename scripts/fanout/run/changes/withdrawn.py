"""A call that did not run, or wrote nothing: the user said no, or the tool failed. What it alone had taken is given back."""

from __future__ import annotations

import os

from fanout.run.agents import calls

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Call


def withdraw(db: sqlite3.Connection, root: str, call: Call) -> None:
    """The agent did not write what the call names, if that is not as the call would have left it and no other call of the
    agent's is known to have written it: then its first write is still to come. Inside a transaction, after what the client
    said has been read.
    """
    calls.withdraw(db, call.tool_use)
    others = [name for one in calls.open_of(db, call.agent) for name in calls.targets_of(one)]
    for name, announced in calls.targets_of(call).items():
        if name not in others:
            _give_back(db, root, call.agent, name, announced)


def _give_back(db: sqlite3.Connection, root: str, agent: int, name: str, announced: dict[str, object]) -> None:
    from fanout.run.agents import claims
    from fanout.run.changes import authored, objects, written
    from fanout.run.store import meta, paths

    noted = written.get(db, agent, name)
    if noted is None or authored.has_written(noted):
        return
    there = objects.keep(root, os.path.join(root, name))
    if there == objects.NOT_KEPT:
        return
    may_be_its = there not in (noted.before, objects.ABSENT) and _is_as_announced(objects.load(root, there), announced)
    if not may_be_its:
        written.forget(db, agent, name)
        claims.give_back(db, agent, paths.key(name, meta.folds_case(db)))


def _is_as_announced(data: bytes, announced: dict[str, object]) -> bool:
    """Whether the file may be what the call makes of it: then the hook that was to tell of its end was cut off."""
    from fanout.run.changes import texts

    text, _ = texts.read(data)
    after, edits = announced.get("after"), announced.get("edits")
    if isinstance(after, list):
        return texts.name_of(text) in after
    return not isinstance(edits, list) or all(new in text for _, new, _ in edits)
