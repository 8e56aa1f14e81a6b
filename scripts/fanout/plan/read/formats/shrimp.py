"""Shrimp task manager: tasks.json with `dependencies: [{taskId}]` and `relatedFiles`."""

from __future__ import annotations

import os

from fanout.plan.read import json_list, stages
from fanout.plan.read.prose import touched
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry, Gather
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import json_records, jsonc
from fanout.plan.read.text.content import Content
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "shrimp"
_OWN = {"implementationGuide", "verificationCriteria", "relatedFiles", "analysisResult"}
_WORD: dict[Status, str] = {
    "pending": "pending",
    "in_progress": "in_progress",
    "completed": "completed",
    "blocked": "blocked",
}
_READS = ("REFERENCE", "DEPENDENCY", "OTHER")


def detect(source: Source) -> float:
    """Tasks whose dependencies are objects with `taskId`, or with fields of Shrimp's own."""
    if source.is_folder or '"tasks"' not in source.text:
        return 0.0
    data = jsonc.peek(source.text)
    tasks = data.get("tasks") if isinstance(data, dict) else None
    records = [task for task in tasks[:50] if isinstance(task, dict)] if isinstance(tasks, list) else []
    linked = any(
        isinstance(item, dict) and "taskId" in item for task in records for item in _list(task, "dependencies")
    )
    own = any(_OWN & task.keys() for task in records) and any("name" in task for task in records)
    return 0.96 if linked or own else 0.0


def _list(task: dict[str, object], name: str) -> list[object]:
    value = task.get(name)
    return value if isinstance(value, list) else []


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    text = gather.text(source.path)
    jsonc.parse(text, gather.name(source.path))
    names: dict[str, str] = {}
    for index, record in enumerate(json_records.records(text, ("tasks",))):
        entry = json_list.read(gather, record, index, source.path).entry
        names.setdefault(str(record.data.get("name", "")), entry.id)
        criteria = record.data.get("verificationCriteria")
        if isinstance(criteria, str) and criteria.strip():
            entry.accept(criteria)
        _files(entry, _list(record.data, "relatedFiles"))
    json_list.leave_others(gather, text, source.path, ("tasks",))
    for entry in gather.entries:
        needs = [need if need in gather.known else names.get(need, need) for need in entry.get("depends_on")]
        entry.fields["depends_on"] = list(dict.fromkeys(needs))
        touched.settle(gather, entry, str(entry.fields["title"]))
    known = {entry.id for entry in gather.entries}
    stages.order(gather, [Stage("", "", gather.entries)], Waits(known=known))
    return gather.reading(os.path.basename(source.path).rsplit(".", 1)[0])


def _files(entry: Entry, items: list[object]) -> None:
    """TO_MODIFY and CREATE are written, the others read."""
    for item in items:
        if not isinstance(item, dict):
            continue
        path = as_path(str(item.get("path", "")))
        if path:
            entry.add("reads" if str(item.get("type", "")).upper() in _READS else "writes", [path])


def mark(origin: Origin) -> list[Edit]:
    """Sets the task's `status`."""
    word = _WORD.get(origin.status)
    if word is None:
        return []
    content = Content(origin.source.files, origin.source.path)
    found = json_records.records(content.text, ("tasks",))
    return json_records.set_value(content, found, json_list.identity, origin.task, {"status": word})


FORMAT = Format(NAME, detect, read, mark)
