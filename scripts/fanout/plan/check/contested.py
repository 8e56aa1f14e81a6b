"""Hazards put together to what a reader wants to know: one path that many tasks touch, one task that meets many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fanout.plan.hazards import Hazard

NO_HUB = -1
HUB = 3  # so many other tasks, each at another path, make one remark


class Contested(NamedTuple):
    """Tasks that may not overlap, sorted. All of them meet at `witness`; or, with a `hub`, each of them meets it.

    `witness` of a hub is one example. `wait`: whether one of them waits for another in the schedule because of this.
    """

    witness: str
    tasks: list[int]
    wait: bool
    hub: int = NO_HUB


def contested(hazards: Iterable[Hazard], waits: set[tuple[int, int]]) -> list[Contested]:
    """Most tasks first. A path of three tasks or more stands for itself; of the other pairs, a hub takes its own."""
    paths: dict[str, list[Hazard]] = {}
    for hazard in hazards:
        paths.setdefault(hazard.witness, []).append(hazard)
    found, pairs = [], []
    for witness, group in paths.items():
        if len(group) == 1:
            pairs += group
        else:
            found.append(_path(witness, group, waits))
    found += _hubs(pairs, waits)
    return sorted(found, key=lambda one: (-len(one.tasks), not one.wait, one.tasks))


def _path(witness: str, group: list[Hazard], waits: set[tuple[int, int]]) -> Contested:
    tasks = sorted({index for hazard in group for index in (hazard.a, hazard.b)})
    return Contested(witness, tasks, any((hazard.a, hazard.b) in waits for hazard in group))


def _hubs(pairs: list[Hazard], waits: set[tuple[int, int]]) -> list[Contested]:
    meets: dict[int, int] = {}
    for hazard in pairs:
        for index in (hazard.a, hazard.b):
            meets[index] = meets.get(index, 0) + 1
    owned: dict[int, list[Hazard]] = {}
    found = []
    for hazard in pairs:
        hub = max(hazard.a, hazard.b, key=lambda index: (meets[index], -index))
        if meets[hub] < HUB:
            found.append(_path(hazard.witness, [hazard], waits))
        else:
            owned.setdefault(hub, []).append(hazard)
    for hub, group in owned.items():
        one = _path(group[0].witness, group, waits)
        found.append(one._replace(hub=hub) if len(group) > 1 else one)
    return found
