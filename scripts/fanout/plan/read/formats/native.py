"""The native document: one JSON object with `tasks`."""

from __future__ import annotations

from fanout.plan.model import parse_document
from fanout.plan.read.prose.write_or_read import begins_with_writing
from fanout.plan.read.reading_builder import name_of
from fanout.plan.read.text import jsonc
from fanout.plan.reading import Format, Note, Reading, Source

NAME = "native"
_OWN = {"depends_on", "writes", "reads", "resources", "excludes", "accept", "estimate_minutes", "read_only", "lane"}


def detect(source: Source) -> float:
    """A JSON object with our schema_version, or with tasks that have our fields. Other JSON is ours to refuse."""
    if source.is_folder or source.text.lstrip()[:1] not in ("{", "["):
        return 0.0
    data = jsonc.peek(source.text)
    if data is None:
        return 0.2
    if not isinstance(data, dict):
        return 0.05
    tasks = data.get("tasks")
    if data.get("schema_version") is not None and "issue_type" not in data:
        return 0.96
    if not isinstance(tasks, list):
        return 0.05
    own = any(_OWN & task.keys() for task in tasks if isinstance(task, dict))
    return 0.9 if own or {"max_parallel", "policy", "agent_capacity"} & data.keys() else 0.5


def read(source: Source) -> Reading:
    """Raises SourceError with every problem, a JSON error with its line and column."""
    name = name_of(source.path, source.root)
    document = parse_document(jsonc.parse(source.text, name), name)
    lines = jsonc.element_lines(source.text, "tasks")
    notes: dict[str, Note] = {}
    for line, task in zip(lines, document.tasks, strict=True):
        says_none = "writes" in task.model_fields_set and not task.writes and not begins_with_writing(task.title)
        notes.setdefault(task.id, Note(place=f"{name}:{line}", writes_nothing=says_none))
    return Reading(NAME, document, source.root, [source.path] if source.path else [], notes, source=source)


FORMAT = Format(NAME, detect, read)
