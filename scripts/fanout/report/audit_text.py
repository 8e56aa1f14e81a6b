"""The audit in a few lines: what went wrong, what was lost, what to do. Names of files and agents, never contents."""

from __future__ import annotations

import os
import time

from fanout.report.audit import Audit, Conflict, Round, Sweep, counts
from fanout.report.cells import clean, counted, few
from fanout.run.tasks.measure import seconds

SHOWN = 8


def render(audit: Audit, root: str, everything: bool = False) -> str:
    """The findings, worst first; without `everything` the first of each kind."""
    if not audit.agents:
        return f"No agents were at work in the past sessions of {root}: nothing to audit."
    number = counts(audit)
    lost = [c for c in audit.conflicts if c.kind == "lost-update"]
    both = [c for c in audit.conflicts if c.kind != "lost-update"]
    slow = sorted((round_ for round_ in audit.rounds if round_.saved), key=lambda round_: -round_.saved)
    lines = [_head(audit)]
    lines += _part(f"Lost updates: {number['lost_updates']}", [_lost(c, root) for c in lost], everything)
    lines += _part(f"Files written by two agents at once: {len(both)}", [_both(c, root) for c in both], everything)
    lines += _part(f"Git over the whole tree beside working agents: {number['sweeps']}", _swept(audit), everything)
    lines += _part(
        f"Not parallel, though independent as far as files and prompts show: {number['not_parallel']}",
        [_slow(r) for r in slow],
        everything,
    )
    return "\n".join([*lines, _verdict(audit, number["lost_updates"])])


def _head(audit: Audit) -> str:
    days = f"{_day(audit.first)} to {_day(audit.last)}"
    return (
        f"{counted(audit.sessions, 'session')} with {counted(audit.agents, 'agent')}, {days}. "
        f"{seconds(audit.work)} of agents' work in {seconds(audit.busy)}: {audit.concurrency:.1f} at once on average, "
        f"{audit.most_at_once} at most."
    )


def _part(title: str, lines: list[str], everything: bool) -> list[str]:
    shown = lines if everything else lines[:SHOWN]
    more = [f"  ... and {len(lines) - len(shown)} more: --all"] if len(lines) > len(shown) else []
    return [title, *(f"  {line}" for line in shown), *more]


def _lost(conflict: Conflict, root: str) -> str:
    return (
        f"{_path(conflict.path, root)}: {clean(conflict.second)!r} replaced what {clean(conflict.first)!r} had written "
        f"{seconds(conflict.seconds_between)} before, without reading it ({_place(conflict.session, conflict.at)})"
    )


def _both(conflict: Conflict, root: str) -> str:
    names = f"{clean(conflict.first)!r} and {clean(conflict.second)!r}"
    return f"{_path(conflict.path, root)}: {names} ({_place(conflict.session, conflict.at)})"


def _swept(audit: Audit) -> list[str]:
    return [_sweep(sweep) for sweep in audit.sweeps]


def _sweep(sweep: Sweep) -> str:
    who = few([repr(clean(name)) for name in sweep.endangered], 4)
    return (
        f"{sweep.command} by {clean(sweep.by)!r} while {who} had work in the tree ({_place(sweep.session, sweep.at)})"
    )


def _slow(found: Round) -> str:
    how = f"{counted(found.messages, 'message')} for {counted(len(found.agents), 'agent')}"
    late = f"; nothing kept {few([repr(clean(name)) for name in found.apart], 3)} waiting" if found.apart else ""
    return (
        f"{how}: took {seconds(found.took)}, planned {seconds(found.planned)}{late} ({_place(found.session, found.at)})"
    )


def _verdict(audit: Audit, lost: int) -> str:
    total = sum(round_.took for round_ in audit.rounds)
    if not audit.saved and not audit.conflicts and not audit.sweeps:
        return "Nothing that a plan would have changed."
    parts = []
    if audit.saved:
        parts.append(f"would have taken about {seconds(audit.saved)} less of {seconds(total)}")
    if audit.conflicts or audit.sweeps:
        parts.append(f"would have kept apart {counted(len(audit.conflicts) + len(audit.sweeps), 'collision')}")
    return f"The same work as planned runs {' and '.join(parts)}. Start with `fanout plan SOURCE`."


def _path(path: str, root: str) -> str:
    inside = os.path.relpath(path, root) if path.startswith(root.rstrip("/") + "/") else path
    return clean(inside)


def _place(session: str, at: float) -> str:
    return f"session {session[:8]}, {time.strftime('%Y-%m-%d %H:%M', time.localtime(at))}"


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(at))
