"""The graph of dependencies: cycles, and what follows from what. A graph is a dict from each id to the ids it needs."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence


def cycle(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """One whole cycle, first id repeated at the end, [] when there is none. Ids that are no keys are passed over.

    Depth first with an explicit stack; the cycle starts at its first id in the graph's order.
    """
    if _stands_in_order(needs):
        return []
    finished: set[str] = set()
    rings = (_ring(needs, root, finished) for root in needs if root not in finished)
    return next((_from_first(ring, list(needs)) for ring in rings if ring), [])


def _stands_in_order(needs: Mapping[str, Sequence[str]]) -> bool:
    """Whether every id stands behind all that it needs, as in most lists: then no cycle is left to look for."""
    before: set[str] = set()
    for name, wants in needs.items():
        if not before.issuperset(wants):
            return False
        before.add(name)
    return True


def _ring(needs: Mapping[str, Sequence[str]], root: str, finished: set[str]) -> list[str]:
    """A ring that can be come to from `root`, without its end; all that can't be on one joins `finished`."""
    path = {root: iter(needs[root])}
    while path:
        last = next(reversed(path))
        for need in path[last]:
            if need in path:
                names = list(path)
                return names[names.index(need) :]
            if need in needs and need not in finished:
                path[need] = iter(needs[need])
                break
        else:
            finished.add(last)
            del path[last]
    return []


def _from_first(ring: list[str], order: list[str]) -> list[str]:
    place = {name: index for index, name in enumerate(order)}
    start = min(range(len(ring)), key=lambda i: place[ring[i]])
    turned = ring[start:] + ring[:start]
    return [*turned, turned[0]]


def topological(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids, each after its needs, in the graph's order where that leaves a choice. The graph must be acyclic."""
    left = {name: sum(1 for need in set(wants) if need in needs) for name, wants in needs.items()}
    after: dict[str, list[str]] = {name: [] for name in needs}
    for name, wants in needs.items():
        for need in set(wants):
            if need in needs:
                after[need].append(name)
    names = list(needs)
    place = {name: index for index, name in enumerate(names)}
    ready = [place[name] for name in names if not left[name]]  # sorted, so a heap
    order = []
    while ready:
        name = names[heapq.heappop(ready)]
        order.append(name)
        for other in after[name]:
            left[other] -= 1
            if not left[other]:
                heapq.heappush(ready, place[other])
    return order


def ancestors(needs: Sequence[Sequence[int]]) -> list[int]:
    """For each of 0..n-1 the bit mask of everything it needs, however far. `needs[i]` are indexes; no cycles."""
    masks = [0] * len(needs)
    for place in _in_order(needs):
        mask = 0
        for need in needs[place]:
            mask |= masks[need] | 1 << need
        masks[place] = mask
    return masks


def descendants(needs: Sequence[Sequence[int]]) -> list[int]:
    """For each of 0..n-1 the bit mask of everything that needs it, however far."""
    return ancestors(_turned(needs))


def members(mask: int) -> Iterator[int]:
    """The bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _in_order(needs: Sequence[Sequence[int]]) -> list[int]:
    """The indexes, each after its needs."""
    left = [len(wants) for wants in needs]
    after = _turned(needs)
    ready = [place for place, count in enumerate(left) if not count]
    for place in ready:
        for other in after[place]:
            left[other] -= 1
            if not left[other]:
                ready.append(other)
    return ready


def _turned(needs: Sequence[Sequence[int]]) -> list[list[int]]:
    after: list[list[int]] = [[] for _ in needs]
    for place, wants in enumerate(needs):
        for need in wants:
            after[need].append(place)
    return after


def reaches(needs: Mapping[str, Sequence[str]], start: str, end: str) -> bool:
    """Whether `start` waits for `end`, directly or through others."""
    seen, left = {start}, [start]
    while left:
        name = left.pop()
        if name == end:
            return True
        new = [other for other in needs.get(name, ()) if other not in seen]
        seen.update(new)
        left += new
    return False
