"""The native document: one JSON object with `tasks`."""

from __future__ import annotations

import json
import os

from fanout.errors import Problem, SourceError
from fanout.plan.model import parse_document
from fanout.plan.reading import Format, Note, Reading, Source

NAME = "native"


def detect(source: Source) -> float:
    """A JSON object with a `tasks` list of objects whose ids are text, or a schema_version."""
    head = source.text.lstrip()[:1]
    if source.is_folder or head not in ("{", "["):
        return 0.0
    if '"schema_version"' in source.text:
        return 0.9
    return 0.5 if '"tasks"' in source.text else 0.2


def read(source: Source) -> Reading:
    """Raises SourceError with every problem, a JSON error with its line and column."""
    place = os.path.basename(source.path) or "standard input"
    document = parse_document(_load(source.text, place), place)
    notes = {task.id: Note(place=place) for task in document.tasks}
    return Reading(NAME, document, source.root, [source.path] if source.path else [], notes)


def _load(text: str, place: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{place}:{error.lineno}:{error.colno}"
        raise SourceError(
            [Problem(where, "", "", f"not valid JSON: {error.msg.lower()}", "Mend the syntax.")]
        ) from None
    except RecursionError:
        raise SourceError([Problem(place, "", "", "the JSON is nested too deeply")]) from None


FORMAT = Format(NAME, detect, read)
