"""task-master: tasks.json, with or without tags."""

from __future__ import annotations

from fanout.plan.schema.schema_parts import Schema, document, ids, objects, one_of, part, record, text, texts

_LIST = {
    "type": "array",
    "items": part("task") | {"properties": {"subtasks": {"items": part("subtask")}}},
    "errorMessage": "this must be a list of tasks",
    "x-fix": 'Write "tasks": [].',
}


def schema() -> Schema:
    """`tasks` alone, or an object with `tasks` under each tag."""
    tagged = {"additionalProperties": {"properties": {"tasks": _LIST}}}
    whole = {"type": "object", "properties": {"tasks": {}}, "if": {"required": ["tasks"]}}
    whole |= {"then": {"properties": {"tasks": _LIST}}, "else": tagged}
    return document(
        "task-master tasks.json", whole, task=_task("One task.", True), subtask=_task("A part of it.", False)
    )


def _task(description: str, with_parts: bool) -> Schema:
    parts = {"subtasks": objects(description="its parts", example='[{"id": 1, "title": "..."}]')} if with_parts else {}
    return record(
        description,
        id=text("a number, unique in the list"),
        title=text("what is done, in a line"),
        description=text("what is done, in a sentence"),
        status=one_of("how far it is", "pending", "in-progress", "review", "done", "deferred", "blocked", "cancelled"),
        dependencies=ids("what must be done before"),
        details=texts("how"),
        testStrategy=texts("what proves it done"),
        acceptanceCriteria=texts("what proves it done"),
        relevantFiles=objects(
            description="files that it touches", example='[{"path": "src/a.ts", "action": "modify"}]'
        ),
        **parts,
    )
