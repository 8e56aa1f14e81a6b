"""The columns and arrows of a picture, against what the graph's ancestors say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanout.plan import graph
from fanout.report import drawn_graph


@st.composite
def acyclic(draw: st.DrawFn) -> list[list[int]]:
    size = draw(st.integers(0, 12))
    order = draw(st.permutations(range(size)))
    needs: list[list[int]] = [[] for _ in range(size)]
    for place, index in enumerate(order):
        needs[index] = draw(st.lists(st.sampled_from(order[:place]), max_size=4)) if place else []
    return needs


@given(acyclic())
def test_each_stands_one_column_after_the_last_of_its_needs(needs: list[list[int]]) -> None:
    columns = drawn_graph.columns(dict(enumerate(needs)))
    column = {name: number for number, names in enumerate(columns) for name in names}
    assert sorted(column) == list(range(len(needs)))
    assert all(names == sorted(names) for names in columns)
    assert all(column[i] == 1 + max((column[need] for need in wants), default=-1) for i, wants in enumerate(needs))


@given(acyclic())
def test_arrows_keep_what_follows_from_what_and_not_one_could_go(needs: list[list[int]]) -> None:
    arrows = drawn_graph.arrows(dict(enumerate(needs)))
    kept: list[list[int]] = [[] for _ in needs]
    for need, name in arrows:
        kept[name].append(need)
    assert arrows == sorted(set(arrows), key=lambda arrow: (arrow[1], arrow[0]))
    assert graph.ancestors(kept) == graph.ancestors(needs)
    for need, name in arrows:
        without = [[n for n in wants if (n, i) != (need, name)] for i, wants in enumerate(kept)]
        assert graph.ancestors(without) != graph.ancestors(needs)


@pytest.mark.parametrize(
    ("needs", "columns", "arrows"),
    [
        ({}, [], []),
        ({"b": [], "a": []}, [["b", "a"]], []),
        ({"c": ["a", "b"], "b": ["a"], "a": []}, [["a"], ["b"], ["c"]], [("b", "c"), ("a", "b")]),
    ],
)
def test_names_keep_the_order_of_the_list(needs, columns, arrows):
    assert drawn_graph.columns(needs) == columns
    assert drawn_graph.arrows(needs) == arrows
