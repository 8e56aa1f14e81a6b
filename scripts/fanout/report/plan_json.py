"""The plan as JSON: the contract of `fanout plan --json`."""

from __future__ import annotations

from fanout.plan import lanes, whatif
from fanout.plan.plan import Plan

MOST_FOR_SPLIT = 1000


def render(plan: Plan) -> dict[str, object]:
    """The value of "data". Minutes are floats; schedule is in rolling order; done tasks are left out of both."""
    return {
        "title": plan.reading.document.title,
        "format": plan.reading.format,
        "max_parallel": plan.reading.document.max_parallel,
        **_order(plan),
        **_measures(plan),
        "critical_path": plan.ids(plan.answer.critical_path),
        "split": _split(plan),
        "waits": plan.waits(),
        "edges": _edges(plan),
        "risk": plan.risk,
        "risks": plan.risks,
        "hazards": _hazards(plan),
        "warnings": [warning.as_dict() for warning in plan.warnings],
    }


def _order(plan: Plan) -> dict[str, object]:
    answer, names = plan.answer, plan.names
    order = [index for index in answer.order if index not in plan.done]
    return {
        "batches": [plan.ids(batch) for batch in answer.batches],
        "rolling_order": plan.ids(answer.order),
        "schedule": [
            {"id": names[index], "start": answer.start[index], "finish": answer.finish[index]} for index in order
        ],
        "lanes": [{"tasks": plan.ids(list(lane.tasks)), "witness": lane.witness} for lane in lanes.find(plan)],
    }


def _measures(plan: Plan) -> dict[str, object]:
    answer = plan.answer
    return {
        "makespan_minutes": answer.makespan,
        "batch_makespan_minutes": answer.batch_makespan,
        "sequential_minutes": plan.sequential_minutes(),
        "lower_bound_minutes": answer.lower_bound,
        "round_robin_minutes": whatif.round_robin(plan),
        "speedup": plan.speedup(),
        "batch_speedup": plan.sequential_minutes() / answer.batch_makespan if answer.batch_makespan else 1.0,
        "proven_optimal": answer.proven_optimal,
    }


def _edges(plan: Plan) -> list[dict[str, object]]:
    """Why each task waits for those that it depends on: `on` before `task`, and how sure that is."""
    names = plan.names
    return [
        {"task": task.id, "on": names[on], "source": edge.source, "strength": edge.strength, "why": edge.why}
        for index, task in enumerate(plan.tasks)
        for on, edge in plan.edges(index)
    ]


def _hazards(plan: Plan) -> list[dict[str, object]]:
    names = plan.names
    return [
        {
            "kind": hazard.kind,
            "tasks": [names[hazard.a], names[hazard.b]],
            "witness": hazard.witness,
            "resolution": plan.resolution(hazard),
        }
        for hazard in [*plan.hazards, *plan.held]
    ]


def _split(plan: Plan) -> dict[str, object] | None:
    """The task to split to gain most; None when there is none, or too many tasks to try."""
    split = whatif.split(plan) if len(plan.tasks) <= MOST_FOR_SPLIT else None
    if split is None:
        return None
    return {
        "task": plan.tasks[split.task].id,
        "makespan_minutes": split.makespan,
        "saves_minutes": split.saves,
        "gates": plan.ids(split.gated),
    }
