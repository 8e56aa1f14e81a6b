"""Changes that cosmic-ray does not make: a statement less, an operand less, a word less in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import parso.python.tree
import parso.tree
from cosmic_ray import mutating
from cosmic_ray.operators.operator import Example, Operator

Positions = Iterator[tuple[tuple[int, int], tuple[int, int]]]
FEWEST_WORDS = 2


class RemoveStatement(Operator):  # type: ignore[misc]
    """A call that stands alone, a raise or an augmented assignment becomes `pass`."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Positions:
        if node.type == "simple_stmt" and _does_something(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        gone = node.children[0]
        node.children[0] = parso.python.tree.Keyword("pass", gone.start_pos, gone.get_first_leaf().prefix)
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("take(a)\n", "pass\n"),
            Example("if a:\n    b += 1\n", "if a:\n    pass\n"),
        )


class DropOperand(Operator):  # type: ignore[misc]
    """`a and b` becomes `a`, or `b`; `or` alike."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Positions:
        if node.type in ("and_test", "or_test"):
            for operand in node.children[::2]:
                yield operand.start_pos, operand.end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        return _without(node, index)

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("a and b\n", "a\n", occurrence=1),
            Example("x = a or b or c\n", "x = a or c\n", occurrence=1),
        )


class DropWord(Operator):  # type: ignore[misc]
    """A tuple or set of texts or names loses one of them."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Positions:
        if node.type == "testlist_comp" and len(node.children[::2]) >= FEWEST_WORDS:
            words = node.children[::2]
            if node.children[1].type == "operator" and all(word.type in ("string", "name") for word in words):
                for word in words:
                    yield word.start_pos, word.end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        left = _without(node, index)
        if left is not node or len(node.children) == 1:
            comma = parso.python.tree.Operator(",", left.end_pos)
            left = parso.python.tree.PythonNode("testlist_comp", [left, comma])
        return left

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (
            Example("X = ('a', 'b')\n", "X = ('b',)\n"),
            Example("X = ('a', 'b', 'c')\n", "X = ('a', 'c')\n", occurrence=1),
        )


OURS = {operator.__name__: operator for operator in (RemoveStatement, DropOperand, DropWord)}


def check() -> None:
    """Raises SystemExit when an operator does not make of its examples what they say."""
    for name, operator in OURS.items():
        for example in operator.examples():
            made = mutating.mutate_code(example.pre_mutation_code, operator(), example.occurrence)
            if made != example.post_mutation_code:
                raise SystemExit(f"{name} makes {made!r} of {example.pre_mutation_code!r}")


def _does_something(statement: parso.tree.NodeOrLeaf) -> bool:
    if statement.type == "raise_stmt":
        return True
    if statement.type in ("atom_expr", "power"):
        return str(statement.children[-1].get_first_leaf().value) == "("
    return (
        statement.type == "expr_stmt"
        and statement.children[1].type == "operator"
        and len(str(statement.children[1].value)) > 1
    )


def _without(node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
    """The node without one of the operands that stand between its operators."""
    first = index * 2
    gone = slice(first, first + 2) if index == 0 else slice(first - 1, first + 1)
    prefix = node.get_first_leaf().prefix
    del node.children[gone]
    node.get_first_leaf().prefix = prefix
    return node.children[0] if len(node.children) == 1 else node
