"""Batches by beam search: partial sequences side by side, the most promising of each size kept.

A partial sequence is the set of tasks it has done. It is rated by its length so far and an estimate of the rest: the
work left at the rate that the best known sequence has, and the longest chain left, as much longer than its tasks as the
whole sequence is than the critical path. `weight` says how much the chain counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fanout.plan.schedule.search_model import Model

from .bounds import tails

_LEADERS = 8

_URGENT_TASKS = 64
_CHILD_COST = 24

State = tuple[float, int, int, int, list[int], list[int]]
"""Estimate of the whole, length so far, work left; the tasks done and the tasks ready before the last batch, and those
that it made ready."""


class Beam:
    """The search over one model; `spent` counts the tasks it has looked at."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.spent = 0
        self.rank = list(map(sum, zip(model.dur, tails(model), strict=True)))
        self.order = [0] * model.n
        for place, k in enumerate(sorted(range(model.n), key=lambda k: (-self.rank[k], k))):
            self.order[k] = place
        self.needed = [sum(1 << a for a in needed) for needed in model.need]

    def search(self, width: int, weight: float, length: int) -> list[list[int]]:
        """The best sequence found with `width` partial ones for each number of tasks; `length` is the best known."""
        model, n, first = self.model, self.model.n, self.model.running
        work = sum(model.dur[first:])
        path = max(self.rank[first:], default=0) or 1
        self.rates = (1 - weight) * length / max(1, work), weight * length / path
        begun = (1 << first) - 1
        ready = [k for k in range(first, n) if not self.needed[k] & ~begun]
        stages: list[dict[int, State]] = [{} for _ in range(n + 1)]
        stages[first][begun] = (0, 0, work, begun, ready, [])
        for done in range(first, n):
            if len(stages[done]) > width:
                stages[done] = dict(sorted(stages[done].items(), key=lambda item: (item[1][0], item[0]))[:width])
            for mask, state in stages[done].items():
                self._expand(mask, state, stages, done)
        return self._trace(stages)

    def _expand(self, mask: int, state: State, stages: list[dict[int, State]], done: int) -> None:
        _, so_far, work, before, were_ready, fresh = state
        last = mask ^ before
        ready = [k for k in were_ready if not last >> k & 1] + fresh
        ready.sort(key=self.order.__getitem__)
        self.spent += len(ready)
        per_work, per_path = self.rates
        rank, after, needed = self.rank, self.model.after, self.needed
        for batch, size, top, load in self._batches(ready[:_URGENT_TASKS]):
            now = mask | batch
            length = so_far + top
            stage = stages[done + size]
            known = stage.get(now)
            if known is not None and known[1] <= length:
                continue
            fresh = []
            for k in ready[:_URGENT_TASKS]:
                if batch >> k & 1:
                    fresh += [b for b in after[k] if not needed[b] & ~now and b not in fresh]
            path = max([rank[b] for b in fresh], default=0)
            path = max(path, next((rank[k] for k in ready if not batch >> k & 1), 0))
            estimate = length + per_work * (work - load) + per_path * path
            stage[now] = (estimate, length, work - load, mask, ready, fresh)

    def _batches(self, urgent: list[int]) -> Iterator[tuple[int, int, int, int]]:
        """(tasks, how many, the longest, sum of durations): for some longest tasks, filled by urgency and by length."""
        dur = self.model.dur
        long = sorted(urgent, key=lambda k: -dur[k])
        seen = set()
        leaders: dict[int, int] = {}
        for k in urgent:
            if leaders.setdefault(dur[k], k) == k and len(leaders) > _LEADERS:
                break
            if leaders[dur[k]] != k:
                continue
            for wish in (urgent, long):
                self.spent += _CHILD_COST
                found = self._fill(k, wish)
                if found[0] not in seen:
                    seen.add(found[0])
                    yield found

    def _fill(self, leader: int, wish: Sequence[int]) -> tuple[int, int, int, int]:
        model = self.model
        dur, foe_mask, slots, member = model.dur, model.foe_mask, model.slots, model.member
        top = load = dur[leader]
        batch, size = 1 << leader, 1
        shut = foe_mask[leader] | batch
        used = dict.fromkeys(member[leader], 1)
        for k in wish:
            if size == slots:
                break
            if dur[k] <= top and not shut >> k & 1:
                if member[k]:
                    if any(used.get(g, 0) >= model.room[g] for g in member[k]):
                        continue
                    for g in member[k]:
                        used[g] = used.get(g, 0) + 1
                batch |= 1 << k
                shut |= foe_mask[k] | 1 << k
                size += 1
                load += dur[k]
        return batch, size, top, load

    def _trace(self, stages: list[dict[int, State]]) -> list[list[int]]:
        done, mask, out = self.model.n, (1 << self.model.n) - 1, []
        while done > self.model.running:
            before = stages[done][mask][3]
            out.append([k for k in range(self.model.n) if (mask ^ before) >> k & 1])
            done -= len(out[-1])
            mask = before
        return out[::-1]
