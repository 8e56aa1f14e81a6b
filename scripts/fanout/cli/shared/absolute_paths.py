"""Absolute paths of a plan that lead into the project by another spelling of its root, or by a link to it.

The plan itself compares texts alone; here the folders are asked.
"""

from __future__ import annotations

import dataclasses
import os
import re

from fanout.plan.reading import Reading
from fanout.run.store import case_folding, paths

LITERAL = re.compile(r"[^*?\[\]{}\\]*")


def relative(reading: Reading) -> Reading:
    """The reading, its absolute paths inside the base relative to it; others stay, for the plan to refuse."""
    document = reading.document
    if not reading.base or not any(map(os.path.isabs, _paths(reading))):
        return reading
    naming = paths.Naming(reading.base, case_folding.is_on(reading.base))
    tasks = [
        task.model_copy(update={field: [_named(naming, path) for path in getattr(task, field)] for field in FIELDS})
        for task in document.tasks
    ]
    return dataclasses.replace(reading, document=document.model_copy(update={"tasks": tasks}))


FIELDS = ("writes", "reads")


def _paths(reading: Reading) -> list[str]:
    return [path for task in reading.document.tasks for field in FIELDS for path in getattr(task, field)]


def _named(naming: paths.Naming, path: str) -> str:
    if not os.path.isabs(path):
        return path
    literal = LITERAL.match(path)
    head = literal.group() if literal else ""
    if head != path:
        head = head[: head.rfind("/") + 1]
    if not head.strip("/"):
        return path
    name = naming.link(head.rstrip("/"))
    if paths.is_outside(name):
        return path
    return f"{name}/{path[len(head) :]}" if head.endswith("/") else name
