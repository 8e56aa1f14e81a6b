"""What is wrong with a record of a foreign list, by its schema and in our words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from fanout.errors import Problem
from fanout.plan.schema import catalogue

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError


def problems(shape: str, record: str, data: object) -> list[Problem]:
    """Each misfit of `data`, in the order of its fields: where, what was found, what to write. `record` names it."""
    by_field: dict[str, Problem] = {}
    for error in _validator(shape).iter_errors(data):
        field = field_name(error.absolute_path)
        message, fix = _words(error)
        by_field.setdefault(field, Problem(record, field, shown(error.instance), message, fix))
    return list(by_field.values())


def field_name(path: Iterable[str | int]) -> str:
    """`relevantFiles[0].path`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def shown(value: object) -> str:
    """A value as errors show it."""
    text = type(value).__name__ if isinstance(value, (dict, list)) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


@cache
def _validator(shape: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(catalogue.of_record(shape))


def _words(error: ValidationError) -> tuple[str, str]:
    """From the schema that was broken, or else in the library's words."""
    schema: Any = error.schema
    if isinstance(schema, dict) and "errorMessage" in schema:
        return schema["errorMessage"], schema.get("x-fix", "Correct it.")
    return error.message[:100], "Correct it."
