"""A reading with its side file: files that only schedule, edges of an analyst, and pairs that it calls independent.

What is stated stays. A prediction keeps other tasks away from a path; it is no part of what the task declares, so it
permits nothing. How far a prediction is believed depends on its confidence.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fanout.plan import graph
from fanout.plan.model import Resource, Task
from fanout.plan.reading import Edge, Inference, Note, Reading, with_tasks
from fanout.plan.refine import hubs, side_file_errors
from fanout.plan.refine.side_file import SideFile, TaskSide, text_hash

WHY = "an analyst that read the project says so"
UNKNOWN = "files that nobody is sure of"


@dataclass(frozen=True, slots=True)
class Policy:
    """From `exact` on a prediction locks just its paths, from `usable` on also what changes with them; below: one at a time."""

    exact: float = 0.95
    usable: float = 0.75


DEFAULT = Policy()


def applied(
    reading: Reading, side: SideFile, policy: Policy = DEFAULT, beside: Mapping[str, Sequence[str]] | None = None
) -> Reading:
    """The reading with what is fresh in the side file; `beside` are the files that history changes with one."""
    fresh = {one.id: one for one in side.tasks}
    tasks, notes = list(reading.document.tasks), dict(reading.notes)
    used: dict[str, TaskSide] = {}
    for place, task in enumerate(tasks):
        one = fresh.get(task.id)
        if one is None or one.text != text_hash(task):
            continue
        note = _with_files(notes.get(task.id, Note()), task, one, policy, beside or {})
        note = replace(note, hints=[path for path in one.maybe_writes if path not in (*task.writes, *note.predicted)])
        tasks[place], notes[task.id] = _with_edges(_with_resources(task, one, policy), note, one)
        used[task.id] = one
    changed = replace(with_tasks(reading, tasks, *side_file_errors.remarks(reading, side)), notes=notes)
    return replace(_without_circles(hubs.closed(changed, used)), as_read=reading.as_read or reading.document)


def _with_files(note: Note, task: Task, one: TaskSide, policy: Policy, beside: Mapping[str, Sequence[str]]) -> Note:
    """The note with the paths to lock. A task that named none need no longer run alone."""
    if one.confidence < policy.usable:
        return replace(note, unsure=False, free_of=frozenset(one.independent_of)) if one.writes else note
    locked = list(dict.fromkeys(one.writes))
    if one.confidence < policy.exact:
        folders = {posixpath.dirname(path) for path in one.writes}
        locked += [path for folder in sorted(folders) for path in beside.get(folder, ()) if path not in locked]
    inferred = [*(known for known in note.inferred if known.field != "writes" or task.writes)]
    inferred.append(Inference("writes", WHY, one.confidence))
    return replace(
        note,
        unsure=note.unsure and not locked,
        inferred=inferred,
        predicted=[path for path in locked if path not in task.writes],
        free_of=frozenset(one.independent_of),
    )


def _with_resources(task: Task, one: TaskSide, policy: Policy) -> Task:
    known = {resource.name for resource in task.resources}
    more = [resource for resource in one.resources if resource.name not in known]
    if one.confidence < policy.usable and one.writes:
        more.append(Resource(name=UNKNOWN))
    return task.model_copy(update={"resources": [*task.resources, *more]}) if more else task


def _with_edges(task: Task, note: Note, one: TaskSide) -> tuple[Task, Note]:
    stated = set(task.depends_on) - set(note.order)
    edges = {need.id: Edge(need.why, "analyst", need.confidence) for need in one.depends_on if need.id not in stated}
    edges |= {name: Edge("it checks what that does", "analyst", 0.9) for name in one.checks if name not in stated}
    if not edges:
        return task, note
    needs = [*task.depends_on, *(name for name in edges if name not in task.depends_on)]
    return task.model_copy(update={"depends_on": needs}), replace(note, order={**note.order, **edges})


def _without_circles(reading: Reading) -> Reading:
    """What is inferred gives way to what an analyst says, and that to what is stated: no circle is left."""
    tasks = reading.document.tasks
    if not graph.cycle({task.id: task.depends_on for task in tasks}):
        return reading
    kept = side_file_errors.stated_needs(reading)
    inferred = [
        (edge.source != "analyst", -edge.strength, task.id, need)
        for task in tasks
        for need, edge in reading.notes.get(task.id, Note()).order.items()
    ]
    for _guessed, _strength, name, need in sorted(inferred):
        if need in kept and not graph.reaches(kept, need, name):
            kept[name].append(need)
    notes = dict(reading.notes)
    for task in tasks:
        if task.id in notes:
            order = {need: edge for need, edge in notes[task.id].order.items() if need in kept[task.id]}
            notes[task.id] = replace(notes[task.id], order=order)
    changed = [task.model_copy(update={"depends_on": kept[task.id]}) for task in tasks]
    return replace(with_tasks(reading, changed), notes=notes)
