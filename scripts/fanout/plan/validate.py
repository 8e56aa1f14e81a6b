"""What makes a task list impossible to plan. Every problem is found, not only the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fanout.errors import Problem, SourceError
from fanout.plan import graph
from fanout.plan.model import Task
from fanout.plan.pattern import Pattern, PatternError, parse
from fanout.plan.reading import Note, Reading


class Patterns:
    """The parsed path patterns of a task list, by task index."""

    __slots__ = ("reads", "writes")

    def __init__(self) -> None:
        self.writes: list[list[Pattern]] = []
        self.reads: list[list[Pattern]] = []


def validate(reading: Reading) -> Patterns:
    """The parsed patterns of a plannable list. Raises SourceError with every problem."""
    tasks = reading.document.tasks
    problems: list[Problem] = []
    if not tasks:
        problems.append(Problem(_name(reading), "tasks", "an empty list", "there is nothing to plan", "Add a task."))
    problems += _duplicates(reading)
    known = {task.id for task in tasks}
    for task in tasks:
        problems += _references(reading, task, "depends_on", task.depends_on, known)
        problems += _references(reading, task, "excludes", task.excludes, known)
    if not problems:
        problems += _cycle(reading)
    patterns = _patterns(reading, problems)
    if problems:
        raise SourceError(problems)
    return patterns


def place_of(reading: Reading, task: str) -> str:
    """Where a task stands in its source, with its name: `tasks.md:12 task T004`."""
    note = reading.notes.get(task, Note())
    return f"{note.place or _name(reading)} task {task}"


def _name(reading: Reading) -> str:
    return reading.files[0].rsplit("/", 1)[-1] if reading.files else "standard input"


def _duplicates(reading: Reading) -> list[Problem]:
    counts = Counter(task.id for task in reading.document.tasks)
    return [
        Problem(place_of(reading, task), "id", f"{count} times", "the id is not unique", "Give each task its own id.")
        for task, count in counts.items()
        if count > 1
    ]


def _references(reading: Reading, task: Task, field: str, names: Sequence[str], known: set[str]) -> list[Problem]:
    found = []
    for name in names:
        if name == task.id:
            found.append(
                Problem(place_of(reading, task.id), field, repr(name), "a task can't name itself", "Remove it.")
            )
        elif name not in known:
            found.append(
                Problem(place_of(reading, task.id), field, repr(name), "there is no such task", _nearest(name, known))
            )
    return found


def _nearest(name: str, known: set[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, sorted(known), 1, 0.5)
    return f"Did you mean {close[0]!r}?" if close else "Add the task or remove the reference."


def _cycle(reading: Reading) -> list[Problem]:
    ring = graph.cycle({task.id: task.depends_on for task in reading.document.tasks})
    if not ring:
        return []
    text = " -> ".join(ring)
    return [
        Problem(
            place_of(reading, ring[0]),
            "depends_on",
            text,
            "the dependencies go round in a circle",
            "Remove one of these dependencies.",
        )
    ]


def _patterns(reading: Reading, problems: list[Problem]) -> Patterns:
    found = Patterns()
    cache: dict[str, Pattern] = {}
    for task in reading.document.tasks:
        for field, texts, kept in (("writes", task.writes, found.writes), ("reads", task.reads, found.reads)):
            parsed = []
            for text in texts:
                try:
                    pattern = cache.get(text) or cache.setdefault(text, parse(text, root=reading.base or None))
                    parsed.append(pattern)
                except PatternError as error:
                    problems.append(Problem(place_of(reading, task.id), field, repr(text), error.message, error.fix))
            kept.append(parsed)
    return found
