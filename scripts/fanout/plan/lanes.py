"""Lanes: chains of tasks on the same files that one agent can do in order, with fewer agents and the same makespan.

A task joins the lane of the one that it waits for last when both write a common path, want the same kind of agent, and
the schedule starts it the moment the other ends: then nothing is lost when the same agent does both.
"""

from __future__ import annotations

from dataclasses import dataclass

from fanout.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Lane:
    """Task indexes in order, and a path that the first two both write."""

    tasks: tuple[int, ...]
    witness: str


def find(plan: Plan) -> list[Lane]:
    """The lanes of a plan, longest first; tasks that name a lane themselves are left as they are."""
    shared = {(h.a, h.b): h.witness for h in plan.hazards if h.kind == "write-write"}
    follower: dict[int, tuple[int, str]] = {}
    for wait in sorted(plan.answer.waits, key=lambda wait: (plan.answer.start[wait.task], wait.task)):
        witness = shared.get((min(wait.task, wait.on), max(wait.task, wait.on)), "")
        if witness and wait.on not in follower and _fit(plan, wait.on, wait.task):
            follower[wait.on] = (wait.task, witness)
    after = {task for task, _ in follower.values()}
    lanes = [_chain(first, follower) for first in follower if first not in after]
    return sorted(lanes, key=lambda lane: (-len(lane.tasks), lane.tasks))


def _fit(plan: Plan, first: int, then: int) -> bool:
    one, other = plan.tasks[first], plan.tasks[then]
    same = (one.agent, one.model, one.isolation, one.read_only) == (
        other.agent,
        other.model,
        other.isolation,
        other.read_only,
    )
    at_once = plan.answer.start[then] == plan.answer.finish[first]
    return same and at_once and not one.lane and not other.lane and first not in plan.done


def _chain(first: int, follower: dict[int, tuple[int, str]]) -> Lane:
    tasks = [first]
    while tasks[-1] in follower:
        tasks.append(follower[tasks[-1]][0])
    return Lane(tuple(tasks), follower[first][1])
