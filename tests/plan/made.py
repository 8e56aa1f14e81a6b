"""Plans made from a few dicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fanout.plan import planner
from fanout.plan.model import parse_document
from fanout.plan.plan import Plan
from fanout.plan.project_facts import NO_PROJECT, ProjectFacts
from fanout.plan.reading import Note, Reading, Remark

ROOT = "/project"


def reading(*tasks: dict[str, Any], parallel: Iterable[str] = (), done: Iterable[str] = (), **document: Any) -> Reading:
    """A native reading; `parallel` names the tasks that the source says may run in parallel, `done` those done."""
    found = Reading("native", parse_document({"tasks": list(tasks), **document}, "tasks.json"), ROOT)
    for number, task in enumerate(found.document.tasks, 1):
        found.notes.setdefault(task.id, Note(place=f"tasks.json:{number}"))
    for name in parallel:
        found.notes[name].parallel = True
    for name in done:
        found.notes[name].status = "completed"
    return found


def plan(*tasks: dict[str, Any], project: ProjectFacts = NO_PROJECT, **more: Any) -> Plan:
    return planner.make(reading(*tasks, **more), "quick", project)


def task(name: str, writes: str = "", reads: str = "", needs: str = "", **more: Any) -> dict[str, Any]:
    """Lists as words; a resource as its name."""
    return {
        "id": name,
        "writes": writes.split(),
        "reads": reads.split(),
        "depends_on": needs.split(),
        **({"resources": [{"name": one} for one in more.pop("uses").split()]} if "uses" in more else {}),
        **more,
    }


def remarks(found: Plan, *codes: str) -> list[Remark]:
    """The plan's warnings with these codes."""
    return [remark for remark in found.warnings if remark.code in codes]


def files(*paths: str, agents: Iterable[str] | None = None) -> ProjectFacts:
    """A project in which these paths exist, and git knows them."""
    known = frozenset(paths)
    return ProjectFacts(known.__contains__, None if agents is None else frozenset(agents), files=known)
