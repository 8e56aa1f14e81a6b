"""`fanout claim --worker NAME` by an agent of the client: the worker of that name is this agent from now on.

Bash does not tell a command which agent runs it; this hook does know, and leaves it in the journal for the command.
"""

from __future__ import annotations

import re

from fanout.hooks import caller, event
from fanout.hooks.guarding import own_command
from fanout.run.agents import agents
from fanout.run.flow import runs
from fanout.run.store import journal, meta
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

CLAIM = re.compile(r"\bfanout claim\b([^\n;|&`]*)")


def said(text: str) -> tuple[str, str] | None:
    """The worker and the run ("" when it names none) of the first `fanout claim` in a command or a prompt, or None."""
    found = CLAIM.search(text)
    if found is None:
        return None
    import shlex

    try:
        words = shlex.split(found.group(1).replace("--worker=", "--worker "))
    except ValueError:
        return None
    name = _after(words, "--worker")
    _after(words, "--wait")
    rest = [word for word in words if not word.startswith("-")]
    return (name, rest[0] if rest else "") if name else None


def register(db: sqlite3.Connection, data: dict[str, object], line: str) -> str:
    """Makes the calling agent the worker that it names. Why it may not claim, "" when it may."""
    found = said(line)
    if found is None:
        return ""
    name, run = found
    if not event.text(data, "agent_id"):
        return IN_MAIN if own_command.split(line) else ""
    with Write(db):
        row = caller.identify(db, data)
        me = agents.get(db, row)
        reason = _refusal(db, me, name)
        if not reason:
            meta.put(db, agents.worker_key(name), me["agent_id"])
            note(db, row, run)
        return reason


IN_MAIN = (
    "`fanout claim` is for worker agents and for processes outside the client: a task that you took here could write "
    'nothing. Launch agents with the prompt "Run `fanout claim --worker w1 RUN --wait 60` and follow what it prints." '
    "(w2, w3, ... for the others), all in one message; or launch the tasks: `fanout next`."
)


def note(db: sqlite3.Connection, row: int, run: str) -> None:
    """This agent takes the tasks of a run by itself, of the only one when `run` names none. Inside a transaction."""
    live = [found["id"] for found in runs.active(db)]
    run = run if run in live else live[0] if len(live) == 1 else ""
    if run and not journal.concerns(db, run, row, "worker"):
        journal.note(db, "worker", run, agent=row)


def _refusal(db: sqlite3.Connection, me: Agent, name: str) -> str:
    mine = agents.worker_of(me)
    if me["task"] and mine != name[:80]:
        end = f"end it first: `fanout done {me['run']}/{me['task']} 'what you did'`" if mine else "end with it"
        return f"You have task {me['task']} of {me['run']}, and take no other: {end}."
    key = agents.worker_key(name)
    holder = agents.by_agent_id(db, meta.get(db, key) or key)
    if holder is not None and holder["agent_id"] != me["agent_id"] and holder["state"] in ("open", "running"):
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
