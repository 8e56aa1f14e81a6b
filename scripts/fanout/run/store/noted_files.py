"""The files that are on record for agents: what they wrote, found as they began, and declare. In one statement."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

# A folder that an agent made (written.MADE_FOLDER) is no file that it counts on.
MOST_AGENTS = 150  # in one statement: SQLite takes 500 arms of a compound
_WROTE = (
    "SELECT * FROM (SELECT agent, path, NULL, NULL FROM written WHERE agent = ? AND tool <> 'mkdir'"
    " ORDER BY last DESC LIMIT ?)"
)
_FOUND = "SELECT * FROM (SELECT agent, path, NULL, NULL FROM watched WHERE agent = ? AND path <> '' LIMIT ?)"
_DECLARES = (
    "SELECT agent.id, anchor, pattern, regex FROM declared JOIN agent ON agent.run = declared.run"
    " AND agent.task = declared.task WHERE agent.id = ? AND declared.mode = 'write' AND agent.worktree IS NULL"
)


class NotedFiles:
    """Of one agent. `declared` are (anchor, pattern, regex), none for an agent in a worktree of its own."""

    __slots__ = ("declared", "paths")

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.declared: list[tuple[str, str, str]] = []


def of(db: sqlite3.Connection, agents: list[int], most: int) -> dict[int, NotedFiles]:
    """Of each agent the `most` paths that it wrote last, then as many that it found."""
    noted = {agent: NotedFiles() for agent in agents}
    for start in range(0, len(agents), MOST_AGENTS):
        part = agents[start : start + MOST_AGENTS]
        query = " UNION ALL ".join([_WROTE] * len(part) + [_FOUND] * len(part) + [_DECLARES] * len(part))
        bounded = [value for agent in part for value in (agent, most)]
        for agent, path, pattern, regex in db.execute(query, [*bounded, *bounded, *part]):
            if pattern is None:
                noted[agent].paths.append(path)
            else:
                noted[agent].declared.append((path, pattern, regex))
    return noted
