"""Hazards put together to what a reader wants to know: one path that many tasks touch, one task that meets many."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from fanout.plan.hazards import Hazard

NO_HUB = -1
HUB_PATHS = 3  # a task that meets others at so many paths gets one remark for all of them
CROWD_TASKS = 4  # so many tasks at one path get one remark


class Contested(NamedTuple):
    """Tasks that may not overlap, sorted. All of them meet at `witness`; or, with a `hub`, each of them meets it.

    `witness` of a hub is one example. `wait`: whether one of them waits for another in the schedule because of this.
    """

    witness: str
    tasks: list[int]
    wait: bool
    hub: int = NO_HUB


def contested(hazards: Iterable[Hazard], waits: set[tuple[int, int]]) -> list[Contested]:
    """Most tasks first. A path of many tasks stands for itself; of the other pairs, a hub takes its own."""
    remarked, rest = [], []
    meets: dict[int, int] = {}  # at how many of the paths that are left a task meets others
    for group in _by_path(hazards).values():
        tasks = _tasks(group)
        if len(tasks) >= CROWD_TASKS:
            remarked.append(_path(group, waits))
            continue
        rest += group
        for index in tasks:
            meets[index] = meets.get(index, 0) + 1
    remarked += _hubs(rest, meets, waits)
    return sorted(remarked, key=lambda one: (-len(one.tasks), not one.wait, one.tasks, one.witness))


def _by_path(hazards: Iterable[Hazard]) -> dict[str, list[Hazard]]:
    paths: dict[str, list[Hazard]] = {}
    for hazard in hazards:
        paths.setdefault(hazard.witness, []).append(hazard)
    return paths


def _tasks(group: list[Hazard]) -> Collection[int]:
    if len(group) == 1:
        return group[0].a, group[0].b
    return {index for hazard in group for index in (hazard.a, hazard.b)}


def _path(group: list[Hazard], waits: set[tuple[int, int]]) -> Contested:
    wait = any((hazard.a, hazard.b) in waits for hazard in group)
    return Contested(group[0].witness, sorted(_tasks(group)), wait)


def _hubs(pairs: list[Hazard], meets: dict[int, int], waits: set[tuple[int, int]]) -> list[Contested]:
    owned: dict[int, list[Hazard]] = {}
    single: list[Hazard] = []
    for hazard in pairs:
        _, a, b, _, _ = hazard
        hub = a if meets[a] >= meets[b] else b
        (owned.setdefault(hub, []) if meets[hub] >= HUB_PATHS else single).append(hazard)
    hubs = [_path(group, waits) for group in _by_path(single).values()]
    for hub, group in owned.items():
        one = _path(group, waits)
        hubs.append(one._replace(hub=hub) if len(one.tasks) > 2 else one)
    return hubs
