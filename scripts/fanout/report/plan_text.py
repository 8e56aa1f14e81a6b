"""The plan for people, and for Claude to read back: at most 40 lines."""

from __future__ import annotations

from fanout.plan.plan import Plan

LINES = 40


def render(plan: Plan, everything: bool = False) -> str:
    """Figures first, then batches, waits, the critical path, warnings."""
    parts = [head(plan), *_batches(plan), *_waits(plan), *_path(plan), *_warnings(plan)]
    if everything or len(parts) <= LINES:
        return "\n".join(parts)
    left = len(parts) - LINES + 1
    return "\n".join([*parts[: LINES - 1], f"... {left} more lines: --all"])


def minutes(value: float) -> str:
    """`45 min`, `1 h 30`."""
    if value < 90:
        return f"{value:.3g} min"
    hours, rest = divmod(round(value), 60)
    return f"{hours} h {rest:02d}"


def head(plan: Plan) -> str:
    """The plan in one line."""
    answer = plan.answer
    title = plan.reading.document.title or plan.reading.document.id or plan.reading.format
    left = len(plan.tasks) - len(plan.done)
    optimal = "optimal" if answer.proven_optimal else f"at least {minutes(answer.lower_bound)}"
    done = f", {len(plan.done)} done" if plan.done else ""
    return (
        f"{title}: {left} tasks{done}, at most {plan.reading.document.max_parallel} agents. "
        f"Rolling {minutes(answer.makespan)} ({optimal}), batches {minutes(answer.batch_makespan)}, "
        f"one after another {minutes(plan.sequential_minutes())}: {plan.speedup():.1f} times faster."
    )


def _batches(plan: Plan) -> list[str]:
    lines = []
    for number, batch in enumerate(plan.answer.batches, 1):
        longest = max(plan.durations[index] for index in batch)
        lines.append(f"Batch {number} ({len(batch)} agents, {minutes(longest)})")
        lines += [f"  {_task(plan, index)}" for index in batch]
    return lines


def _task(plan: Plan, index: int) -> str:
    task = plan.tasks[index]
    agent = f"  [{task.agent}]" if task.agent else ""
    return f"{task.id}  {task.title or task.description[:60]}{agent}  {minutes(plan.durations[index])}".rstrip()


def _waits(plan: Plan) -> list[str]:
    waits = plan.waits()
    return ["Waits", *(f"  {task} {why}" for task, why in waits.items())] if waits else []


def _path(plan: Plan) -> list[str]:
    path = plan.ids(plan.answer.critical_path)
    return [f"Critical path: {' -> '.join(path)}"] if len(path) > 1 else []


def _warnings(plan: Plan) -> list[str]:
    return [f"Warning {w.code}: {f'{w.task}: ' if w.task else ''}{w.message}. {w.fix}".rstrip() for w in plan.warnings]
