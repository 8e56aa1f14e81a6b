"""The parts that the schemas of foreign lists are made of. They allow what their readers allow, and no less.

`errorMessage` is what editors show in place of their own words; `x-fix` says what to write, as our errors do.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT = ["string", "number"]


def text(description: str = "") -> Schema:
    """A text; a number is taken as one."""
    return _told([*TEXT, "null"], description, "this must be a text", "Write it in quotes.")


def number(description: str = "") -> Schema:
    return _told(["number", "null"], description, "this must be a number", "Write it without quotes or a unit: 30.")


def texts(description: str = "", example: str = '["..."]') -> Schema:
    """A list of texts; one alone is a list of one."""
    message, fix = "this must be a list of texts", f"Write {example}."
    items = _told(list(TEXT), "", "this must be a text", fix)
    return _told([*TEXT, "array", "null"], description, message, fix) | {"items": items}


def flag(description: str = "") -> Schema:
    """True or false, also in quotes."""
    words = r"^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])(?![\s\S])"
    told = _told(["boolean", "string", "null"], description, "this must be true or false", "Write true or false.")
    return told | {"pattern": words}


def objects(item: Schema | None = None, description: str = "", example: str = "[{}]") -> Schema:
    """A list of objects."""
    fix = f"Write {example}."
    told = _told(["array", "null"], description, "this must be a list", fix)
    return told | {"items": _told(["object"], "", "this must be an object", fix) | (item or {})}


def one_of(description: str, *words: str) -> Schema:
    """Words that editors offer; any other is read too, with a warning."""
    return text(description) | {"examples": list(words)}


def ids(description: str) -> Schema:
    return texts(description, '["1", "2"]')


def paths(description: str) -> Schema:
    return texts(description, '["src/a.ts"]')


def record(about: str, /, **fields: Schema) -> Schema:
    return {"type": "object", "description": about, "properties": fields}


def document(title: str, whole: Schema, **parts: Schema) -> Schema:
    """A whole schema; `parts` are records that can be checked alone."""
    return {"$schema": DIALECT, "title": title} | whole | ({"$defs": parts} if parts else {})


def part(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _told(types: list[str], description: str, message: str, fix: str) -> Schema:
    about = {"description": description} if description else {}
    return {"type": types} | about | {"errorMessage": message, "x-fix": fix}
