"""Every schema by name. schema/NAME.json is what `scripts/dev/schema.py` writes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from fanout.plan.schema import beads, blocked_by, dork_labs, json_lists, native, openagentscontrol, task_master
from fanout.plan.schema.schema_parts import Schema


class Entry(NamedTuple):
    """How to make a schema, and which files it is for."""

    make: Callable[[], Schema]
    files: str


SCHEMAS: dict[str, Entry] = {
    "native": Entry(native.schema, "fanout's own task document"),
    "openagentscontrol-task": Entry(openagentscontrol.task, ".tmp/tasks/FEATURE/task.json"),
    "openagentscontrol-subtask": Entry(openagentscontrol.subtask, ".tmp/tasks/FEATURE/subtask_NN.json"),
    "task-master": Entry(task_master.schema, ".taskmaster/tasks/tasks.json"),
    "beads": Entry(beads.schema, "one line of .beads/issues.jsonl"),
    "dork-labs": Entry(dork_labs.schema, "specs/NAME/03-tasks.json"),
    "dork-labs-files": Entry(dork_labs.declared, "specs/NAME/03-tasks.fanout.json"),
    "ralph": Entry(json_lists.ralph, "prd.json with userStories"),
    "feature-list": Entry(json_lists.features, "feature_list.json"),
    "shrimp": Entry(json_lists.shrimp, "shrimp's tasks.json"),
    "claude-tasks": Entry(json_lists.client_tasks, "the client's own tasks and to-dos"),
    "github": Entry(json_lists.github, "what gh issue list --json prints"),
    "blocked-by": Entry(blocked_by.schema, "lists of tasks or batches with blockedBy"),
}


def printed(name: str) -> str:
    """A schema as it stands in its file."""
    return json.dumps(SCHEMAS[name].make(), indent=2, ensure_ascii=False) + "\n"


def of_record(shape: str) -> Schema:
    """The schema of one record: `task-master/subtask` is a part of one, `beads` a whole."""
    name, _, inside = shape.partition("/")
    whole = SCHEMAS[name].make()
    return {"$ref": f"#/$defs/{inside}", "$defs": whole["$defs"]} if inside else whole
