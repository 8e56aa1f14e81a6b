"""Runs on the client's workflow runtime: its script starts the agents that it is handed, and is handed each task once.

The journal decides, the script only starts: what an agent's end sets free goes to the script with that agent's result.
"""

from __future__ import annotations

import json

from fanout.run.store import meta
from fanout.run.tasks import pending_launches, readiness, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Task

SCRIPT = "spec:run-plan"
KEY = "workflow "
CAP_VARIABLE = "CLAUDE_CODE_WORKFLOW_MAX_CONCURRENT_AGENTS"


def hand(db: sqlite3.Connection, view: readiness.View) -> list[dict[str, str]]:
    """What the script is to start now, as its `first` and `next` hold it. Inside a transaction."""
    waiting = _waiting(db, view)
    calls: list[Task] = []
    for task in readiness.startable(view):
        meets = {hazard.other for hazard in view.hazards[task.id]}
        if task.id not in waiting and not meets & {*waiting, *(other.id for other in calls)}:
            calls.append(task)
    calls = calls[: max(0, view.slots() - len(waiting))]
    _keep(db, view.run.id, [*(view.tasks[name] for name in waiting), *calls])
    return [_call(task) for task in calls]


def give_back(db: sqlite3.Connection, run: str, task: str) -> None:
    """The agent that was to do the task did not begin it: it may be handed again. Inside a transaction."""
    kept = [one for one in _kept(db, run) if one.rpartition(":")[0] != task]
    meta.put(db, KEY + run, json.dumps(kept))


def anew(db: sqlite3.Connection, run: str) -> None:
    """The script that was handed something is gone. Inside a transaction."""
    meta.put(db, KEY + run, "[]")


def told(db: sqlite3.Connection, view: readiness.View) -> str:
    """The call that starts the script, for a conversation; or that there is none to make. Inside a transaction."""
    name = view.run.id
    working = [agent for agent in view.live if agent.run == name]
    if working:
        return f"Launch nothing: the workflow of {name} goes on by itself ({len(working)} at work). End your turn."
    given = call(db, view)
    if given is None:
        return f"Nothing of {name} can start now: `fanout status {name}` says why. Tell the user."
    return (
        f"Call the Workflow tool once now, with exactly this input, then end your turn. It starts every task of {name} by "
        f"itself, at most {view.run.cap} at once (the client's own limit is {CAP_VARIABLE}), and you are told when it is over:\n"
        f"```json\n{json.dumps(given, ensure_ascii=False)}\n```"
    )


def call(db: sqlite3.Connection, view: readiness.View) -> dict[str, object] | None:
    """The input of the Workflow tool that starts the script anew; None when nothing can start. Inside a transaction."""
    anew(db, view.run.id)
    first = hand(db, view)
    return {"name": SCRIPT, "args": {"run": view.run.id, "first": first}} if first else None


def _call(task: Task) -> dict[str, str]:
    model = tasks.record(task).get("model")
    return {"task": task.id, "agent": task.agent, **({"model": str(model)} if model else {})}


def _waiting(db: sqlite3.Connection, view: readiness.View) -> list[str]:
    """What was handed and has not begun yet."""
    known = {pending_launches.of_task(task): name for name, task in view.tasks.items() if task.state == "pending"}
    return [known[one] for one in _kept(db, view.run.id) if one in known]


def _kept(db: sqlite3.Connection, run: str) -> list[str]:
    kept: list[str] = json.loads(meta.get(db, KEY + run) or "[]")
    return kept


def _keep(db: sqlite3.Connection, run: str, handed: list[Task]) -> None:
    meta.put(db, KEY + run, json.dumps([pending_launches.of_task(task) for task in handed]))
