"""What does not fit the document's fields, in words: which record, which field, what was found, what to write."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from fanout.errors import Problem

_MEANT = {
    "depends_on": "after blockedby dependencies dependency depends deps needs predecessors prerequisites requires",
    "writes": "changes creates deliverables edits file filepaths files filestomodify modifies output outputs owns paths "
    "produces scope targets touches",
    "reads": "consumes contextfiles input inputs uses",
    "title": "heading label name project subject summary",
    "description": "body content desc details instruction instructions notes prompt text what",
    "accept": "acceptance acceptancecriteria criteria donewhen test tests teststrategy validation verification verify",
    "estimate_minutes": "duration effort estimate estimatedminutes minutes size time",
    "agent": "agenttype assignedto assignee role subagent subagenttype type",
    "timeout_minutes": "timeout",
    "resources": "exclusive lock locks mutex resource",
    "excludes": "conflicts conflictswith exclude incompatiblewith notwith",
    "id": "key number taskid",
    "tasks": "items issues list steps todos",
    "max_parallel": "agents concurrency maxagents maxconcurrency parallelism slots workers",
    "context_files": "context contextfile",
    "command": "check cmd run",
    "text": "criterion description",
}
"""The field that is meant by names that other lists use."""

_NEEDLESS = {
    "status": "Remove it, and leave out the tasks that are done: this document keeps no status.",
    "parallel": "Remove it: what may run side by side follows from depends_on and writes.",
    "order": "Remove it: state an order with depends_on, the rest is computed.",
    "subtasks": "Make each a task of its own, with depends_on.",
}
_NEEDLESS |= {"state": _NEEDLESS["status"], "done": _NEEDLESS["status"], "completed": _NEEDLESS["status"]}
_NEEDLESS |= {"priority": _NEEDLESS["order"], "children": _NEEDLESS["subtasks"]}

_TYPES = {
    "string_type": "this must be a text",
    "list_type": "this must be a list",
    "dict_type": "this must be an object",
    "model_type": "this must be an object",
    "float_type": "this must be a number",
    "int_type": "this must be a whole number",
    "bool_type": "this must be true or false",
    "string_too_short": "this must not be empty",
    "finite_number": "this must be a finite number",
}
_EXAMPLES = {"tasks": {"id": ""}, "resources": {"name": ""}, "accept": {"text": ""}}


def problems(model: type[BaseModel], place: str, data: dict[str, Any], details: Iterable[Any]) -> list[Problem]:
    """Each misfit that the validation found, as one problem; `data` is the whole document, `place` names it."""
    by_field: dict[tuple[str, str], Problem] = {}
    for detail in details:
        problem = _problem(model, place, data, detail)
        by_field.setdefault((problem.record, problem.field), problem)
    return list(by_field.values())


def _problem(model: type[BaseModel], place: str, data: dict[str, Any], detail: Any) -> Problem:
    where = _known_part(detail["loc"])
    owner = _owner(model, where)
    record, inside = place, where
    if where[:1] == ["tasks"] and len(where) > 1:
        record = f"{place} task {_task_name(data, where[1])}"
        inside = where[2:]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inside).lstrip(".")
    if detail["type"] == "missing":
        return Problem(record, field, "nothing", "this field is required", f'Add "{where[-1]}".')
    shown = _shown(detail["input"])
    if detail["type"] == "extra_forbidden":
        return Problem(record, field, shown, "no such field", _instead(model, owner, str(where[-1])))
    message, fix = _expected(owner, where, detail)
    return Problem(record, field, shown, message, fix)


def _known_part(where: Sequence[Any]) -> list[Any]:
    """The way to a value without the alternatives that `join` allows."""
    ends = [place for place, part in enumerate(where) if part == "join"]
    return list(where[: ends[0] + 1] if ends else where)


def _owner(model: type[BaseModel], where: list[Any]) -> type[BaseModel]:
    """The record whose field the last part names."""
    for part in where[:-1]:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        model = (_record_in(field.annotation) if field else None) or model
    return model


def _record_in(annotation: Any) -> type[BaseModel] | None:
    """The record that a field holds, or holds a list of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _record_in(part))), None)


def _task_name(data: dict[str, Any], index: Any) -> str:
    try:
        name = data["tasks"][index]["id"]
    except (KeyError, IndexError, TypeError):
        name = None
    return name if isinstance(name, str) and name else f"#{index + 1}" if isinstance(index, int) else str(index)


def _instead(model: type[BaseModel], owner: type[BaseModel], name: str) -> str:
    """What to write for a field that its record does not have."""
    plain = re.sub(r"\W|_", "", name).lower()
    fields = owner.model_fields
    for known, others in _MEANT.items():
        if known in fields and plain in others.split():
            return f'Write it as "{known}".'
    close = difflib.get_close_matches(name, fields, 1) or difflib.get_close_matches(plain, fields, 1)
    if close:
        return f'Did you mean "{close[0]}"?'
    if plain in _NEEDLESS and "depends_on" in fields:
        return _NEEDLESS[plain]
    task = _record_in(model.model_fields["tasks"].annotation)
    if owner is model and task and name in task.model_fields:
        return "It is a field of a task: write it there."
    of, more = {model: (" of the document", " A key that starts with x- is ignored."), task: (" of a task", "")}.get(
        owner, ("", "")
    )
    return f"Fields{of}: {', '.join(fields)}.{more}"


def _expected(owner: type[BaseModel], where: list[Any], detail: Any) -> tuple[str, str]:
    """What would be right, and what to write."""
    kind, limits, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if where[-1:] == ["join"]:
        return 'this must be "all", "any" or a whole number from 1 on', "Write one of these."
    if where == ["schema_version"]:
        return f"this must be {limits.get('expected', 1)}", "Write 1; for a list of a later version update fanout."
    if kind == "literal_error":
        return f"this must be {limits['expected']}", "Write one of these."
    if kind == "greater_than_equal":
        return f"this must be at least {limits['ge']:g}", f"Write {limits['ge']:g} or more."
    if kind == "less_than_equal":
        return f"this must be at most {limits['le']:g}", f"Write {limits['le']:g} or less."
    if kind in _TYPES:
        return _TYPES[kind], _written(kind, where, value)
    message = str(detail["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:], _mended(where, value)


def _mended(where: list[Any], value: Any) -> str:
    """An id that could be used in place of one that can't."""
    usable = re.sub(r"[^\w.:-]+", "-", value).strip(".:-")[:100] if isinstance(value, str) else ""
    if where[-1:] == ["id"] and usable:
        return f'Write "{usable}", also where depends_on names it.'
    return "Write a value that fits."


def _written(kind: str, where: list[Any], value: Any) -> str:
    """The value that was found as it should be written, where that can be told."""
    if kind == "string_type" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'Write "{value}".'
    if kind == "string_type" and value is None:
        return "Write a text in quotes, or leave the field out."
    if kind == "list_type" and isinstance(value, str) and len(value) <= 60 and where[-1] not in _EXAMPLES:
        return f"Write {json.dumps([value], ensure_ascii=False)}."
    if kind == "model_type" and len(where) > 1 and where[-2] in _EXAMPLES:
        example = _EXAMPLES[where[-2]]
        text = value if isinstance(value, str) and len(value) <= 60 else "..."
        return f"Write {json.dumps(dict.fromkeys(example, text), ensure_ascii=False)}."
    return {
        "float_type": "Write the number alone, without quotes or a unit, such as 10.",
        "int_type": "Write the number alone, without quotes, such as 3.",
        "bool_type": "Write it without quotes.",
        "list_type": "Write it in [ ].",
        "dict_type": "Write it in { }.",
        "model_type": "Write it in { }.",
    }.get(kind, "Write a text in quotes.")


def _shown(value: object) -> str:
    text = repr(value) if not isinstance(value, (dict, list)) else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."
