"""Which tasks touch the same paths: every pair of overlapping patterns, at a cost that follows the overlaps.

    find_pairs(writes, reads)
      unique patterns, each with the tasks that write and read it
      _Tree: every row of segments hangs at its literal head
      a row meets only rows at its own place and at the places above it; there, globs are looked up by their last label
      overlapping patterns -> pairs of tasks, write-write before read-write

A witness is found only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from fanout.plan.overlap import chains_meet, label_meet, overlap, overlap_in
from fanout.plan.pattern import Mode, Pattern, key, modes
from fanout.plan.pattern.chain import ANY, LOOP, Chain, Label
from fanout.plan.pattern.segment import Glob

WRITE_WRITE = "write-write"
READ_WRITE = "read-write"


class Pair(NamedTuple):
    """Two tasks, first < second, that may not overlap; `a` is the first one's pattern, `b` the second one's."""

    first: int
    second: int
    kind: str
    a: Pattern
    b: Pattern

    def witness(self, case_insensitive: bool = False) -> str:
        """A path that both patterns match."""
        path = _witness(self.a, self.b, case_insensitive)
        assert path is not None, (self.a, self.b)
        return path


_witness = lru_cache(maxsize=65536)(lambda a, b, fold: overlap(a, b, case_insensitive=fold))


def hazard_pairs(
    writes: Sequence[Sequence[Pattern]],
    reads: Sequence[Sequence[Pattern]] = (),
    *,
    case_insensitive: bool = False,
) -> Iterator[tuple[int, int, str, str]]:
    """(i, j, kind, witness) for i < j in order, once for each pair of tasks; write-write wins over read-write."""
    return find_pairs(writes, reads, case_insensitive=case_insensitive).witnessed(case_insensitive)


def find_pairs(
    writes: Sequence[Sequence[Pattern]],
    reads: Sequence[Sequence[Pattern]] = (),
    *,
    case_insensitive: bool = False,
) -> Pairs:
    """The same pairs without their witnesses. `reads` may be shorter than `writes`: the rest read nothing."""
    users = _Users(writes, reads)
    overlapping: set[int] = set()
    for mode in modes(case_insensitive, all(pattern.is_ascii for pattern in users.patterns)):
        overlapping |= _Tree(users.patterns, mode).overlaps()
    return users.pairs(overlapping)


class Pairs:
    """Pairs in the order of (first, second). Kept as numbers: a plan can have a million of them."""

    def __init__(self, size: int, patterns: list[Pattern], both: dict[int, int], mixed: dict[int, int]) -> None:
        self._size = size
        self._patterns = patterns
        self._both = both
        self._mixed = mixed
        self._order = sorted((*both, *mixed))

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Pair]:
        for number in self._order:
            yield self._pair(number)

    def tasks(self) -> Iterator[tuple[int, int]]:
        """(first, second) only."""
        for number in self._order:
            yield divmod(number, self._size)

    def witnessed(self, case_insensitive: bool) -> Iterator[tuple[int, int, str, str]]:
        """(first, second, kind, witness); each pair of patterns is asked once, however many tasks stand behind it."""
        known: dict[int, str] = {}
        for number in self._order:
            kind, code = WRITE_WRITE, self._both.get(number, -1)
            if code < 0:
                kind, code = READ_WRITE, self._mixed[number]
            witness = known.get(code)
            if witness is None:
                witness = known[code] = self._pair(number).witness(case_insensitive)
            first, second = divmod(number, self._size)
            yield first, second, kind, witness

    def _pair(self, number: int) -> Pair:
        first, second = divmod(number, self._size)
        write_write = number in self._both
        a, b = divmod(self._both[number] if write_write else self._mixed[number], len(self._patterns))
        return Pair(first, second, WRITE_WRITE if write_write else READ_WRITE, self._patterns[a], self._patterns[b])


class _Users:
    """The different patterns, and which tasks write and read each."""

    def __init__(self, writes: Sequence[Sequence[Pattern]], reads: Sequence[Sequence[Pattern]]) -> None:
        self.size = max(len(writes), len(reads))
        self.patterns: list[Pattern] = []
        self.writers: list[list[int]] = []
        self.readers: list[list[int]] = []
        self._numbers: dict[object, int] = {}
        for task in range(self.size):
            for pattern in writes[task] if task < len(writes) else ():
                self._add(task, pattern, self.writers)
            for pattern in reads[task] if task < len(reads) else ():
                self._add(task, pattern, self.readers)

    def _add(self, task: int, pattern: Pattern, lists: list[list[int]]) -> None:
        number = self._numbers.get(pattern)
        if number is None:
            meaning = pattern.normal if pattern.is_big else pattern.rows
            number = self._numbers[pattern] = self._numbers.setdefault(meaning, len(self.patterns))
        if number == len(self.patterns):
            self.patterns.append(pattern)
            self.writers.append([])
            self.readers.append([])
        if lists[number][-1:] != [task]:
            lists[number].append(task)

    def pairs(self, overlapping: set[int]) -> Pairs:
        """The pairs of tasks behind overlapping patterns; of several reasons, the one whose patterns came first."""
        both: dict[int, int] = {}
        mixed: dict[int, int] = {}
        writers, readers, count = self.writers, self.readers, len(self.patterns)
        for code in sorted(overlapping):
            p, q = divmod(code, count)
            if writers[p]:
                if writers[q]:
                    self._cross(both, writers[p], writers[q], p, q)
                if readers[q]:
                    self._cross(mixed, writers[p], readers[q], p, q)
            if readers[p] and writers[q]:
                self._cross(mixed, readers[p], writers[q], p, q)
        for number in mixed.keys() & both.keys():
            del mixed[number]
        return Pairs(self.size, self.patterns, both, mixed)

    def _cross(self, pairs: dict[int, int], left: list[int], right: list[int], p: int, q: int) -> None:
        """Each task of one with each of the other. A number stands for (first, second) and sorts as they do."""
        size = self.size
        there, back = p * len(self.patterns) + q, q * len(self.patterns) + p
        for i in left:
            for j in right:
                if i < j:
                    pairs.setdefault(i * size + j, there)
                elif j < i:
                    pairs.setdefault(j * size + i, back)


class _Entry:
    """One row of one pattern. `head`: how many of its labels are names before the first wildcard."""

    __slots__ = ("big", "chain", "head", "names", "number", "place")

    def __init__(self, number: int, chain: Chain, names: Sequence[str], big: bool) -> None:
        self.number = number
        self.chain = chain
        self.names = names
        self.head = len(names)
        self.big = big
        self.place: _Place

    @property
    def literal(self) -> bool:
        return not self.big and self.head == len(self.chain.labels)

    @property
    def loops(self) -> bool:
        """Whether `**` follows the head."""
        return not self.big and self.chain.labels[self.head : self.head + 1] == (LOOP,)

    @property
    def last(self) -> Label:
        """What the last segment must be; ANY if it can be anything."""
        return ANY if self.big or self.chain.below else self.chain.labels[-1]

    @property
    def length(self) -> int:
        """How many segments every match has, or 0 if that varies."""
        return 0 if self.big or self.chain.below or LOOP in self.chain.labels else len(self.chain.labels)


class _Globs:
    """The rows with wildcards at one place, by length and by last label."""

    def __init__(self) -> None:
        self.names: dict[str, list[_Entry]] = {}
        self.globs: dict[Glob, list[_Entry]] = {}
        self.rest: list[_Entry] = []
        self.loops: list[int] = []  # numbers of the rows that go on with `**` from here

    def add(self, entry: _Entry) -> None:
        last = entry.last
        if entry.loops:
            self.loops.append(entry.number)
        if isinstance(last, str):
            self.names.setdefault(last, []).append(entry)
        elif isinstance(last, Glob):
            self.globs.setdefault(last, []).append(entry)
        else:
            self.rest.append(entry)

    def ending(self, last: Label, mode: Mode) -> Iterator[_Entry]:
        """The rows that can end in what this label takes."""
        if isinstance(last, str):
            yield from self.names.get(last, ())
        else:
            for name, entries in self.names.items():
                if last is ANY or label_meet(last, name, mode) is not None:
                    yield from entries
        for glob, entries in self.globs.items():
            if last is ANY or _ends_meet(glob, last, mode):
                yield from entries
        yield from self.rest


@lru_cache(maxsize=262144)
def _ends_meet(one: Label, two: Label, mode: Mode) -> bool:
    return label_meet(one, two, mode) is not None


class _Place:
    """A folder or file that rows lead to by name."""

    __slots__ = ("above", "children", "depth", "exact", "folders", "globs")

    def __init__(self, above: tuple[_Place, ...]) -> None:
        self.above = above
        self.depth = len(above)
        self.children: dict[str, _Place] = {}
        self.exact: list[_Entry] = []
        self.folders: list[_Entry] = []
        self.globs: dict[int, _Globs] = {}

    def child(self, name: str) -> _Place:
        found = self.children.get(name)
        if found is None:
            found = self.children[name] = _Place((*self.above, self))
        return found

    def add(self, entry: _Entry) -> None:
        entry.place = self
        if entry.literal:
            (self.folders if entry.chain.below else self.exact).append(entry)
        else:
            self.globs.setdefault(entry.length, _Globs()).add(entry)


class _Tree:
    """All rows of all patterns under one way to compare names."""

    def __init__(self, patterns: Sequence[Pattern], mode: Mode) -> None:
        self.patterns = patterns
        self.mode = mode
        self.root = _Place(())
        self.entries = [entry for number in range(len(patterns)) for entry in self._entries(number)]
        for entry in self.entries:
            place = self.root
            for name in entry.names:
                place = place.child(name)
            place.add(entry)

    def _entries(self, number: int) -> Iterator[_Entry]:
        pattern = self.patterns[number]
        if pattern.is_big and pattern.matches_nothing:
            return
        if pattern.is_big:
            names = [key(name, self.mode) for name in pattern.anchor.split("/") if name]
            yield _Entry(number, Chain((), False), names, True)
            return
        for chain in pattern.chains(self.mode):
            names = []
            for label in chain.labels:
                if not isinstance(label, str):
                    break
                names.append(label)
            yield _Entry(number, chain, names, False)

    def overlaps(self) -> set[int]:
        """Overlapping patterns p <= q, each pair as the number p * count + q; a pattern with itself too."""
        count = len(self.patterns)
        found = {entry.number * (count + 1) for entry in self.entries}
        for entry in self.entries:
            p = entry.number
            found.update([p * count + q if p < q else q * count + p for q in self._meeting(entry)])
        return found

    def _meeting(self, entry: _Entry) -> Iterator[int]:
        """Numbers of the rows above, and of those at the same place, that it meets."""
        place = entry.place
        for at in (place, *place.above):
            if at is place and entry.literal:
                yield from (other.number for other in at.exact)
            yield from (other.number for other in at.folders)
            absorbs = entry.chain.below and at is not place  # what is below it fits any `**/...` from above
            for length, globs in at.globs.items():
                if absorbs:
                    yield from globs.loops
                if self._length_fits(entry, length):
                    for other in globs.ending(entry.last, self.mode):
                        if not (absorbs and other.loops) and other is not entry and self._meet(entry, other, at):
                            yield other.number

    def _length_fits(self, entry: _Entry, length: int) -> bool:
        if not length or not entry.length:
            return not length or length >= entry.head
        return length == entry.length

    def _meet(self, entry: _Entry, other: _Entry, at: _Place) -> bool:
        """Exact. `other` is a glob whose head leads to `at`, which is on the way of `entry`."""
        if entry.big or other.big:
            return overlap_in(self.patterns[entry.number], self.patterns[other.number], self.mode)
        rest = other.chain.labels[at.depth :]
        if rest == (ANY,) and other.chain.below:
            return entry.head > at.depth or not entry.literal or entry.chain.below
        if rest[0] is LOOP and entry.head > at.depth and len(rest) == 2 and not other.chain.below:
            return _ends_meet(rest[1], entry.chain.labels[-1], self.mode)
        return chains_meet(entry.chain, other.chain, self.mode) is not None
