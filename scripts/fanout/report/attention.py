"""What somebody should look at in a run now: agents that take too long or are silent, tasks that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fanout.report.cells import clean, few
from fanout.run.evidence import permissions
from fanout.run.tasks import overdue, quorum
from fanout.run.tasks.measure import seconds
from fanout.run.tasks.tasks import is_unpermitted

ASKING = "asking"
MOST_RETRIED = 8  # in one command


def ways_on(facts: Mapping[str, Any], lost: list[str]) -> str:
    """How it goes on after these tasks failed: each way once; "" after none."""
    every = [task for task in facts["tasks"] if task["id"] in lost]
    ended = [task for task in every if not task["judged_later"]]
    asking = [] if facts.get("driven") else [task for task in ended if is_unpermitted(task["outcome"])]
    names = [task["id"] for task in asking]
    others = [task for task in ended if task["id"] not in names]
    later = [f"nothing is to be done for {task['judged_later']}" for task in every if task["judged_later"]]
    ways = [*([_allowed(facts, asking)] if asking else []), *([_mended(facts, others)] if others else []), *later]
    return "; ".join(ways)


def _allowed(facts: Mapping[str, Any], asking: list[Mapping[str, Any]]) -> str:
    """Of tasks that ended for want of a permission: there is nothing to be fixed."""
    run, names = facts["run"], [task["id"] for task in asking]
    who, them = ("lacks", "it") if len(names) == 1 else ("lack", "them")
    how = permissions.way([task["outcome"] for task in asking])
    retried = " ".join(f"{run}/{name}" for name in names[:MOST_RETRIED])
    return (
        f"allow what {few(names)} {who}, {how}, then `fanout retry {retried}` does {them} anew; or `fanout skip "
        f"{run}/{names[0]}` goes on without it"
    )


def _mended(facts: Mapping[str, Any], ended: list[Mapping[str, Any]]) -> str:
    """By hand, anew, or without it; in a tree that only commits get to, nothing is fixed by hand."""
    names, first = [task["id"] for task in ended], f"{facts['run']}/{ended[0]['id']}"
    each = ", each by its name" if len(names) > 1 else ""
    skip = f"or `fanout skip {first}` goes on without it{each}"
    if facts.get("driven"):
        return f"{few(names)}: `fanout retry {first}` has it done anew from what is merged by now; {skip}"
    anew = "takes its changes back and does it anew" if any(task["changed"] for task in ended) else "does it anew"
    by_hand = f"do {few(names)} by hand, then `fanout done {first}`"
    return f"{by_hand}; or `fanout retry {first}` {anew}; {skip}"


def said(item: Mapping[str, str]) -> str:
    """One of `of`, as a line."""
    return f"{item['task']} {item['text'].rstrip('.')}.{' ' if item['do'] else ''}{item['do']}"


def lines(facts: Mapping[str, Any], most: int | None = None) -> list[str]:
    """`of`, a line each; the same thing to do is said once, behind the last that it is for."""
    items = of(facts)[:most]
    last = {item["do"]: number for number, item in enumerate(items)}
    return [said(item if last[item["do"]] == number else {**item, "do": ""}) for number, item in enumerate(items)]


def of(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """{"task", "kind", "text", "do"} for each, most urgent first. Kinds: asking, overdue, silent, starting, failed; what is to
    be done about those that failed is said of all at once (`ways_on`)."""
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
    return {"kind": ASKING, "text": agent["asking"], "do": "It goes on by itself once the user has answered."}


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
                "do": "",
            }


def stands_still(facts: Mapping[str, Any]) -> bool:
    """Whether something failed, or waits for an answer or a permission, though nothing of the run is at work."""
    if facts["state"] != "ended" or facts.get("driven"):
        return False
    wanted = quorum.enough(facts["join"])
    if wanted is not None and sum(task["state"] == "done" for task in facts["tasks"]) >= wanted:
        return False  # it needs no more
    return any(task["state"] in ("failed", "blocked") for task in facts["tasks"])


def action(facts: Mapping[str, Any]) -> str:
    """The one thing to do next."""
    lost = [task["id"] for task in facts["tasks"] if task["state"] in ("failed", "blocked")]
    states = [task["state"] for task in facts["tasks"]]
    late = [item for item in of(facts) if item["kind"] != "failed"]
    if late:
        first = _action_of_late(late)
    elif facts["paused"]:
        first = f"the run is paused: {clean(facts['paused'])}{_going_on(facts)}"
    elif facts["state"] != "active":
        return _action_of_over(facts, lost)
    elif driven := facts.get("driven"):
        first = _action_of_driven(facts["run"], driven["driver"], states)
    else:
        first = _action_of_active(facts, states)
    ways = ways_on(facts, lost)
    return "; ".join(filter(None, [first, ways])) or f"`fanout next {facts['run']}` says why nothing can start"


def _action_of_late(late: list[dict[str, str]]) -> str:
    asking = [item["task"] for item in late if item["kind"] == ASKING]
    others = [f"{item['task']} ({item['kind']})" for item in late if item["kind"] != ASKING]
    answered = f"the question of {few(asking)} is the user's to answer in Claude Code" if asking else ""
    return ", and ".join(filter(None, [answered, f"look at {few(others)}, as said above" if others else ""]))


def _action_of_active(facts: Mapping[str, Any], states: list[str]) -> str:
    """Of an active run whose agents are a conversation's; "" when nothing runs and nothing can start."""
    ready = [task["id"] for task in facts["tasks"] if task["state"] == "pending" and not task["waits"]]
    if "running" in states:
        can_start = f", and that {few(ready)} can start" if ready else ""
        return f"wait for {states.count('running')} running; Claude is told when one finishes{can_start}"
    return f"launch what `fanout next {facts['run']}` prints" if ready else ""


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
    if lost and facts["state"] == "ended":  # else it was given up
        return f"{ways_on(facts, lost)}; or accept the rest: `fanout report {run}`"
    if facts.get("driven"):
        return f"`fanout land {run}` brings what is merged to your branch"
    return f"none, the run is over: `fanout report {run}`"


def how_to_go_on(facts: Mapping[str, Any]) -> list[str]:
    """What can be done about what failed, in a run that is over."""
    lost = [task["id"] for task in facts["tasks"] if task["state"] in ("failed", "blocked")]
    if not lost or facts["state"] != "ended":
        return []
    ways = ways_on(facts, lost)
    held_up = " What it held up starts then." if any(task["state"] == "pending" for task in facts["tasks"]) else ""
    return ["### How to go on", f"{ways[0].upper()}{ways[1:]}.{held_up}"]
