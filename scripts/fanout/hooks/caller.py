"""Who makes this call: an agent, known by the client's agent id, or a session's main conversation."""

from __future__ import annotations

from fanout.hooks import event
from fanout.run.agents import agents

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent


def known(db: sqlite3.Connection, data: dict[str, object]) -> Agent | None:
    """The row of the calling agent when it is bound already; None for a main conversation or a new agent."""
    agent_id = event.text(data, "agent_id")
    return agents.by_agent_id(db, agent_id) if agent_id else None


def identify(db: sqlite3.Connection, data: dict[str, object]) -> int:
    """The caller's row, bound or adopted now when it was not. Runs inside a transaction."""
    agent_id = event.text(data, "agent_id")
    session = event.text(data, "session_id")
    if not agent_id:
        return agents.main_of(db, session)
    row = agents.by_agent_id(db, agent_id)
    if row is not None:
        if row["state"] == "ended":  # resumed under its old id: it is another stretch of work
            return _resume(db, row)
        if row["task"] and not row["worktree"]:
            from fanout.run.agents import worktree
            from fanout.run.tasks import tasks

            record = tasks.record(tasks.get(db, row["run"], row["task"]))
            worktree.fill(db, row, event.text(data, "transcript_path"), record)
        return int(row["id"])
    return bind(db, data, agent_id)


def bind(db: sqlite3.Connection, data: dict[str, object], agent_id: str) -> int:
    """Finds the launch that this agent came from by the client's own record of it, else adopts it as unplanned."""
    found = agents.meta(event.text(data, "transcript_path"), agent_id)
    agent_type = event.text(data, "agent_type")
    tool_use = found.get("toolUseId")
    worktree = found.get("worktreePath")
    row = agents.by_tool_use(db, tool_use) if isinstance(tool_use, str) and tool_use else None
    if row is None and found.get("taskKind") == "in_process_teammate":
        from fanout.run.agents import team

        row = team.launch_of(db, event.text(data, "session_id"), event.text(found, "description"))
        agent_type = event.text(found, "spawnedAgentType")  # what the hooks call its type is its name
    if row is not None and row["state"] == "open":
        agents.bind(db, row["id"], agent_id, agent_type, worktree if isinstance(worktree, str) else None)
        return int(row["id"])
    return agents.adopt(db, event.text(data, "session_id"), agent_id, agent_type)


def _resume(db: sqlite3.Connection, row: Agent) -> int:
    """An ended agent that works again: another stretch of its task, else an unplanned one. It claims afresh."""
    run, task = (row["run"], row["task"]) if _goes_on(db, row) else (None, None)
    number = agents.open_launch(
        db,
        row["session"],
        "",
        row["agent_type"],
        _called(row),
        run,
        task,
        parent=row["parent"],
        read_only=bool(row["read_only"]),
    )
    agents.bind(db, number, row["agent_id"], worktree=row["worktree"])
    return number


def _goes_on(db: sqlite3.Connection, row: Agent) -> bool:
    """Whether what it does now belongs to its task. One that failed or was blocked is running again."""
    if not row["task"] or agents.of_task(db, row["run"], row["task"]) is not None:
        return False
    from fanout.run.flow import runs
    from fanout.run.tasks import tasks

    state = tasks.get(db, row["run"], row["task"])["state"]
    if state == "done":
        return True
    if state not in ("failed", "blocked") or runs.get(db, row["run"])["state"] != "active":
        return False
    return tasks.go_on(db, row["run"], row["task"])


def _called(row: Agent) -> str:
    """What siblings are told it is: they can write to a teammate by its name."""
    from fanout.run.agents import team

    return team.name_of(row["agent_id"]) if team.is_member(row["agent_id"]) else row["description"]
