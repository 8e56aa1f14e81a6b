"""Where the safety core can be changed, and how: the places that cosmic-ray's operators and ours find, without those
that change no decision (annotations, the length of what is said)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import parso.tree
from cosmic_ray import mutating, plugins
from cosmic_ray.ast import ast_nodes, get_ast

from dev.mutation.operators import OURS

# The safety core, and how many of six places are drawn from each part of it.
CORE = {"scripts/fanout/hooks": 2, "scripts/fanout/run": 3, "scripts/fanout/shell": 1}
PROVIDER = "fanout"
ANNOTATIONS = ("tfpdef", "annassign", "param")
# What is not tried: what these change is the text or the speed, and no decision.
PASSED_OVER = re.compile(
    r"TYPE_CHECKING|LONGEST_|__slots__|\bassert\b|SECONDS\b|\[-?\d*:-?\d+\]|\[-\d+:\]|except ImportError"
)
# The operators that are used. Texts are compared with == alone here, so an order in its place would change little.
OPERATORS = re.compile(
    r"core/(AddNot|NumberReplacer|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue"
    r"|ReplaceContinueWithBreak|ReplaceBreakWithContinue|ReplaceUnaryOperator_Delete_Not|ZeroIterationForLoop"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Lt_Gt|Gt_Lt))|fanout/.+"
)


@dataclass(frozen=True)
class Point:
    """One change: in this line (of `definition` in `module`), by this operator, the code `after` for the code `before`."""

    module: str
    definition: str
    line: int
    place: str
    operator: str
    occurrence: int

    @property
    def where(self) -> str:
        return f"{self.module}:{self.line}"


@dataclass(frozen=True)
class Change:
    """What a point makes of its module. `before` and `after` are the lines that differ, joined."""

    code: str
    before: str
    after: str


def of_modules(top: Path, filters: list[str]) -> list[Point]:
    """The points below the filters (the whole core when there are none), in order."""
    plugins.OPERATOR_PROVIDERS[PROVIDER] = OURS
    files = [file for folder in CORE for file in sorted((top / folder).rglob("*.py"))]
    names = [file.relative_to(top).as_posix() for file in files]
    chosen = [name for name in names if not filters or any(word in name for word in filters)]
    return [point for name in chosen for point in _of_module(top, name)]


def sample(points: list[Point], seed: str, count: int) -> list[Point]:
    """One change at each of `count` places. A place is chosen by its own text: other edits leave the choice as it is."""
    places: dict[str, list[Point]] = {}
    for point in points:
        places.setdefault(f"{point.module} {point.definition} {point.place}", []).append(point)
    drawn = []
    for part, share in CORE.items():
        of_part = sorted((place for place in places if place.startswith(part)), key=lambda place: _digest(seed, place))
        drawn += of_part[: -(-count * share // sum(CORE.values()))]
    drawn = sorted(drawn, key=lambda place: _digest(seed, place))[:count]
    return [min(places[place], key=lambda point: _digest(seed, place, point.operator)) for place in drawn]


def change(top: Path, point: Point) -> Change | None:
    """The module with the change; None when it makes none."""
    code = (top / point.module).read_text(encoding="utf-8")
    made = mutating.mutate_code(code, plugins.get_operator(point.operator)(), point.occurrence)
    if not made or made == code:
        return None
    return Change(made, *_difference(code, made))


def _of_module(top: Path, name: str) -> Iterator[Point]:
    code = (top / name).read_text(encoding="utf-8")
    lines = code.splitlines()
    nodes = list(ast_nodes(get_ast(code)))
    for operator_name in plugins.operator_names():
        if not OPERATORS.fullmatch(operator_name):
            continue
        operator = plugins.get_operator(operator_name)()
        found = [(node, start) for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, (node, start) in enumerate(found):
            text = lines[start[0] - 1]
            if PASSED_OVER.search(text) or _is_said(node):
                continue
            place = f"{text.strip()} @{start[1] - len(text) + len(text.lstrip())}"
            yield Point(name, _definition(node), start[0], place, operator_name, occurrence)


def _is_said(node: parso.tree.NodeOrLeaf) -> bool:
    """Whether it stands in an annotation, or in a text."""
    above: parso.tree.NodeOrLeaf | None = node
    while above is not None and above.type not in ("funcdef", "classdef", "file_input"):
        if above.type in ("fstring", *ANNOTATIONS):
            return True
        parent = above.parent
        if parent is not None and parent.type == "funcdef" and parent.children[-1] is not above:
            return True  # the parameters and what it returns
        above = parent
    return False


def _definition(node: parso.tree.NodeOrLeaf) -> str:
    names = []
    above = node.parent
    while above is not None:
        if above.type in ("funcdef", "classdef"):
            names.append(str(above.name.value))
        above = above.parent
    return ".".join(reversed(names))


def _difference(one: str, other: str) -> tuple[str, str]:
    before, after = one.splitlines(), other.splitlines()
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return _joined(before), _joined(after)


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


def _digest(*words: str) -> bytes:
    return hashlib.sha256("\0".join(words).encode()).digest()
