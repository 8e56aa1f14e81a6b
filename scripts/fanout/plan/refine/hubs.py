"""Documents and registries that several tasks only add to: one of them adds for all, the others leave the file alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fanout.plan import graph
from fanout.plan.model import Task
from fanout.plan.reading import Edge, Note, Reading, with_tasks
from fanout.plan.refine.side_file import TaskSide

STRENGTH = 0.8
WEAK = ("list order", "barrier")
DONE = ("completed", "skipped")
MOST_NAMED = 8


def closed(reading: Reading, said: Mapping[str, TaskSide]) -> Reading:
    """The reading in which the last of those that add to a hub waits for the others, and adds what they say.

    A hub that one task alone adds to is locked for it. Whoever waits for the one that closes goes on writing by itself.
    """
    hubs: dict[str, list[str]] = {}
    for task in reading.document.tasks:
        if task.id in said and reading.notes.get(task.id, Note()).status not in DONE:
            for path in said[task.id].hub_writes:
                hubs.setdefault(path, []).append(task.id)
    for path, users in hubs.items():
        reading = _closed(reading, path, users)
    return reading


def _closed(reading: Reading, path: str, users: list[str]) -> Reading:
    needs = _firm(reading)
    closer = _closer(reading, path, users, needs)
    givers = [name for name in users if name != closer and not graph.reaches(needs, name, closer)]
    tasks = {task.id: task for task in reading.document.tasks}
    notes = dict(reading.notes)
    for name in (name for name in users if name not in givers):
        notes[name] = _locked(notes.get(name, Note()), tasks[name], path)
    for name in givers:
        rest = (
            f"Leave {path} alone: task {closer} adds to it for several tasks. Write into your notes what belongs there."
        )
        tasks[name] = _told(tasks[name], rest)
        notes[name] = _bound(notes.get(name, Note()), {closer})
    if givers:
        tasks[closer] = _told(tasks[closer], f"{path}: add also what the notes of {_named(givers)} name for it.")
        told = tasks[closer].depends_on
        more = [name for name in givers if name not in needs[closer]]
        tasks[closer] = tasks[closer].model_copy(update={"depends_on": list(dict.fromkeys([*told, *more]))})
        edges = dict.fromkeys(more, Edge(f"it adds to {path} for that", "analyst", STRENGTH))
        note = _bound(notes.get(closer, Note()), set(givers))
        notes[closer] = replace(note, order={**note.order, **edges})
    changed = [tasks[task.id] for task in reading.document.tasks]
    return replace(with_tasks(reading, changed), notes=notes)


def _firm(reading: Reading) -> dict[str, list[str]]:
    """What each task waits for by more than the list's order."""
    weak = {
        (name, other)
        for name, note in reading.notes.items()
        for other, edge in note.order.items()
        if edge.source in WEAK
    }
    return {
        task.id: [name for name in task.depends_on if (task.id, name) not in weak] for task in reading.document.tasks
    }


def _closer(reading: Reading, path: str, users: list[str], needs: dict[str, list[str]]) -> str:
    """Who declares the file, else whoever fewest wait for; of these the last in the list."""
    declaring = {task.id for task in reading.document.tasks if path in task.writes}
    waiting = {name: sum(graph.reaches(needs, other, name) for other in needs if other != name) for name in users}
    return min(reversed(users), key=lambda name: (name not in declaring, waiting[name]))


def _locked(note: Note, task: Task, path: str) -> Note:
    known = path in task.writes or path in note.predicted
    return note if known else replace(note, predicted=[*note.predicted, path])


def _bound(note: Note, others: set[str]) -> Note:
    """They are independent of each other no more."""
    return replace(note, free_of=note.free_of - others)


def _told(task: Task, text: str) -> Task:
    return task.model_copy(update={"description": f"{task.description}\n\n{text}".strip()})


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{'task' if len(names) == 1 else 'tasks'} {', '.join(names[:MOST_NAMED])}{more}"
