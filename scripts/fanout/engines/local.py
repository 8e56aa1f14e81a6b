"""The local engine: headless clients of this machine, each in a work tree of its own, with a supervisor of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from fanout.engines import attempt, lease, merged_checks, merger, sweep, work_trees
from fanout.engines.attempt import MINUTES
from fanout.engines.driver import STOP_SECONDS, TICK_SECONDS, Running
from fanout.engines.headless import Ended
from fanout.run.agents import agents, attempts
from fanout.run.flow import ending
from fanout.run.store.db import Write
from fanout.run.tasks import runs

if TYPE_CHECKING:
    import sqlite3

    from fanout.engines.terms import Terms
    from fanout.run.store.records import Attempt, Run, Task


class Local:
    """See driver.Engine."""

    def __init__(self, root: str) -> None:
        self.root = root

    def open(self, db: sqlite3.Connection, run: Run) -> None:
        work_trees.refuse_taken(self.root, run)

    def recover(self, db: sqlite3.Connection, run: Run) -> None:
        sweep.of_run(self.root, run.id)
        recover(db, self.root, run)

    def begin(self, db: sqlite3.Connection, run: Run, task: Task, terms: Terms, budget: float) -> Running:
        return attempt.begin(db, self.root, run, task, terms, budget)

    def heed(self, db: sqlite3.Connection, run: Run) -> None:
        pass  # its supervisors write to this journal

    def gather(self, run: Run, over: list[Running]) -> None:
        pass  # it is here

    def settle(self, db: sqlite3.Connection, run: Run, one: Running, ended: Ended | None) -> None:
        said = attempt.outcome(self.root, one.attempt.key) or ended or Ended()
        attempt.settle(db, self.root, run, one.attempt, said, one.minutes)

    def merge(self, db: sqlite3.Connection, run: Run, batch: list[Attempt]) -> None:
        merger.merge(db, self.root, run, batch)

    def merged_home(self, run: Run) -> str:
        return merged_checks.home(self.root, run)

    def close(self, run: Run) -> None:
        sweep.of_run(self.root, run.id)
        merged_checks.forget_tree(self.root, run)


def recover(db: sqlite3.Connection, root: str, run: Run) -> None:
    """Settles what a driver that is gone left: nothing of it runs any more."""
    there = work_trees.in_branch(root, run)
    for one in attempts.of_run(db, run.id):
        if not agents.get(db, one.agent).is_live:
            continue
        if not one.work:
            attempt.settle(db, root, run, one, attempt.outcome(root, one.key) or Ended(by="driver"), MINUTES)
        commit = there.get((one.task, one.number))
        known = attempts.of_agent(db, one.agent)
        if commit and known is not None and known.is_proven:
            merger.record(db, known, commit)


def await_driver(db: sqlite3.Connection, run: Run) -> None:
    """The driver of a cancelled run sees that, and ends what runs."""
    last = time.monotonic() + STOP_SECONDS
    while lease.is_held(runs.get(db, run.id)) and time.monotonic() < last:
        time.sleep(TICK_SECONDS)


def cancel(db: sqlite3.Connection, root: str, run: Run) -> None:
    """Ends every process of a run that was cancelled, and keeps what it left."""
    await_driver(db, run)
    sweep.of_run(root, run.id)
    for one in attempts.of_run(db, run.id):
        agent = agents.get(db, one.agent)
        if agent.is_live:
            attempt.settle(db, root, run, one, Ended(by="stop"), MINUTES)
            with Write(db):
                if agents.get(db, one.agent).is_live:
                    ending.lost(db, agent, "the run was cancelled")
    merged_checks.forget_tree(root, run)
