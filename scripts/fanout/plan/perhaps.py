"""Files that tasks perhaps write, as an analyst says: pairs that may conflict, each with its chance and a witness."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from fanout.plan.overlap import overlap
from fanout.plan.pattern import Pattern, PatternError, parse
from fanout.plan.reading import Note, Reading
from fanout.plan.validate import Patterns

CHANCE = 0.4  # that a task writes what it perhaps writes
MOST_TASKS = 200  # with hints


def pairs(
    reading: Reading,
    patterns: Patterns,
    below: Sequence[int],
    known: Collection[tuple[int, int]],
    done: Collection[int],
) -> dict[tuple[int, int], tuple[float, str]]:
    """(chance, path) of every pair (a < b) that no dependency orders and no conflict of `known` keeps apart."""
    hints = _hints(reading, done)
    if not hints or len(hints) > MOST_TASKS:
        return {}
    locked = patterns.to_lock()
    found: dict[tuple[int, int], tuple[float, str]] = {}
    for a, b in combinations([index for index in range(len(locked)) if index not in done], 2):
        if (a not in hints and b not in hints) or (a, b) in known or below[b] >> a & 1 or below[a] >> b & 1:
            continue
        for chance, one, other in _sides(hints.get(a, []), locked[a], hints.get(b, []), locked[b]):
            if chance > found.get((a, b), (0.0, ""))[0] and (witness := overlap(one, other)) is not None:
                found[a, b] = chance, witness
    return found


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
