"""What is answered to a change of a run's order: which task comes next, what goes on without one that is left out."""

from __future__ import annotations

from fanout.run.flow import task_results
from fanout.run.tasks import readiness, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

BY_ORDER, AS_ASKED = "only the list's order said it", "asked for"


def put_first(
    view: readiness.View, names: list[str], lifted: list[tuple[str, str]], way: str = "", why: str = BY_ORDER
) -> str:
    """`06 comes before all others now. Next is 05, as soon as a place is free; 06 needs 05.` `lifted`: waits that it ended, and
    `why` it could; `way`: what ends the others that the list does not state."""
    pending = [name for name, task in view.tasks.items() if task.state == "pending"]
    comes = "comes" if len(names) == 1 else "come"
    ahead = pending[: max(pending.index(name) for name in names) + 1]
    waits = [f"{tasks.called(name, 'task')} {readiness.refusal(view, name)}" for name in ahead[1:] if name in names]
    after = "".join(f"; {one}" for one in waits if not one.endswith(" "))
    free = no_more(lifted, why)
    lifts = f" If the user says that it need not wait: `{way}`." if way and ": inferred, " in after else ""
    behind = "" if ahead[0] in names else f" but what {'it needs' if len(names) == 1 else 'they need'}"
    return f"{tasks.few(names)} {comes} before all others{behind} now. Next is {_when(view, ahead[0])}{after}.{free}{lifts}"


def no_more(lifted: list[tuple[str, str]], why: str = BY_ORDER) -> str:
    """Which waits are no more: (the task, what it waited for), and `why` they could be ended."""
    if len(lifted) == 1:
        reason = "which only the list's order said" if why == BY_ORDER else f"as {why}"
        return f" {lifted[0][0]} no longer waits for {lifted[0][1]}, {reason}."
    waits = ", ".join(f"{task} after {other}" for task, other in lifted)
    return f" Lifted, as {why}: {waits}." if lifted else ""


def _when(view: readiness.View, name: str) -> str:
    """A task that waits, and for what."""
    reason = readiness.refusal(view, name)
    if reason:
        return f"{tasks.called(name, 'task')}, which {reason}"
    if view.run.paused:
        return f"{tasks.called(name, 'task')}, after `fanout go {view.run.id}`"
    return f"{tasks.called(name, 'task')}, {'which can start' if view.slots() else 'as soon as a place is free'}"


def left_out(db: sqlite3.Connection, view: readiness.View, name: str) -> str:
    """`02 is left out; 03 goes on without it. What it changed stands: a.py.`"""
    needing = [other for other, needs in view.needs.items() if name in needs and view.tasks[other].state == "pending"]
    reasons = {other: readiness.refusal(view, other) for other in needing}
    behind = [f"{other} {reason}" for other, reason in reasons.items() if reason]
    on = [other for other, reason in reasons.items() if not reason]
    go = "goes" if len(on) == 1 else "go"
    after = [f"{tasks.few(on)} {go} on without it"] if on else []
    stands = task_results.stands(db, view.tasks[name])
    return f"{tasks.called(name)} is left out; {'; '.join([*after, *behind]) or 'no task waits for it'}.{stands}"


def to_be_left_out(view: readiness.View, agent: Agent) -> str:
    """Of a task that is to be left out and that an agent does right now: who ends it, and what becomes of its work."""
    name = f"{view.run.id}/{agent.task}"
    return (
        f"{tasks.called(agent.task)} is at work, so it is left out when its agent is stopped: TaskStop with task_id "
        f"{agent.agent_id} now. What it wrote stays (`fanout diff {name}` shows it, `fanout undo {name}` takes it back). Should "
        f"it end by itself before that, its result counts."
    )
