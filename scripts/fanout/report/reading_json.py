"""A reading as JSON: the tasks as they were read, what was only inferred, and what was left unread."""

from __future__ import annotations

from fanout.plan.model import Task
from fanout.plan.reading import Note, Reading

SCHEMA_VERSION = 1


def to_json(reading: Reading) -> dict[str, object]:
    """The whole answer of `fanout read SOURCE --json`."""
    return {"schema_version": SCHEMA_VERSION, "data": render(reading)}


def render(reading: Reading) -> dict[str, object]:
    """What stands under `data`."""
    document = reading.document
    return {
        "format": reading.format,
        "id": document.id,
        "title": document.title,
        "files": [_relative(path, reading.base) for path in reading.files],
        "context_files": document.context_files,
        "notes": document.notes,
        "tasks": [_task(task, reading.notes.get(task.id) or Note()) for task in document.tasks],
        "unread": [{"place": item.place, "text": item.text} for item in reading.unread],
        "warnings": [remark.as_dict() for remark in reading.warnings],
    }


def _task(task: Task, note: Note) -> dict[str, object]:
    """The task's own fields, then what is known beside it."""
    record: dict[str, object] = {"id": task.id, "title": task.title, "status": note.status}
    record.update(task.model_dump(exclude={"id", "title"}))
    record.update(
        {
            "source": note.place,
            "phase": note.phase,
            "parallel": note.parallel,
            "optional": note.optional,
            "unsure": note.unsure,
            "inferred": list(dict.fromkeys(item.field for item in note.inferred)),
            "reasons": [
                {"field": item.field, "reason": item.reason, "confidence": item.confidence} for item in note.inferred
            ],
        }
    )
    return record


def _relative(path: str, base: str) -> str:
    prefix = base.rstrip("/") + "/"
    return path[len(prefix) :] if path.startswith(prefix) else path
