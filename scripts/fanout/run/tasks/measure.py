"""What the timestamps say: how much work, in how long, how many at once. A span is an agent's (start, end), seconds.

`worked` are the spans of agents that brought a task to its end; one that failed, was stopped or waits is no work. `spans`
are those of all agents. A pause is no part of the makespan, save for what agents still did in it.
"""

from __future__ import annotations

HARDLY = 1.05

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    Spans = list[tuple[float, float]]


def work(worked: Spans) -> float:
    """The times of these agents added up: what one would need that does the same at the same speed."""
    return sum(end - start for start, end in worked)


def makespan(spans: Spans) -> float:
    """From the first start to the last end; 0.0 for none."""
    return max(end for _, end in spans) - min(start for start, _ in spans) if spans else 0.0


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """How much time the spans cover together."""
    total, until = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def within(spans: Iterable[tuple[float, float]], start: float, end: float) -> Spans:
    """The parts of the spans that lie between `start` and `end`."""
    return [(max(one, start), min(other, end)) for one, other in spans if max(one, start) < min(other, end)]


def beside(span: tuple[float, float], waits: Iterable[tuple[float, float]]) -> Spans:
    """The parts of a span that lie beside the waits."""
    (since, until), found = span, []
    for start, end in sorted(within(waits, since, until)):
        if start > since:
            found.append((since, start))
        since = max(since, end)
    return [*found, (since, until)] if since < until else found


def stood(waits: Iterable[Spans], spans: Spans) -> float:
    """How long agents were there and each of them waited for the user; `waits`: those of each span."""
    at_work = [part for span, its in zip(spans, waits) for part in beside(span, its)]
    return round(covered(spans) - covered(at_work), 3)


def idle(pauses: Spans, spans: Spans) -> float:
    """How much of the makespan the run was paused while no agent was there."""
    if not spans:
        return 0.0
    paused = within(pauses, min(start for start, _ in spans), max(end for _, end in spans))
    return round(covered([*paused, *spans]) - covered(spans), 3)


def speedup(worked: Spans, spans: Spans, paused: float = 0.0) -> float | None:
    """Work divided by makespan; None when nothing was done, or nothing measured."""
    span = makespan(spans) - paused
    return work(worked) / span if worked and span > 0 else None


def is_compared(worked: Spans, spans: Spans, waited: float = 0.0, paused: float = 0.0, stood: float = 0.0) -> bool:
    """Whether `sentence` can say how much faster the agents were, or that they were not: not where they were there for less
    time than all of them waited."""
    times = speedup(worked, spans, paused + stood)
    if stood > makespan(spans) - paused - stood:
        return False
    return times is not None and (times > HARDLY or (len(worked) == len(spans) and not waited))


def away(breaks: Iterable[float], spans: Spans) -> Spans:
    """The times before each of these moments in which no agent was there: nobody led the run, or who leads it waited for
    the user."""
    ended = [(max((end for _, end in spans if end <= at), default=at), at) for at in breaks]
    return [(end, at) for end, at in ended if not any(start < at < over for start, over in spans)]


def most_at_once(spans: Spans) -> int:
    edges = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def sentence(worked: Spans, spans: Spans, waited: float = 0.0, paused: float = 0.0, stood: float = 0.0) -> str:
    """The figures in words. `waited`: how long those who worked waited for the user by the clock, whoever of them did, which
    `worked` leaves out. `paused`, `stood`: what is left out of the makespan, pauses and times in which all waited."""
    if not worked:
        return "Nothing is done, so no times are compared." if spans else "Nothing was measured."
    times = speedup(worked, spans, paused + stood)
    if times is None:
        return "Nothing was measured."
    without = len(spans) - len(worked)
    if not is_compared(worked, spans, waited, paused, stood):
        return _apart(worked, spans, waited, paused, stood)
    faster = (
        f"{times:.1f} times faster than their times added up"
        if times > HARDLY
        else "no faster than their times added up"
    )
    left_out = (
        [f"{without} that ended without a result {'is' if without == 1 else 'are'} not counted"] if without else []
    )
    left_out += [f"{seconds(waited)} of waiting for the user's answers left out"] if waited else []
    apart = f" ({', '.join(left_out)})" if left_out else ""
    return (
        f"Measured: {seconds(work(worked))} of agents' work added up{apart}, {_from_start_to_end(spans, paused, stood)}: "
        f"{faster}; at most {most_at_once(spans)} at once."
    )


def _from_start_to_end(spans: Spans, paused: float, stood: float) -> str:
    """The time by the clock, and what is taken out of it."""
    left_out = [f"{seconds(paused)} in which the run stood still"] if paused else []
    left_out += [f"{seconds(stood)} in which all waited for the user"] if stood else []
    without = f" without {' and '.join(left_out)}" if left_out else ""
    return f"{seconds(makespan(spans) - paused - stood)} from the first start to the last end{without}"


def _apart(worked: Spans, spans: Spans, waited: float, paused: float, stood: float) -> str:
    """The sum lacks agents or waiting that the time from start to end has, so it can't be said to be slower."""
    without = len(spans) - len(worked)
    why = [f"{without} {'agent' if without == 1 else 'agents'} ended without a result"] if without else []
    why += [f"{seconds(waited)} went into waiting for the user's answers"] if waited else []
    still = (
        f" without {seconds(paused + stood)} in which it stood still or waited for the user" if paused or stood else ""
    )
    took = f"Measured: {seconds(makespan(spans) - paused - stood)} from the first start to the last end{still}"
    return f"{took}; no speedup is claimed{', as ' if why else ''}{' and '.join(why)}."


def seconds(value: float) -> str:
    """`12.3 s`, `4.5 min`, `2.5 h`."""
    if value < 100:
        return f"{value:.1f} s"
    return f"{value / 60:.1f} min" if value < 6000 else f"{value / 3600:.1f} h"
