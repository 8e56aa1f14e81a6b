"""The native document: what a plan is made from, whatever format it was read from.

Every reader ends in a `Document`. Its JSON Schema is generated from these classes by
`scripts/dev/schema.py` and committed as schema/native.json.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, field_validator

from fanout.errors import Problem, SourceError
from fanout.plan import validation_errors

TASK_ID = re.compile(r"\w[\w.:-]{0,99}\Z")

Minutes = Annotated[float, Field(strict=True, ge=0, le=525600)]
Text = StrictStr
Texts = list[StrictStr]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_default=False, frozen=True)


class Resource(_Record):
    """Something only one task may use at a time (exclusive) or that tasks may share (shared)."""

    name: Annotated[StrictStr, Field(min_length=1)]
    mode: Literal["exclusive", "shared"] = "exclusive"


class Accept(_Record):
    """One criterion of acceptance: prose, and the command whose exit code 0 proves it."""

    text: Text = ""
    command: Text | None = None
    when: Literal["task", "end"] = Field(
        "task", description="'task': when the agent says done; 'end': when the whole run has ended"
    )
    timeout_minutes: Minutes | None = None


class Policy(_Record):
    """What a failure does to the rest, and when the run counts as joined."""

    on_failure: Literal["best-effort", "fail-fast", "gate", "retry"] = "best-effort"
    retries: Annotated[StrictInt, Field(ge=0, le=10)] = 1
    join: Literal["all", "any"] | Annotated[StrictInt, Field(ge=1)] = "all"


def _empty(description: str | None = None) -> Any:
    """A list that is empty unless it is given. A default `[]` would be copied deeply for each task."""
    return Field(default_factory=list, description=description, json_schema_extra={"default": []})


class Task(_Record):
    """One unit for one agent. Only `id` is required; what is not said is inferred or taken as the default."""

    id: StrictStr
    title: Text = ""
    description: Text = ""
    depends_on: Texts = _empty()
    writes: Texts = _empty("path patterns that the task may create, change or delete")
    reads: Texts = _empty("path patterns whose content the task relies on")
    resources: list[Resource] = _empty()
    excludes: Texts = _empty("ids of tasks that must not run at the same time, in either order")
    estimate_minutes: Minutes | None = None
    agent: Text | None = None
    model: Text | None = None
    isolation: Literal["shared", "worktree"] = "shared"
    timeout_minutes: Minutes | None = None
    accept: list[Accept] = _empty()
    read_only: bool = Field(False, strict=True, description="the agent may not write anything, Bash included")
    lane: Text | None = Field(None, description="tasks of one lane go to one agent, in order")

    @field_validator("id")
    @classmethod
    def _usable_id(cls, value: str) -> str:
        if not TASK_ID.match(value):
            raise ValueError("an id is 1 to 100 letters, digits or '_.:-', and starts with a letter, digit or '_'")
        return value


class Document(_Record):
    """A task list with its settings: schema version 1."""

    model_config = ConfigDict(extra="forbid", title="fanout task document")

    schema_version: Literal[1] = 1
    id: Text = ""
    title: Text = ""
    max_parallel: Annotated[StrictInt, Field(ge=1, le=100)] = 5
    context_files: Texts = []
    notes: Text = Field("", description="what holds for every task; it stands in each brief")
    policy: Policy = Field(default_factory=Policy)
    agent_capacity: dict[StrictStr, Annotated[StrictInt, Field(ge=1)]] = Field(
        {}, description="how many agents of a type may run at the same time"
    )
    tasks: list[Task]


def parse_document(data: object, place: str) -> Document:
    """The document in `data` (decoded JSON); `place` names it in errors. Raises SourceError with every problem."""
    if not isinstance(data, dict):
        fix = 'Write {"tasks": [{"id": "01"}]}.'
        raise SourceError([Problem(place, "", type(data).__name__, "the document must be a JSON object", fix)])
    kept = {key: value for key, value in data.items() if not _is_comment(key)}
    try:
        return Document.model_validate(kept)
    except ValidationError as error:
        raise SourceError(validation_errors.problems(Document, place, kept, error.errors())) from None


def _is_comment(key: object) -> bool:
    return isinstance(key, str) and key.startswith(("$", "_", "x-"))
