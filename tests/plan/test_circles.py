"""Circles of dependencies, whole and with everybody in them, against a search that tries every way."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanout.plan import circles, graph
from fanout.plan.circles import Circle

NAMES = [f"t{i}" for i in range(9)]
GRAPHS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from([*NAMES, "gone"]), max_size=4))


def reach(needs: dict[str, list[str]], start: str) -> set[str]:
    """What can be come to from `start`, in one step or more."""
    seen: set[str] = set()
    ahead = list(needs[start])
    while ahead:
        name = ahead.pop()
        if name in needs and name not in seen:
            seen.add(name)
            ahead += needs[name]
    return seen


@given(GRAPHS)
def test_a_group_is_who_wait_for_each_other(needs: dict[str, list[str]]) -> None:
    ways = {name: reach(needs, name) for name in needs}
    expected = {
        frozenset(o for o in needs if o in ways[name] and name in ways[o]) for name in needs if name in ways[name]
    }
    found = circles.groups(needs)
    assert {frozenset(group) for group in found} == expected
    assert sum(map(len, found)) == sum(map(len, expected))


@given(GRAPHS)
def test_every_member_is_on_a_ring_or_named_beside_one(needs: dict[str, list[str]]) -> None:
    found = circles.find(needs)
    assert bool(found) == bool(graph.cycle(needs))
    for circle in found:
        assert circle.ring[0] == circle.ring[-1] and len(set(circle.ring)) == len(circle.ring) - 1
        assert all(need in needs[name] for name, need in pairwise(circle.ring))
        if circle.way_out:
            name, need = circle.way_out
            group = next(group for group in circles.groups(needs) if name in group)
            without = {one: [other for other in needs[one] if (one, other) != (name, need)] for one in group}
            assert not graph.cycle(without)
    told = [name for circle in found for name in {*circle.ring, *circle.others}]
    assert set(told) == {name for group in circles.groups(needs) for name in group}


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ({"a": ["b"], "b": []}, []),
        ({"a": ["a"]}, [Circle(["a", "a"], [], None)]),
        ({"a": ["c"], "b": ["a"], "c": ["b"]}, [Circle(["a", "c", "b", "a"], [], None)]),
        (  # two groups, each with a way to something outside
            {"x": ["a"], "a": ["b"], "b": ["a", "y"], "y": ["z"], "z": ["y"]},
            [Circle(["a", "b", "a"], [], None), Circle(["y", "z", "y"], [], None)],
        ),
        (  # two rings through one dependency: without it there is none
            {"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["a"]},
            [Circle(["a", "b", "c", "a"], [], None), Circle(["d", "a", "b", "d"], [], ("a", "b"))],
        ),
        (  # two rings that share a task only: no single dependency is to blame
            {"a": ["b", "c"], "b": ["a"], "c": ["a"]},
            [Circle(["a", "b", "a"], [], None), Circle(["c", "a", "c"], [], None)],
        ),
        (  # a wheel: three rings are shown, the others are named
            {"a": ["b", "c", "d", "e"], **{name: ["a"] for name in "bcde"}},
            [
                *(Circle(["a", "b", "a"], [], None), Circle(["c", "a", "c"], [], None)),
                Circle(["d", "a", "d"], ["e"], None),
            ],
        ),
    ],
)
def test_circles(needs: dict[str, list[str]], found: list[Circle]) -> None:
    assert circles.find(needs) == found


def test_a_very_long_circle_is_found_without_recursion() -> None:
    size = 20_000
    needs = {str(i): [str((i + 1) % size)] for i in range(size)}
    assert [len(circle.ring) for circle in circles.find(needs)] == [size + 1]
