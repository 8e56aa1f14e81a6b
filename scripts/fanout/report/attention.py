"""What somebody should look at in a run now: agents that take too long or are silent, tasks that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fanout.report.cells import clean, few
from fanout.run.tasks import overdue
from fanout.run.tasks.measure import seconds

WAYS = (
    "then `fanout done {name}`; or `fanout retry {name}` takes its changes back and does it anew; or `fanout skip {name}` "
    "goes on without it"
)

WAYS_OF_DRIVEN = (
    "`fanout retry {name}` has it done anew from what is merged by now; or `fanout skip {name}` goes on without it"
)


def ways(facts: Mapping[str, Any], task: str) -> str:
    """How it goes on after a failure."""
    return (WAYS_OF_DRIVEN if facts.get("driven") else WAYS).format(name=f"{facts['run']}/{task}")


def of(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """{"task", "kind", "text", "do"} for each, most urgent first. Kinds: asking, overdue, silent, starting, failed."""
    if facts["state"] != "active" or facts.get("driven"):  # its driver has a clock for each client
        return list(_failed(facts))
    return [*_late(facts), *_failed(facts)]


def limit_of(task: Mapping[str, Any]) -> float | None:
    """After how many seconds a task is overdue: its timeout, else three times a stated estimate, else never."""
    return overdue.limit(task["timeout_minutes"], task["estimate_minutes"] if task["estimated"] else None)


def _late(facts: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    tasks = {task["id"]: task for task in facts["tasks"]}
    for agent in facts["agents"]:
        if agent["end"] is not None or agent["task"] not in tasks:
            continue
        found = _asking(agent) or _overdue(facts, agent, tasks[agent["task"]]) or _silent(facts, agent)
        if found:
            yield {"task": agent["task"], **found}


def _asking(agent: Mapping[str, Any]) -> dict[str, str] | None:
    if not agent["asking"]:
        return None
    return {"kind": "asking", "text": agent["asking"], "do": "It goes on by itself once the user has answered."}


def _overdue(facts: Mapping[str, Any], agent: Mapping[str, Any], task: Mapping[str, Any]) -> dict[str, str] | None:
    limit, took = limit_of(task), facts["elapsed"] - agent["start"]
    if limit is None or took <= limit:
        return None
    why = overdue.why(task["timeout_minutes"])
    return {
        "kind": "overdue",
        "text": f"works for {seconds(took)}, {why} is {seconds(limit)}; {_sign(facts, agent)}",
        "do": f"Wait while it makes progress; else stop it (TaskStop; the user: /tasks) and run `fanout release "
        f"{facts['run']}/{task['id']}`.",
    }


def _silent(facts: Mapping[str, Any], agent: Mapping[str, Any]) -> dict[str, str] | None:
    quiet = facts["elapsed"] - agent["seen"]
    give_up = f"`fanout release {facts['run']}/{agent['task']}` frees its paths and makes the task ready again."
    if agent["state"] == "open" and quiet > overdue.STARTING_SECONDS:
        return {
            "kind": "starting",
            "text": f"was launched {seconds(quiet)} ago and has shown no activity",
            "do": f"The user sees in /tasks whether it is there. If not, {give_up}",
        }
    if agent["in_command"] is not None or quiet <= overdue.SILENT_SECONDS:
        return None
    return {
        "kind": "silent",
        "text": f"has written nothing and run nothing for {seconds(quiet)}",
        "do": f"The user sees in /tasks whether it still works. If it is gone, {give_up}",
    }


def _sign(facts: Mapping[str, Any], agent: Mapping[str, Any]) -> str:
    if agent["in_command"] is not None:
        return f"in a command for {seconds(facts['elapsed'] - agent['in_command'])}"
    return f"last sign of life {seconds(facts['elapsed'] - agent['seen'])} ago"


def _failed(facts: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for task in facts["tasks"]:
        if task["state"] in ("failed", "blocked"):
            yield {
                "task": task["id"],
                "kind": "failed",
                "text": f"{task['state']}: {clean(task['outcome'])[:200]}",
                "do": f"{_fix(facts)}{ways(facts, task['id'])}.",
            }


def action(facts: Mapping[str, Any]) -> str:
    """The one thing to do next."""
    run = facts["run"]
    late = [f"{item['task']} ({item['kind']})" for item in of(facts) if item["kind"] != "failed"]
    if late:
        return f"look at {few(late)}, as said above"
    if facts["paused"]:
        return f"the run is paused: {clean(facts['paused'])}{_going_on(facts)}"
    lost = [task["id"] for task in facts["tasks"] if task["state"] in ("failed", "blocked")]
    states = [task["state"] for task in facts["tasks"]]
    if facts["state"] != "active":
        return _action_of_over(facts, lost)
    if driven := facts.get("driven"):
        return _action_of_driven(run, driven["driver"], states)
    return _action_of_active(facts, lost, states)


def _action_of_active(facts: Mapping[str, Any], lost: list[str], states: list[str]) -> str:
    """Of an active run whose agents are a conversation's."""
    run = facts["run"]
    if "running" in states:
        more = f"; {few(lost)} failed, see above" if lost else ""
        return f"wait for {states.count('running')} running{more}; Claude is told when one finishes"
    if any(task["state"] == "pending" and not task["waits"] for task in facts["tasks"]):
        return f"launch what `fanout next {run}` prints"
    if lost:
        return f"fix {few(lost)}, {ways(facts, lost[0])}"
    return f"`fanout next {run}` says why nothing can start"


def _action_of_driven(run: str, driver: str, states: list[str]) -> str:
    """Of an active run whose agents are headless clients."""
    if not driver:
        return f"`fanout drive {run}` starts what can start"
    return f"wait for {states.count('running')} running; its driver starts the rest"


def _going_on(facts: Mapping[str, Any]) -> str:
    """What makes a paused run go on, where the reason does not say that. The driver of one ends with the last that runs."""
    run, driven = facts["run"], facts.get("driven")
    if "`fanout go " in facts["paused"]:
        return ""
    if driven and not driven["driver"]:
        return f". `fanout go {run}`, then `fanout drive {run}` go on"
    return f". `fanout go {run}` goes on"


def _action_of_over(facts: Mapping[str, Any], lost: list[str]) -> str:
    run = facts["run"]
    if lost:
        fix = f"{few(lost)}:" if facts.get("driven") else f"fix {few(lost)},"
        return f"{fix} {ways(facts, lost[0])}; or accept the rest: `fanout report {run}`"
    if facts.get("driven"):
        return f"`fanout land {run}` brings what is merged to your branch"
    return f"none, the run is over: `fanout report {run}`"


def _fix(facts: Mapping[str, Any]) -> str:
    """What is said before the ways: in a tree that only commits get to, nothing is fixed by hand."""
    return "" if facts.get("driven") else "Fix it, "
