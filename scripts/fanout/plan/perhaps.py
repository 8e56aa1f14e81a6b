"""Pairs that may conflict, each with its chance and what it is about: files that an analyst says are perhaps written, and
what the tasks' words and commands use outside their files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from fanout.plan import outside_things
from fanout.plan.model import Task
from fanout.plan.overlap import overlap
from fanout.plan.pattern import Pattern, PatternError, parse
from fanout.plan.reading import Note, Reading
from fanout.plan.validate import Patterns

CHANCE = 0.4  # that a task writes what it perhaps writes
MOST_TASKS = 200


def pairs(
    reading: Reading,
    patterns: Patterns,
    below: Sequence[int],
    known: Collection[tuple[int, int]],
    done: Collection[int],
) -> dict[tuple[int, int], tuple[float, str]]:
    """(chance, clause) of every pair (a < b) that no dependency orders and no conflict of `known` keeps apart."""
    tasks = reading.document.tasks
    left = [index for index in range(len(tasks)) if index not in done]
    hints = _hints(reading, done)
    things = _things(tasks, left) if len(left) <= MOST_TASKS else {}
    if not (hints or things) or len({*hints, *things}) > MOST_TASKS:
        return {}
    locked = patterns.to_lock()
    found: dict[tuple[int, int], tuple[float, str]] = {}
    for a, b in _suspects(left, hints, things):
        if (a, b) in known or below[b] >> a & 1 or below[a] >> b & 1:
            continue
        files = _sides(hints.get(a, []), locked[a], hints.get(b, []), locked[b])
        reasons = [*_of_files(files), *_of_things(things.get(a, {}), things.get(b, {}))]
        if reasons:
            found[a, b] = max(reasons, key=lambda reason: reason[0])
    return found


def _suspects(left: Sequence[int], hints: Collection[int], things: Collection[int]) -> Iterator[tuple[int, int]]:
    """The pairs (a < b) of which an analyst, or the words of both tasks, say anything at all."""
    return ((a, b) for a, b in combinations(left, 2) if a in hints or b in hints or (a in things and b in things))


def _of_files(sides: Iterator[tuple[float, Pattern, Pattern]]) -> Iterator[tuple[float, str]]:
    for chance, one, other in sides:
        if (witness := overlap(one, other)) is not None:
            yield chance, f"both perhaps write {witness}"


def _of_things(one: dict[str, outside_things.Use], other: dict[str, outside_things.Use]) -> Iterator[tuple[float, str]]:
    return ((use.chance, f"both perhaps use {name}") for name, use in one.items() if name in other)


def _things(tasks: Sequence[Task], left: Sequence[int]) -> dict[int, dict[str, outside_things.Use]]:
    found = {index: outside_things.used(tasks[index]) for index in left}
    return {index: uses for index, uses in found.items() if uses}


def _sides(
    perhaps: Sequence[Pattern], sure: Sequence[Pattern], perhaps_too: Sequence[Pattern], sure_too: Sequence[Pattern]
) -> Iterator[tuple[float, Pattern, Pattern]]:
    for chance, some, others in (
        (CHANCE, perhaps, sure_too),
        (CHANCE, sure, perhaps_too),
        (CHANCE * CHANCE, perhaps, perhaps_too),
    ):
        for one in some:
            for other in others:
                yield chance, one, other


def _hints(reading: Reading, done: Collection[int]) -> dict[int, list[Pattern]]:
    found: dict[int, list[Pattern]] = {}
    for index, task in enumerate(reading.document.tasks):
        for text in (reading.notes.get(task.id) or Note()).hints if index not in done else ():
            try:
                found.setdefault(index, []).append(parse(text, root=reading.base or None))
            except PatternError:
                continue
    return found
