"""A time chart in characters: one line for each agent, its tasks as labelled bars one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fanout.report.cells import cut, width

MOST_LANES = 8


class Bar(NamedTuple):
    label: str
    start: float
    finish: float


def lanes(bars: Sequence[Bar]) -> list[list[Bar]]:
    """The bars on as few lines as they need, none overlapping another, earliest first."""
    rows: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: (bar.start, bar.finish)):
        free = next((lane for lane in rows if lane[-1].finish <= bar.start + 1e-9), None)
        if free is None:
            rows.append([bar])
        else:
            free.append(bar)
    return rows


def draw(bars: Sequence[Bar], columns: int, unit: str = "min") -> list[str]:
    """The chart with an axis below, in so many columns; of very many lanes the first, the others counted.

    A bar is `[label---]` with its left edge at its start; one too short for brackets is `|`.
    """
    end = max((bar.finish for bar in bars), default=0.0)
    if end <= 0:
        return []
    room = columns - 3
    rows = lanes(bars)
    lines = [f"{number:2} {_line(lane, room / end)}" for number, lane in enumerate(rows[:MOST_LANES], 1)]
    if len(rows) > MOST_LANES:
        lines.append(f"   ... and {len(rows) - MOST_LANES} more at the same time")
    return [*lines, "   " + _axis(end, room, unit)]


def _line(lane: Sequence[Bar], scale: float) -> str:
    """A bar that would hide under the one before it is left out."""
    line, at = "", 0
    for bar in lane:
        start, stop = round(bar.start * scale), max(round(bar.finish * scale), round(bar.start * scale) + 1)
        if stop > at:
            start = max(at, start)
            line += " " * (start - at) + _bar(bar.label, stop - start)
            at = stop
    return line


def _bar(label: str, cells: int) -> str:
    if cells < 3:
        return "|" * cells
    text = cut(label, cells - 2)
    return f"[{text}{'-' * (cells - 2 - width(text))}]"


def _axis(end: float, room: int, unit: str) -> str:
    if unit == "min" and end >= 120:
        end, unit = end / 60, "h"
    last = f"{end:.3g} {unit}"
    steps = max(1, min(6, room // 12))
    line = ""
    for step in range(steps):
        line = line.ljust(round(step / steps * room)) + f"{end * step / steps:.3g}"
    return line.ljust(room - len(last)) + last
