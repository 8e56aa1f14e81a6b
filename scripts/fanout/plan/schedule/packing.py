"""Better batches by taking some apart: a few batches at a time, and their tasks put back, the longest first.

Each goes where it costs least between the batches of what it needs and of what needs it; a little noise in the order
and a little warmth in what is accepted keep it moving.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import exp

from fanout.plan.schedule.search_model import Model

_WINDOW, _WIDEST, _SCATTERED, _SINGLES = 0.75, 5, 3, 3
_NOISE_SHARE = 0.15


class Batch:
    """Tasks that run at the same time: where in the sequence, which, as a mask, the longest, how many of each group."""

    __slots__ = ("mask", "members", "place", "top", "used")

    def __init__(self, place: int, groups: int) -> None:
        self.place = place
        self.members: list[int] = []
        self.mask = 0
        self.top = 0
        self.used = [0] * groups


class Packing:
    """A sequence of batches that can be taken apart and put together again."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.random = random.Random(seed).random
        self.batches: list[Batch] = []
        self.of: list[Batch | None] = [None] * model.n
        self.total = 0
        self.loose = 0
        self.touched: dict[Batch, tuple[list[int], int]] = {}

    def load(self, batches: Sequence[Sequence[int]]) -> None:
        """Start from batches that are right."""
        for members in batches:
            batch = Batch(len(self.batches), len(self.model.room))
            self.batches.append(batch)
            for k in members:
                self._join(batch, k)

    def sequence(self) -> list[list[int]]:
        """The batches as they are now."""
        return [sorted(batch.members) for batch in self.batches]

    def anneal(self, bound: int, steps: int) -> list[list[int]]:
        """The best sequence seen in so many steps; stops at the bound."""
        best, shortest = self.total, self.sequence()
        warmth = _heat(self.model.n) * sum(self.model.dur) / max(1, self.model.n)
        for step in range(steps):
            if best <= bound:
                break
            self._step(warmth * (1 - step / steps))
            if self.total < best:
                best, shortest = self.total, self.sequence()
        return shortest

    def _step(self, warmth: float) -> None:
        before, total = self.batches, self.total
        self.touched = {}
        loose = self._take_apart()
        dur, rnd = self.model.dur, self.random
        loose.sort(key=lambda k: -dur[k] * (1 + _NOISE_SHARE * rnd()))
        for k in loose:
            self._put(k)
        worse = self.total - total
        if worse <= 0 or (worse < 20 * warmth and rnd() < exp(-worse / warmth)):
            return
        self.batches, self.total = before, total
        for place, batch in enumerate(before):
            batch.place = place
        for batch, (members, mask) in self.touched.items():
            batch.members, batch.mask = members, mask
            self._tally(batch)
            for k in members:
                self.of[k] = batch

    def _take_apart(self) -> list[int]:
        rnd, batches = self.random, self.batches
        if rnd() < _WINDOW:
            wide = 1 + int(rnd() * min(_WIDEST, len(batches)))
            spots = [int(rnd() * (len(batches) - wide + 1)) for _ in range(2)]
            spot = max(spots, key=lambda i: sum([self._idle(batch) for batch in batches[i : i + wide]]))
            gone = dict.fromkeys(batches[spot : spot + wide])
        else:
            gone = dict.fromkeys(batches[int(rnd() * len(batches))] for _ in range(1 + int(rnd() * _SCATTERED)))
        loose = []
        for batch in gone:
            self._touch(batch)
            loose += batch.members
            self.total -= batch.top
            for k in batch.members:
                self._loosen(k)
        self.batches = [batch for batch in batches if batch not in gone]
        for place, batch in enumerate(self.batches):
            batch.place = place
        for _ in range(int(rnd() * _SINGLES) if self.batches else 0):
            self._take_longest(self.batches[int(rnd() * len(self.batches))], loose)
        return loose

    def _idle(self, batch: Batch) -> int:
        dur = self.model.dur
        return self.model.slots * batch.top - sum([dur[k] for k in batch.members])

    def _take_longest(self, batch: Batch, loose: list[int]) -> None:
        if len(batch.members) < 2:
            return
        self._touch(batch)
        k = max(batch.members, key=self.model.dur.__getitem__)
        batch.members.remove(k)
        batch.mask ^= 1 << k
        self.total -= batch.top
        self._tally(batch)
        self.total += batch.top
        self._loosen(k)
        loose.append(k)

    def _loosen(self, k: int) -> None:
        self.of[k] = None
        self.loose |= 1 << k

    def _touch(self, batch: Batch) -> None:
        if batch not in self.touched:
            self.touched[batch] = (batch.members[:], batch.mask)

    def _tally(self, batch: Batch) -> None:
        model = self.model
        batch.top = max([model.dur[k] for k in batch.members], default=0)
        if model.room:
            batch.used = [sum(g in model.member[k] for k in batch.members) for g in range(len(model.room))]

    def _put(self, k: int) -> None:
        """Into the batch that it makes least longer, or a new one."""
        model, rnd = self.model, self.random
        dur, foes, slots, groups = model.dur[k], model.foe_mask[k], model.slots, model.member[k]
        low, high = self._low(k), self._high(k)
        least, best = dur, None
        for batch in self.batches[low : high + 1]:
            more = dur - batch.top if dur > batch.top else 0
            if (
                (more < least or (more == least and rnd() < 0.3))
                and len(batch.members) < slots
                and not batch.mask & foes
                and not (groups and any(batch.used[g] >= model.room[g] for g in groups))
            ):
                least, best = more, batch
        if best is None:
            best = Batch(low + int(rnd() * (high + 2 - low)), len(model.room))
            for batch in self.batches[best.place :]:
                batch.place += 1
            self.batches.insert(best.place, best)
        self._touch(best)
        self._join(best, k)

    def _join(self, batch: Batch, k: int) -> None:
        batch.members.append(k)
        batch.mask |= 1 << k
        self.of[k] = batch
        self.loose &= ~(1 << k)
        for g in self.model.member[k]:
            batch.used[g] += 1
        if (dur := self.model.dur[k]) > batch.top:
            self.total += dur - batch.top
            batch.top = dur

    def _low(self, k: int) -> int:
        """The first batch k may join, by all that it needs, through tasks that are out of their batches too."""
        low, of, need = 0, self.of, self.model.need
        chain = [k]
        if hidden := self.model.below[k] & self.loose:
            chain += _bits(hidden)
        for x in chain:
            for a in need[x]:
                batch = of[a]
                if batch is not None and batch.place >= low:
                    low = batch.place + 1
        return low

    def _high(self, k: int) -> int:
        """The last batch k may join, by all that needs it; one less than the first where there is none."""
        high, of, after = len(self.batches) - 1, self.of, self.model.after
        chain = [k]
        if hidden := self.model.above[k] & self.loose:
            chain += _bits(hidden)
        for x in chain:
            for b in after[x]:
                batch = of[b]
                if batch is not None and batch.place <= high:
                    high = batch.place - 1
        return high


def _bits(mask: int) -> list[int]:
    out = []
    while mask:
        bit = mask & -mask
        out.append(bit.bit_length() - 1)
        mask ^= bit
    return out


def _heat(n: int) -> float:
    """How much worse a step may be at first, in mean durations: the less, the fewer steps there are for each task."""
    cooler: float = (50 / max(50, n)) ** 1.5
    return 0.25 * cooler
