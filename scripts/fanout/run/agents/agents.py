"""Agents: whoever may write. Opened at the gate, bound to the client's agent id, ended once.

open (the launch passed the gate) -> running (the client gave it an id) -> ended; open -> undone (the launch failed).
Everything that is written to the table `agent` is written here.
"""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.run.store import select
from fanout.run.store.db import now
from fanout.run.store.records import Agent

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import AgentKind, AgentOver

LIVE = "('open', 'running')"
EVERY_KIND: tuple[AgentKind, ...] = ("task", "unplanned", "main")
LAUNCHED: tuple[AgentKind, ...] = ("task", "unplanned")
WORKER = "worker:"  # how the launch of a task begins that a worker took by name, in place of the client's call
MOST_PARENTS = 10


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
    """Records a launch that passed the gate. Returns the agent's id. Runs inside a transaction."""
    at, client = now(), _client()
    cursor = db.execute(
        "INSERT INTO agent (kind, run, task, parent, session, tool_use, agent_type, description, client, client_start,"
        " read_only, state, opened, seen) VALUES (?, NULLIF(?, ''), NULLIF(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)",
        (
            *("task" if task else "unplanned", run, task, parent, session, tool_use, agent_type, description),
            *(*client, int(read_only), at, at),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def bind(db: sqlite3.Connection, agent: int, agent_id: str, agent_type: str = "", worktree: str | None = None) -> None:
    """Gives an open launch the client's agent id. The first binding holds: a second id can't take the launch over."""
    at = now()
    db.execute(
        "UPDATE agent SET agent_id = ?, state = 'running', started = COALESCE(started, ?), seen = ?,"
        " agent_type = CASE WHEN ? <> '' THEN ? ELSE agent_type END, worktree = COALESCE(NULLIF(?, ''), worktree)"
        " WHERE id = ? AND state = 'open' AND agent_id IS NULL",
        (agent_id, at, at, agent_type, agent_type, worktree, agent),
    )


def adopt(db: sqlite3.Connection, session: str, agent_id: str, agent_type: str, parent: int | None = None) -> int:
    """A running agent that no gate saw: recorded as unplanned, so that it is guarded like the others."""
    agent = open_launch(db, session, "", agent_type, "", parent=parent)
    bind(db, agent, agent_id, agent_type)
    return agent


def get(db: sqlite3.Connection, agent: int) -> Agent:
    """Raises FanoutError when there is none."""
    known = select.first(db, Agent, "WHERE id = ?", agent)
    if known is None:
        raise FanoutError(f"the journal has no agent {agent}.", "`fanout doctor` checks the journal.")
    return known


def by_agent_id(db: sqlite3.Connection, agent_id: str) -> Agent | None:
    return select.first(db, Agent, "WHERE agent_id = ? ORDER BY id DESC", agent_id)


def by_tool_use(db: sqlite3.Connection, tool_use: str) -> Agent | None:
    return select.first(db, Agent, "WHERE tool_use = ? ORDER BY id DESC", tool_use)


def of_task(db: sqlite3.Connection, run: str, task: str) -> Agent | None:
    """The live agent of a task, or None."""
    return select.first(db, Agent, f"WHERE run = ? AND task = ? AND state IN {LIVE} ORDER BY id DESC", run, task)


def last_of_task(db: sqlite3.Connection, run: str, task: str) -> Agent | None:
    """The last agent of a task, live or not, or None."""
    return select.first(db, Agent, "WHERE run = ? AND task = ? ORDER BY id DESC", run, task)


def last_of_tasks(db: sqlite3.Connection, run: str) -> dict[str, int]:
    """The id of the last agent of each task of the run that had one."""
    return dict(
        db.execute("SELECT task, MAX(id) FROM agent WHERE run = ? AND task <> '' GROUP BY task", (run,)).fetchall()
    )


def of_run(db: sqlite3.Connection, run: str) -> list[Agent]:
    """Every agent that worked for a run, oldest first."""
    return select.every(db, Agent, "WHERE run = ? AND state <> 'undone' ORDER BY id", run)


def by_id(db: sqlite3.Connection, run: str) -> dict[int, Agent]:
    """Every agent of a run by its number in the journal, also such as did not come to start."""
    return {agent.id: agent for agent in select.every(db, Agent, "WHERE run = ?", run)}


def with_task_of(db: sqlite3.Connection, run: str, worker: str) -> Agent | None:
    """The live agent by which a worker does a task of the run."""
    return select.first(db, Agent, f"WHERE run = ? AND tool_use = ? AND state IN {LIVE}", run, worker_key(worker))


def described(db: sqlite3.Connection, session: str, descriptions: tuple[str, str]) -> Agent | None:
    """The oldest launch of the session that has one of these descriptions and no agent yet."""
    tail = "WHERE state = 'open' AND agent_id IS NULL AND session = ? AND description IN (?, ?) ORDER BY id"
    return select.first(db, Agent, tail, session, *descriptions)


def of_session(db: sqlite3.Connection, session: str, ending: str) -> list[Agent]:
    """The agents of a session that the client has named, and that run or ended so. Oldest first."""
    tail = "WHERE session = ? AND agent_id <> '' AND (state = 'running' OR ending = ?) ORDER BY id"
    return select.every(db, Agent, tail, session, ending)


def main_of(db: sqlite3.Connection, session: str) -> int:
    """The id of a session's main conversation, recorded on its first write. Runs inside a transaction."""
    main = main_row(db, session)
    if main is not None:
        return main.id
    at = now()
    cursor = db.execute(
        "INSERT INTO agent (kind, session, client, client_start, state, opened, started, seen)"
        " VALUES ('main', ?, ?, ?, 'running', ?, ?, ?)",
        (session, *_client(), at, at, at),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _client() -> tuple[int | None, str]:
    """The process of the client that this hook belongs to, and its start."""
    from fanout.run.agents import client_process

    return client_process.current()


def main_row(db: sqlite3.Connection, session: str) -> Agent | None:
    """A session's main conversation, None when it has written nothing."""
    return select.first(db, Agent, "WHERE kind = 'main' AND session = ? AND state = 'running'", session)


def live(db: sqlite3.Connection, kinds: tuple[AgentKind, ...] = LAUNCHED) -> list[Agent]:
    """The agents that are open or running, oldest first."""
    marks = ", ".join("?" for _ in kinds)
    return select.every(db, Agent, f"WHERE state IN {LIVE} AND kind IN ({marks}) ORDER BY id", *kinds)


def is_any_live(db: sqlite3.Connection) -> bool:
    marks = ", ".join("?" for _ in LAUNCHED)
    return bool(
        db.execute(f"SELECT 1 FROM agent WHERE state IN {LIVE} AND kind IN ({marks}) LIMIT 1", LAUNCHED).fetchone()
    )


def end(db: sqlite3.Connection, agent: int, ending: str, state: AgentOver = "ended") -> bool:
    """open or running -> `state`; False when it had ended before. Inside a transaction: flow/ending.py does the rest."""
    cursor = db.execute(
        f"UPDATE agent SET state = ?, ending = ?, ended = ? WHERE id = ? AND state IN {LIVE}",
        (state, ending, now(), agent),
    )
    return cursor.rowcount == 1


def brought_it_to_its_end(db: sqlite3.Connection, agent: int) -> None:
    """The task of an agent that has ended is done by what it did: its check could not be judged before. Inside a transaction."""
    db.execute("UPDATE agent SET ending = 'done' WHERE id = ? AND state = 'ended'", (agent,))


def seen(db: sqlite3.Connection, agent: int) -> None:
    """The agent gave a sign of life."""
    db.execute("UPDATE agent SET seen = ? WHERE id = ?", (now(), agent))


def forbid_writing(db: sqlite3.Connection, agent: int) -> None:
    """From now on it may only read. Inside a transaction."""
    db.execute("UPDATE agent SET read_only = 1 WHERE id = ?", (agent,))


def set_worktree(db: sqlite3.Connection, agent: int, folder: str) -> None:
    """The client made this worktree for the agent. Inside a transaction."""
    db.execute("UPDATE agent SET worktree = ? WHERE id = ?", (folder, agent))


def has_worktree(db: sqlite3.Connection, folder: str) -> bool:
    """Whether an agent has, or had, this worktree to itself."""
    return db.execute("SELECT 1 FROM agent WHERE worktree = ?", (folder,)).fetchone() is not None


def parents(db: sqlite3.Connection) -> dict[int, int]:
    """For each agent that another one launched, that one."""
    return dict(db.execute("SELECT id, parent FROM agent WHERE parent IS NOT NULL").fetchall())


def lineage(db: sqlite3.Connection, agent: int) -> list[int]:
    """The agent and those that launched it, nearest first."""
    family = [agent]
    while len(family) < MOST_PARENTS:
        row = db.execute("SELECT parent FROM agent WHERE id = ?", (family[-1],)).fetchone()
        if row is None or row[0] is None:
            break
        family.append(int(row[0]))
    return family


def family(db: sqlite3.Connection, agent: Agent) -> list[int]:
    """`lineage`, without asking for an agent that Claude launched itself."""
    return [agent.id] if agent.parent is None else lineage(db, agent.id)


def spans(db: sqlite3.Connection, run: str) -> list[tuple[int, float, float, bool]]:
    """Each agent of the run that has ended, from when to when it worked, in order of their start, and whether it brought its
    task to its end."""
    rows = db.execute(
        "SELECT id, COALESCE(started, opened) AS start, ended, ending = 'done' FROM agent"
        " WHERE run = ? AND state = 'ended' AND ended IS NOT NULL ORDER BY start",
        (run,),
    )
    return [(row[0], row[1], row[2], bool(row[3])) for row in rows]


def times_bound(db: sqlite3.Connection, agent_id: str) -> int:
    """How many stretches of work the client's agent has had."""
    return int(db.execute("SELECT COUNT(*) FROM agent WHERE agent_id = ?", (agent_id,)).fetchone()[0])


def launched_and_seen(db: sqlite3.Connection, before: float) -> tuple[int, int]:
    """How many agents of tasks were launched before then, and how many of them the client has named."""
    row = db.execute(
        "SELECT COUNT(*), COUNT(agent_id) FROM agent WHERE kind = 'task' AND opened < ?", (before,)
    ).fetchone()
    return int(row[0]), int(row[1])


def name_of(agent: Agent, seen_from: str | None = None) -> str:
    """What people call the agent: its task, its description, or the main conversation.

    `seen_from`: the run of those who are told; another run's task is named with its run.
    """
    if agent.kind == "main":
        return "the main conversation"
    if agent.task:
        return f"task {agent.run}/{agent.task}" if seen_from and seen_from != agent.run else f"task {agent.task}"
    return f"agent {agent.description or agent.agent_type or agent.agent_id or agent.id}"


def called(agent: Agent) -> str:
    """What tells an agent of a task from others: its worker's name, else what the launch says of it."""
    return worker_of(agent) or agent.description or agent.agent_type or agent.agent_id or str(agent.id)


def worker_key(name: str) -> str:
    """What stands in place of a call for the worker of this name."""
    return f"{WORKER}{name[:80]}"


def worker_of(agent: Agent | None) -> str:
    """The name of the worker that took the task of this agent, "" for any other."""
    used = agent.tool_use if agent is not None else ""
    return used[len(WORKER) :] if used.startswith(WORKER) else ""


def meta(transcript: str, agent_id: str) -> dict[str, object]:
    """What the client noted of an agent beside the main transcript: toolUseId, worktreePath and so on; {} if none."""
    return _noted(f"{_stem(transcript)}/agent-{agent_id}.meta.json")


def meta_of_workflow(transcript: str, agent_id: str) -> dict[str, object]:
    """The same of an agent that a workflow's script started; its label is `description`."""
    folder = folder_of_workflows(transcript)
    try:
        names = os.listdir(folder)
    except OSError:
        return {}
    found = (_noted(f"{folder}/{name}/agent-{agent_id}.meta.json") for name in names)
    return next((one for one in found if one), {})


def folder_of_workflows(transcript: str) -> str:
    """Where the client notes the agents of a session's workflows."""
    return f"{_stem(transcript)}/workflows"


def _stem(transcript: str) -> str:
    return f"{transcript[: -len('.jsonl')] if transcript.endswith('.jsonl') else transcript}/subagents"


def _noted(path: str) -> dict[str, object]:
    try:
        import json

        with open(path, encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
