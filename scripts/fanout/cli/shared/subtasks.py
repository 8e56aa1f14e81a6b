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
    return js(item.data, "status")


def icon(item: Subtask) -> str:
    return ICONS.get(state(item), "○")
