"""One segment with wildcards, as a small automaton, and the name that two of them share.

`meet(a, b)` is exact: it walks the product of the two automata over classes of characters that neither tells apart.
An automaton may also take whole paths (see braces): a slash then ends one name and starts the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import count, pairwise, product

from fanout.plan.pattern.chars import ONE, CharClass, Intervals, Mode, example, examples, key, members
from fanout.plan.pattern.lex import STAR, Star, Token
from fanout.plan.pattern.name import name_regex

_ORDER = count()
_MOST_STEPS = 1_000_000
_SHORTEST_PAIRS = 300_000  # of more pairs of states any shared name is good enough, not only the shortest
Edges = list[list[tuple[CharClass | str, int]]]


class Glob:
    """A segment with wildcards. States are numbers; made once for the same tokens, so compared by identity."""

    __slots__ = ("_nothing", "_regex", "accept", "edges", "mode", "order", "start", "tokens")

    def __init__(
        self, edges: Edges, start: frozenset[int], accept: frozenset[int], mode: Mode, tokens: tuple[Token, ...] = ()
    ) -> None:
        self.edges = edges
        self.start = start
        self.accept = accept
        self.mode = mode
        self.tokens = tokens
        self.order = next(_ORDER)
        self._nothing: bool | None = None
        self._regex: Callable[[str], re.Match[str] | None] | None = None

    def matches(self, name: str) -> bool:
        """Whether it takes this name, which is in the key form of its mode."""
        if self.tokens:
            if self._regex is None:
                self._regex = re.compile(name_regex(self.tokens, self.mode, count())).fullmatch
            return self._regex(name) is not None
        now: set[int] = set(self.start)
        for char in name:
            code = ord(char)
            now = {to for state in now for one, to in self.edges[state] if _takes(one, code, self.mode)}
            if not now:
                return False
        return not now.isdisjoint(self.accept)

    @property
    def matches_nothing(self) -> bool:
        """True for `[.]` and `[z-a]`: no name of a file is ever like this."""
        if self._nothing is None:
            self._nothing = meet(self, any_name(self.mode)) is None
        return self._nothing


def _takes(one: CharClass | str, code: int, mode: Mode) -> bool:
    return any(low <= code <= high for low, high in members(one, mode))


@lru_cache(maxsize=65536)
def glob(tokens: tuple[Token, ...], mode: Mode) -> Glob:
    """The automaton of a segment without alternatives; stars that touch are one."""
    squeezed = [token for at, token in enumerate(tokens) if not (token is STAR and tokens[at - 1 : at] == (STAR,))]
    tokens = tuple(_keyed(squeezed, mode))
    edges: Edges = [[] for _ in range(len(tokens) + 1)]
    accept = {len(tokens)}
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if isinstance(token, Star):
            edges[at] = [(ONE, at), *edges[at + 1]]
            accept |= {at} if at + 1 in accept else set()
        else:
            edges[at] = [(token, at + 1)]
    return Glob(edges, frozenset({0}), frozenset(accept), mode, tokens)


def any_name(mode: Mode) -> Glob:
    """`*` alone."""
    return glob((STAR,), mode)


def _keyed(tokens: Sequence[Token], mode: Mode) -> Iterator[Token]:
    """Runs of literal characters in the form in which names are compared."""
    run = ""
    for token in tokens:
        if isinstance(token, str):
            run += token
        else:
            yield from key(run, mode)
            run = ""
            yield token
    yield from key(run, mode)


_MEETINGS: dict[tuple[Glob, Glob], str | None] = {}


def meet(a: Glob, b: Glob) -> str | None:
    """A name that both take, as short and as readable as can be, or None when there is none."""
    pair = (a, b) if a.order <= b.order else (b, a)
    if pair not in _MEETINGS:
        if len(_MEETINGS) > 500_000:
            _MEETINGS.clear()
        _MEETINGS[pair] = _meet(*pair)
    return _MEETINGS[pair]


def _meet(a: Glob, b: Glob) -> str | None:
    if _ends_apart(a.tokens, b.tokens, a.mode) or _ends_apart(a.tokens[::-1], b.tokens[::-1], a.mode):
        return None
    classes = _classes(a, b)
    name = _walk(a, b, _Alphabet(a, classes), _Alphabet(b, classes), [[char] for _, char in classes], None)
    if name is None:
        return None
    if key(name, a.mode) != name:  # neighbours that would compose: look again, for a name that is stable
        several = [examples(low, high, a.mode) for (low, high), _ in classes]
        try:
            return _walk(a, b, _Alphabet(a, classes), _Alphabet(b, classes), several, a.mode)
        except _TooFar:
            return name  # a false alarm at worst
    return _prettier(a, b, name)


class _TooFar(Exception):
    """The search for a stable name took too many steps."""


def _ends_apart(a: Sequence[Token], b: Sequence[Token], mode: Mode) -> bool:
    """Whether two characters before the first star of either exclude each other. Reversed, it is about the ends."""
    for one, two in zip(a, b, strict=False):
        if isinstance(one, Star) or isinstance(two, Star):
            return False
        if one != two and not any(
            low <= end and start <= high for low, high in members(one, mode) for start, end in members(two, mode)
        ):
            return True
    return False


def _classes(a: Glob, b: Glob) -> list[tuple[tuple[int, int], str]]:
    """Intervals that neither glob tells apart, each with an example; the most readable first, the dot last."""
    cuts: set[int] = set()
    for one in {one for automaton in (a, b) for moves in automaton.edges for one, _ in moves}:
        for low, high in members(one, a.mode):
            cuts |= {low, high + 1}
    points = sorted(cuts | {ord("."), ord(".") + 1})
    classes = []
    for low, after in pairwise(points):
        char = example(low, after - 1, a.mode)
        if char is not None:
            classes.append(((low, after - 1), char))
    return sorted(classes, key=lambda one: (one[1] == ".", _rank(one[1])))


def _rank(char: str) -> tuple[int, str]:
    if char == "x":
        return 0, char
    if char.isascii():
        return (1 if char.isalpha() else 2 if char.isalnum() or char in "_-" else 4), char
    return 3 if char.isalnum() else 5, char


class _Alphabet:
    """For each state of a glob: where it goes, and on which classes (a bit for each)."""

    def __init__(self, automaton: Glob, classes: Sequence[tuple[tuple[int, int], str]]) -> None:
        self._lows = [low for (low, _), _ in classes]
        self._masks: dict[CharClass | str, int] = {}
        self._mode = automaton.mode
        self.moves = [[(self._mask(one), to) for one, to in moves] for moves in automaton.edges]

    def _mask(self, one: CharClass | str) -> int:
        if one not in self._masks:
            inside: Intervals = members(one, self._mode)
            mask = 0
            for bit, start in enumerate(self._lows):
                if any(low <= start <= high for low, high in inside):
                    mask |= 1 << bit
            self._masks[one] = mask
        return self._masks[one]


State = tuple[int, int, int, str]  # the two states, how much of the name is dots, what the next character may join


# How much of a name is dots (0, 1, 2, or 3: it is a proper name), and what a dot or a slash makes of that; None: not here.
_DOTS: tuple[dict[str, int | None], ...] = ({".": 1, "/": None}, {".": 2, "/": None}, {"/": None}, {"/": 0})


def _walk(
    a: Glob, b: Glob, left: _Alphabet, right: _Alphabet, chars: list[list[str]], stable: Mode | None
) -> str | None:
    """Breadth first over the product; no name in it is empty or `.` or `..`."""
    begin: list[State] = [(p, q, 0, "") for p, q in product(sorted(a.start), sorted(b.start))]
    came: dict[State, tuple[State | None, str]] = dict.fromkeys(begin, (None, ""))
    waiting, steps = deque(begin), 0
    take: Callable[[], State] = waiting.popleft if len(a.edges) * len(b.edges) <= _SHORTEST_PAIRS else waiting.pop
    while waiting:
        p, q, dots, tail = state = take()
        if dots == 3 and p in a.accept and q in b.accept:
            return _spell(came, state)
        for to_a, to_b, shared in _common(left.moves[p], right.moves[q]):
            for char in _choices(shared, chars, stable, tail):
                steps += 1
                if stable is not None and steps > _MOST_STEPS:
                    raise _TooFar
                kind = _DOTS[dots].get(char, 3)
                if kind is None:
                    continue
                after = (to_a, to_b, kind, _tail(tail, char) if stable is not None else "")
                if after not in came:
                    came[after] = (state, char)
                    waiting.append(after)
    return None


def _common(moves_a: Sequence[tuple[int, int]], moves_b: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """The pairs of moves that some character allows: where they lead, and the characters as a mask."""
    return [(to_a, to_b, shared) for mask_a, to_a in moves_a for mask_b, to_b in moves_b if (shared := mask_a & mask_b)]


def _choices(shared: int, chars: list[list[str]], stable: Mode | None, tail: str) -> Iterator[str]:
    """One character is as good as another, except for composing ones (and the dot, which stands last)."""
    if stable is None:
        yield chars[(shared & -shared).bit_length() - 1][0]
        return
    for bit in range(shared.bit_length()):
        if shared >> bit & 1:
            yield from (char for char in chars[bit] if key(tail + char, stable) == tail + char)


def _tail(tail: str, char: str) -> str:
    """What a following mark could join: the last base character and the last mark on it."""
    return char if not unicodedata.combining(char) else tail[:1] + char


def _spell(came: dict[State, tuple[State | None, str]], state: State) -> str:
    name = []
    at: State | None = state
    while at is not None:
        at, char = came[at]
        name.append(char)
    return "".join(reversed(name))


def _prettier(a: Glob, b: Glob, name: str) -> str:
    """`x.ts` for `.ts`, `test_x.py` for `test_.py`, where both take it too."""
    if "/" in name:
        return name
    stem, dot, extension = name.rpartition(".")
    tries = []
    if dot and extension and not stem[-1:].isalnum():
        tries.append(f"{stem}x.{extension}")
    if not name[-1].isalnum():
        tries.append(f"{name}x")
    return next((one for one in tries if a.matches(one) and b.matches(one)), name)
