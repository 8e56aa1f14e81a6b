"""Calls that may write, from before they run until the client says that they ended (the table call).

A call of a file tool waits for the user's permission for seconds or minutes: that it was begun says nothing of what it
wrote. Calls that ended stay as long as one of the commands that ran beside them has not been looked at.
"""

from __future__ import annotations

from fanout.run.store import select, ticks
from fanout.run.store.db import now
from fanout.run.store.records import Call

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, CallKind

    Targets = dict[str, dict[str, object]]  # for each file that a call names, what it announces (changes/announced.py)


def looked(db: sqlite3.Connection, at: int) -> None:
    """All owned files were looked at. Inside a transaction."""
    db.execute("UPDATE look SET tick = ?", (at,))


def begin(
    db: sqlite3.Connection,
    tool_use: str,
    agent: int,
    tool: str,
    kind: CallKind,
    is_wide: bool,
    targets: Targets,
    opened: int | None = None,
    head: str = "",
) -> None:
    """`is_wide`: it may write any file, not only its targets. `opened` is the tick, the next one where it is left out.
    `head`: where HEAD of its work tree stands. Inside a transaction."""
    at = ticks.NEXT if opened is None else str(opened)
    db.execute(
        "INSERT OR REPLACE INTO call (tool_use, agent, tool, kind, is_wide, at, opened, closed, has_written, targets, head)"
        f" VALUES (?, ?, ?, ?, ?, ?, {at}, NULL, 0, ?, ?)",
        (tool_use, agent, tool, kind, int(is_wide), now(), _json(targets), head),
    )


def tools_under_way(db: sqlite3.Connection) -> dict[str, Call]:
    """The calls of file tools that have not ended, by their ids."""
    return {call.tool_use: call for call in select.every(db, Call, "WHERE kind = 'file' AND closed IS NULL")}


def get(db: sqlite3.Connection, tool_use: str) -> Call | None:
    return select.first(db, Call, "WHERE tool_use = ?", tool_use)


def open_of(db: sqlite3.Connection, agent: int) -> list[Call]:
    """The agent's calls that have not ended."""
    return select.every(db, Call, "WHERE agent = ? AND closed IS NULL ORDER BY opened", agent)


def is_any_of(db: sqlite3.Connection, agent: int) -> bool:
    """Whether a call of the agent's is on record, ended or not."""
    return db.execute("SELECT 1 FROM call WHERE agent = ? LIMIT 1", (agent,)).fetchone() is not None


def since(db: sqlite3.Connection) -> dict[int, float]:
    """For each agent with a command under way: since when."""
    rows = db.execute("SELECT agent, MIN(at) FROM call WHERE closed IS NULL AND kind = 'command' GROUP BY agent")
    return {row[0]: row[1] for row in rows}


def asking(db: sqlite3.Connection) -> dict[int, float]:
    """For each agent with a call of a file tool under way: since when. Such a call takes no time of its own."""
    rows = db.execute("SELECT agent, MAX(at) FROM call WHERE closed IS NULL AND kind = 'file' GROUP BY agent")
    return {row[0]: row[1] for row in rows}


def on_record(db: sqlite3.Connection, after: int) -> list[Call]:
    """The calls that were under way at some time after a tick."""
    return select.every(db, Call, "WHERE closed IS NULL OR closed > ? ORDER BY opened", after)


def may_any_have_made(db: sqlite3.Connection, after: int) -> bool:
    """Whether a call was under way at some time after a tick that says what it makes: a file tool's, or one that succeeded."""
    tail = "WHERE (kind = 'file' OR has_written) AND (closed IS NULL OR closed > ?) LIMIT 1"
    return db.execute(f"SELECT 1 FROM call {tail}", (after,)).fetchone() is not None


def targets_of(call: Call) -> Targets:
    import json  # slow to import

    found: Targets = json.loads(call.targets)
    return found


def settle(db: sqlite3.Connection, call: Call, at: int, announced: dict[str, object] | None) -> None:
    """A file tool's call ended and wrote, `announced` where the client says more than before. Inside a transaction."""
    targets = call.targets if announced is None else _json(dict.fromkeys(targets_of(call), announced))
    db.execute(
        "UPDATE call SET closed = ?, has_written = 1, targets = ? WHERE tool_use = ?", (at, targets, call.tool_use)
    )


def succeed(db: sqlite3.Connection, command: Call) -> None:
    """The client says that a command did what it was to do; noted where that is what a file holds then. Inside a transaction."""
    if '"after":' in command.targets:
        db.execute("UPDATE call SET has_written = 1 WHERE tool_use = ?", (command.tool_use,))


def close(db: sqlite3.Connection, tool_use: str, at: int) -> None:
    """A command ended. Inside a transaction."""
    db.execute("UPDATE call SET closed = ? WHERE tool_use = ? AND closed IS NULL", (at, tool_use))


def note_wait(db: sqlite3.Connection, agent: Agent, command: Call, took: float) -> None:
    """Of a command that ended after `took` seconds of its own: how long the user was asked about it before. Inside a
    transaction."""
    from fanout.run.store import journal  # an Edit of an own file needs none

    question = journal.last(db, agent.run, agent.task, "asked-permission")
    if question is None or question.agent != agent.id or question.at < command.at:
        return
    answered = now() - took
    if answered > question.at:
        spans = [(question.at, answered)]
        seconds = round(answered - question.at, 3)
        journal.note(db, "waited", agent.run, agent.task, agent.id, seconds=seconds, spans=spans)


def leave_running(db: sqlite3.Connection, tool_use: str, process: str) -> None:
    """A command gave the turn back and goes on in the background, where it may still write. Inside a transaction."""
    db.execute("UPDATE call SET kind = 'background', tool = ? WHERE tool_use = ?", (process, tool_use))


def withdraw(db: sqlite3.Connection, tool_use: str) -> None:
    """The call did not run, or wrote nothing. Inside a transaction."""
    db.execute("DELETE FROM call WHERE tool_use = ?", (tool_use,))


def leave_all(db: sqlite3.Connection, agent: int) -> None:
    """The agent ended, and the client told no end of these calls. What was not refused may go on. Inside a transaction."""
    for call in open_of(db, agent):
        if call.kind == "file":
            close(db, call.tool_use, ticks.present(db).next)
        elif call.kind == "command":
            leave_running(db, call.tool_use, "")


def end_process(db: sqlite3.Connection, process: str) -> None:
    """A command in the background was stopped. Inside a transaction."""
    for call in select.every(db, Call, "WHERE kind = 'background' AND tool = ?", process):
        close(db, call.tool_use, ticks.present(db).next)


def is_any_held(db: sqlite3.Connection) -> bool:
    """Whether a change of a file waits for the end of a call to be judged."""
    return db.execute("SELECT 1 FROM latest WHERE is_held").fetchone() is not None


def is_any_left_running(db: sqlite3.Connection) -> bool:
    """Whether a command writes, perhaps, that gave the turn back: nothing tells its end."""
    return db.execute("SELECT 1 FROM call WHERE kind = 'background' AND closed IS NULL").fetchone() is not None


def forget(db: sqlite3.Connection) -> None:
    """Drops the calls that ended before anything that is still to be looked at; all, when the main conversation is alone:
    what it does then is not on record. Inside a transaction."""
    db.execute(
        f"DELETE FROM call WHERE closed IS NOT NULL AND closed <= COALESCE({ticks.COMPLETE_SINCE}, closed)"
        " OR NOT EXISTS (SELECT 1 FROM agent WHERE state IN ('open', 'running') AND kind <> 'main')"
    )


def _json(value: object) -> str:
    """JSON of texts, flags, lists and objects, by the part in C alone: the package json is slow to import."""
    try:
        from _json import encode_basestring_ascii as quoted
    except ImportError:
        from json import dumps

        return dumps(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(key)}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_json, value)) + "]"
    return quoted(value) if isinstance(value, str) else "true" if value else "false"
