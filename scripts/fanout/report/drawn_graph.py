"""What a picture of dependencies needs to know: its columns, and the arrows that others don't imply."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import networkx

Name = TypeVar("Name", bound=Hashable)


def columns(needs: Mapping[Name, Sequence[Name]]) -> list[list[Name]]:
    """Each name one column after the last of what it needs, in the order of `needs`. The graph must be acyclic."""
    import networkx

    place = {name: index for index, name in enumerate(needs)}
    return [sorted(names, key=place.__getitem__) for names in networkx.topological_generations(_drawn(needs))]


def arrows(needs: Mapping[Name, Sequence[Name]]) -> list[tuple[Name, Name]]:
    """From what is needed to who needs it, in the order of `needs`, without what other arrows imply."""
    import networkx

    kept = networkx.transitive_reduction(_drawn(needs))
    place = {name: index for index, name in enumerate(needs)}
    return [(need, name) for name in needs for need in sorted(kept.predecessors(name), key=place.__getitem__)]


def _drawn(needs: Mapping[Name, Sequence[Name]]) -> networkx.DiGraph[Name]:
    import networkx

    drawn: networkx.DiGraph[Name] = networkx.DiGraph()
    drawn.add_nodes_from(needs)
    drawn.add_edges_from((need, name) for name, wanted in needs.items() for need in wanted)
    return drawn
