"""Status changes in OpenAgentsControl's files: the fields that its own `complete` writes, and no other byte."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from fanout.errors import FanoutError
from fanout.plan.file_access import Files
from fanout.plan.read.formats import oac_files
from fanout.plan.read.formats.oac_files import Feature, Subtask
from fanout.plan.read.reading_builder import clean_id
from fanout.plan.read.text.content import Content, json_edits
from fanout.plan.reading import Edit, Origin

LONGEST_SUMMARY = 200
_STATUS = {"skipped": "pending"}  # their status has no word for it


def mark(origin: Origin) -> list[Edit]:
    """The edits for one subtask, and the counter of task.json. Raises FanoutError when the subtask is gone."""
    status = _STATUS.get(origin.status, origin.status)
    return edits(origin.source.files, oac_files.folder_of(origin.source), origin.task, status, origin.summary)


def edits(files: Files, folder: str, task: str, status: str, summary: str = "") -> list[Edit]:
    """`status` is one of theirs: pending, in_progress, completed, blocked. No edits when the subtask has it already."""
    feature = oac_files.load(files, folder)
    target = _target(feature, task)
    if target.text_of("status") == status:
        return []
    values: dict[str, object] = {"status": status}
    if status == "completed":
        values["completed_at"] = now()
        if summary:
            values["completion_summary"] = summary[:LONGEST_SUMMARY]
    return _edits(files, feature, target, values)


def complete(files: Files, folder: str, task: str, summary: str) -> list[Edit]:
    """What their own `complete` writes, from any status: also a second time, with a new summary."""
    feature = oac_files.load(files, folder)
    values: dict[str, object] = {"status": "completed", "completed_at": now(), "completion_summary": summary}
    return _edits(files, feature, _target(feature, task), values)


def _target(feature: Feature, task: str) -> Subtask:
    found = next((item for item in feature.subtasks if clean_id(item.seq) == task), None)
    if found is None:
        raise FanoutError(f"{feature.folder} has no subtask {task} any more.", "Read the feature again.")
    return found


def _edits(files: Files, feature: Feature, target: Subtask, values: dict[str, object]) -> list[Edit]:
    found = json_edits(Content(files, target.path), 0, values, "status")
    if feature.task is not None:
        others = [item for item in feature.subtasks if item is not target]
        count = sum(item.text_of("status") == "completed" for item in others) + (values["status"] == "completed")
        content = Content(files, os.path.join(feature.folder, oac_files.TASK))
        found += json_edits(content, 0, {"completed_count": count}, "subtask_count", derived=True)
    return found


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
