"""Which tasks one pass of an analyst takes: so many as it can hold, from where the pass before it ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fanout.plan.model import Task
from fanout.plan.reading import Note, Reading

MOST = 40
LEAST = 25  # a pass ends with a phase or story where it holds as many by then
DONE = ("completed", "skipped")


def left(reading: Reading, done: Collection[str] = ()) -> list[Task]:
    """The tasks that are not done, neither by the list nor by a run of it."""
    notes = reading.notes
    return [
        task for task in reading.document.tasks if task.id not in done and notes.get(task.id, Note()).status not in DONE
    ]


def waiting(reading: Reading, told: Collection[str], done: Collection[str] = ()) -> list[Task]:
    """The tasks that no pass has come to: of a list that one pass can't hold those behind the last one that the side file tells
    of. Whom a pass left out of what it saw, it had nothing to say of."""
    tasks = left(reading, done)
    last = max((place for place, task in enumerate(tasks) if task.id in told), default=-1)
    return tasks[last + 1 :] if len(tasks) > MOST else []


def take(reading: Reading, told: Collection[str], stale: Collection[str], done: Collection[str] = ()) -> list[Task]:
    """What the next pass takes, in the list's order: whose text has changed, and whom no pass has come to. When that is nobody,
    the front again: first who could start now."""
    tasks = left(reading, done)
    behind = {task.id for task in (waiting(reading, told, done) if told else tasks)}
    now = [task for task in tasks if task.id in behind or task.id in stale]
    if not now:
        names = {task.id for task in tasks}
        now = sorted(tasks, key=lambda task: not names.isdisjoint(task.depends_on))
        return now[:MOST]
    return now[: _end(reading, now)]


def _end(reading: Reading, tasks: Sequence[Task]) -> int:
    """How many: up to the last end of a phase that leaves enough, else as many as it holds."""
    phases = [reading.notes.get(task.id, Note()).phase for task in tasks]
    if len(tasks) <= MOST:
        return len(tasks)
    ends = [place for place in range(LEAST, MOST + 1) if phases[place] != phases[place - 1]]
    return ends[-1] if ends else MOST
