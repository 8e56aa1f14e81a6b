"""Hazards: why two tasks may not overlap, each with a witness. Pairs are task indexes (a < b)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fanout.plan.model import Task
from fanout.plan.overlap_index import hazard_pairs
from fanout.plan.validate import Patterns

Kind = Literal["write-write", "read-write", "resource", "exclusion"]


@dataclass(frozen=True, slots=True)
class Hazard:
    """Two tasks, by index, and the path or name that both touch; `ordered` when dependencies keep them apart anyway."""

    kind: Kind
    a: int
    b: int
    witness: str
    ordered: bool = False


def find(
    tasks: Sequence[Task], patterns: Patterns, doubtful: Sequence[int] = (), case_insensitive: bool = False
) -> list[Hazard]:
    """At most one hazard for each pair: of files first, then resources, exclusions, doubt. Sorted by pair.

    `doubtful` are tasks of which nobody knows what they write: they exclude every other one.
    """
    found: dict[tuple[int, int], tuple[Kind, str]] = {}
    for a, b, kind, witness in hazard_pairs(patterns.writes, patterns.reads, case_insensitive=case_insensitive):
        found[a, b] = (kind, witness)
    for a, b, name in _resources(tasks):
        found.setdefault((a, b), ("resource", name))
    for a, b in _excludes(tasks):
        found.setdefault((a, b), ("exclusion", ""))
    for a, b in _doubt(len(tasks), doubtful):
        found.setdefault((a, b), ("exclusion", "its writes are unknown"))
    below = _ancestors(tasks)
    return [
        Hazard(kind, a, b, witness, bool(below[b] >> a & 1 or below[a] >> b & 1))
        for (a, b), (kind, witness) in sorted(found.items())
    ]


def _resources(tasks: Sequence[Task]) -> Iterator[tuple[int, int, str]]:
    users: dict[str, list[tuple[int, bool]]] = {}
    for index, task in enumerate(tasks):
        for resource in task.resources:
            users.setdefault(resource.name, []).append((index, resource.mode == "exclusive"))
    for name, uses in sorted(users.items()):
        for place, (a, alone) in enumerate(uses):
            for b, also in uses[place + 1 :]:
                if a != b and (alone or also):
                    yield a, b, name


def _excludes(tasks: Sequence[Task]) -> Iterator[tuple[int, int]]:
    index = {task.id: place for place, task in enumerate(tasks)}
    for a, task in enumerate(tasks):
        for other in task.excludes:
            yield min(a, index[other]), max(a, index[other])


def _doubt(count: int, doubtful: Sequence[int]) -> Iterator[tuple[int, int]]:
    for a in doubtful:
        for b in range(count):
            if a != b:
                yield min(a, b), max(a, b)


def _ancestors(tasks: Sequence[Task]) -> list[int]:
    """For each task the bit mask of everything it depends on, however far."""
    index = {task.id: place for place, task in enumerate(tasks)}
    needs = [[index[name] for name in task.depends_on] for task in tasks]
    masks = [-1] * len(tasks)
    for root in range(len(tasks)):
        stack = [root]
        while stack:
            place = stack[-1]
            missing = [need for need in needs[place] if masks[need] < 0]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            mask = 0
            for need in needs[place]:
                mask |= masks[need] | 1 << need
            masks[place] = mask
    return masks
