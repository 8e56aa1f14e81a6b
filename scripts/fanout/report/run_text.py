"""Status and report of a run for people and models, from `facts`."""

from __future__ import annotations

from typing import Any

from fanout.run import measure

MARKS = {
    "done": "✅",
    "failed": "❌",
    "blocked": "⛔",
    "running": "⏳",
    "pending": "·",
    "skipped": "-",
    "cancelled": "-",
}


def status(facts: dict[str, Any]) -> str:
    """One line for the run, one for each agent at work or task in wait."""
    lines = [counts(facts)]
    for number, task in enumerate((t for t in facts["tasks"] if t["state"] == "running"), 1):
        lines += [f"Agent {number} ({task['agent']}): In Progress", f"  Task: {_name(task)}"]
    for task in facts["tasks"]:
        if task["state"] != "running":
            why = task["outcome"] or task["waits"]
            lines.append(f"{MARKS[task['state']]} {_name(task)}: {task['state']}{f' ({why})' if why else ''}")
    return "\n".join(lines)


def counts(facts: dict[str, Any]) -> str:
    states = [task["state"] for task in facts["tasks"]]
    parts = [f"{states.count('done')} of {len(states)} done"]
    parts += [f"{states.count(s)} {s}" for s in ("running", "failed", "blocked", "pending") if s in states]
    return f"{facts['run']} ({facts['state']}): {', '.join(parts)}"


def report(facts: dict[str, Any]) -> str:
    """Markdown: what was done, what was not, what it took."""
    parts = ["## Parallel Execution Results", "### Completed Tasks"]
    parts += [_result(task) for task in facts["tasks"] if task["state"] == "done"] or ["None."]
    open_ = [task for task in facts["tasks"] if task["state"] != "done"]
    if open_:
        parts += ["### Not completed", *(_result(task) for task in open_)]
    if facts["denials"]:
        parts += ["### Stopped by the guard", *(f"- {_denial(d)}" for d in facts["denials"])]
    parts += ["### Overall Status", counts(facts) + ".", facts["measured"]["sentence"]]
    return "\n".join(parts)


def _result(task: dict[str, Any]) -> str:
    took = f" ({measure.seconds(task['end'] - task['start'])})" if task["start"] is not None and task["end"] else ""
    why = task["outcome"] or task["waits"]
    return f"- {MARKS[task['state']]} {_name(task)}: {why or task['state']}{took}"


def _denial(denial: dict[str, Any]) -> str:
    return f"{denial['task'] or 'an agent'}: {denial.get('path') or denial['kind']}: {denial.get('reason', '')[:160]}"


def _name(task: dict[str, Any]) -> str:
    return f"{task['id']} {task['title']}".rstrip()
