"""The graph of dependencies, against networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from fanout.plan import graph


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    names = [f"t{i}" for i in range(draw(st.integers(1, 9)))]
    return {name: draw(st.lists(st.sampled_from(names), max_size=4)) for name in names}


@st.composite
def acyclic(draw: st.DrawFn) -> list[list[int]]:
    size = draw(st.integers(1, 12))
    order = draw(st.permutations(range(size)))
    needs: list[list[int]] = [[] for _ in range(size)]
    for place, index in enumerate(order):
        if place:
            needs[index] = draw(st.lists(st.sampled_from(order[:place]), max_size=4))
    return needs


def networkx_of(needs: dict[str, list[str]]) -> nx.DiGraph:
    return nx.DiGraph([(name, want) for name, wants in needs.items() for want in wants])


@given(graphs())
def test_a_cycle_is_found_exactly_when_there_is_one_and_is_one(needs):
    ring = graph.cycle(needs)
    assert bool(ring) == (not nx.is_directed_acyclic_graph(networkx_of(needs)))
    if ring:
        assert ring[0] == ring[-1] and len(set(ring)) == len(ring) - 1
        assert all(after in needs[before] for before, after in pairwise(ring))
        assert min(ring, key=list(needs).index) == ring[0]


@given(acyclic())
def test_ancestors_and_descendants(needs):
    names = {str(i): [str(j) for j in wants] for i, wants in enumerate(needs)}
    known = networkx_of(names)
    known.add_nodes_from(names)
    below, above = graph.ancestors(needs), graph.descendants(needs)
    for i in range(len(needs)):
        assert set(graph.members(below[i])) == {int(j) for j in nx.descendants(known, str(i))}
        assert set(graph.members(above[i])) == {int(j) for j in nx.ancestors(known, str(i))}


@given(acyclic())
def test_topological(needs):
    names = {str(i): [str(j) for j in wants] for i, wants in enumerate(needs)}
    order = graph.topological(names)
    assert sorted(order) == sorted(names)
    assert all(order.index(want) < order.index(name) for name, wants in names.items() for want in wants)


def test_topological_keeps_the_graphs_order_where_it_may():
    assert graph.topological({"a": [], "b": ["a"], "c": []}) == ["a", "b", "c"]
    assert graph.topological({"a": ["c"], "b": [], "c": []}) == ["b", "c", "a"]
