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

LONGEST_CHARACTERS = 200_000


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
    ways = _Ways(last + 1)
    for state, moves in enumerate(automaton.edges):
        for one, to in moves:
            ways.add(state, to, one_character(one, automaton.mode))
    for state in automaton.start:
        ways.add(first, state, "")
    for state in automaton.accept:
        ways.add(state, last, "")
    left = set(range(first))
    while left:
        state = min(left, key=lambda one: (ways.through(one), one))
        left.remove(state)
        if ways.eliminate(state) > LONGEST_CHARACTERS:
            raise _too_long()
    return ways.forward[first].get(last, "(?!)")


class _Ways:
    """The expression of each way from a state straight to another one."""

    def __init__(self, states: int) -> None:
        self.forward: dict[int, dict[int, str]] = {state: {} for state in range(states)}
        self.back: dict[int, set[int]] = {state: set() for state in range(states)}

    def add(self, start: int, to: int, text: str) -> None:
        known = self.forward[start].get(to)
        self.forward[start][to] = text if known is None or known == text else f"{known}|{text}"
        self.back[to].add(start)

    def through(self, state: int) -> int:
        return (len(self.forward[state]) + 1) * (len(self.back[state]) + 1)

    def eliminate(self, state: int) -> int:
        """Lead every way through the state past it; the characters of all ways from where it could be come to."""
        loop = self.forward[state].pop(state, None)
        self.back[state].discard(state)
        turn = "" if loop is None else f"(?:{loop})*"
        for start in self.back[state]:
            before = self.forward[start].pop(state)
            for to, text in self.forward[state].items():
                self.add(start, to, _group(before) + turn + _group(text))
        for to in self.forward[state]:
            self.back[to].discard(state)
        self.forward[state] = {}
        return sum(len(text) for start in self.back[state] for text in self.forward[start].values())


def _group(text: str) -> str:
    return f"(?:{text})" if "|" in text or text == "" else text


def _too_long() -> PatternError:
    return PatternError(
        "too-many", "its braces have too many alternatives for one expression.", "Write several patterns."
    )
