"""`fanout claim --worker NAME` by an agent of the client: the worker of that name is this agent from now on.

Bash does not tell a command which agent runs it; this hook does know, and leaves it in the journal for the command.
"""

from __future__ import annotations

import re

from fanout.hooks.caller import identified
from fanout.hooks.guarding import own_command
from fanout.run.agents import agents
from fanout.run.store import journal, meta
from fanout.run.store.db import Write
from fanout.run.tasks import runs

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

CLAIM = re.compile(r"\bfanout claim\b([^\n;|&`]*)")


def said(text: str) -> tuple[str, str] | None:
    """The worker and the run ("" when it names none) of the first `fanout claim` in a command or a prompt, or None."""
    claim = CLAIM.search(text)
    if claim is None:
        return None
    import shlex

    try:
        words = shlex.split(claim.group(1).replace("--worker=", "--worker "))
    except ValueError:
        return None
    name = _after(words, "--worker")
    _after(words, "--wait")
    rest = [word for word in words if not word.startswith("-")]
    return (name, rest[0] if rest else "") if name else None


def refusal(call: Call, line: str) -> str:
    """Makes the calling agent the worker that the line names. Why it may not claim, "" when it may."""
    claim = said(line)
    if claim is None:
        return ""
    name, run = claim
    if not call.agent_id:
        return IN_MAIN if own_command.split(line) else ""
    with Write(call.db):
        agent = identified(call)
        reason = _refusal(call.db, agent, name)
        if not reason:
            meta.put(call.db, agents.worker_key(name), agent.agent_id)
            note(call.db, agent.id, run)
        return reason


IN_MAIN = (
    "`fanout claim` is for worker agents and for processes outside the client: a task that you took here could write "
    'nothing. Launch agents with the prompt "Run `fanout claim --worker w1 RUN --wait 60` and follow what it prints." '
    "(w2, w3, ... for the others), all in one message; or launch the tasks: `fanout next`."
)


def note(db: sqlite3.Connection, agent: int, run: str) -> None:
    """This agent takes the tasks of a run by itself, of the only one when `run` names none. Inside a transaction."""
    live = [active.id for active in runs.active(db)]
    run = run if run in live else live[0] if len(live) == 1 else ""
    if run and not journal.concerns(db, run, agent, "worker"):
        journal.note(db, "worker", run, agent=agent)


def _refusal(db: sqlite3.Connection, agent: Agent, name: str) -> str:
    mine = agents.worker_of(agent)
    if agent.task and mine != name[:80]:
        end = f"end it first: `fanout done {agent.run}/{agent.task} 'what you did'`" if mine else "end with it"
        return f"You have task {agent.task} of {agent.run}, and take no other: {end}."
    key = agents.worker_key(name)
    holder = agents.by_agent_id(db, meta.get(db, key) or key)
    if holder is not None and holder.agent_id != agent.agent_id and holder.is_live:
        return f"The worker {name} is another agent's name. Take one of your own: `fanout claim --worker NAME`."
    return ""


def _after(words: list[str], option: str) -> str:
    """Takes an option and its value out of the words. Returns the value, "" when there is none."""
    if option not in words[:-1]:
        return ""
    place = words.index(option)
    value = words[place + 1]
    del words[place : place + 2]
    return value
