"""What the task-management verbs ask of a feature's subtasks."""

from __future__ import annotations

from fanout.cli.shared.scores import js
from fanout.plan.read.formats.oac_files import Feature, Subtask

ICONS = {"completed": "✓", "in_progress": "~"}


def done(feature: Feature) -> set[str]:
    return {item.seq for item in feature.subtasks if state(item) == "completed"}


def ready(feature: Feature) -> list[Subtask]:
    finished = done(feature)
    return [item for item in feature.subtasks if state(item) == "pending" and finished.issuperset(item.needs)]


def state(item: Subtask) -> str:
    """Its status; a file that states none is pending, as in a plan."""
    return js(item.data, "status") if item.data.get("status") else "pending"


def unmet(feature: Feature, seq: str) -> str:
    """What a subtask needs that is not completed: `02 (pending), 03 (in_progress)`."""
    states = {item.seq: state(item) for item in feature.subtasks}
    needs = next((item.needs for item in feature.subtasks if item.seq == seq), [])
    return ", ".join(f"{need} ({states[need]})" for need in needs if states.get(need, "completed") != "completed")


def icon(item: Subtask) -> str:
    return ICONS.get(state(item), "○")
