"""Circles of dependencies: each whole, and all who are in them. networkx is loaded only when there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from fanout.plan import graph

if TYPE_CHECKING:
    import networkx

RINGS_OF_A_GROUP = 3
SMALL_GROUP_TASKS = 200  # of larger ones no way out is looked for


class Circle(NamedTuple):
    """`ring` is one whole circle, its first id repeated at the end.

    `others` are in circles with it and on no ring that is shown; `way_out` is a dependency (who, on whom) without which
    no circle of the group is left, where there are several. Both are told with the last ring of a group.
    """

    ring: list[str]
    others: list[str]
    way_out: tuple[str, str] | None


def groups(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The ids that wait for each other, group by group, in the graph's order. Ids that are no keys are passed over."""
    if not graph.cycle(needs):
        return []
    import networkx

    drawn = networkx.DiGraph((name, need) for name, wants in needs.items() for need in wants if need in needs)
    place = {name: index for index, name in enumerate(needs)}
    parts = networkx.strongly_connected_components(drawn)
    rings = [sorted(part, key=place.__getitem__) for part in parts if len(part) > 1]
    rings += [[name] for name, wants in needs.items() if name in wants and not any(name in ring for ring in rings)]
    return sorted(rings, key=lambda ring: place[ring[0]])


def find(needs: Mapping[str, Sequence[str]]) -> list[Circle]:
    """The circles of every group: the shortest through its first id, then through the first id that is on none yet."""
    return [circle for group in groups(needs) for circle in _of_group(needs, group)]


def _of_group(needs: Mapping[str, Sequence[str]], group: Sequence[str]) -> list[Circle]:
    import networkx

    inside = set(group)
    drawn = networkx.DiGraph((name, need) for name in group for need in needs[name] if need in inside)
    rings: list[list[str]] = []
    left = list(group)
    while left and len(rings) < RINGS_OF_A_GROUP:
        first = left[0]
        ways = (networkx.shortest_path(drawn, need, first) for need in drawn[first])
        rings.append([first, *min(ways, key=len)])
        left = [name for name in left if name not in rings[-1]]
    way_out = _way_out(drawn, rings[0]) if len(rings) > 1 and len(group) <= SMALL_GROUP_TASKS else None
    return [*(Circle(ring, [], None) for ring in rings[:-1]), Circle(rings[-1], left, way_out)]


def _way_out(drawn: networkx.DiGraph[str], ring: Sequence[str]) -> tuple[str, str] | None:
    """The dependency of a ring that all circles go through."""
    import networkx

    for name, need in pairwise(ring):
        drawn.remove_edge(name, need)
        free = networkx.is_directed_acyclic_graph(drawn)
        drawn.add_edge(name, need)
        if free:
            return name, need
    return None
