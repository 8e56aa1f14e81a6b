"""feature_list.json: a list, or a map, of features, with `passes` or `status`."""

from __future__ import annotations

import os

from fanout.errors import Problem, SourceError
from fanout.plan.read import json_list, stages
from fanout.plan.read.prose import touched
from fanout.plan.read.reading_builder import Gather
from fanout.plan.read.stages import Stage, Waits
from fanout.plan.read.text import json_records, jsonc
from fanout.plan.read.text.content import Content
from fanout.plan.read.text.json_records import Record
from fanout.plan.reading import Edit, Format, Origin, Reading, Source

NAME = "feature-list"
FILES = ("feature_list.json", "feature-list.json", "features.json")
_KEYS = ("features", "feature_list", "featureList")
_TITLES = {"name", "title", "feature", "description"}
_OTHERS = {"blockedBy", "blocks", "activeForm", "issue_type", "number"}


def detect(source: Source) -> float:
    """Objects with `passes`, or with a name and a status, in a list, in a map or below `features`."""
    if source.is_folder:
        return 0.7 if _file(source) else 0.0
    if source.text.lstrip()[:1] not in ("{", "["):
        return 0.0
    items, wrapped = _peek(source.text)
    named = os.path.basename(source.path) in FILES
    if not items:
        return 0.3 if wrapped and named else 0.0
    return _looks(items, wrapped or named)


def _looks(items: list[dict[str, object]], placed: bool) -> float:
    """How sure it is that the objects are features; `placed`: their file or their key is called so."""
    if any(_OTHERS & item.keys() for item in items):
        return 0.0
    if any(isinstance(item.get("passes"), bool) for item in items):
        return 0.9
    told = sum(bool({"status", "state"} & item.keys()) and bool(_TITLES & item.keys()) for item in items)
    return 0.86 if told * 2 > len(items) and placed else 0.0


def _peek(text: str) -> tuple[list[dict[str, object]], bool]:
    """The first objects, and whether they stand below a key such as `features`."""
    data = jsonc.peek(text)
    key = _key(data)
    value = data[key] if isinstance(data, dict) and key else data
    if isinstance(value, dict) and ("tasks" in value or "userStories" in value or "development_status" in value):
        return [], False
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [item for item in items[:20] if isinstance(item, dict)], bool(key)


def _key(data: object) -> str:
    if not isinstance(data, dict):
        return ""
    return next((key for key in _KEYS if isinstance(data.get(key), (list, dict))), "")


def _file(source: Source) -> str:
    if not source.is_folder:
        return source.path
    paths = (os.path.join(source.path, name) for name in FILES)
    return next((path for path in paths if source.files.is_file(path)), "")


def read(source: Source) -> Reading:
    path = _file(source)
    gather = Gather(source, NAME)
    name = gather.name(path)
    text = gather.text(path)
    data = jsonc.parse(text, name)
    records = _records(text, data)
    if not records:
        fix = 'Write {"features": [{"id": "login", "description": "...", "passes": false}]}.'
        raise SourceError([Problem(name, "features", "", "there is no feature", fix)])
    made = [json_list.read(gather, record, index, path) for index, record in enumerate(records)]
    key = _key(data)
    json_list.leave_others(gather, text, path, (key,) if key else ())
    for entry in gather.entries:
        touched.settle(gather, entry, str(entry.fields["title"]))
    ranks = {one.entry.id: _rank(record) for one, record in zip(made, records, strict=True)}
    gather.entries.sort(key=lambda entry: ranks[entry.id])
    waits = Waits()
    waits.known.update(one.entry.id for one in made if one.stated)
    stages.order(gather, [Stage("", "", gather.entries)], waits)
    return gather.reading("", _title(data))


def _title(data: object) -> str:
    title = data.get("project") or data.get("name") if isinstance(data, dict) else ""
    return title if isinstance(title, str) else ""


def _rank(record: Record) -> float:
    rank = record.data.get("priority")
    return rank if isinstance(rank, (int, float)) and not isinstance(rank, bool) else 0.0


def _records(text: str, data: object) -> list[Record]:
    key = _key(data)
    return json_records.records(text, (key,) if key else ())


def mark(origin: Origin) -> list[Edit]:
    """Sets `passes`, or `status` in the word that the list itself uses."""
    content = Content(origin.source.files, _file(origin.source))
    found = _records(content.text, jsonc.parse(content.text, content.path))
    return json_list.change(content, found, origin)


FORMAT = Format(NAME, detect, read, mark)
