"""What the timestamps of a run say beside work and makespan: bounds, concurrency, the cost of launching, a verdict."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from statistics import median
from typing import Any

from fanout.run.tasks import measure
from fanout.run.tasks.measure import beside, covered, seconds

HARDLY = 1.2
CLEARLY = 1.1  # less is no difference: each agent's time is another one the next time
MOST_GROUPS = 50  # of tasks that may not overlap: one for each of the longest
WORK, SPAN, TIMES = (
    "All work, added up",
    "From the first start to the last end",
    "Times faster than the times added up",
)
FEWEST = 3  # estimates, to be judged
FAR_OFF = 1.5
ENDS = ("done", "failed", "blocked")  # how an agent ends that nobody stopped
SHORTEST = 20.0  # seconds; shorter tasks are a rehearsal


def of(
    facts: Mapping[str, Any], needs: Mapping[str, Sequence[str]], foes: Mapping[str, AbstractSet[str]]
) -> dict[str, Any]:
    """The figures, for what has ended so far. `foes`: the tasks that may not overlap one.

    work: what the agents that brought their task to its end took together, without waiting for the user. elapsed: from the
    first launch to the last end, launching included.
    critical path: the longest chain of dependencies with the durations as they were. bound: what nobody could beat with
    this cap. busy: the time in which at least one agent worked: none does that waits for the
    user, or was stopped. launch: from the gate to the agent's start.
    """
    ended = [agent for agent in facts["agents"] if agent["end"] is not None]
    worked = [agent for agent in ended if agent["ending"] == "done"]
    took = _by_task(worked)
    elapsed = _first_to_last(ended) - facts.get("paused_seconds", 0.0)
    path = longest(needs, took)
    return {
        "agents": len(ended),
        "elapsed_seconds": round(elapsed, 3),
        "critical_path_seconds": round(path, 3),
        "bound_seconds": round(max(path, sum(took.values()) / max(1, facts["cap"]), one_by_one(foes, took)), 3),
        **_concurrency([span for agent in ended if agent["ending"] in ENDS for span in _at_work(agent)]),
        **_launching(ended),
    }


def _first_to_last(ended: Sequence[Mapping[str, Any]]) -> float:
    """From the first launch to the last end."""
    first = min((agent["opened"] for agent in ended), default=0.0)
    return max((agent["end"] for agent in ended), default=0.0) - first


def _concurrency(at_work: Sequence[tuple[float, float]]) -> dict[str, float]:
    busy = covered(at_work)
    return {
        "busy_seconds": round(busy, 3),
        "effective_concurrency": round(sum(end - start for start, end in at_work) / busy, 3) if busy else 0.0,
    }


def _launching(ended: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    launches = [agent["start"] - agent["opened"] for agent in ended]
    return {
        "launch_seconds_median": round(median(launches), 3) if launches else 0.0,
        "launch_seconds_total": round(sum(launches), 3),
        "gap_seconds": round(_gaps(ended), 3),
    }


def _at_work(agent: Mapping[str, Any]) -> list[tuple[float, float]]:
    """When the agent was there and did not wait for the user."""
    return beside((agent["start"], agent["end"]), agent.get("waits", ()))


def _by_task(agents: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Task -> seconds of its agents."""
    took: dict[str, float] = {}
    for agent in agents:
        took[agent["task"]] = took.get(agent["task"], 0.0) + agent["end"] - agent["start"] - agent["waited"]
    return took


def verdict(measured: Mapping[str, Any]) -> str:
    """Whether several agents paid, in a sentence and by the figures of the measured line; "" where that line compares nothing,
    where they clearly did, or where it can't be said: one agent alone might have failed as one of these did."""
    times = measured["speedup"] if measured["is_compared"] and measured["agents"] > 1 else None
    if times is None or times >= HARDLY or measured["without_result"] or measured["waited_seconds"]:
        return ""
    alone, took = seconds(measured["work_seconds"]), seconds(measured["makespan_seconds"])
    if times <= 1 / CLEARLY and alone != took:
        return f"One agent that does these tasks in order would have been faster: {alone} in place of {took}."
    how = "hardly" if times > measure.HARDLY else "no"
    return f"Several agents were {how} faster than one, and {measured['agents']} of them each had to read the project anew."


def misjudged(facts: Mapping[str, Any]) -> str:
    """That the estimates were far off, and what to do about it; "" when they were not, or few were stated."""
    judged = [
        (task["took"], task["estimate_minutes"] * 60)
        for task in facts["tasks"]
        if task["state"] == "done" and task["estimated"] and task["estimate_minutes"] and task["took"] is not None
    ]
    if len(judged) < FEWEST or median(took for took, _ in judged) < SHORTEST:
        return ""
    ratio = median(took / estimated for took, estimated in judged)
    if FAR_OFF > ratio > 1 / FAR_OFF:
        return ""
    off = f"{ratio:.1f} times too short" if ratio > 1 else f"{1 / ratio:.1f} times too long"
    return (
        f"The estimates were about {off.replace('.0 ', ' ')} (median of {len(judged)} tasks): `fanout start --learned` corrects "
        f"those of the next run."
    )


def compared(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(figure, predicted, measured), once all that was predicted is done; predictions are in minutes."""
    predicted, now = facts["predicted"], facts["measured"]
    at_end = all(task["state"] == "done" for task in facts["tasks"]) and any(
        task["estimated"] for task in facts["tasks"]
    )
    makespan = predicted.get("batch_makespan_minutes" if facts["mode"] == "barrier" else "makespan_minutes")
    alone = predicted.get("sequential_minutes")
    rows = []
    if makespan and alone and at_end and now["speedup"] is not None:
        rows.append((WORK, seconds(alone * 60), seconds(now["work_seconds"])))
        rows.append((SPAN, seconds(makespan * 60), seconds(now["makespan_seconds"])))
        if now.get("is_compared", True):
            rows.append((TIMES, f"{alone / makespan:.1f}", f"{now['speedup']:.1f}"))
        least = predicted.get("lower_bound_minutes")
        if least:
            rows.append(("Bound that no order beats", seconds(least * 60), seconds(now["bound_seconds"])))
    return rows


def longest(needs: Mapping[str, Sequence[str]], took: Mapping[str, float]) -> float:
    """The longest chain of dependencies, each task as long as it took; the graph must be acyclic."""
    ends: dict[str, float] = {}
    for root in needs:
        stack = [root]
        while stack:
            name = stack[-1]
            open_ = [need for need in needs.get(name, ()) if need not in ends]
            if open_:
                stack += open_
                continue
            ends[name] = took.get(name, 0.0) + max((ends[need] for need in needs.get(name, ())), default=0.0)
            stack.pop()
    return max(ends.values(), default=0.0)


def one_by_one(foes: Mapping[str, AbstractSet[str]], took: Mapping[str, float]) -> float:
    """The longest time of tasks no two of which may overlap, as found by taking the longest first."""
    order = sorted((name for name in took if foes.get(name)), key=lambda name: -took[name])
    place = {name: number for number, name in enumerate(order)}
    best = 0.0
    for first in order[:MOST_GROUPS]:
        group = [first]
        for name in sorted(foes[first] & place.keys(), key=place.__getitem__):
            if all(name in foes[one] for one in group[1:]):
                group.append(name)
        best = max(best, sum(took[name] for name in group))
    return best


def _gaps(ended: Sequence[Mapping[str, Any]]) -> float:
    """The median time between an agent's end and the next launch after it: what a notification and a turn cost."""
    ends = sorted(agent["end"] for agent in ended)
    before = [(agent["opened"], bisect_right(ends, agent["opened"])) for agent in ended]
    gaps = [opened - ends[count - 1] for opened, count in before if count]
    return median(gaps) if gaps else 0.0
