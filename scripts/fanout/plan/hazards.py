"""Hazards: why two tasks may not overlap, each with a witness. Pairs are task indexes (a < b)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Literal, NamedTuple

from fanout.plan import graph
from fanout.plan.model import Task
from fanout.plan.overlap_index import hazard_pairs
from fanout.plan.validate import Patterns

Kind = Literal["write-write", "read-write", "resource", "exclusion"]
Pairs = dict[tuple[int, int], tuple[Kind, str]]


class Hazard(NamedTuple):
    """Two tasks, by index, and the path or name that both touch; `ordered` when dependencies keep them apart anyway.

    Of an exclusion the witness is the reason: "" when one task names the other in `excludes`, else a clause such as
    "03 names no file that it writes".
    """

    kind: Kind
    a: int
    b: int
    witness: str
    ordered: bool = False


def clause(kind: Kind, witness: str) -> str:
    """Why two tasks may not overlap. `fanout.run.tasks.readiness` says it in the same words."""
    if kind == "exclusion":
        return witness or "they exclude each other"
    if kind == "read-write":
        return f"one writes {witness}, the other reads it"
    return f"both {'write' if kind == 'write-write' else 'use'} {witness}"


def find(
    tasks: Sequence[Task],
    patterns: Patterns,
    doubtful: Mapping[int, str] | None = None,
    case_insensitive: bool = False,
    done: Set[int] = frozenset(),
    below: Sequence[int] | None = None,
    free: Set[int] = frozenset(),
) -> list[Hazard]:
    """At most one hazard for each pair: of files first, then resources, exclusions, doubt. Sorted by pair.

    `doubtful` maps a task that must run alone to the reason; it excludes every task that no dependency orders before or
    after it. Through a task of `done` nothing is ordered: what it needed need not be over. `below` are the masks of
    `graph.ancestors` of what `waits_of` gives, when they are known already. `free` says of itself that it may be done beside
    anything: only its files keep it apart, unless it is doubtful too.
    """
    masks = graph.ancestors(waits_of(tasks, done)) if below is None else below
    others = _beside_files(tasks, masks, doubtful or {}, done, free)
    hazards = [
        Hazard(kind, a, b, witness, _ordered(masks, a, b))  # type: ignore[arg-type]  # the index names its two kinds
        for a, b, kind, witness in hazard_pairs(patterns.to_lock(), patterns.reads, case_insensitive=case_insensitive)
    ]
    if others:
        for hazard in hazards:
            others.pop((hazard.a, hazard.b), None)
        hazards += [Hazard(kind, a, b, witness, _ordered(masks, a, b)) for (a, b), (kind, witness) in others.items()]
        hazards.sort(key=lambda hazard: (hazard.a, hazard.b))
    return hazards


def _beside_files(
    tasks: Sequence[Task], masks: Sequence[int], doubtful: Mapping[int, str], done: Set[int], free: Set[int]
) -> Pairs:
    """What keeps pairs apart beside their files."""
    pairs: Pairs = {}
    for a, b, name in _resources(tasks):
        pairs.setdefault((a, b), ("resource", name))
    for a, b in _excludes(tasks):
        pairs.setdefault((a, b), ("exclusion", ""))
    for a, b, lane in _lanes(tasks):
        pairs.setdefault((a, b), ("exclusion", f"one agent does the lane {lane}"))
    apart = done | (free - doubtful.keys())
    for a, b, reason in _doubt(waits_of(tasks, done), masks, doubtful, apart) if doubtful else ():
        pairs.setdefault((a, b), ("exclusion", reason))
    return pairs


def needs_of(tasks: Sequence[Task]) -> list[list[int]]:
    """What each task depends on, as indexes."""
    index = {task.id: place for place, task in enumerate(tasks)}
    return [[index[name] for name in task.depends_on] for task in tasks]


def waits_of(tasks: Sequence[Task], done: Set[int]) -> list[list[int]]:
    """The same of those that still wait: what is done waits for nothing."""
    return [[] if place in done else needs for place, needs in enumerate(needs_of(tasks))]


def _ordered(masks: Sequence[int], a: int, b: int) -> bool:
    below = masks[b]
    return bool((below and below >> a & 1) or ((below := masks[a]) and below >> b & 1))


def _resources(tasks: Sequence[Task]) -> Iterator[tuple[int, int, str]]:
    users: dict[str, dict[int, bool]] = {}
    for index, task in enumerate(tasks):
        for resource in task.resources:
            uses = users.setdefault(resource.name, {})
            uses[index] = uses.get(index, False) or resource.mode == "exclusive"
    for name, uses in sorted(users.items()):
        listed = list(uses.items())
        for place, (a, alone) in enumerate(listed):
            for b, also in listed[place + 1 :]:
                if alone or also:
                    yield a, b, name


def _excludes(tasks: Sequence[Task]) -> Iterator[tuple[int, int]]:
    index = {task.id: place for place, task in enumerate(tasks)}
    for a, task in enumerate(tasks):
        for other in task.excludes:
            yield min(a, index[other]), max(a, index[other])


def _lanes(tasks: Sequence[Task]) -> Iterator[tuple[int, int, str]]:
    """Tasks of one lane follow each other, since one agent does them."""
    members: dict[str, list[int]] = {}
    for place, task in enumerate(tasks):
        if task.lane:
            members.setdefault(task.lane, []).append(place)
    for lane, places in members.items():
        for number, a in enumerate(places):
            for b in places[number + 1 :]:
                yield a, b, lane


def doubtful_pairs(tasks: Sequence[Task], doubtful: Mapping[int, str]) -> int:
    """How many pairs, at most, the doubtful tasks would make."""
    if len(tasks) * len(doubtful) < 10_000:
        return len(tasks) * len(doubtful)
    needs = needs_of(tasks)
    return sum(mask.bit_count() for mask in _beside(needs, graph.ancestors(needs), doubtful).values())


def _doubt(
    needs: Sequence[Sequence[int]], masks: Sequence[int], doubtful: Mapping[int, str], apart: Set[int]
) -> Iterator[tuple[int, int, str]]:
    over = sum(1 << place for place in apart)
    for a, mask in _beside(needs, masks, doubtful).items():
        for b in graph.members(mask & ~over):
            yield min(a, b), max(a, b), doubtful[a]


def _beside(needs: Sequence[Sequence[int]], masks: Sequence[int], wanted: Mapping[int, str]) -> dict[int, int]:
    """For each of `wanted` the mask of the tasks that no dependency orders before or after it."""
    above = graph.descendants(needs) if wanted else []
    everything = (1 << len(masks)) - 1
    return {a: everything & ~(masks[a] | above[a] | 1 << a) for a in wanted}
