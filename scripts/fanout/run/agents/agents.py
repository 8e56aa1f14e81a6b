"""Agents: whoever may write. Opened at the gate, bound to the client's agent id, ended once.

States: open (the launch passed the gate), running (the client gave it an id), ended, undone (the launch failed).
"""

from __future__ import annotations

from fanout.run.store.db import now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

LIVE = "('open', 'running')"
WORKER = "worker:"  # how the launch of a task begins that a worker took by name, in place of the client's call


def open_launch(
    db: sqlite3.Connection,
    session: str,
    tool_use: str,
    agent_type: str,
    description: str,
    run: str | None = None,
    task: str | None = None,
    parent: int | None = None,
    read_only: bool = False,
) -> int:
    """Records a launch that passed the gate. Returns the agent's row id. Runs inside a transaction."""
    from fanout.run.agents import client_process

    pid, start = client_process.current()
    at = now()
    cursor = db.execute(
        "INSERT INTO agent (kind, run, task, parent, session, tool_use, agent_type, description, client, client_start,"
        " read_only, state, opened, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)",
        (
            "task" if task else "unplanned",
            run,
            task,
            parent,
            session,
            tool_use,
            agent_type,
            description,
            pid,
            start,
            int(read_only),
            at,
            at,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def bind(db: sqlite3.Connection, row: int, agent_id: str, agent_type: str = "", worktree: str | None = None) -> None:
    """Gives an open launch the client's agent id. The first binding holds: a second id can't take the row over."""
    at = now()
    db.execute(
        "UPDATE agent SET agent_id = ?, state = 'running', started = COALESCE(started, ?), seen = ?,"
        " agent_type = CASE WHEN ? <> '' THEN ? ELSE agent_type END, worktree = COALESCE(?, worktree)"
        " WHERE id = ? AND state = 'open' AND agent_id IS NULL",
        (agent_id, at, at, agent_type, agent_type, worktree, row),
    )


def adopt(db: sqlite3.Connection, session: str, agent_id: str, agent_type: str, parent: int | None = None) -> int:
    """A running agent that no gate saw: recorded as unplanned, so that it is guarded like the others."""
    row = open_launch(db, session, "", agent_type, "", parent=parent)
    bind(db, row, agent_id, agent_type)
    return row


def by_agent_id(db: sqlite3.Connection, agent_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM agent WHERE agent_id = ? ORDER BY id DESC LIMIT 1", (agent_id,)
    ).fetchone()
    return row


def by_tool_use(db: sqlite3.Connection, tool_use: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM agent WHERE tool_use = ? ORDER BY id DESC LIMIT 1", (tool_use,)
    ).fetchone()
    return row


def of_task(db: sqlite3.Connection, run: str, task: str) -> sqlite3.Row | None:
    """The live agent of a task, or None."""
    row: sqlite3.Row | None = db.execute(
        f"SELECT * FROM agent WHERE run = ? AND task = ? AND state IN {LIVE} ORDER BY id DESC LIMIT 1", (run, task)
    ).fetchone()
    return row


def last_of_task(db: sqlite3.Connection, run: str, task: str) -> sqlite3.Row | None:
    """The last agent of a task, live or not, or None."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM agent WHERE run = ? AND task = ? ORDER BY id DESC LIMIT 1", (run, task)
    ).fetchone()
    return row


def main_of(db: sqlite3.Connection, session: str) -> int:
    """The row of a session's main conversation, made on its first write. Runs inside a transaction."""
    row = main_row(db, session)
    if row is not None:
        return int(row["id"])
    from fanout.run.agents import client_process

    pid, start = client_process.current()
    at = now()
    cursor = db.execute(
        "INSERT INTO agent (kind, session, client, client_start, state, opened, started, seen)"
        " VALUES ('main', ?, ?, ?, 'running', ?, ?, ?)",
        (session, pid, start, at, at, at),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def main_row(db: sqlite3.Connection, session: str) -> sqlite3.Row | None:
    """The row of a session's main conversation, None when it has written nothing."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM agent WHERE kind = 'main' AND session = ? AND state = 'running'", (session,)
    ).fetchone()
    return row


def live(db: sqlite3.Connection, kinds: tuple[str, ...] = ("task", "unplanned")) -> list[sqlite3.Row]:
    """The agents that are open or running, oldest first."""
    marks = ", ".join("?" for _ in kinds)
    return db.execute(f"SELECT * FROM agent WHERE state IN {LIVE} AND kind IN ({marks}) ORDER BY id", kinds).fetchall()


def end(db: sqlite3.Connection, row: int, ending: str, state: str = "ended") -> bool:
    """Ends an agent and releases what it claimed; False when it had ended before. Runs inside a transaction."""
    cursor = db.execute(
        f"UPDATE agent SET state = ?, ending = ?, ended = ? WHERE id = ? AND state IN {LIVE}",
        (state, ending, now(), row),
    )
    if cursor.rowcount == 0:
        return False
    db.execute("DELETE FROM claim WHERE agent = ?", (row,))
    drop_calls(db, row)
    return True


def drop_calls(db: sqlite3.Connection, row: int) -> None:
    """Forgets the agent's commands that have no end: a refused one has none. Inside a transaction."""
    calls = "SELECT 'head before ' || tool_use FROM pending_call WHERE agent = ?"
    db.execute(f"DELETE FROM meta WHERE key IN ({calls})", (row,))
    db.execute("DELETE FROM pending_call WHERE agent = ?", (row,))


def began(row: sqlite3.Row) -> float:
    """When the agent began to work, or was launched."""
    return float(row["started"] or row["opened"])


def seen(db: sqlite3.Connection, row: int) -> None:
    """The agent gave a sign of life."""
    db.execute("UPDATE agent SET seen = ? WHERE id = ?", (now(), row))


def lineage(db: sqlite3.Connection, row: int) -> list[int]:
    """The agent and those that launched it, nearest first."""
    found = [row]
    while len(found) < 10:
        parent = db.execute("SELECT parent FROM agent WHERE id = ?", (found[-1],)).fetchone()
        if parent is None or parent["parent"] is None:
            break
        found.append(int(parent["parent"]))
    return found


def name_of(row: sqlite3.Row, seen_from: str | None = None) -> str:
    """What people call the agent: its task, its description, or the main conversation.

    `seen_from`: the run of those who are told; another run's task is named with its run.
    """
    if row["kind"] == "main":
        return "the main conversation"
    if row["task"]:
        return f"task {row['run']}/{row['task']}" if seen_from and seen_from != row["run"] else f"task {row['task']}"
    return f"agent {row['description'] or row['agent_type'] or row['agent_id'] or row['id']}"


def worker_key(name: str) -> str:
    """What stands in place of a call for the worker of this name."""
    return f"{WORKER}{name[:80]}"


def worker_of(row: sqlite3.Row | None) -> str:
    """The name of the worker that took the task of this agent, "" for any other."""
    used = str(row["tool_use"] or "") if row is not None else ""
    return used[len(WORKER) :] if used.startswith(WORKER) else ""


def meta(transcript: str, agent_id: str) -> dict[str, object]:
    """What the client noted of an agent beside the main transcript: toolUseId, worktreePath and so on; {} if none."""
    stem = transcript[: -len(".jsonl")] if transcript.endswith(".jsonl") else transcript
    try:
        import json

        with open(f"{stem}/subagents/agent-{agent_id}.meta.json", encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
