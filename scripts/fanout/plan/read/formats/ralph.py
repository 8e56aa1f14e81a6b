"""ralph: prd.json with `userStories`; `passes` is the status, `priority` the order."""

from __future__ import annotations

import os

from fanout.errors import Problem, SourceError
from fanout.plan.read import json_list, stages
from fanout.plan.read.prose import touched
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import json_records, jsonc
from fanout.plan.read.text.content import Content
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "ralph"
KEY = "userStories"
FILE = "prd.json"


def detect(source: Source) -> float:
    """An object with a list `userStories`."""
    if source.is_folder:
        return 0.7 if source.files.is_file(os.path.join(source.path, FILE)) else 0.0
    if f'"{KEY}"' not in source.text:
        return 0.0
    data = jsonc.peek(source.text)
    return 0.95 if isinstance(data, dict) and isinstance(data.get(KEY), list) else 0.0


def _file(source: Source) -> str:
    return os.path.join(source.path, FILE) if source.is_folder else source.path


def read(source: Source) -> Reading:
    path = _file(source)
    gather = Gather(source, NAME)
    name = gather.name(path)
    text = gather.text(path)
    data = jsonc.parse(text, name)
    if not isinstance(data, dict) or not isinstance(data.get(KEY), list):
        message = "there is no list of stories"
        raise SourceError([Problem(name, KEY, type(data).__name__, message, f'Write {{"{KEY}": []}}.')])
    waits = Waits()
    ranks: dict[str, float] = {}
    for index, record in enumerate(json_records.records(text, (KEY,))):
        made = json_list.read(gather, record, index, path)
        rank = record.data.get("priority")
        ranks[made.entry.id] = rank if isinstance(rank, (int, float)) else float("inf")
        if made.stated:
            waits.known.add(made.entry.id)
    json_list.leave_others(gather, text, path, (KEY,))
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    gather.entries.sort(key=lambda entry: ranks[entry.id])
    stages.order(gather, [Stage("", "", gather.entries)], waits, chain=not waits.known)
    return gather.reading("", str(data.get("project") or data.get("name") or ""))


def mark(origin: Origin) -> list[Edit]:
    """Sets the story's `passes`."""
    if origin.status not in ("completed", "pending"):
        return []
    content = Content(origin.source.files, _file(origin.source))
    found = json_records.records(content.text, (KEY,))
    values: dict[str, object] = {"passes": origin.status == "completed"}
    return json_records.set_value(content, found, json_list.identity, origin.task, values)


FORMAT = Format(NAME, detect, read, mark)
