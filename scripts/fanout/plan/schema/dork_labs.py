"""dork-labs: 03-tasks.json, and 03-tasks.fanout.json beside it with what that one has no field for."""

from __future__ import annotations

from fanout.plan.schema.schema_parts import Schema, document, ids, objects, one_of, part, record, text

_NAME: Schema = {"description": "the spec's name"}
_FILE: Schema = {"description": "the spec's file"}
_STRINGS: Schema = {"type": "array", "items": {"type": "string"}}


def schema() -> Schema:
    task = record(
        "One task.",
        id=text("unique in the list"),
        subject=text("what is done, in a line"),
        description=text("what is done; its lists of files are read"),
        phase=text("the number of the phase"),
        phaseName=text("the name of the phase"),
        size=one_of("how large it is", "small", "medium", "large", "xl"),
        dependencies=ids("what must be done before"),
        parallelWith=ids("what may run at the same time"),
    )
    tasks = objects(example='[{"id": "1.1", "subject": "..."}]')
    top = record("A spec taken apart into tasks.", slug=_NAME, spec=_FILE, tasks=tasks)
    whole = part("top") | {"properties": {"tasks": {"items": part("task")}}}
    return document("dork-labs 03-tasks.json", whole, top=top, task=task)


def declared() -> Schema:
    resource = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "mode": {"enum": ["exclusive", "shared"]}},
    }
    entry = record(
        "What a task touches.",
        writes=_STRINGS | {"description": "path patterns that it may create, change or delete"},
        reads=_STRINGS | {"description": "path patterns whose content it relies on"},
        excludes=_STRINGS | {"description": "ids of tasks that must not run at the same time"},
        resources={"type": "array", "items": resource},
    )
    entry["errorMessage"] = "this must be an object"
    tasks = {
        "type": "object",
        "additionalProperties": entry,
        "errorMessage": "this must be an object of tasks by id",
        "x-fix": 'Write {"tasks": {}}.',
    }
    return document(
        "dork-labs 03-tasks.fanout.json", {"type": "object", "required": ["tasks"], "properties": {"tasks": tasks}}
    )
