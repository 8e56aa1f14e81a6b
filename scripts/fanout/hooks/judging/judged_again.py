"""A task that could not be judged for what siblings had half done, or were still to make, is judged again as one of them ends."""

from __future__ import annotations

from fanout.run.evidence import acceptance
from fanout.run.flow import ending, judged_anew
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

LONGEST = 500

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent


def note(call: Call, agent: Agent, summary: str, told: acceptance.NotYours) -> None:
    """The agent ends, and its task waits to be judged: for what it was told."""
    with Write(call.db):
        judged_anew.note(call.db, agent, summary, told.makers, told.command)
        ending.conclude(call.db, agent, "blocked", str(told)[:LONGEST].rstrip("."))


def look(call: Call, ended: Agent) -> None:
    """Judges the tasks of the run that waited for what this agent, which has ended, had half done."""
    if ended.run and tasks.get(call.db, ended.run, ended.task).state == "done":
        judged_anew.look(call.db, call.root, ended.run, acceptance.hook_until())
