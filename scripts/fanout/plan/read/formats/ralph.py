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
KEYS = ("userStories", "user_stories", "stories")
FILE = "prd.json"


def detect(source: Source) -> float:
    """An object with a list `userStories`, or `stories` that have criteria."""
    if source.is_folder:
        return 0.7 if source.files.is_file(os.path.join(source.path, FILE)) else 0.0
    if not any(f'"{key}"' in source.text for key in KEYS):
        return 0.0
    data = jsonc.peek(source.text)
    key = _key(data)
    items = data[key] if isinstance(data, dict) and key else []
    told = any(isinstance(item, dict) and {"passes", "status", "acceptanceCriteria"} & item.keys() for item in items)
    return 0.95 if key == KEYS[0] or told else 0.0


def _key(data: object) -> str:
    found = (key for key in KEYS if isinstance(data, dict) and isinstance(data.get(key), list))
    return next(found, "")


def _file(source: Source) -> str:
    return os.path.join(source.path, FILE) if source.is_folder else source.path


def read(source: Source) -> Reading:
    path = _file(source)
    gather = Gather(source, NAME)
    name = gather.name(path)
    text = gather.text(path)
    data = jsonc.parse(text, name)
    key = _key(data)
    if not isinstance(data, dict) or not key:
        message = "there is no list of stories"
        raise SourceError([Problem(name, KEYS[0], type(data).__name__, message, f'Write {{"{KEYS[0]}": []}}.')])
    waits = Waits()
    ranks: dict[str, float] = {}
    for index, record in enumerate(json_records.records(text, (key,))):
        made = json_list.read(gather, record, index, path)
        rank = record.data.get("priority")
        ranks[made.entry.id] = rank if isinstance(rank, (int, float)) else float("inf")
        if made.stated:
            waits.known.add(made.entry.id)
    json_list.leave_others(gather, text, path, (key,))
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    gather.entries.sort(key=lambda entry: ranks[entry.id])
    stages.order(gather, [Stage("", "", gather.entries)], waits, chain=not waits.known)
    return gather.reading("", str(data.get("project") or data.get("name") or ""))


def mark(origin: Origin) -> list[Edit]:
    """Sets the story's `passes`, or its `status`."""
    content = Content(origin.source.files, _file(origin.source))
    key = _key(jsonc.peek(content.text))
    return json_list.change(content, json_records.records(content.text, (key,)), origin)


FORMAT = Format(NAME, detect, read, mark)
