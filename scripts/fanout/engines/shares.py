"""What of a run's money and turns its next attempt may take, so that all that run together stay within.

An attempt's share is kept for it while it runs, and is its client's own limit. What nobody has is divided by those that can
begin now. A share is at least twice what an attempt takes here on average, and twice what the last one at the task took: where
less is left, the next one waits for what those that run give back. The client looks at its limit after each answer, so a run
goes beyond its own by no more than the last answers of those that run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fanout.engines.terms import LEAST_BUDGET
from fanout.run.agents import attempts

if TYPE_CHECKING:
    import sqlite3

    from fanout.engines.terms import Terms
    from fanout.run.store.records import Attempt

TIMES = 2.0  # as much as others took


@dataclass(frozen=True)
class Taken:
    """Money and turns, in that order: of the whole run, of an attempt of it on average, of the last one at the task."""

    all: tuple[float, int] = (0.0, 0)
    usual: tuple[float, float] = (0.0, 0.0)
    last: tuple[float, int] = (0.0, 0)


class Sums:
    """What the run's attempts took so far, kept up to date by whoever settles them: asked anew it costs what the run has."""

    def __init__(self, db: sqlite3.Connection, run: str) -> None:
        self.money, self.turns = attempts.taken(db, run)
        self.count = attempts.worked(db, run)

    def add(self, one: Attempt) -> None:
        self.money += one.cost
        self.turns += one.turns
        self.count += bool(one.turns)

    def taken(self, last: Attempt | None) -> Taken:
        """`last`: the last attempt at the task."""
        count = self.count or 1
        usual = (self.money / count, self.turns / count)
        return Taken((self.money, self.turns), usual, (last.cost, last.turns) if last else (0.0, 0))


def of_next(terms: Terms, taken: Taken, running: Iterable[Terms], count: int) -> Terms | None:
    """The terms of the next attempt, None while it has to wait. `running`: those of the attempts that run; `count`: so many can
    begin now."""
    there = list(running)
    money = _Limit(terms.max_budget, terms.task_budget, LEAST_BUDGET, [one.task_budget for one in there])
    turns = _Limit(terms.run_turns, terms.max_turns, 1, [one.max_turns for one in there])
    usual, last, whole = taken.usual, taken.last, taken.all
    own = [one.share(whole[n], max(usual[n], last[n]), count) for n, one in enumerate((money, turns))]
    if own[0] is None or own[1] is None:
        return None
    return replace(terms, task_budget=own[0], max_turns=int(own[1]))


@dataclass(frozen=True)
class _Limit:
    """Of money or of turns. `most`: of the run, `own`: of one attempt, 0 for none; `kept`: the shares of those that run."""

    most: float
    own: float
    least: float
    kept: list[float] | list[int]

    def share(self, taken: float, usual: float, count: int) -> float | None:
        if not self.most:
            return self.own
        free = self.most - taken - sum(self.kept)
        wanted = max(free / count, TIMES * usual)
        wanted = min(wanted, self.own) if self.own else wanted
        if self.kept and free < max(wanted, self.least):
            return None
        return max(self.least, min(wanted, free))
