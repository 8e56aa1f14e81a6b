"""Lists with blockedBy: the client's own task list, and batches of tasks."""

from __future__ import annotations

from fanout.plan.schema.schema_parts import Schema, document, ids, one_of, part, paths, record, text

_NAMED = {
    "type": ["object", "string", "integer"],
    "errorMessage": "each task must be an object",
    "x-fix": 'Write {"id": "1", "subject": "..."}.',
}


def schema() -> Schema:
    """A list of tasks or of batches, alone or as `tasks` or `batches` of an object."""
    task = _NAMED | {"if": {"type": "object"}, "then": part("task")}
    item = _NAMED | {"if": {"type": "object", "required": ["tasks"]}, "then": part("batch"), "else": task}
    several = {"items": item}
    whole = several | {"type": ["array", "object"], "properties": {"tasks": several, "batches": several}}
    return document("a list with blockedBy", whole, task=_task(), batch=_batch())


def _task() -> Schema:
    return record(
        "One task.",
        id=text("unique in the list"),
        subject=text("what is done, in a line"),
        title=text("the same, in other lists"),
        content=text("the same, in other lists"),
        name=text("the same, in other lists"),
        description=text("what is done"),
        prompt=text("the same, in other lists"),
        status=one_of("how far it is", "pending", "in_progress", "completed"),
        blockedBy=ids("what must be done before"),
        blocked_by=ids("the same, in other lists"),
        dependencies=ids("the same, in other lists"),
        blocks=ids("what waits for it"),
        writes=paths("path patterns that it changes"),
        files=paths("the same, in other lists"),
        subagent_type=text("the type of agent that should do it"),
        agent=text("the same, in other lists"),
    )


def _batch() -> Schema:
    return record(
        "Tasks that may run at the same time.",
        id=text("its name"),
        batch=text("its number"),
        tasks={"description": "its tasks, or their ids"},
        blockedBy=ids("the batches or tasks that must be done before"),
        blocked_by=ids("the same, in other lists"),
    )
