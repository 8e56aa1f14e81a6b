"""The side file: what an analyst says of each task's files and order. The user's list stays as it is."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from fanout.errors import Problem, SourceError
from fanout.plan import validation_errors
from fanout.plan.model import Resource, Task

HASH_DIGITS = 12
Sure = Annotated[float, Field(ge=0, le=1, strict=True)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dependency(_Record):
    """An earlier task whose result is needed."""

    id: StrictStr
    why: Annotated[StrictStr, Field(min_length=1)]
    confidence: Sure = 0.8


class TaskSide(_Record):
    """What is added to one task. None of it permits a write; `writes` keeps other tasks away."""

    id: StrictStr
    text: StrictStr = Field(description="what `fanout refine` shows as the task's hash: the text that this is about")
    confidence: Sure = Field(description="how sure the analyst is that `writes` is all that the task changes")
    writes: list[StrictStr] = []
    maybe_writes: list[StrictStr] = []
    hub_writes: list[StrictStr] = Field([], description="shared documents and registries that it adds a line to")
    depends_on: list[Dependency] = []
    independent_of: list[StrictStr] = []
    checks: list[StrictStr] = Field([], description="ids of the tasks whose work it checks")
    resources: list[Resource] = []


class SideFile(_Record):
    """Schema version 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="fanout side file")

    schema_version: Literal[1] = 1
    source: StrictStr = ""
    tasks: list[TaskSide]


def text_hash(task: Task) -> str:
    """The hash of what a task says, so that an edit of it makes what was said of it stale."""
    said = json.dumps([task.title, task.description, [one.text for one in task.accept]], ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]


def parse(text: str, place: str) -> SideFile:
    """The side file in `text`. Raises SourceError naming record, field, what was found and what would be right."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise SourceError([Problem(place, "", "", f"this is no JSON: {error}", "Write one JSON object.")]) from None
    if not isinstance(data, dict):
        fix = 'Write {"schema_version": 1, "tasks": [...]}.'
        raise SourceError([Problem(place, "", type(data).__name__, "a side file is a JSON object", fix)])
    try:
        return SideFile.model_validate(data)
    except ValidationError as error:
        raise SourceError(validation_errors.problems(SideFile, place, data, error.errors())) from None
