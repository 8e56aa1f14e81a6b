"""What the timestamps say: how much work, in how long, how many at once. A span is an agent's (start, end), seconds."""

from __future__ import annotations


def work(spans: list[tuple[float, float]]) -> float:
    """The time that all agents took together: what one would need that does the same at the same speed."""
    return sum(end - start for start, end in spans)


def makespan(spans: list[tuple[float, float]]) -> float:
    """From the first start to the last end; 0.0 for none."""
    return max(end for _, end in spans) - min(start for start, _ in spans) if spans else 0.0


def speedup(spans: list[tuple[float, float]]) -> float:
    """Work through makespan: 1.0 when nothing overlapped, or nothing was measured."""
    return work(spans) / makespan(spans) if makespan(spans) else 1.0


def most_at_once(spans: list[tuple[float, float]]) -> int:
    edges = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def sentence(spans: list[tuple[float, float]]) -> str:
    """The figures in words."""
    if not makespan(spans):
        return "Nothing was measured."
    return (
        f"Measured: {seconds(work(spans))} of work in {seconds(makespan(spans))}, {speedup(spans):.1f} times faster "
        f"than one after another; at most {most_at_once(spans)} agents at once."
    )


def seconds(value: float) -> str:
    """`12.3 s`, `4.5 min`, `2.5 h`."""
    if value < 100:
        return f"{value:.1f} s"
    return f"{value / 60:.1f} min" if value < 6000 else f"{value / 3600:.1f} h"
