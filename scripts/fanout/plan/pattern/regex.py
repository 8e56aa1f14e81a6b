"""Patterns as Python regular expressions, for hooks that have nothing but `re` on Python 3.9.

`re` backtracks, so `*a*a*a*b` written naively costs the length of the path to the power of the stars. Between two
wildcards it is enough to take the first place where the next fixed part fits; `(?=(?P<n>...))(?P=n)` never gives such a
place back. So only the last wildcard of a segment, and the last `**` of a row, is ever tried at several places.

The expressions are for `re.fullmatch` on a normal path (NFC, relative to the root, no empty, `.` or `..` segment).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from fanout.plan.pattern.chain import ANY, LOOP, Chain, Label
from fanout.plan.pattern.chars import Mode
from fanout.plan.pattern.lex import PatternError
from fanout.plan.pattern.name import name_regex, once, one_character
from fanout.plan.pattern.segment import Glob

LONGEST = 200_000


def of_chains(chains: Iterable[Chain], mode: Mode) -> str:
    """One expression for all rows."""
    names = count()
    return "|".join(_Row(chain, mode, names).regex() for chain in chains) or "(?!)"


class _Row:
    def __init__(self, chain: Chain, mode: Mode, names: count[int]) -> None:
        self.chain = chain
        self.mode = mode
        self.names = names

    def regex(self) -> str:
        head, *blocks = self._blocks()
        below = r"(?:/[\s\S]*)?" if self.chain.below else ""
        text = "/".join(map(self._label, head))
        for number, block in enumerate(blocks):
            last = number + 1 == len(blocks)
            inner = "/".join(map(self._label, block))
            slash = "/" if text and number == 0 else ""
            if last:
                text += slash + rf"(?:[^/]+/)*?{inner}"
            else:
                text += slash + once(rf"(?:[^/]+/)*?{inner}/", self.names)
        return text + below

    def _blocks(self) -> list[list[Label]]:
        """The labels, cut at `**`."""
        blocks: list[list[Label]] = [[]]
        for label in self.chain.labels:
            if label is LOOP:
                blocks.append([])
            else:
                blocks[-1].append(label)
        return blocks

    def _label(self, label: Label) -> str:
        if label is ANY:
            return "[^/]+"
        if isinstance(label, Glob):
            return name_regex(label.tokens, self.mode, self.names)
        return re.escape(str(label))


def of_automaton(automaton: Glob) -> str:
    """By elimination of states, those with the fewest ways through first; a bad case has too long an expression."""
    first, last = len(automaton.edges), len(automaton.edges) + 1
    ways: dict[int, dict[int, str]] = {state: {} for state in range(last + 1)}
    back: dict[int, set[int]] = {state: set() for state in range(last + 1)}

    def add(start: int, to: int, text: str) -> None:
        known = ways[start].get(to)
        ways[start][to] = text if known is None or known == text else f"{known}|{text}"
        back[to].add(start)

    for state, moves in enumerate(automaton.edges):
        for one, to in moves:
            add(state, to, one_character(one, automaton.mode))
    for state in automaton.start:
        add(first, state, "")
    for state in automaton.accept:
        add(state, last, "")
    left = set(range(first))
    while left:
        state = min(left, key=lambda one: ((len(ways[one]) + 1) * (len(back[one]) + 1), one))
        left.remove(state)
        loop = ways[state].pop(state, None)
        back[state].discard(state)
        turn = "" if loop is None else f"(?:{loop})*"
        for start in back[state]:
            before = ways[start].pop(state)
            for to, text in ways[state].items():
                add(start, to, _group(before) + turn + _group(text))
        for to in ways[state]:
            back[to].discard(state)
        if sum(len(text) for start in back[state] for text in ways[start].values()) > LONGEST:
            raise _too_long()
        ways[state] = {}
    return ways[first].get(last, "(?!)")


def _group(text: str) -> str:
    return f"(?:{text})" if "|" in text or text == "" else text


def _too_long() -> PatternError:
    return PatternError(
        "too-many", "its braces have too many alternatives for one expression.", "Write several patterns."
    )
