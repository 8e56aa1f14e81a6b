"""The files that are on record for agents: what they wrote, found as they began, declare, and left uncommitted."""

from __future__ import annotations

from fanout.run.store.records import Agent

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

# A folder that an agent made (written.MADE_FOLDER) is no file that it counts on.
MOST_AGENTS = 150  # in one statement: SQLite takes 500 arms of a compound
_COMMITTED = (  # whether a row of `task` is committed, and was not undone since
    "(SELECT kind FROM event WHERE event.run = task.run AND event.task = task.id"
    " AND kind IN ('committed', 'undone') ORDER BY event.id DESC LIMIT 1) IS 'committed'"
)
_WROTE = (
    "SELECT * FROM (SELECT agent, path, NULL, stamp FROM written WHERE agent = ? AND tool <> 'mkdir'"
    " ORDER BY last DESC LIMIT ?)"
)
_FOUND = "SELECT * FROM (SELECT agent, path, NULL, NULL FROM watched WHERE agent = ? AND path <> '' LIMIT ?)"
_DECLARES = (
    "SELECT agent.id, anchor, pattern, regex FROM declared JOIN agent ON agent.run = declared.run"
    " AND agent.task = declared.task WHERE agent.id = ? AND declared.mode = 'write'"
)


class NotedFiles:
    """Of one agent. `declared` are (anchor, pattern, regex), true of its worktree where it has one; `stamps` those of what it
    wrote, as it left it."""

    __slots__ = ("declared", "paths", "stamps")

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.stamps: dict[str, str] = {}
        self.declared: list[tuple[str, str, str]] = []


def of(db: sqlite3.Connection, agents: list[int], most: int) -> dict[int, NotedFiles]:
    """Of each agent the `most` paths that it wrote last, then as many that it found. In one statement."""
    noted = {agent: NotedFiles() for agent in agents}
    for start in range(0, len(agents), MOST_AGENTS):
        part = agents[start : start + MOST_AGENTS]
        query = " UNION ALL ".join([_WROTE] * len(part) + [_FOUND] * len(part) + [_DECLARES] * len(part))
        bounded = [value for agent in part for value in (agent, most)]
        for agent, path, pattern, regex in db.execute(query, [*bounded, *bounded, *part]):
            if pattern is None:
                noted[agent].paths.append(path)
                if regex is not None:
                    noted[agent].stamps[path] = regex
            else:
                noted[agent].declared.append((path, pattern, regex))
    return noted


def left_uncommitted(db: sqlite3.Connection) -> dict[str, Agent]:
    """The paths that agents of active runs changed and left behind uncommitted, with the agent that was last."""
    rows = db.execute(
        f"SELECT changed.path, {Agent.COLUMNS} FROM changed JOIN agent ON agent.id = changed.agent"
        " JOIN task ON task.run = agent.run AND task.id = agent.task JOIN run ON run.id = agent.run"
        f" WHERE run.state = 'active' AND NOT {_COMMITTED} ORDER BY agent.id"
    )
    return {row[0]: Agent(row[1:]) for row in rows}
