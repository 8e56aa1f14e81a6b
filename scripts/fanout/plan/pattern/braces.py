"""Braces: taken apart into rows while they are few, else the whole pattern as one automaton over paths.

Twenty `{a/b,c}` in one pattern are a million rows, and a hundred states. Both ways mean the same; tests hold that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fanout.plan.pattern.chain import ANY, LOOP, Chain, has_extension
from fanout.plan.pattern.chars import ONE, CharClass, Mode, key
from fanout.plan.pattern.lex import Alternatives, Node, PatternError, Star, Token
from fanout.plan.pattern.segment import Edges, Glob

MOST_ROWS = 64


def count(nodes: Sequence[Node]) -> int:
    """How many rows the braces stand for."""
    total = 1
    for node in nodes:
        if isinstance(node, Alternatives):
            total *= sum(map(count, node.branches))
    return total


def expand(nodes: Sequence[Node]) -> list[list[Token]]:
    """Every choice of alternatives, in the order of the text."""
    rows: list[list[Token]] = [[]]
    for node in nodes:
        if isinstance(node, Alternatives):
            choices = [choice for branch in node.branches for choice in expand(branch)]
            rows = [[*row, *choice] for row in rows for choice in choices]
        else:
            for row in rows:
                row.append(node)
    return rows


def _upwards_in_braces() -> PatternError:
    return PatternError(
        "too-many",
        "it has `..` among more alternatives than can be taken apart.",
        "Write the folders that are meant, without `..` in or after braces.",
    )


def automaton(nodes: Sequence[Node], before: Sequence[str], slash: bool, mode: Mode) -> Glob:
    """The paths of a pattern with its braces as they are; `before` and `slash` as in chain.row."""
    return _Paths(_Characters(nodes, mode), before, slash).glob()


def chain_automaton(chain: Chain, mode: Mode) -> Glob:
    """The paths of a chain, for comparison with such a pattern."""
    edges: Edges = [[], [(ONE, 1), ("/", 2)], [(ONE, 1)]]  # 1: in a segment below a match; 2: at its start
    at = _new(edges)
    start = at
    empty: list[tuple[int, int]] = []
    for number, label in enumerate(chain.labels):
        last = number + 1 == len(chain.labels)
        if label is LOOP:
            inner = _new(edges)
            edges[at].append((ONE, inner))
            edges[inner] += [(ONE, inner), ("/", at)]
            continue
        at = _label(edges, at, label, mode, empty)
        if not last:
            to = _new(edges)
            edges[at].append(("/", to))
            at = to
    if chain.below:
        edges[at].append(("/", 2))
    near = _near(len(edges), empty)
    accept = frozenset(state for state, states in enumerate(near) if at in states or (chain.below and 1 in states))
    return Glob(_closed(edges, near), frozenset({start}), accept, mode)


def _new(edges: Edges) -> int:
    edges.append([])
    return len(edges) - 1


def _label(edges: Edges, at: int, label: object, mode: Mode, empty: list[tuple[int, int]]) -> int:
    """Add one segment; gives the state after it."""
    if label is ANY:
        to = _new(edges)
        edges[at].append((ONE, to))
        edges[to].append((ONE, to))
        return to
    if isinstance(label, Glob):
        shift = len(edges)
        edges += [[(one, to + shift) for one, to in moves] for moves in label.edges]
        end = _new(edges)
        empty += [(at, state + shift) for state in label.start] + [(state + shift, end) for state in label.accept]
        return end
    for char in str(label):
        to = _new(edges)
        edges[at].append((char, to))
        at = to
    return at


def _near(count: int, empty: Iterable[tuple[int, int]]) -> list[set[int]]:
    steps: list[list[int]] = [[] for _ in range(count)]
    for state, to in empty:
        steps[state].append(to)
    return [_reached([state], steps) for state in range(count)]


def _closed(edges: Edges, near: Sequence[set[int]]) -> Edges:
    return [list(dict.fromkeys(edge for one in sorted(states) for edge in edges[one])) for states in near]


def _merged(edges: Edges, start: int, accept: set[int]) -> tuple[Edges, frozenset[int]]:
    """Only the states that the start leads to, those that go on alike made one; the start is the last."""
    known: dict[tuple[bool, frozenset[tuple[CharClass | str, int]]], int] = {}
    number: dict[int, int] = {}
    order = _afterwards(edges, start)
    for state in order:  # -1: to itself; below that: to a state that has no number yet, in a longer loop
        moves = frozenset((one, number.get(to, -1 if to == state else -2 - to)) for one, to in edges[state])
        number[state] = known.setdefault((state in accept, moves), len(known))
    merged: Edges = [[] for _ in known]
    for state in order:
        merged[number[state]] = list(dict.fromkeys((one, number[to]) for one, to in edges[state]))
    last = number[start]
    swap = {last: len(merged) - 1, len(merged) - 1: last}
    merged[last], merged[-1] = merged[-1], merged[last]
    ends = frozenset(swap.get(number[state], number[state]) for state in order if state in accept)
    return [[(one, swap.get(to, to)) for one, to in moves] for moves in merged], ends


def _afterwards(edges: Edges, start: int) -> list[int]:
    """The states that the start leads to, each after those it leads to, loops aside."""
    order: list[int] = []
    seen = {start}
    waiting = [(start, iter(edges[start]))]
    while waiting:
        state, moves = waiting[-1]
        to = next((to for _, to in moves if to not in seen), None)
        if to is None:
            order.append(state)
            waiting.pop()
        else:
            seen.add(to)
            waiting.append((to, iter(edges[to])))
    return order


def _reached(states: Iterable[int], *steps: Sequence[Sequence[int]]) -> set[int]:
    """The states and all that the steps lead to."""
    found = set(states)
    waiting = list(found)
    while waiting:
        state = waiting.pop()
        for step in steps:
            more = {to for to in step[state] if to not in found}
            found |= more
            waiting += more
    return found


class _Characters:
    """Automaton over what is written. `empty` joins alternatives, `skip` goes around a star, whose loop has a state."""

    def __init__(self, nodes: Sequence[Node], mode: Mode) -> None:
        self.mode = mode
        self.chars: Edges = []
        self.empty: list[list[int]] = []
        self.skip: list[list[int]] = []
        self.stars: list[list[int]] = []
        self.slashes: list[list[int]] = []
        self.end = self._sequence(self.new(), nodes)

    def new(self) -> int:
        for edges in (self.empty, self.skip, self.stars, self.slashes):
            edges.append([])
        return _new(self.chars)

    def _sequence(self, at: int, nodes: Sequence[Node]) -> int:
        for node in nodes:
            at = self._alternatives(at, node) if isinstance(node, Alternatives) else self._token(at, node)
        return at

    def _alternatives(self, at: int, node: Alternatives) -> int:
        end = self.new()
        for branch in node.branches:
            start = self.new()
            self.empty[at].append(start)
            self.empty[self._sequence(start, branch)].append(end)
        return end

    def _token(self, at: int, token: str | CharClass | Star) -> int:
        if isinstance(token, Star):
            return self._star(at)
        if token == "/":
            self.slashes[at].append(self.new())
            return self.slashes[at][-1]
        for one in [token] if isinstance(token, CharClass) else key(token, self.mode):
            to = self.new()
            self.chars[at].append((one, to))
            at = to
        return at

    def _star(self, at: int) -> int:
        loop, to = self.new(), self.new()
        self.chars[loop].append((ONE, loop))
        self.skip[at].append(loop)
        self.skip[loop].append(to)
        self.stars[at].append(to)
        return to

    def written(self, states: Iterable[int]) -> set[int]:
        """What is reached without writing anything, not even a star."""
        return _reached(states, self.empty)

    def after(self, start: int, text: str) -> set[int]:
        """The states that exactly this text leads to; a star in it stands for a star that was written."""
        now = self.written([start])
        for want in text:
            if want == "*":
                now = self.written(to for state in now for to in self.stars[state])
            else:
                now = self.written(to for state in now for one, to in self.chars[state] if one == want)
        return now


class _Paths:
    """Automaton over normal paths: segments that vanish are left out, folders have everything below them."""

    def __init__(self, chars: _Characters, before: Sequence[str], slash: bool) -> None:
        self.chars = chars
        self.written = len(chars.chars)
        self.places = [0, *(to for edges in chars.slashes for to in edges)]
        self.edges: Edges = [list(moves) for moves in chars.chars]
        for state, places in enumerate(chars.slashes):
            self.edges[state] += [("/", to) for to in places]
        self.empty = [
            (state, to) for steps in (chars.empty, chars.skip) for state, all_to in enumerate(steps) for to in all_to
        ]
        self.below, self.below_start = _new(self.edges), _new(self.edges)
        self.edges[self.below] += [(ONE, self.below), ("/", self.below_start)]
        self.edges[self.below_start].append((ONE, self.below))
        self.accept = {self.below}
        self._vanish(before, slash)
        self._loops()
        self._literal_folders()
        self.start = self._lead(before)

    def glob(self) -> Glob:
        near = _near(len(self.edges), self.empty)
        accept = {state for state, states in enumerate(near) if states & self.accept}
        edges, ends = _merged(_closed(self.edges, near), self.start, accept)
        return Glob(edges, frozenset({len(edges) - 1}), ends, self.chars.mode)

    def _lead(self, before: Sequence[str]) -> int:
        start = at = _new(self.edges)
        for number, name in enumerate(before):
            at = _label(self.edges, at, key(name, self.chars.mode), self.chars.mode, [])
            if number + 1 == len(before) and 0 in self.folders | self.dotted:
                self.accept.add(at)
            to = _new(self.edges)
            self.edges[at].append(("/", to))
            at = to
        self.empty.append((at, 0))
        return start

    def _vanish(self, before: Sequence[str], slash: bool) -> None:
        """Nothing and `.` between slashes are no segment; before the end, nothing leaves a folder, `.` what it was."""
        steps, slashed, dotted = self._empty_segments(slash)
        self.empty += [(place, to) for place in self.places for to in steps[place]]
        reached = {place: _reached([place], steps) for place in self.places}
        self.folders = {place for place, places in reached.items() if places & slashed}
        self.dotted = {place for place, places in reached.items() if places & dotted}
        self.empty += [(place, self.below_start) for place in self.folders]
        if 0 in self.dotted and (not before or not has_extension(before[-1])):
            self.empty.append((0, self.below_start))
        self.ends = {self.chars.end} | self._leading_to(self.dotted)
        self.accept |= self._leading_to(self.folders) | self.ends

    def _leading_to(self, places: set[int]) -> set[int]:
        """The states that a slash takes to one of the places."""
        return {state for state, after in enumerate(self.chars.slashes) if not places.isdisjoint(after)}

    def _empty_segments(self, slash: bool) -> tuple[list[list[int]], set[int], set[int]]:
        """Where nothing or `.` leads over the next slash; the places where nothing, and where `.`, stands at the end."""
        chars = self.chars
        steps: list[list[int]] = [[] for _ in range(self.written)]
        slashed, dotted = set(), set()
        for place in self.places:
            if any(chars.slashes[state] or state == chars.end for state in chars.after(place, "..")):
                raise _upwards_in_braces()
            nothing, dot = chars.after(place, ""), chars.after(place, ".")
            steps[place] += [to for state in sorted(nothing | dot) for to in chars.slashes[state]]
            if chars.end in nothing and (place != 0 or slash):
                slashed.add(place)
            if chars.end in dot:
                dotted.add(place)
        return steps, slashed, dotted

    def _loops(self) -> None:
        """`**` as a whole segment."""
        for place in self.places:
            after = self.chars.after(place, "**")
            if self.ends & after:
                self.empty.append((place, self.below_start))
            for to in sorted({to for state in after for to in self.chars.slashes[state]}):
                turn, inner = _new(self.edges), _new(self.edges)
                self.edges[turn].append((ONE, inner))
                self.edges[inner] += [(ONE, inner), ("/", turn)]
                self.empty += [(place, turn), (turn, to)]

    def _literal_folders(self) -> None:
        """A last segment that is literal and has no extension: a second copy of it, with everything below."""
        for place in self.places:
            first = _new(self.edges)
            self.empty.append((place, first))
            numbers = {(place, 0): first}
            waiting = [(place, 0)]
            for state, phase in waiting:
                at = numbers[state, phase]
                for near in sorted(self.chars.written([state])):
                    if near in self.ends and phase in (1, 2, 4):
                        self.accept.add(at)
                        self.edges[at].append(("/", self.below_start))
                    for one, to in self.chars.chars[near]:
                        if not isinstance(one, str):
                            continue
                        after = (to, _phase(phase, one))
                        if after not in numbers:
                            numbers[after] = _new(self.edges)
                            waiting.append(after)
                        self.edges[at].append((one, numbers[after]))


def _phase(phase: int, char: str) -> int:
    """How far a name is from an extension. 0: nothing, 4: dots in front, 1: a stem, 2: a dot after it, 3: extension."""
    if char == ".":
        return 4 if phase in (0, 4) else 2
    return 1 if phase in (0, 1, 4) else 3
