"""Plans shaped like work on a repository, made from a seed: the scheduler is tuned and measured on these.

Tasks come in features or layers, durations are log-normal (a median of ten minutes, at most an hour), and a few hot
files (routes, types, a schema) are written by many tasks and read by more; neighbours clash now and then.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from fanout.plan.schedule import Problem

SHAPES = ("feature", "layered", "deep", "random", "flat")


def make(shape: str, n: int, seed: int, slots: int = 5) -> Problem:
    """A problem of n tasks; the same arguments give the same problem."""
    rng = random.Random(f"{shape} {n} {seed}")
    durations = [max(1, min(60, round(rng.lognormvariate(2.35, 0.75)))) for _ in range(n)]
    needs = _SHAPES[shape](n, rng)
    return Problem(durations, needs, _conflicts(n, rng), slots)


def _feature(n: int, rng: random.Random) -> list[list[int]]:
    size = rng.choice((6, 9, 12))
    needs: list[list[int]] = []
    for i in range(n):
        own = list(range(i - i % size, i))
        need = set(rng.sample(own[-3:], min(len(own), rng.choice((1, 1, 2)), 3))) if own else set()
        if i and rng.random() < 0.1:
            need.add(rng.randrange(i))
        needs.append(sorted(need))
    return needs


def _layered(n: int, rng: random.Random) -> list[list[int]]:
    depth = max(2, round(n ** rng.uniform(0.35, 0.6)))
    width = max(1, n // depth)
    needs = []
    for i in range(n):
        layer = i // width
        before = range((layer - 1) * width, layer * width) if layer else range(0)
        needs.append(sorted(rng.sample(before, min(len(before), rng.choice((1, 1, 2, 3))))))
    return needs


def _deep(n: int, rng: random.Random) -> list[list[int]]:
    reach = rng.choice((4, 8, 16))
    return [
        sorted({max(0, i - rng.randint(1, reach)) for _ in range(rng.choice((1, 2)))}) if i else [] for i in range(n)
    ]


def _random(n: int, rng: random.Random) -> list[list[int]]:
    each = rng.choice((0.7, 1.5, 3.0))
    return [sorted({rng.randrange(i) for _ in range(round(rng.uniform(0, 2 * each)))}) if i else [] for i in range(n)]


def _flat(n: int, rng: random.Random) -> list[list[int]]:
    return [[rng.randrange(i)] if i and rng.random() < 0.2 else [] for i in range(n)]


_SHAPES = {"feature": _feature, "layered": _layered, "deep": _deep, "random": _random, "flat": _flat}


def _conflicts(n: int, rng: random.Random) -> list[tuple[int, int]]:
    pairs = set()
    heat = rng.choice((0.2, 0.5, 1.0))
    for _ in range(rng.randint(1, 6)):
        share = min(0.25, heat * rng.choice((0.04, 0.08, 0.16)) * min(1.0, 14 / n**0.5))
        writers = [i for i in range(n) if rng.random() < share]
        readers = [i for i in range(n) if rng.random() < share]
        pairs |= {(a, b) for a in writers for b in writers + readers if a != b}
    for _ in range(round(n * rng.choice((0.1, 0.4, 0.8)))):
        a = rng.randrange(n)
        pairs.add((a, min(n - 1, a + rng.randint(1, 12))))
    return sorted({(min(a, b), max(a, b)) for a, b in pairs if a != b})
