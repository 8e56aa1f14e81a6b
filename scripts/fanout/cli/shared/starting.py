"""From a plan to the plain data that `run` keeps: the only place that knows both."""

from __future__ import annotations

import os
import posixpath
import re

from fanout.cli.shared import base as bases
from fanout.cli.shared import changed, predictions, project_probe
from fanout.errors import Problem, SourceError
from fanout.plan import agent_types, lanes
from fanout.plan.order import relax
from fanout.plan.pattern import Pattern
from fanout.plan.plan import Plan
from fanout.plan.read.prose import left_alone
from fanout.plan.reading import Note
from fanout.plan.validate import place_of
from fanout.run.store import case_folding, paths, planned, run_files
from fanout.run.store.base import tree

STATES = {"completed": "done", "skipped": "skipped", "blocked": "blocked"}


def as_data(
    plan: Plan,
    root: str,
    source: str,
    mode: str,
    fold: bool = False,
    in_lanes: bool = False,
) -> dict[str, object]:
    """What runs.start takes; `fold` where the file system does not tell upper from lower case.

    The plan's base is the folder that its reading has. With `in_lanes` each chain of plan/lanes.py goes to one agent.
    Raises SourceError where two tasks would have their results in one file.
    """
    _check_ids(plan, fold)
    base = bases.name(root, plan.reading.base, fold)
    document = plan.reading.document
    return {
        "title": document.title or document.id or _called(plan, root, source),
        "source": source,
        "format": plan.reading.format,
        "files": {path: changed.digest(path) for path in plan.reading.files},
        "document": _as_read(plan) | {"max_parallel": document.max_parallel},
        "predicted": _predicted(plan, base),
        "mode": mode,
        "base": base,
        "tasks": _tasks(plan, _lane_names(plan) if in_lanes else {}),
        "hazards": _hazards(plan),
        "declared": _all_declared(plan, root, base, fold),
    }


def _as_read(plan: Plan) -> dict[str, object]:
    return (plan.reading.as_read or plan.reading.document).model_dump(mode="json", exclude_defaults=True)


def _all_declared(plan: Plan, root: str, base: str, fold: bool) -> list[object]:
    declared = _declared(plan, base, bases.worktrees(root, plan.reading.base), fold)
    return [*declared, *_context(plan, base, fold), *_spared(plan, base, fold)]


def _check_ids(plan: Plan, fold: bool) -> None:
    met: dict[str, str] = {}
    problems = []
    for task in plan.names:
        other = met.setdefault(run_files.key(task, fold), task)
        if other != task:
            message = f"its result would have the file of task {other}: the names are one here"
            place = place_of(plan.reading, task)
            problems.append(Problem(place, "id", repr(task), message, "Give it an id that differs in more."))
    if problems:
        raise SourceError(problems)


def _predicted(plan: Plan, base: str) -> dict[str, object]:
    return {
        "makespan_minutes": plan.answer.makespan,
        "batch_makespan_minutes": plan.answer.batch_makespan,
        "sequential_minutes": plan.sequential_minutes(),
        "lower_bound_minutes": plan.answer.lower_bound,
        "critical_path": plan.ids(plan.answer.critical_path),
        "writes": predictions.of_plan(plan, base),
        "hints": predictions.hints(plan, base),
    }


def _hazards(plan: Plan) -> list[dict[str, object]]:
    """Those that only the run keeps apart: no dependency orders the two."""
    names = plan.names
    return [
        {"tasks": [names[hazard.a], names[hazard.b]], "kind": hazard.kind, "witness": hazard.witness}
        for hazard in [*plan.hazards, *plan.held]
        if not hazard.ordered
    ]


def _called(plan: Plan, root: str, source: str) -> str:
    """The source as it is called in its work tree."""
    top = tree(root, plan.reading.base)
    return run_files.shown(top, os.path.join(root, source)) if plan.reading.files else source


def _lane_names(plan: Plan) -> dict[int, str]:
    """For each task of a chain that one agent can do, the name of its lane."""
    return {index: f"lane-{number}" for number, lane in enumerate(lanes.find(plan), 1) for index in lane.tasks}


def _tasks(plan: Plan, lane_of: dict[int, str]) -> list[dict[str, object]]:
    batch = {index: number for number, batch in enumerate(plan.answer.batches, 1) for index in batch}
    rank = {index: place for place, index in enumerate(plan.answer.order)}
    known = project_probe.agents(plan.reading.base)
    found = []
    for index, task in enumerate(plan.tasks):
        lane = {"lane": lane_of[index]} if index in lane_of else {}
        note = plan.reading.notes.get(task.id) or Note()
        found.append(
            {
                "id": task.id,
                "rank": rank[index],
                "batch": batch.get(index, 0),
                "title": task.title,
                "agent": agent_types.resolve(task.agent, known),
                "estimate": plan.durations[index],
                "record": task.model_dump(mode="json", exclude_defaults=True)
                | lane
                | _inferred(note)
                | _none(task.agent, note),
                "needs": list(dict.fromkeys(task.depends_on)),
                "follows": [other for other, edge in note.order.items() if relax.is_only_order(edge)],
                "steps": [other for other, edge in note.order.items() if relax.is_step(edge)],
                "state": STATES.get(note.status, "pending"),
                "outcome": _outcome(note),
            }
        )
    return found


def _inferred(note: Note) -> dict[str, dict[str, str]]:
    """Why the task waits for others, where the list does not say so itself."""
    why = {other: edge.why for other, edge in note.order.items() if edge.source != "stated" and edge.why}
    return {"inferred": why} if why else {}


def _none(agent: str | None, note: Note) -> dict[str, bool]:
    """That the list, or the kind of its agent, has it write no file: a list without files leaves that open."""
    return {"writes_nothing": True} if note.writes_nothing or agent in agent_types.RUNNERS else {}


def _outcome(note: Note) -> str:
    """Why a task is not to be done in this run, "" when it is."""
    return "left out of this run" if note.unasked else "blocked in the list" if note.status == "blocked" else ""


def _declared(plan: Plan, base: str, others: list[str], fold: bool) -> list[dict[str, str]]:
    """What each task writes and reads: patterns as written, anchors and regexes for keys of paths. Nothing means `others`,
    worktrees below the base."""
    found = []
    for task, writes, reads in zip(plan.tasks, plan.patterns.writes, plan.patterns.reads, strict=True):
        for mode, patterns in (("write", writes), ("read", reads)):
            for pattern in patterns:
                regex = _without(others, pattern, fold)
                found.append(
                    {
                        "task": task.id,
                        "mode": mode,
                        "anchor": paths.key(_joined(base, pattern.anchor), fold),
                        "pattern": _joined(base, pattern.normal),
                        "regex": f"{re.escape(paths.key(base, fold))}/(?:{regex})" if base else regex,
                    }
                )
    return found


def _context(plan: Plan, base: str, fold: bool) -> list[dict[str, str]]:
    """The context files, as declared by no task."""
    names = [pattern.anchor for pattern in plan.context()]
    keys = [(_joined(base, name), paths.key(_joined(base, name), fold)) for name in names]
    return [
        {"task": planned.EVERY_TASK, "mode": "context", "anchor": key, "pattern": name, "regex": re.escape(key)}
        for name, key in keys
    ]


def _spared(plan: Plan, base: str, fold: bool) -> list[dict[str, str]]:
    """What the list's words say to leave alone: to all its tasks, or to one."""
    words = [(planned.EVERY_TASK, plan.reading.document.notes)]
    words += [(task.id, f"{task.title}\n{task.description}") for task in plan.tasks]
    return [
        {"task": task, "mode": "spared", "anchor": key, "pattern": name, "regex": f"{re.escape(key)}(?:/.*)?"}
        for task, text in words
        for path in left_alone.paths(text)
        for name in [_joined(base, posixpath.normpath(path))]
        for key in [paths.key(name, fold)]
    ]


def _without(others: list[str], pattern: Pattern, fold: bool) -> str:
    """The pattern's regex, without the folders that a wildcard would reach."""
    regex = case_folding.for_keys(pattern.folded_regex) if fold else pattern.regex
    anchor = paths.key(pattern.anchor, fold)
    reached = [
        other for other in (paths.key(one, fold) for one in others) if not anchor or other.startswith(f"{anchor}/")
    ]
    if not reached:
        return regex
    names = "|".join(map(re.escape, reached))
    return rf"(?!(?:{names})(?:/|\Z))(?:{regex})"


def _joined(base: str, path: str) -> str:
    if not base:
        return path
    return f"{base}/{path}" if path not in ("", ".") else base
