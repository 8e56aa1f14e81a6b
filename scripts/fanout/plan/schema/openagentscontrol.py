"""OpenAgentsControl: task.json and subtask_NN.json of a feature."""

from __future__ import annotations

from fanout.plan.schema.schema_parts import Schema, document, flag, ids, one_of, paths, record, text, texts

_TOLD = {"errorMessage": 'each item must be a path or {"path": ...}', "x-fix": 'Write "src/a.ts".'}
_PATH: Schema = {
    "type": ["string", "object"],
    "pattern": r"\S",
    "required": ["path"],
    "properties": {"path": {"type": "string", "pattern": r"\S", **_TOLD}},
    **_TOLD,
}
_NOTHING: Schema = {"enum": [None, False, 0, "", {}]}  # read as if the field were not there


def files(description: str) -> Schema:
    """Paths, each a text or an object that has it as `path`."""
    several, alone = {"items": _PATH}, {"if": _NOTHING, "else": _PATH}
    return {"description": description, "if": {"type": "array"}, "then": several, "else": alone}


def task() -> Schema:
    whole = record(
        "A feature: what its subtasks are for, and how many there are.",
        id={"description": "the feature's name"},
        name={"description": "the title"},
        context_files=files("standards that every agent reads"),
        reference_files=files("files that agents read"),
        subtask_count={"description": "how many subtask files there are"},
        completed_count={"description": "how many of them are completed"},
    )
    return document("OpenAgentsControl task.json", whole)


def subtask() -> Schema:
    whole = record(
        "One unit of work of a feature.",
        id={"description": "FEATURE-NN"},
        seq={"description": "two digits, as in the file's name"},
        title=text("what is done, in a line"),
        status=one_of("how far it is", "pending", "in_progress", "completed", "blocked"),
        depends_on=ids("the seq of each subtask that must be completed before"),
        parallel=flag("it may run beside others"),
        deliverables=paths("files that it makes or changes"),
        context_files=files("standards to keep to"),
        reference_files=files("files to read"),
        acceptance_criteria=texts("what proves it done", '["npm test passes"]'),
        suggested_agent=text("the type of agent that should do it"),
        bounded_context=texts("the part of the domain"),
        module=texts("the module"),
    )
    return document("OpenAgentsControl subtask_NN.json", whole)
