"""Calls of an agent that the user, or a rule of the user's, did not permit: the cause that is named when nothing came of it.

The words are the client's, in the batch of calls that it sends when a message of the agent has been carried out.
"""

from __future__ import annotations

import os
import re

from fanout.run.agents import agents
from fanout.run.changes import changes
from fanout.run.store import base, journal
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

NOT_PERMITTED = re.compile(
    r"user doesn't want to (proceed with|take) this|you haven't granted it"
    r"|Permission (to use|for) .{0,2000}?(has been|was) denied",
    re.DOTALL,
)
A_NO = ("user doesn't want to", "The tool use was rejected")  # of the main conversation, and of an agent
REFUSED = "the user refused "  # a word, and not the want of a permission: nothing is to be allowed
OWN = "hook error"  # a hook's denial: its reason is on record already
FILE_TOOLS = ("Write", "Edit", "MultiEdit", "NotebookEdit")
WRITERS = (*FILE_TOOLS, "Bash", "PowerShell", "mcp__")
LONGEST_OUTCOME = 300
LONGEST_COMMAND = 60
LONGEST_SAID = 160


def is_refusal(said: str) -> bool:
    """Whether a call's answer says that it was not permitted."""
    return OWN not in said[:60] and NOT_PERMITTED.search(said) is not None


def note(db: sqlite3.Connection, agent: Agent, tool: str, path: str, command: str, by_user: bool = False) -> None:
    """One call of the agent was not permitted; `by_user`: who was asked said no. Inside a transaction."""
    facts = {"tool": tool, "path": path, "command": command, "by_user": by_user}
    journal.note(db, "permission-denied", agent.run, agent.task, agent.id, **facts)


def explain(db: sqlite3.Connection, root: str, agent: Agent) -> bool:
    """Whether what is missing is what the agent was not permitted to do: a declared file that it may not write is not
    there, or it changed nothing at all."""
    events = [
        one for one in journal.of_agent(db, agent.id, "permission-denied") if one.facts["tool"].startswith(WRITERS)
    ]
    if not events:
        return False
    if not agent.worktree and not changes.has_any(db, root, agent):
        return True
    home = base.of_agent(db, root, agent)
    writes = tasks.record(tasks.get(db, agent.run, agent.task)).get("writes", [])
    wanted = {os.path.realpath(os.path.join(home, path)) for path in writes}
    refused = {os.path.join(root, event.facts["path"]) for event in events if event.facts["path"]}
    return any(path in wanted and not os.path.lexists(path) for path in refused)


def refuses_files(db: sqlite3.Connection, root: str, agent: Agent) -> bool:
    """Whether the client refused the agent a file, and no agent of its run has written any."""
    events = journal.of_agent(db, agent.id, "permission-denied")
    if not any(one.facts["tool"] in FILE_TOOLS for one in events) or tasks.in_state(db, agent.run, "done"):
        return False
    of_run = agents.by_id(db, agent.run).values()
    return not any(one.worktree or changes.has_any(db, root, one) for one in of_run)


def denied(db: sqlite3.Connection, agent: Agent) -> str:
    """`permission denied for Write of src/a.py, Bash npm test`, or `the user refused ...`, "" when nothing was."""
    said = []
    events = journal.of_agent(db, agent.id, "permission-denied")
    is_a_no = all(event.facts.get("by_user") for event in events)
    for event in events:
        facts = event.facts
        name = (
            f" of {os.path.basename(facts['path'])}"
            if facts["path"]
            else f" {facts['command'][:LONGEST_COMMAND]}".rstrip()
        )
        said.append(f"{facts['tool']}{name}")
    return f"{REFUSED if is_a_no else tasks.UNPERMITTED}{tasks.few(list(dict.fromkeys(said)))}" if said else ""


def outcome(db: sqlite3.Connection, agent: Agent, said: str) -> str:
    """Of a task of which nothing came for want of a permission."""
    said = tasks.shortened(said, LONGEST_SAID)
    return tasks.shortened(f"{denied(db, agent)}; its agent said: {said}", LONGEST_OUTCOME)


def beside(db: sqlite3.Connection, agent: Agent, said: str) -> str:
    """What was not permitted, beside what is said of a task that is not done."""
    why = denied(db, agent)
    if not why or why in said:
        return tasks.shortened(said, LONGEST_OUTCOME)
    room = LONGEST_OUTCOME - min(len(why), LONGEST_OUTCOME // 2) - 3
    return f"{tasks.shortened(said, room)} ({tasks.shortened(why, LONGEST_OUTCOME // 2)})"
