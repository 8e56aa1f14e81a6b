"""Lists of objects that several tools write in about the same way: ralph, feature lists, shrimp, the client, GitHub.

Their readers pass over what they can't use. These schemas mark it in an editor, where it can still be fixed.
"""

from __future__ import annotations

from fanout.plan.schema.schema_parts import (
    Schema,
    document,
    flag,
    ids,
    number,
    objects,
    one_of,
    part,
    paths,
    record,
    text,
    texts,
)


def ralph() -> Schema:
    story = record(
        "One story.",
        id=text("unique in the list"),
        title=text("what is done, in a line"),
        description=text("what is done"),
        acceptanceCriteria=texts("what proves it done", '["npm test passes"]'),
        priority=number("the lower, the earlier"),
        passes=flag("it is done"),
        notes=text(),
        dependsOn=ids("what must be done before"),
    )
    whole = record(
        "A list of stories.",
        project=text("the title"),
        userStories=_list("story", "there is no list of stories", '{"userStories": []}'),
    )
    return document("ralph prd.json", whole | {"required": ["userStories"]}, story=story)


def features() -> Schema:
    feature = record(
        "One feature.",
        id=text("unique in the list"),
        name=text("what is done, in a line"),
        description=text("what is done"),
        steps=texts("how it is tried out", '["Open the page"]'),
        passes=flag("it is done"),
        status=one_of("how far it is, where there is no passes", "pending", "in_progress", "done"),
        priority=number("the lower, the earlier"),
        dependencies=ids("what must be done before"),
    )
    each = {"if": {"type": "object"}, "then": part("feature")}
    several = {"if": {"type": "object"}, "then": {"additionalProperties": each}, "else": {"items": part("feature")}}
    wrapped = {"type": "object", "required": ["features"]}
    whole = {"type": ["array", "object"], "if": wrapped, "then": {"properties": {"features": several}}, "else": several}
    return document("a feature list", whole, feature=feature)


def shrimp() -> Schema:
    task = record(
        "One task.",
        id=text("unique in the list"),
        name=text("what is done, in a line"),
        description=text("what is done"),
        status=one_of("how far it is", "pending", "in_progress", "completed", "blocked"),
        dependencies={
            "description": 'what must be done before: [{"taskId": "..."}]',
            "items": {"type": ["object", "string", "number"]},
        },
        relatedFiles=objects(
            description="files that it touches", example='[{"path": "src/a.ts", "type": "TO_MODIFY"}]'
        ),
        implementationGuide=text("how"),
        verificationCriteria=text("what proves it done"),
    )
    whole = record("A list of tasks.", tasks=_list("task", "there is no list of tasks", '{"tasks": []}'))
    return document("shrimp tasks.json", whole | {"required": ["tasks"]}, task=task)


def client_tasks() -> Schema:
    task = record(
        "One task of the client's own list.",
        id=text("unique in the list"),
        subject=text("what is done, in a line"),
        content=text("the same, in a list of to-dos"),
        description=text("what is done"),
        status=one_of("how far it is", "pending", "in_progress", "completed"),
        blockedBy=ids("what must be done before"),
        blocks=ids("what waits for it"),
        files=paths("path patterns that it changes"),
    )
    return document("the client's tasks", _one_or_many("task"), task=task)


def github() -> Schema:
    issue = record(
        "One issue, as gh issue list --json prints it.",
        number={"type": "integer", "description": "its number", "errorMessage": "each issue must have a number"},
        title=text("what is done, in a line"),
        body=text("what is done; 'Blocked by #12' and lists of sub-issues are read"),
        state=one_of("OPEN or CLOSED", "OPEN", "CLOSED"),
        labels={"type": ["array", "null"], "description": "blocked and the like hold it back"},
        url=text(),
    )
    return document("issues of GitHub", _one_or_many("issue"), issue=issue | {"required": ["number"]})


def _list(name: str, message: str, example: str) -> Schema:
    return {"type": "array", "items": part(name), "errorMessage": message, "x-fix": f"Write {example}."}


def _one_or_many(name: str) -> Schema:
    return {"if": {"type": "array"}, "then": {"items": part(name)}, "else": part(name)}
