"""The native document's schema, generated from the classes that read it."""

from __future__ import annotations

from fanout.plan.schema.schema_parts import DIALECT, Schema


def schema() -> Schema:
    from fanout.plan.model import Document

    generated = {"$schema": DIALECT} | Document.model_json_schema()
    generated["patternProperties"] = {"^([$_]|x-)": {"description": "a comment: ignored"}}
    return generated
