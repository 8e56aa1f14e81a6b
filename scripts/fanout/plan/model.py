"""The native document: what a plan is made from, whatever format it was read from.

Every reader ends in a `Document`. Its JSON Schema is generated from these classes by
`scripts/dev/schema.py` and committed as schema/document.schema.json.
"""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, field_validator

from fanout.errors import Problem, SourceError

TASK_ID = re.compile(r"\w[\w.:-]{0,99}\Z")

Minutes = Annotated[float, Field(strict=True, ge=0, le=525600)]
Text = StrictStr
Texts = list[StrictStr]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_default=False)


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


class Task(_Record):
    """One unit for one agent. Only `id` is required; what is not said is inferred or taken as the default."""

    id: StrictStr
    title: Text = ""
    description: Text = ""
    depends_on: Texts = []
    writes: Texts = Field([], description="path patterns that the task may create, change or delete")
    reads: Texts = Field([], description="path patterns whose content the task relies on")
    resources: list[Resource] = []
    excludes: Texts = Field([], description="ids of tasks that must not run at the same time, in either order")
    estimate_minutes: Minutes | None = None
    agent: Text | None = None
    model: Text | None = None
    isolation: Literal["shared", "worktree"] = "shared"
    timeout_minutes: Minutes | None = None
    accept: list[Accept] = []
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
    policy: Policy = Field(default_factory=Policy)
    agent_capacity: dict[StrictStr, Annotated[StrictInt, Field(ge=1)]] = Field(
        {}, description="how many agents of a type may run at the same time"
    )
    tasks: list[Task]


def parse_document(data: object, place: str) -> Document:
    """The document in `data` (decoded JSON); `place` names it in errors. Raises SourceError with every problem."""
    if not isinstance(data, dict):
        fix = 'Write {"tasks": [{"id": "01"}]}.'
        raise SourceError([Problem(place, "", _shown(data), "the document must be a JSON object", fix)])
    kept = {key: value for key, value in data.items() if not _is_comment(key)}
    try:
        return Document.model_validate(kept)
    except ValidationError as error:
        raise SourceError([_problem(place, kept, detail) for detail in error.errors()]) from None


def _is_comment(key: object) -> bool:
    return isinstance(key, str) and key.startswith(("$", "_", "x-"))


def _problem(place: str, data: dict[str, Any], detail: Any) -> Problem:
    where = list(detail["loc"])
    record = place
    if where[:1] == ["tasks"] and len(where) > 1:
        record = f"{place} task {_task_name(data, where[1])}"
        where = where[2:]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
    kind = detail["type"]
    if kind == "missing":
        return Problem(record, field, "nothing", "this field is required", f'Add "{field}".')
    if kind == "extra_forbidden":
        return Problem(record, field, _shown(detail["input"]), "no such field", _nearest(where))
    message = str(detail["msg"]).removeprefix("Value error, ")
    return Problem(record, field, _shown(detail["input"]), message[:1].lower() + message[1:])


def _task_name(data: dict[str, Any], index: Any) -> str:
    try:
        name = data["tasks"][index]["id"]
    except (KeyError, IndexError, TypeError):
        name = None
    return name if isinstance(name, str) and name else f"#{index + 1}" if isinstance(index, int) else str(index)


def _nearest(where: list[Any]) -> str:
    owners: dict[str, type[BaseModel]] = {"resources": Resource, "accept": Accept, "policy": Policy}
    record = next((owners[part] for part in where[:-1] if part in owners), Document if len(where) == 1 else Task)
    known = sorted({*record.model_fields, *(Task.model_fields if record is Document else ())})
    close = difflib.get_close_matches(str(where[-1]), known, 1)
    if close:
        return f'Did you mean "{close[0]}"?'
    return f"Known fields: {', '.join(record.model_fields)}. A key that starts with x- is ignored."


def _shown(value: object) -> str:
    text = repr(value) if not isinstance(value, (dict, list)) else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."
