"""The client's own lists as it keeps them: a folder of N.json, one a task, and a list of to-dos, below `todos` or not."""

from __future__ import annotations

import os
import re

from fanout.errors import FanoutError
from fanout.plan.read import json_list, stages
from fanout.plan.read.prose import touched
from fanout.plan.read.reading_builder import Gather, clean_id
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import json_records, jsonc
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.json_records import Record
from fanout.plan.reading import Edit, Format, Origin, Reading, Source, Status

NAME = "claude-tasks"
_KEY = "todos"
_FILE = re.compile(r"(\d{1,6})\.json\Z")
_WORD: dict[Status, str] = {"pending": "pending", "in_progress": "in_progress", "completed": "completed"}


def detect(source: Source) -> float:
    """A folder of numbered JSON files with subject and status; a list of objects with content and status."""
    if source.is_folder:
        files = _files(source)
        return 0.9 if files and _is_task(jsonc.peek(source.files.peek(files[0], 100_000))) else 0.0
    if '"status"' not in source.text or source.text.lstrip()[:1] not in ("[", "{"):
        return 0.0
    data = jsonc.peek(source.text)
    if isinstance(data, dict):
        return 0.9 if _is_todos(data.get(_KEY)) or (_is_task(data) and "blockedBy" in data) else 0.0
    return 0.9 if _is_todos(data) and "blockedBy" not in source.text else 0.0


def _is_todos(data: object) -> bool:
    items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    return bool(items) and all(isinstance(item.get("content"), str) and "status" in item for item in items)


def _is_task(data: object) -> bool:
    return isinstance(data, dict) and {"id", "subject", "status"} <= data.keys()


def _files(source: Source) -> list[str]:
    names = [name for name in source.files.names(source.path) if _FILE.match(name)]
    return [os.path.join(source.path, name) for name in sorted(names, key=lambda name: int(name[:-5]))]


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    known: set[str] = set()
    blocking: list[tuple[str, str]] = []
    for path, index, record in _all(source, gather):
        made = json_list.read(gather, record, index, path)
        if "blockedBy" in record.data or "blocks" in record.data:
            known.add(made.entry.id)
        blocks = record.data.get("blocks")
        for name in blocks if isinstance(blocks, list) else []:
            blocking.append((made.entry.id, clean_id(str(name).lstrip("#"))))
    for first, behind in blocking:
        if behind in gather.known and behind != first:
            gather.known[behind].add("depends_on", [first])
    for entry in gather.entries:
        entry.fields["depends_on"] = [name.lstrip("#") for name in entry.get("depends_on")]
        touched.settle(gather, entry, str(entry.fields["title"]))
    stages.order(gather, [Stage("", "", gather.entries)], Waits(known=known))
    return gather.reading(os.path.basename(source.path).rsplit(".", 1)[0] if source.path else "")


def _all(source: Source, gather: Gather) -> list[tuple[str, int, Record]]:
    """Every record with its file and its place in it."""
    records: list[tuple[str, int, Record]] = []
    for path in _files(source) if source.is_folder else [source.path]:
        text = gather.text(path)
        data = jsonc.parse(text, gather.name(path))
        key = (_KEY,) if isinstance(data, dict) and isinstance(data.get(_KEY), list) else ()
        if isinstance(data, dict) and not key:
            records.append((path, len(records), Record("", data, 0, 1)))
        else:
            records += [(path, index, record) for index, record in enumerate(json_records.records(text, key))]
    if not records:
        raise FanoutError(
            f"{source.path or 'standard input'} has no task.", 'Write [{"content": "...", "status": "pending"}].'
        )
    return records


def mark(origin: Origin) -> list[Edit]:
    """Sets the task's `status`."""
    word = _WORD.get(origin.status)
    if word is None:
        return []
    for path, index, record in _all(origin.source, Gather(origin.source, NAME)):
        if json_list.identity(index, record) == origin.task:
            content = Content(origin.source.files, path)
            return json_records.set_value(content, [record], lambda _i, _r: origin.task, origin.task, {"status": word})
    raise FanoutError(f"{origin.source.path} has no task {origin.task} any more.", "Read it again.")


FORMAT = Format(NAME, detect, read, mark)
