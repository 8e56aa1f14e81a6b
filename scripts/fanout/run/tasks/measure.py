"""What the timestamps say: how much work, in how long, how many at once. A span is an agent's (start, end), seconds."""

from __future__ import annotations


def work(found: list[tuple[float, float]]) -> float:
    """The time that all agents took together: what one would need that does the same at the same speed."""
    return sum(end - start for start, end in found)


def makespan(found: list[tuple[float, float]]) -> float:
    """From the first start to the last end; 0.0 for none."""
    return max(end for _, end in found) - min(start for start, _ in found) if found else 0.0


def speedup(found: list[tuple[float, float]]) -> float:
    """Work through makespan: 1.0 when nothing overlapped, or nothing was measured."""
    return work(found) / makespan(found) if makespan(found) else 1.0


def most_at_once(found: list[tuple[float, float]]) -> int:
    edges = sorted([(start, 1) for start, _ in found] + [(end, -1) for _, end in found])
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def sentence(found: list[tuple[float, float]]) -> str:
    """The figures in words."""
    if not makespan(found):
        return "Nothing was measured."
    return (
        f"Measured: {seconds(work(found))} of work in {seconds(makespan(found))}, {speedup(found):.1f} times faster "
        f"than one after another; at most {most_at_once(found)} agents at once."
    )


def seconds(value: float) -> str:
    """`12.3 s`, `4.5 min`, `2.5 h`."""
    if value < 100:
        return f"{value:.1f} s"
    return f"{value / 60:.1f} min" if value < 6000 else f"{value / 3600:.1f} h"
