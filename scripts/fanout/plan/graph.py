"""The graph of dependencies: cycles, and what follows from what. A graph is a dict from each id to the ids it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def cycle(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """One whole cycle, first id repeated at the end, [] when there is none. Ids that are no keys are passed over.

    Depth first with an explicit stack; the cycle starts at its first id in the graph's order.
    """
    state: dict[str, int] = {}  # 1: on the path, 2: finished
    for root in needs:
        if root in state:
            continue
        path = [root]
        waiting = [iter(needs[root])]
        state[root] = 1
        while path:
            for need in waiting[-1]:
                if need not in needs or state.get(need) == 2:
                    continue
                if state.get(need) == 1:
                    found = path[path.index(need) :]
                    return _from_first([*found], list(needs))
                state[need] = 1
                path.append(need)
                waiting.append(iter(needs[need]))
                break
            else:
                state[path.pop()] = 2
                waiting.pop()
    return []


def _from_first(ring: list[str], order: list[str]) -> list[str]:
    place = {name: index for index, name in enumerate(order)}
    start = min(range(len(ring)), key=lambda i: place[ring[i]])
    turned = ring[start:] + ring[:start]
    return [*turned, turned[0]]


def levels(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The topological levels of an acyclic graph: each id one level after the last of its needs."""
    depth: dict[str, int] = {}
    for name in topological(needs):
        depth[name] = 1 + max((depth[need] for need in needs[name] if need in needs), default=-1)
    found: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name in needs:
        found[depth[name]].append(name)
    return found


def topological(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids, each after its needs, in the graph's order where that leaves a choice. The graph must be acyclic."""
    left = {name: sum(1 for need in set(wants) if need in needs) for name, wants in needs.items()}
    after: dict[str, list[str]] = {name: [] for name in needs}
    for name, wants in needs.items():
        for need in set(wants):
            if need in needs:
                after[need].append(name)
    ready = [name for name in needs if not left[name]]
    for name in ready:
        for other in after[name]:
            left[other] -= 1
            if not left[other]:
                ready.append(other)
    return ready
