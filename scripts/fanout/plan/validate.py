"""What makes a task list impossible to plan. Every problem is found, not only the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fanout.errors import Problem, SourceError
from fanout.plan.pattern import Pattern, PatternError, parse
from fanout.plan.reading import Note, Reading
from fanout.plan.sentence import listed

MOST_PROBLEMS = 50


class Patterns:
    """The parsed path patterns of a task list, by task index."""

    __slots__ = ("predicted", "reads", "writes")

    def __init__(self) -> None:
        self.writes: list[list[Pattern]] = []
        self.reads: list[list[Pattern]] = []
        self.predicted: list[list[Pattern]] = []  # of an analyst: they keep tasks apart, and are declared by none

    def to_lock(self) -> list[list[Pattern]]:
        """What each task is kept apart by: its writes, and what is predicted of it."""
        return [[*stated, *guessed] for stated, guessed in zip(self.writes, self.predicted, strict=True)]


def validate(reading: Reading) -> Patterns:
    """The parsed patterns of a plannable list. Raises SourceError with every problem (of very many, the first ones)."""
    tasks = reading.document.tasks
    problems: list[Problem] = []
    if not tasks:
        fix = 'Add a task: {"tasks": [{"id": "01", "title": "..."}]}.' if reading.format == "native" else "Add a task."
        problems.append(Problem(_name(reading), "tasks", "an empty list", "there is nothing to plan", fix))
    problems += _duplicates(reading)
    problems += _references(reading)
    if not problems:
        problems += _circles(reading)
    problems += _join(reading)
    patterns = _patterns(reading, problems)
    if problems:
        raise SourceError(_first(reading, problems))
    return patterns


def _first(reading: Reading, problems: list[Problem]) -> list[Problem]:
    left = len(problems) - MOST_PROBLEMS
    if left <= 0:
        return problems
    more = Problem(_name(reading), "", "", f"{left} more problems", "Fix these first.")
    return [*problems[:MOST_PROBLEMS], more]


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


def _references(reading: Reading) -> Iterator[Problem]:
    """Names in depends_on and excludes that are no other task."""
    known = {task.id: None for task in reading.document.tasks}
    close = _Nearest(list(known))
    for task in reading.document.tasks:
        for field, names in (("depends_on", task.depends_on), ("excludes", task.excludes)):
            for name in names:
                if name == task.id:
                    yield Problem(
                        place_of(reading, task.id), field, repr(name), "a task can't name itself", "Remove it."
                    )
                elif name not in known:
                    yield Problem(
                        place_of(reading, task.id), field, repr(name), "there is no such task", close.hint(name)
                    )


class _Nearest:
    """Which id may have been meant. Costs a pass over all ids, so it is asked only so many times in a long list."""

    def __init__(self, known: list[str]) -> None:
        self._known = known
        self._left = max(3, 20_000 // max(1, len(known)))

    def hint(self, name: str) -> str:
        """What to do about a name that is not known."""
        import difflib

        self._left -= 1
        close = difflib.get_close_matches(name, self._known, 1, 0.5) if self._left >= 0 else []
        return f"Did you mean {close[0]!r}?" if close else "Add the task or remove the reference."


def _circles(reading: Reading) -> Iterator[Problem]:
    """Every circle of dependencies, whole."""
    from fanout.plan import circles

    for ring, others, way_out in circles.find({task.id: task.depends_on for task in reading.document.tasks}):
        fix = "Remove one of these dependencies."
        if way_out:
            fix += f' Without "{way_out[1]}" in depends_on of {way_out[0]} no circle is left here.'
        if others:
            fix += f" In circles with them: {listed(others)}."
        message = "the dependencies go round in a circle"
        yield Problem(place_of(reading, ring[0]), "depends_on", " -> ".join(ring), message, fix)


def _join(reading: Reading) -> Iterator[Problem]:
    join = reading.document.policy.join
    if isinstance(join, int) and join > len(reading.document.tasks) > 0:
        message = f"there are only {len(reading.document.tasks)} tasks to join"
        yield Problem(_name(reading), "policy.join", str(join), message, 'Lower it, or write "all".')


def _patterns(reading: Reading, problems: list[Problem]) -> Patterns:
    patterns = Patterns()
    cache: dict[str, Pattern] = {}
    for task in reading.document.tasks:
        guessed = reading.notes[task.id].predicted if task.id in reading.notes else []
        fields = (("writes", task.writes, patterns.writes), ("reads", task.reads, patterns.reads))
        for field, texts, kept in (*fields, ("predicted", guessed, patterns.predicted)):
            parsed = []
            for text in texts:
                try:
                    pattern = cache.get(text) or cache.setdefault(text, parse(text, root=reading.base or None))
                    if "[" in text and pattern.matches_nothing:
                        raise PatternError(
                            "matches-nothing", f"no path can match {text!r}", "Write one that can exist."
                        )
                    parsed.append(pattern)
                except PatternError as error:
                    message = error.message.removesuffix(".")
                    found_ = "" if repr(text) in message else repr(text)
                    problems.append(Problem(place_of(reading, task.id), field, found_, message, error.fix))
            kept.append(parsed)
    return patterns
