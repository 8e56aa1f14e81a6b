"""beads: one line of issues.jsonl."""

from __future__ import annotations

from fanout.plan.schema.schema_parts import Schema, document, number, one_of, record, text


def schema() -> Schema:
    needs = {
        "description": 'what it waits for, its parent, and what is related: {"depends_on_id": "a-1", "type": "blocks"}'
    }
    whole = record(
        "One issue, on a line of its own.",
        id=text("unique in the file"),
        title=text("what is done, in a line"),
        description=text(),
        design=text("how; its headings and lists of files are read"),
        notes=text(),
        acceptance_criteria=text("what proves it done, a line for each"),
        status=one_of("how far it is", "open", "in_progress", "blocked", "deferred", "closed"),
        issue_type={"description": "task, bug, feature, chore, epic"},
        estimated_minutes=number("how long it takes"),
        dependencies=needs,
    )
    return document("beads issues.jsonl, one line", whole)
