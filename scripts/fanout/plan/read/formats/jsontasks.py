"""A list of tasks in JSON that no tool has named: an array of objects, one below `tasks` or the like, or phases with some."""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.plan.read import json_list, stages
from fanout.plan.read.prose import touched
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import json_records, jsonc
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.json_records import Record
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "json-tasks"
_WHOLE = ("tasks", "todos", "items", "stories", "issues", "tickets")
_GROUPS = ("phases", "stages", "milestones", "groups", "waves")
_TITLES = {"title", "name", "subject", "task"}
_FOREIGN = {"dependsOn", "deliverables", "acceptanceCriteria", "owns"}  # what our own document calls otherwise
_STATUS = {"status", "state", "passes", "passed", "completed", "done"}  # what our own document does not hold
_OURS = {"writes", "reads", "resources", "excludes", "accept", "estimate_minutes", "read_only", "lane"}
_SAYS = {"status", "depends_on", "dependencies", "acceptance_criteria", "done", "labels", "story_points"} | _FOREIGN


def detect(source: Source) -> float:
    """Objects with a title and a status, needs or criteria. Every tool's own format knows its lists better."""
    if source.is_folder or source.text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return 0.0
    data = jsonc.peek(source.text)
    tasks = [task for tasks in _lists(data) for task in tasks if isinstance(task, dict)]
    looks = sum(_looks(task) for task in tasks)
    if not tasks or looks * 2 <= len(tasks):
        return 0.0
    if not isinstance(data, dict):
        return 0.55
    if not isinstance(data.get("tasks"), list):
        return 0.85
    if "schema_version" in data:
        return 0.0
    if _is_close(tasks):
        return 0.91
    return 0.0 if _is_ours(tasks) else 0.55


def _looks(task: dict[str, object]) -> bool:
    """Whether an object has a title, or an id and a description, and says something of how far it is or what it needs."""
    return bool(_SAYS & task.keys()) and (bool(_TITLES & task.keys()) or {"id", "description", "status"} <= task.keys())


def _is_close(tasks: list[dict[str, object]]) -> bool:
    """Whether the fields are some of our own document's, beside a status, which that does not hold."""
    keys = set().union(*tasks)
    return "depends_on" in keys and bool(_STATUS & keys) and not _OURS & keys


def _is_ours(tasks: list[dict[str, object]]) -> bool:
    """Whether the fields are those of our own document."""
    keys = set().union(*tasks)
    return not _FOREIGN & keys or bool(keys & {"depends_on", "writes"})


def _lists(data: object) -> list[list[object]]:
    """The arrays that may hold tasks."""
    if isinstance(data, list):
        return [data]
    if not isinstance(data, dict):
        return []
    whole = data.get(_whole(data))
    groups = data.get(_group(data))
    found = [whole] if isinstance(whole, list) else [_tasks(one) for one in groups] if isinstance(groups, list) else []
    return [one for one in found if isinstance(one, list)]


def _whole(data: dict[str, object]) -> str:
    return next((key for key in _WHOLE if isinstance(data.get(key), list)), "")


def _tasks(group: object) -> object:
    return group.get("tasks") if isinstance(group, dict) else None


def _group(data: dict[str, object]) -> str:
    return next((key for key in _GROUPS if isinstance(data.get(key), list)), "")


def _records(text: str, data: object) -> list[tuple[str, list[Record]]]:
    """The records by the title of the group that they stand in."""
    if not isinstance(data, dict):
        return [("", json_records.records(text))]
    if _whole(data):
        return [("", json_records.records(text, (_whole(data),)))]
    groups = json_records.records(text, (_group(data),)) if _group(data) else []
    return [(_title(group.data), json_records.inside(text, group, "tasks")) for group in groups]


def _title(data: dict[str, object]) -> str:
    title = data.get("title") or data.get("name") or data.get("id")
    return title if isinstance(title, str) else ""


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    text = gather.text(source.path)
    data = jsonc.parse(text, gather.name(source.path))
    waits = Waits()
    steps = [
        _stage(gather, waits, Stage(number, title), records)
        for number, (title, records) in enumerate(_records(text, data))
    ]
    if not gather.entries:
        raise FanoutError(f"{gather.name(source.path)} has no task.", 'Write [{"id": "1", "title": "..."}].')
    if waits.known:  # where some say what they wait for, those that say nothing wait for nothing
        waits.known.update(entry.id for entry in gather.entries)
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    stages.order(gather, [step for step in steps if step.entries], waits)
    if not isinstance(data, dict):
        json_list.leave_others(gather, text, source.path)
    name = os.path.basename(os.path.dirname(source.path)) if source.path else ""
    return gather.reading(name, _title(data) if isinstance(data, dict) else "")


def _stage(gather: Gather, waits: Waits, stage: Stage, records: list[Record]) -> Stage:
    """The stage with the entries of its records; which of them say what they wait for goes into `waits`."""
    for record in records:
        made = json_list.read(gather, record, len(gather.entries), gather.source.path)
        made.entry.note.phase = stage.title
        stage.entries.append(made.entry)
        if made.stated:
            waits.known.add(made.entry.id)
        done = record.data.get("done")
        if isinstance(done, str) and done:
            made.entry.accept(done)
    return stage


def mark(origin: Origin) -> list[Edit]:
    """Sets the flag or the `status` that the task has, or gives it a `status`."""
    content = Content(origin.source.files, origin.source.path)
    found = [one for _title, records in _records(content.text, jsonc.peek(content.text)) for one in records]
    return json_list.change(content, found, origin, "status")


FORMAT = Format(NAME, detect, read, mark)
