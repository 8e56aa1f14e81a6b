"""The plan as JSON: the contract of `fanout plan --json`."""

from __future__ import annotations

from fanout.plan.plan import Plan


def render(plan: Plan) -> dict[str, object]:
    """The value of "data". Minutes are floats; schedule is in rolling order; done tasks are left out of both."""
    answer, names = plan.answer, plan.names()
    order = [index for index in answer.order if index not in plan.done]
    return {
        "title": plan.reading.document.title,
        "format": plan.reading.format,
        "max_parallel": plan.reading.document.max_parallel,
        "batches": [plan.ids(batch) for batch in answer.batches],
        "rolling_order": plan.ids(answer.order),
        "schedule": [
            {"id": names[index], "start": answer.start[index], "finish": answer.finish[index]} for index in order
        ],
        "makespan_minutes": answer.makespan,
        "batch_makespan_minutes": answer.batch_makespan,
        "sequential_minutes": plan.sequential_minutes(),
        "lower_bound_minutes": answer.lower_bound,
        "proven_optimal": answer.proven_optimal,
        "critical_path": plan.ids(answer.critical_path),
        "waits": plan.waits(),
        "hazards": [
            {
                "kind": hazard.kind,
                "tasks": [names[hazard.a], names[hazard.b]],
                "witness": hazard.witness,
                "resolution": plan.resolution(hazard),
            }
            for hazard in plan.hazards
        ],
        "warnings": [warning.as_dict() for warning in plan.warnings],
    }
