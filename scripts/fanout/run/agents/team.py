"""Agent teams of the client: teammates keep their name after their turn, and any message wakes them without a launch.

So the hooks stay on while a session has a team, and a teammate is found by what it was launched with: the client's
record of it names no call.
"""

from __future__ import annotations

from fanout.run.agents import agents, client_process
from fanout.run.store import meta

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

KIND = "in_process_teammate"
FLAG = "CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS"
KEY = "team "
PANE_CLOSED = "its pane was closed"
OPTION = "--agent-id"
HEX = frozenset("0123456789abcdef")


def is_member(agent_id: str) -> bool:
    """Whether the client's agent id is a teammate's: `aNAME-16 hex digits`, or `NAME@session-...` in a pane."""
    name, _, tail = agent_id.rpartition("-")
    if "@" in name:
        return True
    return name.startswith("a") and len(name) > 1 and len(tail) == 16 and HEX.issuperset(tail)


def name_of(agent_id: str) -> str:
    """The name that messages are sent to."""
    return agent_id.partition("@")[0] if "@" in agent_id else agent_id[1:].rpartition("-")[0]


def in_pane() -> str:
    """The teammate that the client of this hook is, "" when it is a session of its own. A teammate in a terminal pane
    is a whole client: its hooks name no agent, its command line does."""
    pid = client_process.current()[0]
    words = _command_line(pid) if pid else []
    return words[words.index(OPTION) + 1] if OPTION in words[:-1] else ""


def _command_line(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode("utf-8", "replace").split("\0")
    except OSError:
        return [] if client_process.ON_WINDOWS else client_process.told("args=", pid).split()


def launch_of(db: sqlite3.Connection, session: str, description: str) -> Agent | None:
    """The oldest launch of the session that has this description and no agent yet."""
    return agents.described(db, session, (description, description[:80]))


def member(db: sqlite3.Connection, session: str, name: str, description: str) -> Agent | None:
    """The teammate of a session with this name (or name@team), else the only one with this description: at work, or
    lost with its pane."""
    members = [agent for agent in agents.of_session(db, session, PANE_CLOSED) if is_member(agent.agent_id)]
    called = [agent for agent in members if name_of(agent.agent_id) == name.partition("@")[0]]
    described = [agent for agent in members if description and agent.description == description[:80]]
    return called[-1] if called else described[0] if len(described) == 1 else None


def note(db: sqlite3.Connection, session: str) -> None:
    """This session has a team. Inside a transaction."""
    pid, start = client_process.current()
    meta.put(db, KEY + session, f"{pid or 0} {start}")


def forget(db: sqlite3.Connection, session: str) -> None:
    """The session ended, and its team with it. Inside a transaction."""
    meta.drop(db, KEY + session)


def stands(db: sqlite3.Connection) -> bool:
    """Whether a session with a team is still there: its teammates may work again at any time."""
    return any(map(_lives, meta.below(db, KEY)))


def in_run(db: sqlite3.Connection, run: str) -> bool:
    """Whether a teammate has ended a task of the run: the client notifies of it past the hooks."""
    return any(agent.state == "ended" and is_member(agent.agent_id) for agent in agents.of_run(db, run))


def _lives(value: str) -> bool:
    pid, _, start = value.partition(" ")
    return pid != "0" and not client_process.is_gone(int(pid), start)
